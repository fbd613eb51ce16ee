"""What a server serves: its documents of discovery as values, and look-ups in them. Pure; no I/O.

The aggregated documents (`apidiscovery.k8s.io`) describe everything in two requests; an older
server answers with one document for each group and version.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from kube.runtime import GroupVersion, GroupVersionKind, GroupVersionResource
from kube.runtime.resource import Resource
from kube.runtime.unstructured import Unstructured, UnstructuredList

ACCEPT = ",".join(
    (
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
        "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList",
        "application/json",
    )
)


class NoMatchError(LookupError):
    """The server does not serve this kind or name; the message names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerVersion:
    """The server's build, as `/version` reports it."""

    major: str
    minor: str
    git_version: str
    platform: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedResource:
    """One resource in one version, as the server describes it.

    `preferred` is true where the version is the one that its group prefers.
    """

    group: str
    version: str
    kind: str
    plural: str
    singular: str = ""
    namespaced: bool = False
    verbs: frozenset[str] = frozenset()
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    subresources: frozenset[str] = frozenset()
    preferred: bool = False

    @property
    def gvk(self) -> GroupVersionKind:
        return GroupVersionKind(self.group, self.version, self.kind)

    @property
    def gvr(self) -> GroupVersionResource:
        return GroupVersionResource(self.group, self.version, self.plural)

    def resource(self) -> Resource:
        """The description for a dynamic client."""
        return Resource(
            group=self.group,
            version=self.version,
            kind=self.kind,
            plural=self.plural,
            singular=self.singular,
            namespaced=self.namespaced,
            type=Unstructured,
            list_type=UnstructuredList,
            has_status="status" in self.subresources,
        )


@dataclass(frozen=True, slots=True)
class Served:
    """Everything that a server serves, in its order: groups as listed, preferred versions first.

    `missing` are the groups and versions of extension servers that do not answer at the moment.
    """

    resources: Sequence[ServedResource]
    missing: Sequence[GroupVersion] = field(default=())

    def by_kind(self, kind: str, group: str = "", version: str = "") -> ServedResource:
        """The resource of a kind; without a version, in the version that the group prefers.

        Raises `NoMatchError`.
        """
        for resource in self.resources:
            if (resource.kind, resource.group) == (kind, group) and version in (
                "",
                resource.version,
            ):
                return resource
        wanted = f"{group}/{version}".strip("/") or "the core group"
        raise NoMatchError(f"the server has no kind {kind!r} in {wanted}{self._hint()}")

    def by_name(self, name: str) -> ServedResource:
        """The resource that a person names: `deploy`, `deployments`, `Deployment`, `pods.v1.`,
        `deployments.apps`, `deployments.v1.apps`.

        Of several, that of the group that the server lists first. Raises `NoMatchError`.
        """
        word, _, rest = name.partition(".")
        word = word.lower()
        head, _, tail = rest.partition(".")
        for resource in self.resources:
            names = (
                resource.plural,
                resource.singular,
                resource.kind.lower(),
                *resource.short_names,
            )
            if word in names and (
                not rest
                or resource.group == rest
                or (resource.version, resource.group) == (head, tail)
                or resource.group.startswith(f"{rest}.")
            ):
                return resource
        raise NoMatchError(f"the server has no resource {name!r}{self._hint()}")

    def _hint(self) -> str:
        if not self.missing:
            return ""
        return f"; these do not answer at the moment: {', '.join(map(str, self.missing))}"


class _Kind(msgspec.Struct):
    kind: str = ""


class _AggregatedSub(msgspec.Struct):
    subresource: str


class _AggregatedResource(msgspec.Struct, rename="camel"):
    resource: str
    response_kind: _Kind | None = None
    scope: str = ""
    singular_resource: str = ""
    verbs: list[str] | None = None
    short_names: list[str] | None = None
    categories: list[str] | None = None
    subresources: list[_AggregatedSub] | None = None


class _AggregatedVersion(msgspec.Struct):
    version: str
    resources: list[_AggregatedResource] | None = None
    freshness: str = ""


class _Named(msgspec.Struct):
    name: str = ""


class _AggregatedGroup(msgspec.Struct):
    metadata: _Named = msgspec.field(default_factory=_Named)
    versions: list[_AggregatedVersion] | None = None


class _AggregatedList(msgspec.Struct):
    items: list[_AggregatedGroup] | None = None


class _VersionName(msgspec.Struct, rename="camel"):
    group_version: str
    version: str


class _Group(msgspec.Struct, rename="camel"):
    name: str
    versions: list[_VersionName]
    preferred_version: _VersionName | None = None


class _Root(msgspec.Struct):
    kind: str = ""
    versions: list[str] | None = None
    groups: list[_Group] | None = None


class _Resource(msgspec.Struct, rename="camel"):
    name: str
    kind: str
    singular_name: str = ""
    namespaced: bool = False
    verbs: list[str] | None = None
    short_names: list[str] | None = None
    categories: list[str] | None = None


class _ResourceList(msgspec.Struct):
    resources: list[_Resource] | None = None


class _Version(msgspec.Struct, rename="camel"):
    major: str = ""
    minor: str = ""
    git_version: str = ""
    platform: str = ""


_decode_version = msgspec.json.Decoder(_Version).decode
_decode_root = msgspec.json.Decoder(_Root).decode
_decode_aggregated = msgspec.json.Decoder(_AggregatedList).decode
_decode_resources = msgspec.json.Decoder(_ResourceList).decode


@dataclass(frozen=True, slots=True)
class Pending:
    """A group and version whose document still has to be read."""

    group_version: GroupVersion
    preferred: bool

    @property
    def path(self) -> str:
        return self.group_version.path


def parse_version(body: bytes) -> ServerVersion:
    version = _decode_version(body)
    return ServerVersion(
        major=version.major,
        minor=version.minor,
        git_version=version.git_version,
        platform=version.platform,
    )


def parse_root(body: bytes) -> Served | list[Pending]:
    """The answer of `/api` or `/apis`: everything, or the documents that still have to be read."""
    root = _decode_root(body)
    if root.kind == "APIGroupDiscoveryList":
        return _parse_aggregated(_decode_aggregated(body))
    pending = [
        Pending(GroupVersion("", version), i == 0) for i, version in enumerate(root.versions or ())
    ]
    for group in root.groups or ():
        if not group.versions:
            continue
        preferred = group.preferred_version or group.versions[0]
        ordered = sorted(group.versions, key=lambda v: v.version != preferred.version)
        pending += [
            Pending(GroupVersion(group.name, v.version), v.version == preferred.version)
            for v in ordered
        ]
    return pending


def _parse_aggregated(document: _AggregatedList) -> Served:
    resources: list[ServedResource] = []
    missing: list[GroupVersion] = []
    for group in document.items or ():
        for position, version in enumerate(group.versions or ()):
            if version.freshness == "Stale":
                missing.append(GroupVersion(group.metadata.name, version.version))
            resources += [
                ServedResource(
                    group=group.metadata.name,
                    version=version.version,
                    kind=resource.response_kind.kind if resource.response_kind is not None else "",
                    plural=resource.resource,
                    singular=resource.singular_resource,
                    namespaced=resource.scope == "Namespaced",
                    preferred=position == 0,
                    subresources=frozenset(sub.subresource for sub in resource.subresources or ()),
                    **_common(resource),
                )
                for resource in version.resources or ()
            ]
    return Served(resources, missing)


def parse_resources(body: bytes, pending: Pending) -> list[ServedResource]:
    """The document of one group and version."""
    document = _decode_resources(body)
    listed = document.resources or ()
    subresources: dict[str, set[str]] = {}
    for resource in listed:
        name, slash, sub = resource.name.partition("/")
        if slash:
            subresources.setdefault(name, set()).add(sub)
    group, version = pending.group_version
    return [
        ServedResource(
            group=group,
            version=version,
            kind=resource.kind,
            plural=resource.name,
            singular=resource.singular_name,
            namespaced=resource.namespaced,
            preferred=pending.preferred,
            subresources=frozenset(subresources.get(resource.name, ())),
            **_common(resource),
        )
        for resource in listed
        if "/" not in resource.name
    ]


def _common(resource: _Resource | _AggregatedResource) -> dict[str, Any]:
    return {
        "verbs": frozenset(resource.verbs or ()),
        "short_names": tuple(resource.short_names or ()),
        "categories": tuple(resource.categories or ()),
    }


def join(parts: Iterable[Served]) -> Served:
    """Several answers as one."""
    parts = list(parts)
    return Served(
        [resource for part in parts for resource in part.resources],
        [group_version for part in parts for group_version in part.missing],
    )
