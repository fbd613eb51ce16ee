"""What msgspec alone takes: our classes without what `Struct` adds to them.

The twin of a class has the same fields and no place for unknown members, passes over what it does
not know, and is decoded straight into; `gc=False` as ours. No client in Python can be cheaper.
"""

from __future__ import annotations

import types
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec

from kube.runtime import Struct

_twins: dict[Any, Any] = {}


def plain(tp: Any) -> Any:
    """The twin of a type: of a Struct, or of anything that holds Structs."""
    origin = get_origin(tp)
    if origin is Annotated:
        return plain(get_args(tp)[0])
    if origin in (Union, types.UnionType):
        return Union[tuple(plain(a) for a in get_args(tp))]  # noqa: UP007 (made at run time)
    if origin in (list, dict):
        return types.GenericAlias(origin, tuple(plain(a) for a in get_args(tp)))
    if isinstance(tp, type) and issubclass(tp, Struct):
        found = _twins.get(tp)
        if found is None:
            found = _twins[tp] = _twin(tp)
        return found
    return tp


def _twin(cls: type[Struct]) -> Any:
    fields = []
    for f in msgspec.structs.fields(cls):
        if f.name == "unknown_members_":
            continue
        factory = f.default_factory
        if isinstance(factory, type) and issubclass(factory, Struct):
            factory = plain(factory)
        absent: dict[str, Any] = {"default": f.default, "default_factory": factory}
        fields.append((f.name, plain(f.type), msgspec.field(name=f.encode_name, **absent)))
    return msgspec.defstruct(
        cls.__name__, fields, kw_only=True, omit_defaults=True, gc=False, module=__name__
    )
