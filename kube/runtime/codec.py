"""JSON to typed objects and back.

The fast path is msgspec's strict decoder, which refuses members that a class does not declare. Only
when it refuses, the tolerant path runs (kube.runtime.tolerant), so that nothing that a newer server
or a Go program wrote is lost.
"""

from __future__ import annotations

import threading
from typing import Any, TypeVar

import msgspec

from kube.runtime.hooks import encode_hook
from kube.runtime.strict import decoder
from kube.runtime.struct import UNKNOWN_MEMBERS_NAME, UnknownMembers
from kube.runtime.tolerant import TolerantDecoder

T = TypeVar("T")

_MARK = b'"' + UNKNOWN_MEMBERS_NAME.encode() + b'":0,'

_tolerant: dict[Any, TolerantDecoder] = {}
# Types whose last document needed the tolerant path. A newer server sends undeclared members in
# *every* object, so the next document takes that path first; a plain one ends that.
_try_tolerant: set[Any] = set()


def decode(data: bytes | bytearray | memoryview, type: type[T]) -> T:
    """Decode JSON. Raises `DecodeError` with the path of the fault."""
    try:
        if type not in _try_tolerant:
            try:
                return decoder(type).decode(data)
            except msgspec.ValidationError:
                pass
        return _decode_tolerantly(data, type)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DecodeError(str(error)) from None
    except RecursionError:
        raise DecodeError("the JSON is nested too deeply") from None


def _decode_tolerantly(data: bytes | bytearray | memoryview, type: type[T]) -> T:
    tolerant = _tolerant.get(type)
    if tolerant is None:
        tolerant = _tolerant.setdefault(type, TolerantDecoder(type))
    value: T = tolerant.decode(data)
    if tolerant.noticed:
        _try_tolerant.add(type)
    else:
        _try_tolerant.discard(type)
    return value


class DecodeError(ValueError):
    """The text is not valid JSON or does not have the type's shape; the message has the path."""


class _Encoder:
    """An encoder that records whether any Struct has undeclared members."""

    __slots__ = ("encoder", "noticed")

    def __init__(self) -> None:
        self.noticed = False
        self.encoder = msgspec.json.Encoder(enc_hook=self._hook)

    def _hook(self, value: Any) -> Any:
        if isinstance(value, UnknownMembers):
            raw = value.raw  # may encode a tree
            self.noticed = True
            return msgspec.Raw(b"0," + raw if raw else b"0")
        return encode_hook(value)

    def encode(self, value: Any) -> bytes:
        self.noticed = False
        data = self.encoder.encode(value)
        return data.replace(_MARK, b"") if self.noticed else data


_local = threading.local()


def encode(value: Any) -> bytes:
    """Encode as JSON, unknown members included."""
    try:
        encoder: _Encoder = _local.encoder
    except AttributeError:
        encoder = _local.encoder = _Encoder()
    return encoder.encode(value)


def to_builtins(value: Any) -> Any:
    """The JSON tree of a value: dicts, lists and scalars, unknown members included."""
    return msgspec.json.decode(encode(value))


def from_builtins(tree: Any, type: type[T]) -> T:
    """A typed value from a JSON tree. Raises `DecodeError`."""
    return decode(msgspec.json.encode(tree), type)
