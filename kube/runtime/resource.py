"""`Resource`: what a client needs to know about one kind, and the table from class to Resource.

`codegen register` writes the Resource of each kind into `zz_generated_resources.py` beside the
types. That module registers them here when it is imported, and `resource_of` imports it when a
class is first looked up: importing an API imports nothing generated. Only this module builds
paths.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, TypeAlias

from kube.runtime.generated import import_beside
from kube.runtime.gvk import (
    GroupResource,
    GroupVersion,
    GroupVersionKind,
    GroupVersionResource,
    group_version_path,
)

_Class: TypeAlias = type[Any]

GENERATED_MODULE = "zz_generated_resources"


class NotRegisteredError(LookupError):
    """A class has no known kind or Resource, or a kind has no known class."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One resource in one version. `type` and `list_type` are the classes of its documents.

    `list_kind` is the kind of the lists that the server answers with, by default `<Kind>List`.
    With `has_status` the status is a subresource, and writes to the object itself do not change it.
    """

    group: str
    version: str
    kind: str
    plural: str
    namespaced: bool
    type: _Class
    list_type: _Class
    singular: str = ""
    list_kind: str = ""
    has_status: bool = False
    _root: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_root", group_version_path(self.group, self.version))
        if not self.list_kind:
            object.__setattr__(self, "list_kind", f"{self.kind}List")

    def __hash__(self) -> int:
        # Names alone: those of classes and flags would cost four times as much and tell no more.
        return hash((self.group, self.version, self.plural))

    @property
    def group_version(self) -> GroupVersion:
        """`apps/v1`, as a value."""
        return GroupVersion(self.group, self.version)

    @property
    def api_version(self) -> str:
        """`apps/v1`, as documents write it; the core group's is `v1`."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def gvk(self) -> GroupVersionKind:
        """`apps/v1, Kind=Deployment`."""
        return GroupVersionKind(self.group, self.version, self.kind)

    @property
    def gvr(self) -> GroupVersionResource:
        """`apps/v1, Resource=deployments`."""
        return GroupVersionResource(self.group, self.version, self.plural)

    @property
    def group_resource(self) -> GroupResource:
        """`deployments.apps`, in any version."""
        return GroupResource(self.group, self.plural)

    def path(self, namespace: str = "", name: str = "", subresource: str = "") -> str:
        """The absolute path of an object, or of the collection if `name` is empty.

        Raises ValueError for an object of a namespaced kind without its namespace, and for a name
        that is not one segment of a path.
        """
        if not self.namespaced:
            namespace = ""
        elif name and not namespace:
            raise ValueError(f"{self.plural} are namespaced: {name!r} needs the namespace it is in")
        return resource_path(self._root, self.plural, namespace, name, subresource)


def resource_path(
    root: str, plural: str, namespace: str = "", name: str = "", subresource: str = ""
) -> str:
    """The path of a resource, or of what is below it, under the root of its group and version.

    Raises ValueError for a namespace or a name that is not one segment of a path.
    """
    path = f"{root}/namespaces/{path_segment('namespace', namespace)}" if namespace else root
    path = f"{path}/{plural}" if plural else path
    if name:
        path = f"{path}/{path_segment('name', name)}"
    return f"{path}/{subresource}" if subresource else path


def path_segment(what: str, value: str) -> str:
    """The value, unless it is not one segment of a path: then ValueError, as in client-go."""
    if value in (".", "..") or "/" in value or "%" in value:
        raise ValueError(
            f"{what} {value!r} is invalid: it must not be `.` or `..`, or contain / or %"
        )
    return value


class LazyResources(Collection[Resource]):
    """Resources of several versions; those of a version are imported when one is looked up.

    Generated informer factories have one. To iterate imports all.
    """

    def __init__(self) -> None:
        self._modules: dict[GroupVersion, tuple[str, Sequence[str]]] = {}

    def add(self, group: str, version: str, module: str, names: Sequence[str]) -> None:
        """Add a version, whose Resources are constants of a module."""
        self._modules[GroupVersion(group, version)] = (module, names)

    def find(self, gvr: GroupVersionResource) -> Resource | None:
        """The Resource of this name, or None; imports one module at most."""
        of_version = self._of(GroupVersion(gvr.group, gvr.version))
        return next((resource for resource in of_version if resource.gvr == gvr), None)

    def __iter__(self) -> Iterator[Resource]:
        for group_version in self._modules:
            yield from self._of(group_version)

    def __len__(self) -> int:
        return sum(len(names) for _, names in self._modules.values())

    def __contains__(self, resource: object) -> bool:
        return isinstance(resource, Resource) and self.find(resource.gvr) == resource

    def _of(self, group_version: GroupVersion) -> list[Resource]:
        name, constants = self._modules.get(group_version, ("", ()))
        return [getattr(import_module(name), constant) for constant in constants]


_resources: dict[Any, Resource] = {}


def register_resources(*resources: Resource) -> None:
    """Register each Resource for its `type` and its `list_type`.

    Generated modules call it when they are imported. Raises ValueError for a class that already
    has a different Resource.
    """
    for resource in resources:
        for cls in (resource.type, resource.list_type):
            other = _resources.setdefault(cls, resource)
            if other != resource:
                raise ValueError(
                    f"{type_name(cls)} is already registered as {other.gvr}: use another class for "
                    f"{resource.gvr}"
                )


def resource_of(cls: _Class) -> Resource:
    """The Resource of a kind, by its class, its list class or its apply configuration.

    The look-up is by exact class: a subclass has no Resource. An apply configuration has that of
    the class it configures. Raises NotRegisteredError.
    """
    resource = _resources.get(cls)
    if resource is None and hasattr(cls, "__resource_class__"):
        return resource_of(cls.__resource_class__())
    if resource is None:
        import_beside(cls, GENERATED_MODULE)
        resource = _resources.get(cls)
    if resource is None:
        raise NotRegisteredError(_why_not(cls))
    return resource


def _why_not(cls: _Class) -> str:
    name = type_name(cls)
    if getattr(cls, "__module__", "").startswith("kube.runtime."):
        return f"{name} may be of any kind: set api_version and kind of the object"
    parent = next((base for base in getattr(cls, "__mro__", ()) if base in _resources), None)
    if parent is not None:
        return (
            f"{name} has no Resource, and does not inherit that of {type_name(parent)}: "
            "declare one with kube.runtime.register_resources"
        )
    return (
        f"{name} has no Resource: run `codegen generate` to write {GENERATED_MODULE}.py beside it "
        "(its package needs +groupName), or declare one with kube.runtime.register_resources"
    )


def gvk_of(value: Any) -> GroupVersionKind:
    """The group, version and kind of an object, a list, or a class of either.

    An object's own apiVersion and kind count; where they are empty, those of its class's Resource.
    Raises NotRegisteredError if they are empty and the class has no Resource.
    """
    cls = value if isinstance(value, type) else type(value)
    api_version, kind = ("", "") if cls is value else (value.api_version, value.kind)
    if not (api_version and kind):
        resource = resource_of(cls)
        api_version = api_version or resource.api_version
        kind = kind or (resource.list_kind if cls is resource.list_type else resource.kind)
    return GroupVersion.parse(api_version).with_kind(kind)


def type_name(cls: _Class) -> str:
    """A class's name for messages, with its module."""
    return f"{cls.__module__}.{cls.__qualname__}" if isinstance(cls, type) else str(cls)
