"""Deep copies: generated where there is generated code, reflective everywhere else.

Copiers are in a table by *exact class*. Inheritance must not apply: the copier of a parent class
would share a subclass's own lists. On a miss, the generated module beside the class is imported
once and fills the table; a class without a generated copier gets the reflective one. Importing an
API module therefore imports nothing generated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy as _stdlib_deepcopy
from typing import Any, TypeVar

import msgspec

from kube.runtime.generated import import_beside

S = TypeVar("S", bound=msgspec.Struct)

GENERATED_MODULE = "zz_generated_deepcopy"

_copiers: dict[type[Any], Callable[[Any], Any]] = {}


def register_copiers(copiers: Mapping[type[Any], Callable[[Any], Any]]) -> None:
    """Called by generated modules: `copiers` maps each class to the function that copies it."""
    _copiers.update(copiers)


def deep_copy(source: S) -> S:
    """A copy of `source` that shares nothing mutable with it; `Struct.deep_copy` calls this."""
    cls = type(source)
    copier = _copiers.get(cls)
    if copier is None:
        copier = _find(cls)
    copied: S = copier(source)
    return copied


def _find(cls: type[Any]) -> Callable[[Any], Any]:
    import_beside(cls, GENERATED_MODULE)
    return _copiers.setdefault(cls, reflective_copy)


def reflective_copy(source: S) -> S:
    """A deep copy without generated code; tests compare generated code with it."""
    out: S = source.__copy__()  # type: ignore[attr-defined]
    for name in source.__struct_fields__:
        value = getattr(source, name)
        if value is not None and type(value) not in _IMMUTABLE:
            setattr(out, name, copy_value(value))
    return out


def copy_value(value: Any) -> Any:
    """A deep copy of any value that a field may have."""
    kind = type(value)
    if kind in _IMMUTABLE:
        return value
    if kind is list:
        return [copy_value(item) for item in value]
    if kind is dict:
        return {key: copy_value(item) for key, item in value.items()}
    if isinstance(value, msgspec.Struct):
        own: Callable[[], Any] | None = getattr(value, "deep_copy", None)  # may be hand-written
        return own() if own is not None else deep_copy(value)
    if isinstance(value, (str, int, float, bytes, msgspec.Raw)):
        return value
    return _stdlib_deepcopy(value)


_IMMUTABLE = frozenset({str, int, float, bool, bytes, type(None), msgspec.Raw})
