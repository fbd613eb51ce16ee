"""Decodes, part by part, values that the strict decoder refuses and Go accepts.

This slow path depends on nothing learned, and tries the faster paths for every part of a value.
`Again` decodes a Struct within such a value, by the faster paths first.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from enum import Enum
from functools import partial
from typing import Any, Literal, TypeAlias, get_args, get_origin

import msgspec

from kube.runtime.shapes import bare, fields, is_struct, is_union, real_class
from kube.runtime.strict import decoder
from kube.runtime.struct import UnknownMembers

Again: TypeAlias = Callable[[bytes, Any], Any]


def lenient(raw: bytes, tp: Any, again: Again) -> tuple[Any, bool]:
    """The value of a loosened member, and whether the strict path would have taken it too."""
    try:
        return decoder(tp).decode(raw), True
    except msgspec.ValidationError as error:
        return _kept(raw, bare(tp), error, again), False


def decode_by_parts(raw: bytes, tp: Any, again: Again) -> Any:
    """A value of a type that the faster paths have refused. Raises msgspec.ValidationError."""
    if is_struct(bare(tp)):
        return _members_one_by_one(raw, bare(tp), again)
    return lenient(raw, tp, again)[0]


def _members_one_by_one(raw: bytes, cls: Any, again: Again) -> Any:
    real, known = real_class(cls), fields(cls)
    tag_field = real.__struct_config__.tag_field
    values: dict[str, Any] = {}
    extra: dict[str, bytes] = {}
    for name, value in decoder(dict[str, msgspec.Raw]).decode(raw).items():
        member = bytes(value)
        f = known.get(name)
        if f is None:
            if name != tag_field:
                extra[name] = msgspec.json.encode(name) + b":" + member
        elif member != b"null":
            decode_member = partial(lenient, tp=f.type, again=again)
            values[f.name], _ = located(f".{name}", decode_member, member)
        elif (empty := empty_of(f)) is not None:
            values[f.name] = empty
    if extra:
        # By name, as from shadows: the order is the same on whichever path an object is decoded.
        values["unknown_members_"] = UnknownMembers(b",".join(extra[n] for n in sorted(extra)))
    try:
        return real(**values)
    except TypeError:
        raise missing_field(real, values.keys()) from None


def empty_of(field: Any) -> list[Any] | dict[str, Any] | None:
    """The value of a null for a field: absent, but for a list or a map that must not be absent.

    Go writes an empty one as null: the `drivers` of a CSINode, for example.
    """
    origin = get_origin(bare(field.type))
    if not field.required or origin not in (list, dict):
        return None
    empty: list[Any] | dict[str, Any] = origin()
    return empty


def missing_field(real: type, present: Collection[str]) -> msgspec.ValidationError:
    missing = next(f for f in fields(real).values() if f.required and f.name not in present)
    return msgspec.ValidationError(f"Object missing required field `{missing.encode_name}`")


def _kept(raw: bytes, tp: Any, error: msgspec.ValidationError, again: Again) -> Any:
    if raw == b"null":
        return zero_of(tp, error)
    origin = get_origin(tp)
    if origin is list and raw[:1] == b"[":
        element = get_args(tp)[0]
        return [
            located(f"[{i}]", lambda raw: lenient(raw, element, again)[0], bytes(item))
            for i, item in enumerate(decoder(list[msgspec.Raw]).decode(raw))
        ]
    if origin is dict and raw[:1] == b"{":
        value = get_args(tp)[1]
        members = decoder(dict[str, msgspec.Raw]).decode(raw)
        return {
            name: located("[...]", lambda raw: lenient(raw, value, again)[0], bytes(member))
            for name, member in members.items()
        }
    if is_struct(tp):
        return again(raw, tp)
    if is_union(tp):
        return _kept_in_union(raw, tp, error, again)
    if origin is Literal:
        return _same_scalar(raw, {type(v) for v in get_args(tp)}, error)
    if isinstance(tp, type) and issubclass(tp, Enum):
        return _same_scalar(raw, {type(m.value) for m in tp}, error)
    raise error


def _kept_in_union(raw: bytes, tp: Any, error: msgspec.ValidationError, again: Again) -> Any:
    """A member known by its tag is decoded as its class; of an unknown one the bytes are kept."""
    if raw[:1] != b"{":
        raise error
    members = decoder(dict[str, msgspec.Raw]).decode(raw)
    for member in get_args(tp):
        if is_struct(member):
            config = real_class(member).__struct_config__
            if bytes(members.get(config.tag_field, b"")) == msgspec.json.encode(config.tag):
                return again(raw, member)
    return msgspec.Raw(raw)


def _same_scalar(raw: bytes, kinds: set[type], error: msgspec.ValidationError) -> Any:
    """A value that is not in a closed enum, kept as Go keeps it, if it has the enum's JSON type."""
    value = msgspec.json.decode(raw)
    if type(value) in kinds:
        return value
    raise error


def zero_of(tp: Any, error: msgspec.ValidationError) -> Any:
    """The value of a null within a list or a map: the element's zero value, as in Go."""
    origin = get_origin(tp) or tp
    if origin in (str, int, float, bool, list, dict):
        return origin()
    if is_struct(tp):
        try:
            return real_class(tp)()
        except TypeError:
            raise error from None
    raise error


def located(step: str, convert: Callable[[Any], Any], value: Any) -> Any:
    """`convert(value)`, with `step` put before the path of an error."""
    try:
        return convert(value)
    except msgspec.ValidationError as error:
        message, separator, path = str(error).rpartition(" - at `$")
        if not separator:
            message, path = str(error), "`"
        raise msgspec.ValidationError(f"{message} - at `${step}{path}") from None
