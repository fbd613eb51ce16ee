"""The arrays of TOML documents, by the places of their values."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Hashable, Iterator, Sequence

from codegen.scaffold.insertion.listing import Fault, Form, Item, Listing, Path, Syntax
from codegen.toml_document import Document

_BREAK = re.compile(r"(?<=\n)")
_AT = re.compile(r"at line (\d+)")


def split(text: str) -> list[str]:
    return [line for line in _BREAK.split(text) if line]


def read(text: str) -> list[Listing]:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _AT.search(str(error))
        raise Fault(int(at.group(1)) - 1 if at else 0, f"not valid TOML: {error}") from error
    document = Document("", text.replace("\r\n", "\n"), data)
    return [_listing(document, path, value) for path, value in _arrays(document, (), data)]


def _arrays(document: Document, path: Path, value: object) -> Iterator[tuple[Path, list[object]]]:
    """Every array that stands in brackets: not those that `[[headers]]` make."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _arrays(document, (*path, key), inner)
    elif isinstance(value, list):
        if document.span(path) is not None:
            yield path, value
        for index, inner in enumerate(value):
            yield from _arrays(document, (*path, index), inner)


def _listing(document: Document, path: Path, value: list[object]) -> Listing:
    items = []
    for index, inner in enumerate(value):
        span = document.span((*path, index))
        assert span is not None
        items.append(Item(*span, _frozen(inner)))
    outer = document.span(path)
    assert outer is not None
    start, end = outer
    key = document.key(path)
    return Listing(path, Form.FLOW, key.line - 1, key.column - 1, start, end, tuple(items))


def _frozen(value: object) -> Hashable:
    if isinstance(value, dict):
        return "table", frozenset((key, _frozen(inner)) for key, inner in value.items())
    if isinstance(value, list):
        return "array", tuple(map(_frozen, value))
    return type(value).__name__, repr(value)


def _items(text: str) -> Sequence[str]:
    return [row.strip() for row in text.strip().split("\n")]


def _value(text: str) -> Hashable:
    (value,) = tomllib.loads(f"items = [{text}]")["items"]
    return _frozen(value)


def _printed(text: str) -> str:
    return text.strip().removesuffix(",")


SYNTAX = Syntax(read, split, _items, _value, _printed, is_bracketed=True)
