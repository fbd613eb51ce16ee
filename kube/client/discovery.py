"""What a server serves: its documents of discovery as values, and look-ups in them. Pure; no I/O.

The aggregated documents (`apidiscovery.k8s.io`) tell all in two requests; a server that does not
know them answers with the old ones, one for each group and version.
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
    """The server serves nothing of this kind or name; the message says what was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerVersion:
    """The server's build, as `/version` tells it."""

    major: str
    minor: str
    git_version: str
    platform: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedResource:
    """One resource in one version, as the server describes it.

    `preferred` says whether the version is the one that its group prefers.
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
        )


@dataclass(frozen=True, slots=True)
class Served:
    """All that a server serves, in its order: groups as listed, preferred versions first.

    `missing` are the groups and versions of extension servers that do not answer for now.
    """

    resources: Sequence[ServedResource]
    missing: Sequence[GroupVersion] = field(default=())

    def by_kind(self, kind: str, group: str = "", version: str = "") -> ServedResource:
        """The resource of a kind; without a version, in the version that the group prefers.

        Raises `NoMatchError`.
        """
        for found in self.resources:
            if (found.kind, found.group) == (kind, group) and version in ("", found.version):
                return found
        wanted = f"{group}/{version}".strip("/") or "the core group"
        raise NoMatchError(f"the server has no kind {kind!r} in {wanted}{self._hint()}")

    def by_name(self, name: str) -> ServedResource:
        """The resource that a person means: `deploy`, `deployments`, `Deployment`, `pods.v1.`,
        `deployments.apps`, `deployments.v1.apps`.

        Of several, the group that the server lists first wins. Raises `NoMatchError`.
        """
        word, _, rest = name.partition(".")
        word = word.lower()
        head, _, tail = rest.partition(".")
        for found in self.resources:
            names = (found.plural, found.singular, found.kind.lower(), *found.short_names)
            if word in names and (
                not rest
                or found.group == rest
                or (found.version, found.group) == (head, tail)
                or found.group.startswith(f"{rest}.")
            ):
                return found
        raise NoMatchError(f"the server has no resource {name!r}{self._hint()}")

    def _hint(self) -> str:
        if not self.missing:
            return ""
        return f"; these do not answer for now: {', '.join(map(str, self.missing))}"


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
        group, version = self.group_version
        return f"/apis/{group}/{version}" if group else f"/api/{version}"


def parse_version(body: bytes) -> ServerVersion:
    found = _decode_version(body)
    return ServerVersion(
        major=found.major,
        minor=found.minor,
        git_version=found.git_version,
        platform=found.platform,
    )


def parse_root(body: bytes) -> Served | list[Pending]:
    """The answer of `/api` or `/apis`: all of it, or what is still to be asked for."""
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
                    kind=found.response_kind.kind if found.response_kind is not None else "",
                    plural=found.resource,
                    singular=found.singular_resource,
                    namespaced=found.scope == "Namespaced",
                    preferred=position == 0,
                    subresources=frozenset(sub.subresource for sub in found.subresources or ()),
                    **_common(found),
                )
                for found in version.resources or ()
            ]
    return Served(resources, missing)


def parse_resources(body: bytes, pending: Pending) -> list[ServedResource]:
    """The document of one group and version."""
    document = _decode_resources(body)
    listed = document.resources or ()
    subresources: dict[str, set[str]] = {}
    for found in listed:
        name, slash, sub = found.name.partition("/")
        if slash:
            subresources.setdefault(name, set()).add(sub)
    group, version = pending.group_version
    return [
        ServedResource(
            group=group,
            version=version,
            kind=found.kind,
            plural=found.name,
            singular=found.singular_name,
            namespaced=found.namespaced,
            preferred=pending.preferred,
            subresources=frozenset(subresources.get(found.name, ())),
            **_common(found),
        )
        for found in listed
        if "/" not in found.name
    ]


def _common(found: _Resource | _AggregatedResource) -> dict[str, Any]:
    return {
        "verbs": frozenset(found.verbs or ()),
        "short_names": tuple(found.short_names or ()),
        "categories": tuple(found.categories or ()),
    }


def join(parts: Iterable[Served]) -> Served:
    """Several answers as one."""
    parts = list(parts)
    return Served(
        [resource for part in parts for resource in part.resources],
        [group_version for part in parts for group_version in part.missing],
    )
