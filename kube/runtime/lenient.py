"""Values that a type refuses and Go would keep: nulls, and members of lists that have grown.

`Again` decodes a whole Struct found within such a value, by the tolerant path.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from enum import Enum
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin

import msgspec

from kube.runtime.hooks import decode_hook
from kube.runtime.learned import bare, is_struct, real_class

Again: TypeAlias = Callable[[bytes, Any], Any]


def lenient(raw: bytes, tp: Any, again: Again) -> tuple[Any, bool]:
    """The value of a loosened member, and whether the strict path would have taken it too."""
    try:
        return msgspec.json.decode(raw, type=tp, dec_hook=decode_hook), True
    except msgspec.ValidationError as error:
        return _kept(raw, bare(tp), error, again), False


def _kept(raw: bytes, tp: Any, error: msgspec.ValidationError, again: Again) -> Any:
    if raw == b"null":
        return _zero(tp, error)
    origin = get_origin(tp)
    if origin is list and raw[:1] == b"[":
        element = get_args(tp)[0]
        return [
            located(f"[{i}]", lambda raw: lenient(raw, element, again)[0], bytes(item))
            for i, item in enumerate(msgspec.json.decode(raw, type=list[msgspec.Raw]))
        ]
    if origin is dict and raw[:1] == b"{":
        value = get_args(tp)[1]
        members = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
        return {
            name: located("[...]", lambda raw: lenient(raw, value, again)[0], bytes(member))
            for name, member in members.items()
        }
    if is_struct(tp):
        return again(raw, tp)
    if origin in (Union, types.UnionType):
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
    members = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    for member in get_args(tp):
        if is_struct(member):
            config = real_class(member).__struct_config__
            if bytes(members.get(config.tag_field, b"")) == msgspec.json.encode(config.tag):
                return again(raw, member)
    return msgspec.Raw(raw)


def _same_scalar(raw: bytes, kinds: set[type], error: msgspec.ValidationError) -> Any:
    """A value outside a closed list, kept as Go keeps it, if it is of the list's JSON type."""
    value = msgspec.json.decode(raw)
    if type(value) in kinds:
        return value
    raise error


def _zero(tp: Any, error: msgspec.ValidationError) -> Any:
    """What Go makes of a null within a list or a map: the element's zero value."""
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
        message, found, path = str(error).rpartition(" - at `$")
        if not found:
            message, path = str(error), "`"
        raise msgspec.ValidationError(f"{message} - at `${step}{path}") from None
