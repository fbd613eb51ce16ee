"""The Scheme: the class of each group, version and kind.

After k8s.io/apimachinery/pkg/runtime.Scheme. A version's kinds may be
added lazily: a program with the types of many groups imports those that it looks up. Once a
version's module is imported, look-ups are plain dictionary reads.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

from kube.runtime.gvk import GroupVersion, GroupVersionKind
from kube.runtime.resource import NotRegisteredError, Resource, resource_of, type_name
from kube.runtime.struct import Struct

S = TypeVar("S", bound=Struct)


class Scheme:
    """A registry of API types."""

    def __init__(self) -> None:
        self._types: dict[GroupVersionKind, type[Struct]] = {}
        self._kinds: dict[type[Struct], dict[GroupVersionKind, None]] = {}  # in order
        self._lazy: dict[GroupVersion, list[str]] = {}  # modules not imported yet

    def add_known_types(self, group_version: GroupVersion, *types: type[Struct]) -> None:
        """Register classes under their own names. Raises ValueError if a kind has another class."""
        for cls in types:
            self.add_known_type_with_name(group_version.with_kind(cls.__name__), cls)

    def add_known_type_with_name(self, gvk: GroupVersionKind, cls: type[Struct]) -> None:
        """Register a class under a kind of another name."""
        taken = self._types.get(gvk)
        if taken is cls:
            return
        if taken is not None:
            raise ValueError(
                f"{gvk} is already registered for {type_name(taken)}; "
                f"register {type_name(cls)} under another kind"
            )
        self._types[gvk] = cls
        self._kinds.setdefault(cls, {})[gvk] = None

    def add_lazily(self, group_version: GroupVersion, module: str) -> None:
        """Let a module's `add_to_scheme` add the kinds of a version when one is first looked up."""
        modules = self._lazy.setdefault(group_version, [])
        if module not in modules:
            modules.append(module)

    def recognizes(self, gvk: GroupVersionKind) -> bool:
        self._load(gvk.group_version)
        return gvk in self._types

    def type_for(self, gvk: GroupVersionKind) -> type[Struct]:
        """The class of a kind. Raises NotRegisteredError."""
        cls = self._types.get(gvk)
        if cls is None:
            self._load(gvk.group_version)
            cls = self._types.get(gvk)
        if cls is None:
            raise NotRegisteredError(f"no class is registered for {gvk}")
        return cls

    def resource_for(self, gvk: GroupVersionKind) -> Resource:
        """The Resource of a kind. Raises NotRegisteredError."""
        return resource_of(self.type_for(gvk))

    def object_kinds(self, obj: Struct | type[Struct]) -> list[GroupVersionKind]:
        """The kinds that an object's class is registered for. Raises NotRegisteredError."""
        cls = obj if isinstance(obj, type) else type(obj)
        if self._lazy:
            self._load_kinds_of(cls)
        kinds = self._kinds.get(cls)
        if not kinds:
            raise NotRegisteredError(
                f"{type_name(cls)} is not registered: call its package's add_to_scheme"
            )
        return list(kinds)

    def object_kind(self, obj: Struct | type[Struct]) -> GroupVersionKind:
        """The kind of an object. Raises NotRegisteredError; ValueError if it has several."""
        kinds = self.object_kinds(obj)
        if len(kinds) > 1:
            names = ", ".join(map(str, kinds))
            raise ValueError(f"the kind of the object is ambiguous: its class is {names}")
        return kinds[0]

    def new(self, gvk: GroupVersionKind, **fields: Any) -> Struct:
        """A new object of a kind, with its apiVersion and kind."""
        cls: Any = self.type_for(gvk)
        obj: Struct = cls(api_version=gvk.api_version, kind=gvk.kind, **fields)
        return obj

    def all_known_types(self) -> dict[GroupVersionKind, type[Struct]]:
        """The class of each kind; imports what was added lazily."""
        self._load(*list(self._lazy))
        return dict(self._types)

    def _load_kinds_of(self, cls: type[Struct]) -> None:
        """Import the versions in the class's package, and all if those do not have the class."""
        here = cls.__module__
        beside = [
            group_version
            for group_version, modules in list(self._lazy.items())
            if any(here.startswith(f"{module.rpartition('.')[0]}.") for module in modules)
        ]
        self._load(*beside)
        if cls not in self._kinds:
            self._load(*list(self._lazy))

    def _load(self, *group_versions: GroupVersion) -> None:
        # Adding is idempotent, so two threads may do it at the same time.
        for group_version in group_versions:
            for module in self._lazy.get(group_version, ()):
                import_module(module).add_to_scheme(self)
            self._lazy.pop(group_version, None)


class SchemeBuilder:
    """Collects registrations and applies them to a Scheme later, as upstream's SchemeBuilder."""

    def __init__(self, *functions: Callable[[Scheme], None]) -> None:
        self._functions = list(functions)

    def register(self, *functions: Callable[[Scheme], None]) -> None:
        self._functions.extend(functions)

    def add_to_scheme(self, scheme: Scheme) -> None:
        for function in self._functions:
            function(scheme)
