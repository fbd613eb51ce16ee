"""Group, version, kind and resource: the names that Kubernetes gives to types and their paths."""

from __future__ import annotations

from typing import NamedTuple


def group_version_path(group: str, version: str) -> str:
    """`/apis/apps/v1`; the core group has a root of its own: `/api/v1`."""
    return f"/apis/{group}/{version}" if group else f"/api/{version}"


class GroupKind(NamedTuple):
    """`Deployment.apps`: a kind, in any version."""

    group: str
    kind: str

    def with_version(self, version: str) -> GroupVersionKind:
        return GroupVersionKind(self.group, version, self.kind)

    def __str__(self) -> str:
        return f"{self.kind}.{self.group}" if self.group else self.kind


class GroupResource(NamedTuple):
    """`deployments.apps`: a resource, in any version."""

    group: str
    resource: str

    def with_version(self, version: str) -> GroupVersionResource:
        return GroupVersionResource(self.group, version, self.resource)

    def __str__(self) -> str:
        return f"{self.resource}.{self.group}" if self.group else self.resource


class GroupVersion(NamedTuple):
    """`apps/v1`; the core group is `""`, written as the version alone."""

    group: str
    version: str

    @classmethod
    def parse(cls, api_version: str) -> GroupVersion:
        """From an `apiVersion`. Raises ValueError if it has more than one slash."""
        head, slash, tail = api_version.partition("/")
        if "/" in tail or (slash and not tail):
            raise ValueError(
                f"{api_version!r} is not a valid apiVersion: write `group/version` or `version`"
            )
        return cls(head, tail) if slash else cls("", head)

    @property
    def path(self) -> str:
        """The absolute path below which the server has its resources."""
        return group_version_path(self.group, self.version)

    def with_kind(self, kind: str) -> GroupVersionKind:
        return GroupVersionKind(self.group, self.version, kind)

    def with_resource(self, resource: str) -> GroupVersionResource:
        return GroupVersionResource(self.group, self.version, resource)

    def __str__(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version


class GroupVersionKind(NamedTuple):
    """`apps/v1, Kind=Deployment`: the type of a document."""

    group: str
    version: str
    kind: str

    @property
    def group_version(self) -> GroupVersion:
        return GroupVersion(self.group, self.version)

    @property
    def group_kind(self) -> GroupKind:
        return GroupKind(self.group, self.kind)

    @property
    def api_version(self) -> str:
        return str(self.group_version)

    def __str__(self) -> str:
        return f"{self.api_version}, Kind={self.kind}"


class GroupVersionResource(NamedTuple):
    """`apps/v1, Resource=deployments`: the collection that a path names."""

    group: str
    version: str
    resource: str

    @property
    def group_version(self) -> GroupVersion:
        return GroupVersion(self.group, self.version)

    @property
    def group_resource(self) -> GroupResource:
        return GroupResource(self.group, self.resource)

    def __str__(self) -> str:
        return f"{self.group_version}, Resource={self.resource}"
