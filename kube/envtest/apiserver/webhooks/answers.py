"""The bodies of webhooks' answers, decoded as Go decodes them into AdmissionReview. Pure.

A member of another type is a fault, and not a value that means something: `"allowed": "yes"`
neither allows nor denies.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from kube.runtime.trees import Tree
from kube.runtime.yaml import YAMLError, load_all

VERSIONS = ("v1", "v1beta1")
GROUP = "admission.k8s.io"
KIND = "AdmissionReview"
_SCHEME = 'in scheme "pkg/runtime/scheme.go:111"'
_TYPE_META = (
    'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; '
    'Kind string "json:\\"kind,omitempty\\"" }'
)


class UndecodableError(Exception):
    """A body is not an AdmissionReview; the text is the real server's."""


@dataclass(frozen=True, slots=True)
class _Type:
    """A type in Go. `members` are a struct's, `items` are of a list or a map."""

    name: str
    json: str
    members: Mapping[str, _Type] | None = None
    items: _Type | None = None


_STRING = _Type("string", "string")
_UID = _Type("types.UID", "string")
_INT32 = _Type("int32", "number")
_CAUSE = _Type(
    "v1.StatusCause",
    "object",
    {"reason": _Type("v1.CauseType", "string"), "message": _STRING, "field": _STRING},
)
_DETAILS = _Type(
    "v1.StatusDetails",
    "object",
    {
        "name": _STRING,
        "group": _STRING,
        "kind": _STRING,
        "uid": _UID,
        "causes": _Type("[]v1.StatusCause", "array", items=_CAUSE),
        "retryAfterSeconds": _INT32,
    },
)
_STATUS = _Type(
    "v1.Status",
    "object",
    {
        "kind": _STRING,
        "apiVersion": _STRING,
        "metadata": _Type("v1.ListMeta", "object"),
        "status": _STRING,
        "message": _STRING,
        "reason": _Type("v1.StatusReason", "string"),
        "details": _DETAILS,
        "code": _INT32,
    },
)
_RESPONSE = _Type(
    "v1.AdmissionResponse",
    "object",
    {
        "uid": _UID,
        "allowed": _Type("bool", "bool"),
        "status": _STATUS,
        "patch": _Type("[]uint8", "bytes"),
        "patchType": _Type("v1.PatchType", "string"),
        "auditAnnotations": _Type("map[string]string", "object", items=_STRING),
        "warnings": _Type("[]string", "array", items=_STRING),
    },
)
_REVIEW = _Type(
    "v1.AdmissionReview",
    "object",
    {"kind": _STRING, "apiVersion": _STRING, "response": _RESPONSE},
)


def decode(body: bytes, version: str) -> Tree:
    """The review in a body, without members that are null; raises UndecodableError."""
    tree = _parsed(body)
    _check_kind(tree, version)
    decoded: Tree = _read(tree, _REVIEW, "AdmissionReview", "")
    return decoded


def _parsed(body: bytes) -> Tree:
    """JSON, or YAML, which Go's decoder takes too."""
    try:
        if body.lstrip()[:1] in (b"{", b"["):
            value = msgspec.json.decode(body)
        else:
            value = next(iter(load_all(body)), None)
    except (msgspec.DecodeError, YAMLError, UnicodeDecodeError, RecursionError) as error:
        why = _in_words_of_go(str(error), body)
        raise UndecodableError(f"couldn't get version/kind; json parse error: {why}") from None
    if value is None:
        return {}
    if not isinstance(value, dict):
        why = f"json: cannot unmarshal {json_type(value)} into Go value of type {_TYPE_META}"
        raise UndecodableError(f"couldn't get version/kind; json parse error: {why}")
    return value


def _in_words_of_go(fault: str, body: bytes) -> str:
    """A fault of JSON that msgspec tells, where Go's words for it are known."""
    if fault == "Input data was truncated":
        return "unexpected end of JSON input"
    if "trailing characters" in fault:
        text = body.decode(errors="replace").lstrip()
        rest = text[json.JSONDecoder().raw_decode(text)[1] :].lstrip()
        return f"invalid character '{rest[:1]}' after top-level value"
    return fault


def _check_kind(tree: Tree, version: str) -> None:
    """Raise UndecodableError for a kind that is known to be another one."""
    api_version, kind = tree.get("apiVersion") or "", tree.get("kind") or ""
    if not api_version or not kind:
        return  # taken for the one that is expected, and judged afterwards
    if kind == "Status" and api_version == "v1":
        raise UndecodableError(_unconvertible("v1.Status", version))
    group, _, given = str(api_version).rpartition("/")
    if kind != KIND or group != GROUP or given not in VERSIONS:
        why = f'no kind "{kind}" is registered for version "{api_version}" {_SCHEME}'
        raise UndecodableError(why)
    if given != version:
        raise UndecodableError(_unconvertible(f"{given}.{KIND}", version))


def _unconvertible(given: str, version: str) -> str:
    return f"converting ({given}) to ({version}.{KIND}): unknown conversion"


def _read(value: Any, wanted: _Type, struct: str, path: str) -> Any:
    given = json_type(value)
    if wanted.json == "bytes":
        return _bytes(value, wanted, struct, path)
    if given != wanted.json:
        raise _mismatch(given, wanted, struct, path)
    if wanted is _INT32 and not _is_int32(value):
        raise _mismatch(f"number {value}", wanted, struct, path)
    if wanted.members is not None:
        inner = wanted.name.removeprefix("v1.")
        return {
            name: _read(value[name], member, inner, f"{path}.{name}" if path else name)
            for name, member in wanted.members.items()
            if value.get(name) is not None
        }
    if wanted.items is None:
        return value
    if isinstance(value, list):
        return [_read(each, wanted.items, struct, path) for each in value if each is not None]
    return {key: _read(each, wanted.items, struct, path) for key, each in value.items()}


def _is_int32(value: object) -> bool:
    return isinstance(value, int) and -(2**31) <= value < 2**31


def _bytes(value: Any, wanted: _Type, struct: str, path: str) -> bytes:
    if not isinstance(value, str):
        raise _mismatch(json_type(value), wanted, struct, path)
    try:
        return base64.b64decode(value, validate=True)
    except ValueError:  # of a character beyond ASCII too
        position = next((i for i, char in enumerate(value) if char not in _BASE64), len(value))
        why = f"illegal base64 data at input byte {position}"
        raise UndecodableError(why) from None


_BASE64 = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")


def _mismatch(given: str, wanted: _Type, struct: str, path: str) -> UndecodableError:
    where = f"Go struct field {struct}.{path}"
    return UndecodableError(f"json: cannot unmarshal {given} into {where} of type {wanted.name}")


def json_type(value: object) -> str:
    """The type of a JSON value, as Go's errors name it."""
    names = {dict: "object", list: "array", str: "string", bool: "bool", int: "number"}
    return "number" if isinstance(value, float) else names.get(type(value), "null")
