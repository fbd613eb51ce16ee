"""Reading the Kubernetes messages that kubectl sends as protobuf (`kubectl create namespace`).

kubectl sends built-in kinds in this form only; it reads JSON answers. The kinds that are built into
this server are known, by the field numbers of their published .proto files.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Literal

from kube.envtest.apiserver import status
from kube.runtime.trees import Tree

MEDIA_TYPE = "application/vnd.kubernetes.protobuf"
_MAGIC = b"k8s\x00"

Scalar = Literal["text", "texts", "int", "bool", "time", "text map", "bytes map"]
Message = dict[int, "tuple[str, Scalar | Message]"]

_META: Message = {
    1: ("name", "text"),
    2: ("generateName", "text"),
    3: ("namespace", "text"),
    5: ("uid", "text"),
    6: ("resourceVersion", "text"),
    7: ("generation", "int"),
    8: ("creationTimestamp", "time"),
    11: ("labels", "text map"),
    12: ("annotations", "text map"),
    14: ("finalizers", "texts"),
}
_ACCESS: Message = {
    1: (
        "resourceAttributes",
        {
            1: ("namespace", "text"),
            2: ("verb", "text"),
            3: ("group", "text"),
            4: ("version", "text"),
            5: ("resource", "text"),
            6: ("subresource", "text"),
            7: ("name", "text"),
        },
    ),
    2: ("nonResourceAttributes", {1: ("path", "text"), 2: ("verb", "text")}),
}
_MESSAGES: dict[tuple[str, str], Message] = {
    ("v1", "Namespace"): {1: ("metadata", _META), 2: ("spec", {1: ("finalizers", "texts")})},
    ("v1", "ConfigMap"): {
        1: ("metadata", _META),
        2: ("data", "text map"),
        3: ("binaryData", "bytes map"),
        4: ("immutable", "bool"),
    },
    ("v1", "Secret"): {
        1: ("metadata", _META),
        2: ("data", "bytes map"),
        3: ("type", "text"),
        4: ("stringData", "text map"),
        5: ("immutable", "bool"),
    },
    ("authentication.k8s.io/v1", "SelfSubjectReview"): {1: ("metadata", _META)},
    ("authorization.k8s.io/v1", "SelfSubjectAccessReview"): {
        1: ("metadata", _META),
        2: ("spec", _ACCESS),
    },
    ("authorization.k8s.io/v1", "SelfSubjectRulesReview"): {
        1: ("metadata", _META),
        2: ("spec", {1: ("namespace", "text")}),
    },
}
_DELETE_OPTIONS: Message = {
    1: ("gracePeriodSeconds", "int"),
    2: ("preconditions", {1: ("uid", "text"), 2: ("resourceVersion", "text")}),
    3: ("orphanDependents", "bool"),
    4: ("propagationPolicy", "text"),
    5: ("dryRun", "texts"),
}


def decode(body: bytes) -> Tree:
    """The object in a protobuf body; raises StatusError 400, and 415 for a kind not known here."""
    if not body.startswith(_MAGIC):
        raise status.bad_request("provided data does not appear to be a protobuf message")
    try:
        envelope = _read(
            body[len(_MAGIC) :], {1: ("type", {1: ("apiVersion", "text"), 2: ("kind", "text")})}
        )
        raw = b"".join(value for number, value in _fields(body[len(_MAGIC) :]) if number == 2)
        api_version = envelope.get("type", {}).get("apiVersion", "")
        kind = envelope.get("type", {}).get("kind", "")
        known = _DELETE_OPTIONS if kind == "DeleteOptions" else _MESSAGES.get((api_version, kind))
        if known is None:
            raise status.unsupported_media_type(("application/json", "application/yaml"))
        return {"apiVersion": api_version, "kind": kind, **_read(raw, known)}
    except (IndexError, UnicodeDecodeError, TypeError) as error:
        raise status.bad_request(f"not a protobuf message: {error}") from None


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if not byte & 0x80:
            return value, at
        shift += 7


def _fields(data: bytes) -> Iterator[tuple[int, Any]]:
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        match tag & 7:
            case 0:
                value, at = _varint(data, at)
                yield tag >> 3, value
            case 2:
                length, at = _varint(data, at)
                if at + length > len(data):
                    raise IndexError("a field is longer than the message")
                yield tag >> 3, data[at : at + length]
                at += length
            case 1:
                at += 8
            case 5:
                at += 4
            case other:
                raise IndexError(f"unknown wire type {other}")


def _read(data: bytes, message: Message) -> Tree:
    tree: Tree = {}
    for number, value in _fields(data):
        if number not in message:
            continue
        name, kind = message[number]
        match kind:
            case "text":
                tree[name] = value.decode()
            case "texts":
                tree.setdefault(name, []).append(value.decode())
            case "int":
                tree[name] = value
            case "bool":
                tree[name] = bool(value)
            case "time":
                seconds = dict(_fields(value)).get(1)
                if seconds is not None:
                    tree[name] = datetime.fromtimestamp(seconds, UTC).strftime("%FT%TZ")
            case "text map" | "bytes map":
                entry = dict(_fields(value))
                content = entry.get(2, b"")
                text = (
                    content.decode() if kind == "text map" else base64.b64encode(content).decode()
                )
                tree.setdefault(name, {})[entry.get(1, b"").decode()] = text
            case _:
                tree[name] = _read(value, kind)
    return tree
