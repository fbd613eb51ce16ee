"""Reading the Kubernetes messages that kubectl sends as protobuf (`kubectl create namespace`).

kubectl sends Kubernetes' own kinds in this form only; it reads JSON answers. The messages are those
of Go's structs: the numbers of their fields stand beside the OpenAPI documents.
"""

from __future__ import annotations

import base64
import functools
import struct
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from kube.envtest.apiserver import status
from kube.envtest.apiserver.schemas import documents
from kube.runtime.trees import Tree

MEDIA_TYPE = "application/vnd.kubernetes.protobuf"
_MAGIC = b"k8s\x00"
_META = "io.k8s.apimachinery.pkg.apis.meta.v1"
_PACKAGE = "io.k8s.apimachinery.pkg."

Decoder = Callable[[Any], Any]


def decode(body: bytes) -> Tree:
    """The object in a protobuf body; raises StatusError 400, and 415 for a kind not known here."""
    if not body.startswith(_MAGIC):
        raise status.bad_request("provided data does not appear to be a protobuf message")
    try:
        kind = api_version = ""
        raw = b""
        for number, value in _fields(body[len(_MAGIC) :]):
            if number == 1:
                named = dict(_fields(value))
                api_version, kind = named.get(1, b"").decode(), named.get(2, b"").decode()
            elif number == 2:
                raw += value
        return {"apiVersion": api_version, "kind": kind, **_message(api_version, kind).read(raw)}
    except (IndexError, UnicodeDecodeError, TypeError, AttributeError, ValueError) as error:
        raise status.bad_request(f"not a protobuf message: {error}") from None


def _message(api_version: str, kind: str) -> _Message:
    group, _, version = api_version.rpartition("/")
    if kind == "DeleteOptions":
        return _messages("", "v1").struct(f"{_META}.DeleteOptions")
    place = documents.place_of(group, version, kind)
    if place is None:
        raise status.unsupported_media_type(("application/json", "application/yaml"))
    group, version, name = place
    return _messages(group, version).struct(name)


class _Message:
    """A struct: its fields by number. A field without a name holds members of the struct itself."""

    def __init__(self) -> None:
        self.fields: dict[int, tuple[str, Decoder, bool]] = {}
        """By number: the member, how it is read, and whether its values are collected."""
        self.maps: dict[int, tuple[str, Decoder]] = {}
        self.inside: dict[int, _Message] = {}

    def read(self, data: bytes) -> Tree:
        tree: Tree = {}
        for number, value in _fields(data):
            if number in self.inside:
                tree |= self.inside[number].read(value)
            elif number in self.maps:
                name, read = self.maps[number]
                entry = dict(_fields(value))
                key = entry.get(1, b"").decode()
                tree.setdefault(name, {})[key] = read(entry.get(2, b""))
            elif number in self.fields:
                name, read, collects = self.fields[number]
                if collects:
                    tree.setdefault(name, []).append(read(value))
                else:
                    tree[name] = read(value)
        return tree


class _Messages:
    """The messages of one document."""

    def __init__(self, group: str, version: str) -> None:
        self._schemas = documents.schemas(group, version)
        self._structs: dict[str, _Message] = {}

    def struct(self, name: str) -> _Message:
        message = self._structs.get(name)
        if message is None:
            message = self._structs[name] = _Message()
            properties = self._schemas[name].get("properties") or {}
            for key, fact in (documents.facts().get(name) or {}).items():
                number = fact.partition("|")[0].strip(".")
                if number and key in properties:
                    self._add(message, number.split("."), key, properties[key])
        return message

    def _add(self, message: _Message, number: list[str], key: str, schema: Tree) -> None:
        first, *rest = number
        if rest:
            inner = message.inside.setdefault(int(first), _Message())
            self._add(inner, rest, key, schema)
        elif "items" in schema:
            message.fields[int(first)] = (key, self._decoder(schema["items"]), True)
        elif isinstance(schema.get("additionalProperties"), dict):
            message.maps[int(first)] = (key, self._decoder(schema["additionalProperties"]))
        else:
            message.fields[int(first)] = (key, self._decoder(schema), False)

    def _decoder(self, schema: Tree) -> Decoder:
        name = documents.target(schema)
        if name in _SPECIAL:
            return _SPECIAL[name]
        if name:
            return lambda value: self.struct(name).read(value)
        match schema.get("type"):
            case "boolean":
                return bool
            case "integer":
                return _signed
            case "number":
                return lambda value: struct.unpack("<d", value)[0]
            case "array":
                # A named list, such as ExtraValue, is a message with its items.
                each = self._decoder(schema["items"])
                return lambda value: [each(item) for _, item in _fields(value)]
        if schema.get("format") == "byte":
            return lambda value: base64.b64encode(value).decode()
        return lambda value: value.decode()


_messages = functools.cache(_Messages)


def _signed(value: int) -> int:
    return value - (1 << 64) if value >= 1 << 63 else value


def _moment(value: bytes) -> datetime | None:
    parts = dict(_fields(value))
    seconds = parts.get(1)
    if seconds is None:
        return None
    moment = datetime.fromtimestamp(_signed(seconds), UTC)
    return moment.replace(microsecond=parts.get(2, 0) // 1000)


def _time(value: bytes) -> str | None:
    moment = _moment(value)
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _micro_time(value: bytes) -> str | None:
    moment = _moment(value)
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _int_or_string(value: bytes) -> int | str:
    parts = dict(_fields(value))
    if parts.get(1):
        return str(parts.get(3, b"").decode())
    return _signed(parts.get(2, 0))


def _text(value: bytes) -> str:
    return str(dict(_fields(value)).get(1, b"").decode())


def _json(value: bytes) -> Any:
    raw = dict(_fields(value)).get(1)
    return msgspec.json.decode(raw) if raw else None


_SPECIAL: dict[str, Decoder] = {
    f"{_PACKAGE}apis.meta.v1.Time": _time,
    f"{_PACKAGE}apis.meta.v1.MicroTime": _micro_time,
    f"{_PACKAGE}api.resource.Quantity": _text,
    f"{_PACKAGE}util.intstr.IntOrString": _int_or_string,
    f"{_PACKAGE}runtime.RawExtension": _json,
    f"{_PACKAGE}apis.meta.v1.FieldsV1": _json,
}


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
                yield tag >> 3, data[at : at + 8]
                at += 8
            case 5:
                at += 4
            case other:
                raise IndexError(f"unknown wire type {other}")
