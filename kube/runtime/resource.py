"""`Resource`: all that a client has to know of one kind, as one value.

Generated code declares it; typed clients, informers, the fake clientset and the REST mapper read
it. Paths are made here and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from kube.runtime.gvk import GroupVersion, GroupVersionKind, GroupVersionResource

_Class: TypeAlias = type[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One resource in one version. `type` and `list_type` are the classes of its documents."""

    group: str
    version: str
    kind: str
    plural: str
    namespaced: bool
    type: _Class
    list_type: _Class
    singular: str = ""

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

    def path(self, namespace: str = "", name: str = "", subresource: str = "") -> str:
        """The absolute path of an object, or of the collection where `name` is empty.

        Raises ValueError where the server could only misunderstand: an object of a namespaced kind
        without its namespace, or a name that is not one segment of a path.
        """
        base = f"/apis/{self.group}" if self.group else "/api"
        parts = [base, self.version]
        if self.namespaced and namespace:
            parts += ["namespaces", _segment("namespace", namespace)]
        if name:
            if self.namespaced and not namespace:
                raise ValueError(
                    f"{self.plural} are namespaced: ask the client of a namespace for {name!r}"
                )
            parts += [self.plural, _segment("name", name)]
        else:
            parts.append(self.plural)
        if subresource:
            parts.append(subresource)
        return "/".join(parts)


def _segment(what: str, value: str) -> str:
    if value in (".", "..") or "/" in value or "%" in value:
        raise ValueError(f"{what} {value!r} is invalid: it may not be `.` or `..`, nor hold / or %")
    return value
