"""Functions of annotations: a type without None, its fields, the Structs it contains."""

from __future__ import annotations

import types
from functools import cache, reduce
from operator import or_
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec

from kube.runtime.struct import Struct


@cache
def bare(tp: Any) -> Any:
    """A type without Annotated and without None."""
    while get_origin(tp) is Annotated:
        tp = get_args(tp)[0]
    if is_union(tp):
        members = [a for a in get_args(tp) if a is not type(None)]
        if len(members) == 1:
            return bare(members[0])
    return tp


@cache
def is_union(tp: Any) -> bool:
    return get_origin(tp) in (Union, types.UnionType)


@cache
def takes_null(tp: Any) -> bool:
    """Whether the strict decoder accepts null for a type."""
    while get_origin(tp) is Annotated:
        tp = get_args(tp)[0]
    return tp is Any or tp is msgspec.Raw or (is_union(tp) and type(None) in get_args(tp))


@cache
def is_struct(tp: Any) -> bool:
    cls = get_origin(tp) or tp
    return isinstance(cls, type) and issubclass(cls, Struct)


def real_class(tp: Any) -> Any:
    """The class itself of a generic one bound to arguments."""
    return get_origin(tp) or tp


@cache
def fields(tp: Any) -> dict[str, Any]:
    """A Struct's fields by JSON name, types evaluated."""
    return {
        f.encode_name: msgspec.structs.replace(f, type=_hashable(f.type))
        for f in msgspec.structs.fields(tp)
    }


def _hashable(tp: Any) -> Any:
    """A type, less the metadata of Annotated where that cannot be hashed."""
    try:
        hash(tp)
    except TypeError:
        if get_origin(tp) is Annotated:
            return _hashable(get_args(tp)[0])
        arguments = [_hashable(a) for a in get_args(tp)]
        if get_origin(tp) in (Union, types.UnionType):
            return reduce(or_, arguments)
        return get_origin(tp)[tuple(arguments)]
    return tp


@cache
def reach(tp: Any) -> frozenset[Any]:
    """The Struct classes within a type, the type itself included."""
    classes: set[Any] = set()
    todo = _structs_in(tp)
    while todo:
        at = todo.pop()
        if at not in classes:
            classes.add(at)
            todo += [c for f in fields(at).values() for c in _structs_in(f.type)]
    return frozenset(classes)


def _structs_in(tp: Any) -> list[Any]:
    if is_struct(tp):
        return [tp]
    return [cls for a in get_args(tp) if not isinstance(a, str) for cls in _structs_in(a)]
