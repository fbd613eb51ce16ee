"""Reading objects as Go's converter of unstructured objects does: what is applied, and what a
strategic merge patch makes.

It differs from Go's decoder in what it refuses and how. Whole numbers never overflow: they lose
their upper bits, as when Go converts them. The members of a struct are read in its order, the first
error ends the reading, and has no path.
"""

from __future__ import annotations

import functools
from typing import Any

from kube.envtest.apiserver.schemas import documents
from kube.envtest.apiserver.schemas.readers import (
    MalformedError,
    Reader,
    Readers,
    RefusedError,
    StructReader,
)
from kube.envtest.apiserver.schemas.reading import Notes
from kube.runtime.go_format import encoded, type_name

_INT64 = 2**63


class ConvertingReaders(Readers):
    """The readers of one document's types, for objects that are converted."""

    def struct(self, name: str) -> StructReader:
        reader = self._structs.get(name)
        if reader is None:
            reader = self._structs[name] = _ConvertingStruct(self, name)
        return reader

    def _special(self, name: str) -> tuple[Reader, Any]:
        read, zero = super()._special(name)
        return _by_itself(read), zero

    def _integer(self, go_type: str, form: str) -> Reader:
        return _integer(go_type, 32 if form == "int32" else 64)

    def _bytes(self) -> Reader:
        return _bytes(super()._bytes())


class _ConvertingStruct(StructReader):
    def __call__(self, value: Any, unknown: Notes, but: frozenset[str] = frozenset()) -> Any:
        if type(value) is not dict and value is not None:
            kind = "slice" if type(value) is list else type_name(value)
            raise MalformedError(f"cannot restore struct from: {kind}")
        order = _order(self._name)
        last = len(order)
        members = sorted((value or {}).items(), key=lambda item: order.get(item[0], last))
        return super().__call__(dict(members), unknown, but)


@functools.cache
def _order(name: str) -> dict[str, int]:
    """The place of each member of a struct, by the numbers that its protobuf form has."""
    facts = documents.facts().get(name) or {}
    numbers = {key: fact.partition("|")[0] for key, fact in facts.items()}
    ordered = sorted(numbers, key=lambda key: [int(n or 0) for n in numbers[key].split(".")])
    return {key: place for place, key in enumerate(ordered)}


def _by_itself(read: Reader) -> Reader:
    """A type that reads itself is given its JSON alone."""

    def read_alone(value: Any, unknown: Notes) -> Any:
        if isinstance(value, int) and not -_INT64 <= value < _INT64:
            value = float(value)
        try:
            return read(value, unknown)
        except RefusedError as error:
            text = str(error)
            if isinstance(value, float):
                text = text.replace(f"number {value}", f"number {encoded(value)}")
            raise MalformedError(text) from None

    return read_alone


def _bytes(read: Reader) -> Reader:
    def read_bytes(value: Any, unknown: Notes) -> Any:
        try:
            return read(value, unknown)
        except RefusedError as error:
            raise MalformedError(f"error decoding from json: {error}") from None

    return read_bytes


def _integer(go_type: str, bits: int) -> Reader:
    def read(value: Any, unknown: Notes) -> Any:
        if value is None:
            return 0
        if _whole(value) is None:
            raise MalformedError(f"cannot convert {type_name(value)} to {go_type}")
        return wrapped(value, bits)

    return read


def wrapped(value: Any, bits: int) -> Any:
    """A whole number without the bits that do not fit; any other value as it is."""
    number, half = _whole(value), 2 ** (bits - 1)
    return value if number is None else (number + half) % (2 * half) - half


def _whole(value: Any) -> int | None:
    """A number as an int64 of Go's: the smallest one for what none can hold."""
    if type(value) is int or (type(value) is float and value.is_integer()):
        return int(value) if -_INT64 <= value < _INT64 else -_INT64
    return None


@functools.cache
def converting_readers(group: str, version: str) -> Readers:
    return ConvertingReaders(group, version)
