"""Decisions by the roles and bindings in the store, with the texts of the real server."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

import msgspec

from kube.envtest.apiserver import status
from kube.envtest.apiserver.authorization import rules
from kube.envtest.apiserver.authorization.rules import Attributes
from kube.envtest.apiserver.authorization.users import User
from kube.envtest.apiserver.storage.store import Store
from kube.runtime.trees import Tree

GROUP = "rbac.authorization.k8s.io"
ROLES, CLUSTER_ROLES = (GROUP, "roles"), (GROUP, "clusterroles")
ROLE_BINDINGS, CLUSTER_ROLE_BINDINGS = (GROUP, "rolebindings"), (GROUP, "clusterrolebindings")
_EVERYTHING = (
    {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]},
    {"verbs": ["*"], "nonResourceURLs": ["*"]},
)


class Decision(msgspec.Struct, frozen=True):
    allowed: bool
    reason: str = ""


class Granted(msgspec.Struct, frozen=True):
    """A rule that a user has, and through which binding."""

    rule: Tree
    reason: str


class Authorizer:
    """Decides by the roles and bindings of a store; without a store it allows everything."""

    def __init__(self, store: Store | None) -> None:
        self._store = store

    @property
    def is_on(self) -> bool:
        return self._store is not None

    def decide(self, asked: Attributes) -> Decision:
        if self._store is None or asked.user.is_superuser:
            return Decision(True)
        faults: list[str] = []
        for granted in self._granted(asked.user, asked.namespace, faults):
            if rules.allows(granted.rule, asked):
                return Decision(True, granted.reason)
        return Decision(False, f"RBAC: {aggregate(faults)}" if faults else "")

    def require(self, asked: Attributes) -> None:
        """Raise StatusError 403 for what the user may not do."""
        decision = self.decide(asked)
        if decision.allowed:
            return
        who = f'User "{asked.user.name}" cannot {asked.verb}'
        if asked.path:
            what = f'{who} path "{asked.path}"'
        else:
            resource = f'resource "{asked.whole_resource}" in API group "{asked.group}"'
            where = f'in the namespace "{asked.namespace}"' if asked.namespace else ""
            what = f"{who} {resource} {where or 'at the cluster scope'}"
        why = f"{what}: {decision.reason}" if decision.reason else what
        if asked.path:
            raise status.StatusError(403, "Forbidden", f"forbidden: {why}", {})
        raise status.forbidden(asked.group, asked.resource, asked.name, why)

    def rules_of(self, user: User, namespace: str, faults: list[str]) -> list[Tree]:
        """All that a user holds in a namespace ('' for the cluster alone); `faults` gets texts."""
        if self._store is None or user.is_superuser:
            return list(_EVERYTHING)
        return [granted.rule for granted in self._granted(user, namespace, faults)]

    def rules_in(self, kind: str, name: str, namespace: str) -> list[Tree]:
        """The rules of a role; raises StatusError 404 where there is none."""
        store = self._store
        assert store is not None
        storage = CLUSTER_ROLES if kind == "ClusterRole" else ROLES
        key = ("" if kind == "ClusterRole" else namespace, name)
        found = store.collection(storage).objects.get(key)
        if found is None:
            raise status.not_found(GROUP, kind.lower(), name)
        return found.tree.get("rules") or []

    def _granted(self, user: User, namespace: str, faults: list[str]) -> Iterator[Granted]:
        yield from self._bound(CLUSTER_ROLE_BINDINGS, "", user, faults)
        if namespace:
            yield from self._bound(ROLE_BINDINGS, namespace, user, faults)

    def _bound(
        self, storage: tuple[str, str], namespace: str, user: User, faults: list[str]
    ) -> Iterator[Granted]:
        assert self._store is not None
        for stored in self._store.collection(storage).scan(namespace, None, None):
            binding = stored.tree
            subjects = binding.get("subjects") or ()
            subject = next((s for s in subjects if rules.binds(s, user, namespace)), None)
            if subject is None:
                continue
            reference = binding["roleRef"]
            kind, name = reference["kind"], reference["name"]
            try:
                found = self.rules_in(kind, name, namespace)
            except status.StatusError as error:
                faults.append(error.message)
                continue
            own = binding["metadata"]["name"]
            shown = (
                f'RoleBinding "{own}/{namespace}"' if namespace else f'ClusterRoleBinding "{own}"'
            )
            whom = rules.described(subject, namespace)
            reason = f'RBAC: allowed by {shown} of {kind} "{name}" to {whom}'
            yield from (Granted(rule, reason) for rule in found)


def aggregate(faults: list[str]) -> str:
    """Several messages as Go's aggregate prints them: each once, in brackets where several."""
    distinct = list(dict.fromkeys(faults))
    return distinct[0] if len(distinct) == 1 else f"[{', '.join(distinct)}]"


@functools.cache
def bootstrap() -> list[Tree]:
    """The roles and bindings that every server has, made by hack/bootstrap_roles.py."""
    path = Path(__file__).resolve().parents[2] / "facts" / "roles.json"
    found: list[Tree] = msgspec.json.decode(path.read_bytes())
    return found
