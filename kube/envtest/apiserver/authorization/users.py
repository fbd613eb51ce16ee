"""Users of requests. The server authenticates nobody: a request is the administrator's, or that of
the user whom it impersonates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from kube.runtime.trees import Tree

MASTERS = "system:masters"
_AUTHENTICATED, _UNAUTHENTICATED = "system:authenticated", "system:unauthenticated"
_ANONYMOUS = "system:anonymous"
_ACCOUNT = "system:serviceaccount:"
_EXTRA = "impersonate-extra-"


@dataclass(frozen=True, slots=True)
class User:
    name: str
    uid: str = ""
    groups: tuple[str, ...] = ()
    extra: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def is_superuser(self) -> bool:
        return MASTERS in self.groups

    def tree(self) -> Tree:
        """As authentication.k8s.io writes it."""
        members: Tree = {
            "username": self.name,
            "uid": self.uid,
            "groups": list(self.groups),
            "extra": dict(self.extra),
        }
        return {name: value for name, value in members.items() if value}


ADMIN = User("admin", "admin", (MASTERS, _AUTHENTICATED))
"""The user of the real control plane for tests."""


def account(namespace: str, name: str) -> str:
    """The user that a service account is."""
    return f"{_ACCOUNT}{namespace}:{name}"


def of(headers: Mapping[str, str]) -> User:
    """The user of a request."""
    name = headers.get("impersonate-user")
    if name is None:
        return ADMIN
    groups = [g.strip() for g in headers.get("impersonate-group", "").split(",") if g.strip()]
    if name.startswith(_ACCOUNT) and not groups:
        namespace = name.removeprefix(_ACCOUNT).partition(":")[0]
        groups = ["system:serviceaccounts", f"system:serviceaccounts:{namespace}"]
    group = _UNAUTHENTICATED if name == _ANONYMOUS else _AUTHENTICATED
    if group not in groups:
        groups.append(group)
    extra = {
        unquote(header.removeprefix(_EXTRA)): [value]
        for header, value in headers.items()
        if header.startswith(_EXTRA)
    }
    return User(name, headers.get("impersonate-uid", ""), tuple(groups), extra)
