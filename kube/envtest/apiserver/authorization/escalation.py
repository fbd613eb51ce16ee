"""Nobody grants more than they hold: what guards the writes of roles and bindings.

A role's rules, and those of a bound role, must be held by who writes them, unless a rule allows
them to `escalate` or to `bind`.
"""

from __future__ import annotations

import msgspec

from kube.envtest.apiserver import status
from kube.envtest.apiserver.authorization import rules
from kube.envtest.apiserver.authorization.authorizer import (
    CLUSTER_ROLE_BINDINGS,
    CLUSTER_ROLES,
    GROUP,
    ROLE_BINDINGS,
    ROLES,
    Authorizer,
    aggregate,
)
from kube.envtest.apiserver.authorization.rules import Attributes
from kube.envtest.apiserver.authorization.users import User
from kube.runtime.trees import Tree

_FULL = ({"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]},)


class Write(msgspec.Struct, frozen=True):
    """Who writes a role or a binding, and where: the collection, the namespace, the name."""

    authorizer: Authorizer
    user: User
    storage: tuple[str, str]
    namespace: str
    name: str


def check(write: Write, new: Tree, old: Tree | None) -> None:
    """Raise StatusError for a role or a binding that would grant what the user does not hold."""
    if not write.authorizer.is_on or write.user.is_superuser:
        return
    if write.storage in (ROLES, CLUSTER_ROLES):
        _check_role(write, new, old)
    elif write.storage in (ROLE_BINDINGS, CLUSTER_ROLE_BINDINGS):
        _check_binding(write, new, old)


def _check_role(write: Write, new: Tree, old: Tree | None) -> None:
    if old is not None and _same(new, old, "rules", "aggregationRule"):
        return
    plural = write.storage[1]
    if _may(write, "escalate", plural, write.name):
        return
    if new.get("aggregationRule"):
        held = write.authorizer.rules_of(write.user, "", [])
        if rules.missing(held, _FULL):
            why = "must have cluster-admin privileges to use the aggregationRule"
            raise status.forbidden(GROUP, plural, write.name, why)
    _confirm(write, new.get("rules") or [])


def _check_binding(write: Write, new: Tree, old: Tree | None) -> None:
    if old is not None and _same(new, old, "roleRef", "subjects"):
        return
    reference = new.get("roleRef") or {}
    kind, name = reference.get("kind", ""), reference.get("name", "")
    if _may(write, "bind", "clusterroles" if kind == "ClusterRole" else "roles", name):
        return
    _confirm(write, write.authorizer.rules_in(kind, name, write.namespace))


def _same(new: Tree, old: Tree, *members: str) -> bool:
    return all((new.get(m) or None) == (old.get(m) or None) for m in members)


def _may(write: Write, verb: str, plural: str, name: str) -> bool:
    asked = Attributes(
        user=write.user,
        verb=verb,
        group=GROUP,
        resource=plural,
        name=name,
        namespace=write.namespace,
    )
    return write.authorizer.decide(asked).allowed


def _confirm(write: Write, wanted: list[Tree]) -> None:
    user = write.user
    faults: list[str] = []
    held = write.authorizer.rules_of(user, write.namespace, faults)
    lacking = rules.missing(held, wanted)
    if not lacking:
        return
    rest = f"; resolution errors: {aggregate(faults)}" if faults else ""
    why = (
        f'user "{user.name}" (groups={rules.quoted(user.groups)}) is attempting to grant RBAC '
        "permissions not currently held:\n" + "\n".join(lacking) + rest
    )
    raise status.forbidden(GROUP, write.storage[1], write.name, why)
