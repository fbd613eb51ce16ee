"""One walk over a refused document, for members that its types do not declare.

The walk compares the document's tree with the types and collects every undeclared member and every
value that a declared type refuses but Go accepts, in time linear in the document. It reports no
errors: the decoder does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal, TypeAlias, get_args, get_origin

import msgspec

from kube.runtime.enums import OpenEnum
from kube.runtime.shapes import bare, fields, is_struct, is_union, real_class, takes_null
from kube.runtime.strict import decoder, new_decoder

_decode_tree = new_decoder(Any).decode

Member: TypeAlias = tuple[Any, str]
"""A class and the JSON name of one of its fields."""


@dataclass(slots=True)
class Observed:
    """Undeclared names in objects of one class, each with the number of objects that have it, and
    fields whose values the declared type refuses.
    """

    names: Counter[str] = field(default_factory=Counter)
    loose: set[str] = field(default_factory=set)


class Survey(dict[Any, Observed]):
    """What was observed in a document, class by class."""

    def unknown(self, cls: Any, name: str) -> None:
        self._of(cls).names[name] += 1

    def loosen(self, member: Member | None) -> None:
        if member is not None:
            self._of(member[0]).loose.add(member[1])

    def _of(self, cls: Any) -> Observed:
        observed = self.get(cls)
        if observed is None:
            observed = self[cls] = Observed()
        return observed


def survey(root: Any, data: bytes | bytearray | memoryview) -> Survey:
    """Raises msgspec.DecodeError for text that is not JSON."""
    result = Survey()
    _walk_in_parts(root, data, result, None)
    return result


def _walk_in_parts(tp: Any, data: Any, result: Survey, member: Member | None) -> None:
    """Walk a list document item by item, because its whole tree may not fit into memory."""
    one = bare(tp)
    if is_struct(one) and member is None and data[:1] == b"{":
        known = fields(one)
        for name, raw in decoder(dict[str, msgspec.Raw]).decode(data).items():
            f = known.get(name)
            if f is not None and get_origin(bare(f.type)) is list:
                _walk_in_parts(f.type, bytes(raw), result, (one, name))
            else:
                _visitor(one)({name: _decode_tree(raw)}, result, None)
    elif get_origin(one) is list and data[:1] == b"[":
        visit = _visitor(get_args(one)[0])
        for raw in decoder(list[msgspec.Raw]).decode(data):
            visit(_decode_tree(raw), result, member)
    else:
        _visitor(tp)(_decode_tree(data), result, member)


Visit: TypeAlias = Callable[[Any, Survey, Member | None], None]

_visitors: dict[Any, Visit] = {}


def _visitor(tp: Any) -> Visit:
    """The function that compares values of a type; `member` is the field that has the value."""
    visitor = _visitors.get(tp)
    if visitor is None:
        visitor = _visitors[tp] = _build(tp)
    return visitor


def _build(tp: Any) -> Visit:
    one = bare(tp)
    inner = _visitor_of_present(one)
    if takes_null(tp):
        return lambda value, result, member: (
            None if value is None or inner is None else inner(value, result, member)
        )

    def visit(value: Any, result: Survey, member: Member | None) -> None:
        if value is None:
            result.loosen(member)
        elif inner is not None:
            inner(value, result, member)

    return visit


def _visitor_of_present(tp: Any) -> Visit | None:
    origin = get_origin(tp)
    if is_struct(tp):
        return _of_struct(tp)
    if is_union(tp):
        return _of_union(tp)
    if origin is list:
        return _of_list(get_args(tp)[0])
    if origin is dict:
        return _of_dict(*get_args(tp))
    if origin is Literal:
        return _of_closed(frozenset(get_args(tp)))
    if isinstance(tp, type) and issubclass(tp, Enum) and not issubclass(tp, OpenEnum):
        return _of_closed(frozenset(tp._value2member_map_))
    return None


def _of_struct(cls: Any) -> Visit:
    visitors: dict[str, tuple[Visit, Member]] = {}  # filled on first use, for cycles
    config = real_class(cls).__struct_config__

    def visit(value: Any, result: Survey, member: Member | None) -> None:
        if type(value) is not dict:
            return
        if not visitors:
            visitors.update(
                {name: (_visitor(f.type), (cls, name)) for name, f in fields(cls).items()}
            )
        for name, inner in value.items():
            known = visitors.get(name)
            if known is not None:
                known[0](inner, result, known[1])
            elif name != config.tag_field:
                result.unknown(cls, name)

    return visit


def _of_union(tp: Any) -> Visit | None:
    """A union's members differ by their tag; a fault within one loosens the whole field."""
    members = {
        real_class(m).__struct_config__.tag: m
        for m in get_args(tp)
        if is_struct(m) and real_class(m).__struct_config__.tag is not None
    }
    if not members:
        return None
    tag_field = real_class(next(iter(members.values()))).__struct_config__.tag_field

    def visit(value: Any, result: Survey, member: Member | None) -> None:
        if type(value) is not dict:
            return
        cls = members.get(value.get(tag_field))
        within = Survey()
        if cls is not None:
            _visitor(cls)(value, within, None)
        if cls is None or within:
            result.loosen(member)
        for inner, observed in within.items():
            for name in observed.names:
                result.unknown(inner, name)
            for name in observed.loose:
                result.loosen((inner, name))

    return visit


def _of_list(element: Any) -> Visit:
    def visit(value: Any, result: Survey, member: Member | None) -> None:
        if type(value) is list:
            inner = _visitor(element)
            for item in value:
                inner(item, result, member)

    return visit


def _of_dict(key: Any, element: Any) -> Visit:
    known = _visitor_of_present(bare(key))

    def visit(value: Any, result: Survey, member: Member | None) -> None:
        if type(value) is dict:
            inner = _visitor(element)
            for name, item in value.items():
                if known is not None:
                    known(name, result, member)
                inner(item, result, member)

    return visit


def _of_closed(values: frozenset[Any]) -> Visit:
    def visit(value: Any, result: Survey, member: Member | None) -> None:
        if isinstance(value, (str, int)) and value not in values:
            result.loosen(member)

    return visit
