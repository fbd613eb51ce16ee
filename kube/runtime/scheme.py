"""The Scheme: which class stands for which group, version and kind.

After k8s.io/apimachinery/pkg/runtime.Scheme, with what Python needs of it. Registration happens
once, at import or start; look-ups are plain dictionary reads.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from kube.runtime.gvk import GroupVersion, GroupVersionKind
from kube.runtime.resource import NotRegisteredError
from kube.runtime.struct import Struct

S = TypeVar("S", bound=Struct)


class Scheme:
    """A registry of API types."""

    def __init__(self) -> None:
        self._types: dict[GroupVersionKind, type[Struct]] = {}
        self._kinds: dict[type[Struct], list[GroupVersionKind]] = {}

    def add_known_types(self, group_version: GroupVersion, *types: type[Struct]) -> None:
        """Register classes under their own names. Raises ValueError for a kind already taken."""
        for cls in types:
            self.add_known_type_with_name(group_version.with_kind(cls.__name__), cls)

    def add_known_type_with_name(self, gvk: GroupVersionKind, cls: type[Struct]) -> None:
        """Register a class under a kind of another name."""
        taken = self._types.get(gvk)
        if taken is cls:
            return
        if taken is not None:
            raise ValueError(
                f"{gvk} is registered for {taken.__module__}.{taken.__qualname__} already; "
                f"{cls.__module__}.{cls.__qualname__} cannot have it too"
            )
        self._types[gvk] = cls
        self._kinds.setdefault(cls, []).append(gvk)

    def recognizes(self, gvk: GroupVersionKind) -> bool:
        return gvk in self._types

    def type_for(self, gvk: GroupVersionKind) -> type[Struct]:
        """The class of a kind. Raises NotRegisteredError."""
        try:
            return self._types[gvk]
        except KeyError:
            raise NotRegisteredError(f"no type is registered for {gvk}") from None

    def object_kinds(self, obj: Struct | type[Struct]) -> list[GroupVersionKind]:
        """The kinds that an object's class is registered for. Raises NotRegisteredError."""
        cls = obj if isinstance(obj, type) else type(obj)
        kinds = self._kinds.get(cls)
        if not kinds:
            raise NotRegisteredError(
                f"{cls.__module__}.{cls.__qualname__} is not registered; "
                "call its package's add_to_scheme first"
            )
        return list(kinds)

    def object_kind(self, obj: Struct | type[Struct]) -> GroupVersionKind:
        """The one kind of an object. Raises NotRegisteredError; ValueError where it has several."""
        kinds = self.object_kinds(obj)
        if len(kinds) > 1:
            raise ValueError(f"ambiguous kind: {', '.join(map(str, kinds))}")
        return kinds[0]

    def new(self, gvk: GroupVersionKind, **fields: Any) -> Struct:
        """A new object of a kind, its apiVersion and kind set."""
        cls: Any = self.type_for(gvk)
        made: Struct = cls(api_version=gvk.api_version, kind=gvk.kind, **fields)
        return made

    def all_known_types(self) -> dict[GroupVersionKind, type[Struct]]:
        return dict(self._types)


class SchemeBuilder:
    """Collects registrations, to be applied to a Scheme later; upstream's runtime.SchemeBuilder."""

    def __init__(self, *functions: Callable[[Scheme], None]) -> None:
        self._functions = list(functions)

    def register(self, *functions: Callable[[Scheme], None]) -> None:
        self._functions.extend(functions)

    def add_to_scheme(self, scheme: Scheme) -> None:
        for function in self._functions:
            function(scheme)
