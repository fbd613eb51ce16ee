"""What the server serves: resources by group, version and plural.

A resource comes from the table of built-in kinds, from a CustomResourceDefinition, or from a caller
who registers a kind without a schema, as the fake clientset does. Nothing else in this package
depends on its origin: the differences are data here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from datetime import datetime

    from kube.envtest.apiserver.authorization.authorizer import Authorizer
    from kube.envtest.apiserver.authorization.tokens import Tokens
    from kube.envtest.apiserver.schemas.schema import Schema
    from kube.envtest.apiserver.storage.strategies import Strategy
    from kube.envtest.apiserver.webhooks.conversion import Converter

VERBS = (
    "create", "delete", "deletecollection", "get", "list", "patch", "update", "watch",
)  # fmt: skip


class Column(msgspec.Struct, frozen=True):
    """A column of `kubectl get`. Priority 0 is always shown, others only with `-o wide`."""

    name: str
    type: str
    json_path: str
    description: str = ""
    format: str = ""
    priority: int = 0


class Scale(msgspec.Struct, frozen=True):
    """Where the scale subresource finds its numbers: JSON paths such as `.spec.replicas`."""

    spec_path: str
    status_path: str
    selector_path: str = ""
    """Where the selector stands as text."""
    selector_from: str = ""
    """Where a label selector, or a map of labels, stands from which the text is made."""


class Review(msgspec.Struct, frozen=True):
    """A request that is answered and not stored: its object, namespace, headers and time, who
    decides what users may do, and who knows tokens."""

    tree: dict[str, Any]
    namespace: str
    headers: Mapping[str, str]
    now: datetime
    authorizer: Authorizer
    tokens: Tokens


class ServerResource(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """One resource in one version. Subresources are named as in paths: status, scale, …"""

    group: str
    version: str
    kind: str
    plural: str
    namespaced: bool
    singular: str = ""
    list_kind: str = ""
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    subresources: frozenset[str] = frozenset()
    creatable: frozenset[str] = frozenset()
    """Subresources that a create is served for, as clientsets add methods for them."""
    columns: tuple[Column, ...] = ()
    scale: Scale | None = None
    schema: Schema | None = None
    structure: Callable[[], dict[str, Any]] | None = None
    """How the fields of a kind without a schema merge; asked for when an object is written."""
    generation: bool = True
    """Whether metadata.generation counts changes of the spec."""
    verbs: tuple[str, ...] = VERBS
    custom: bool = False
    """Whether a CustomResourceDefinition defines it."""
    deprecation: str = ""
    """The warning for users of this version; '' for none."""
    selectable: tuple[str, ...] = ()
    """Fields that a field selector may name, besides metadata.name and metadata.namespace."""
    names: re.Pattern[str] | None = None
    storage: tuple[str, str] = ("", "")
    """The collection it is stored in; two groups may share one, as the two kinds of events do."""
    to_version: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    from_version: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    converter: Converter | None = None
    """Where a webhook converts between the versions: what makes objects of this one."""
    review: Callable[[Review], dict[str, Any]] | None = None
    reset: tuple[str, ...] = ()
    """Members that an update does not write, so that nobody owns them."""
    requester: Callable[[dict[str, Any], dict[str, Any]], None] | None = None
    """Writes into a new object who creates it."""
    """Answers a create of a kind that is never stored, such as SelfSubjectAccessReview."""
    strategy: Strategy | None = None
    """Rules of its own; None follows the conventions of custom resources."""
    listed: tuple[dict[str, Any], ...] = ()
    """How discovery lists it and its subresources; () where the other members say it all."""
    head: bytes = b""
    """How an object of this version begins in JSON; made of the names."""
    api_version: str = ""
    """Group and version; made of them."""

    def __post_init__(self) -> None:
        def put(name: str, value: object) -> None:
            msgspec.structs.force_setattr(self, name, value)

        put("api_version", f"{self.group}/{self.version}" if self.group else self.version)
        put("singular", self.singular or self.kind.lower())
        put("list_kind", self.list_kind or f"{self.kind}List")
        if self.storage == ("", ""):
            put("storage", (self.group, self.plural))
        put("head", f'{{"apiVersion":"{self.api_version}","kind":"{self.kind}",'.encode())

    def subresource_verbs(self, name: str) -> tuple[str, ...]:
        """What can be done with a subresource, named as in paths."""
        for entry in self.listed:
            if entry["name"] == f"{self.plural}/{name}":
                return tuple(entry["verbs"])
        return ("update",) if name == "finalize" else ("get", "patch", "update")

    def external(self, tree: dict[str, Any]) -> dict[str, Any]:
        """A stored object as clients of this version see it."""
        shown = self.to_version(tree) if self.to_version else tree
        return {"apiVersion": self.api_version, "kind": self.kind, **shown}

    @property
    def go_type(self) -> str:
        """The real server's type of an object, as some of its messages show it."""
        if self.custom:
            return "*unstructured.Unstructured"
        return f"*{self.group.partition('.')[0] or 'core'}.{self.kind}"


Loader = Callable[[str, str], Iterable[ServerResource]]


class Registry:
    """The resources served now. Plain look-ups; order is that of discovery.

    `built_in` names the groups and versions that are always served; `load` makes the resources of
    one of them when something in it is first asked for.
    """

    def __init__(
        self, built_in: Iterable[tuple[str, str]] = (), load: Loader = lambda group, version: ()
    ) -> None:
        self._load = load
        self._versions: dict[tuple[str, str], dict[str, ServerResource]] = {}
        self._pending = dict.fromkeys(built_in)
        self._built_in = frozenset(self._pending)
        self._by_storage: dict[tuple[str, str], ServerResource | None] = {}
        for key in self._pending:
            self._versions[key] = {}

    def _of(self, group: str, version: str) -> dict[str, ServerResource]:
        key = (group, version)
        if key in self._pending:
            del self._pending[key]
            resources = self._versions[key]
            for resource in self._load(group, version):
                resources.setdefault(resource.plural, resource)
        return self._versions.get(key, {})

    def add(self, resource: ServerResource) -> None:
        self._of(resource.group, resource.version)
        key = (resource.group, resource.version)
        self._versions.setdefault(key, {})[resource.plural] = resource
        self._by_storage.clear()

    def remove(self, group: str, plural: str) -> None:
        for key in [key for key in self._versions if key[0] == group]:
            resources = self._of(*key)
            resources.pop(plural, None)
            if not resources:
                del self._versions[key]
        self._by_storage.clear()

    def is_built_in(self, group: str, version: str) -> bool:
        """Whether it is one of those that are always served; loads nothing."""
        return (group, version) in self._built_in

    def find(self, group: str, version: str, plural: str) -> ServerResource | None:
        return self._of(group, version).get(plural)

    def by_kind(self, group: str, version: str, kind: str) -> ServerResource | None:
        resources = self._of(group, version).values()
        return next((r for r in resources if r.kind == kind), None)

    def by_storage(self, storage: tuple[str, str]) -> ServerResource | None:
        """The resource whose objects are stored as they are in a collection, if one is served."""
        if storage not in self._by_storage:
            self._by_storage[storage] = self._stored_as(storage)
        return self._by_storage[storage]

    def _stored_as(self, storage: tuple[str, str]) -> ServerResource | None:
        group, plural = storage
        for version in self.groups().get(group, ()):
            resource = self._of(group, version).get(plural)
            if resource is None or resource.to_version is not None:
                continue
            if resource.converter is None or resource.converter.storage == version:
                return resource
        return None

    def of(self, group: str, version: str) -> list[ServerResource]:
        return [r for _, r in sorted(self._of(group, version).items())]

    def groups(self) -> dict[str, list[str]]:
        """Versions by group, the preferred one first."""
        groups: dict[str, list[str]] = {}
        for group, version in self._versions:
            groups.setdefault(group, []).append(version)
        return {
            group: sorted(versions, key=version_priority, reverse=True)
            for group, versions in groups.items()
        }


_VERSION = re.compile(r"v(\d+)(?:(alpha|beta)(\d+))?")


def version_priority(version: str) -> tuple[int, int, int, str]:
    """Sorts as Kubernetes does: v2 above v1 above v1beta2 above v1alpha1 above anything else."""
    match = _VERSION.fullmatch(version)
    if match is None:
        return (0, 0, 0, version)
    stability = {"alpha": 1, "beta": 2}.get(match[2], 3)
    return (stability, int(match[1]), int(match[3] or 0), version)
