"""Bodies and forms: what the client sent, and in which form it wants the answer.

A body is JSON or YAML, and is read once into a tree. An answer is JSON unless YAML was asked for,
and as a Table or as metadata only where the Accept header says `as=Table` or
`as=PartialObjectMetadata`; clauses that the server does not support are skipped, because clients
send several.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from kube.client.transport import Response
from kube.envtest.apiserver import status
from kube.envtest.apiserver.requests import protobuf
from kube.envtest.apiserver.requests.warnings import recorded
from kube.envtest.apiserver.storage.store import encode
from kube.runtime.trees import DEEPEST, Tree, is_too_deep

JSON = "application/json"
YAML = "application/yaml"
MERGE_PATCH = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"
STRATEGIC_PATCH = "application/strategic-merge-patch+json"
APPLY_PATCH = "application/apply-patch+yaml"

Form = Literal["object", "table", "metadata", "metadata list"]


class Accept(msgspec.Struct, frozen=True):
    """The form of the answer. `media_type` is JSON or YAML."""

    media_type: str = JSON
    form: Form = "object"


_FORMS: dict[str, Form] = {
    "Table": "table",
    "PartialObjectMetadata": "metadata",
    "PartialObjectMetadataList": "metadata list",
}
_MEDIA_TYPES = {JSON: JSON, YAML: YAML, "*/*": JSON, "application/*": JSON, "": JSON}


@functools.lru_cache(maxsize=32)
def clauses(header: str) -> list[tuple[str, Mapping[str, str]]]:
    """An Accept or Content-Type header as media types and their parameters, in order."""
    parsed: list[tuple[str, Mapping[str, str]]] = []
    for clause in header.split(","):
        media_type, *pairs = (part.strip() for part in clause.split(";"))
        parameters = dict(pair.split("=", 1) for pair in pairs if "=" in pair)
        parsed.append((media_type.lower(), parameters))
    return parsed


def negotiate(headers: Mapping[str, str], *, custom: bool) -> Accept:
    """The first form that the client accepts and the server supports; else StatusError 406."""
    for media_type, parameters in clauses(headers.get("accept", "")):
        served = _MEDIA_TYPES.get(media_type)
        if served is None:
            continue
        wanted = parameters.get("as", "")
        if not wanted:
            return Accept(served)
        if wanted in _FORMS and parameters.get("g", "meta.k8s.io") == "meta.k8s.io":
            return Accept(served, _FORMS[wanted])
    raise status.not_acceptable((JSON, YAML, protobuf.MEDIA_TYPE), custom=custom)


def media_type(headers: Mapping[str, str]) -> str:
    return clauses(headers.get("content-type", ""))[0][0] or JSON


def body_bytes(value: object, media: str) -> bytes:
    """`value` as the answer's body. Raw JSON inside it is expanded where YAML is wanted."""
    text = encode(value)
    if media == YAML:
        from kube.envtest.apiserver.requests import yaml_bodies

        return yaml_bodies.from_json(text)
    return text + b"\n"


NOT_CACHED = {"cache-control": "no-cache, private"}
"""On every answer, as kube-apiserver has it: kubectl keeps what it learned of a server on disk."""


def response(
    code: int, media: str, body: bytes, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(code, {"content-type": media, **NOT_CACHED, **(headers or {})}, body)


def warning_header(warnings: Sequence[str]) -> dict[str, str]:
    """The Warning header (RFC 7234) for these texts; empty if there are none."""
    if not warnings:
        return {}
    quoted = [text.replace("\\", "\\\\").replace('"', '\\"') for text in recorded(warnings)]
    return {"warning": ", ".join(f'299 - "{text}"' for text in quoted)} if quoted else {}


def decode(body: bytes | None, media: str, kind: str) -> Tree:
    """The object in a request's body, one of `kind`; raises StatusError 400 and 415."""
    if media == protobuf.MEDIA_TYPE:
        return protobuf.decode(body or b"")
    if media not in (JSON, YAML, APPLY_PATCH, MERGE_PATCH, STRATEGIC_PATCH):
        raise status.unsupported_media_type((JSON, YAML, protobuf.MEDIA_TYPE))
    try:
        value = decode_any(body, media)
    except status.StatusError as error:
        error.message = f"the object provided is unrecognized (must be of type {kind}): {error}"
        raise
    if not isinstance(value, dict):
        raise status.bad_request(
            f"the object provided is unrecognized (must be of type {kind}): couldn't get "
            f"version/kind; json parse error: json: cannot unmarshal {_json_type(value)} into Go "
            "value of type map[string]interface {}"
        )
    return value


def _number(text: str) -> float | int:
    """A whole float as an integer, because Go encodes it without a decimal point."""
    value = float(text)
    return int(value) if value.is_integer() and abs(value) < 1e21 else value


_JSON = msgspec.json.Decoder(float_hook=_number)


def decode_any(body: bytes | None, media: str) -> Any:
    try:
        if media in (YAML, APPLY_PATCH):
            from kube.envtest.apiserver.requests import yaml_bodies

            return yaml_bodies.decode(body or b"")
        return _bounded(_JSON.decode(body or b""), body or b"")
    except RecursionError:
        raise _too_deep() from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise status.bad_request(f"couldn't get version/kind; json parse error: {error}") from None


def _bounded(value: Any, body: bytes) -> Any:
    """The value of a body, unless its levels are too many. Counting them costs a walk."""
    if body.count(b"{") + body.count(b"[") > DEEPEST and is_too_deep(value):
        raise _too_deep()
    return value


def _too_deep() -> status.StatusError:
    why = f"exceeded max depth: this server takes {DEEPEST} levels of objects and lists"
    return status.bad_request(f"couldn't get version/kind; json parse error: {why}")


def _json_type(value: object) -> str:
    names = {list: "array", str: "string", bool: "bool", int: "number", float: "number"}
    return names.get(type(value), "null")


_KEYS = re.compile(rb'"\s*:')
"""The ends of keys, and at most as much more as strings contain."""


def _count_keys(value: Any) -> int:
    is_object = type(value) is dict
    count = len(value) if is_object else 0
    for item in value.values() if is_object else value:
        if type(item) in (dict, list):
            count += _count_keys(item)
    return count


def duplicate_fields(body: bytes | None, media: str, decoded: Any = None) -> list[str]:
    """Paths of keys that occur twice in one object, such as `spec.size`, in the body's order.

    `decoded` is the body as a tree, where the caller still has it as it was decoded.
    """
    if not body or media == protobuf.MEDIA_TYPE:
        return []
    if media in (YAML, APPLY_PATCH):
        from kube.envtest.apiserver.requests import yaml_bodies

        return yaml_bodies.duplicate_fields(body)
    if decoded is None:
        decoded = _JSON.decode(body)
    if type(decoded) in (dict, list) and len(_KEYS.findall(body)) == _count_keys(decoded):
        return []
    doubled = False

    def pairs(items: Sequence[tuple[str, Any]]) -> Any:
        nonlocal doubled
        tree = dict(items)
        if len(tree) == len(items):
            return tree
        doubled = True
        return _Doubled(items)

    paths: list[str] = []
    tree = json.loads(body, object_pairs_hook=pairs)
    # Only a body with duplicates is searched for their paths.
    if doubled:
        _json_duplicates(tree, "", paths)
    return paths


class _Doubled(dict[str, Any]):
    """An object with duplicate keys, and their names."""

    def __init__(self, items: Sequence[tuple[str, Any]]) -> None:
        super().__init__(items)
        names: set[str] = set()
        self.keys_twice = [key for key, _ in items if key in names or names.add(key)]  # type: ignore[func-returns-value]


def _json_duplicates(value: object, path: str, paths: list[str]) -> None:
    if isinstance(value, dict):
        if isinstance(value, _Doubled):
            paths.extend(f"{path}.{key}".lstrip(".") for key in value.keys_twice)
        for key, item in value.items():
            if isinstance(item, (dict, list)):
                _json_duplicates(item, f"{path}.{key}", paths)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, (dict, list)):
                _json_duplicates(item, f"{path}[{index}]", paths)
