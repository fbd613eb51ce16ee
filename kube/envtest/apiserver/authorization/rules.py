"""RBAC without a store: what a rule allows, and whom a binding is for.

As `k8s.io/component-helpers/auth/rbac/validation` and `pkg/apis/rbac/v1/evaluation_helpers.go` of
Kubernetes have it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from kube.envtest.apiserver.authorization.users import User, account
from kube.runtime.trees import Tree

ALL = "*"


class Attributes(msgspec.Struct, frozen=True, kw_only=True):
    """What a request is about: a resource, or a `path` that is none."""

    user: User
    verb: str
    group: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""
    path: str = ""

    @property
    def whole_resource(self) -> str:
        return f"{self.resource}/{self.subresource}" if self.subresource else self.resource


def allows(rule: Tree, asked: Attributes) -> bool:
    if asked.path:
        return _allows_path(rule, asked.verb, asked.path)
    return _allows_resource(rule, asked.verb, asked.group, asked.whole_resource, asked.name)


def _allows_path(rule: Tree, verb: str, path: str) -> bool:
    paths = rule.get("nonResourceURLs") or ()
    return has(rule, "verbs", verb) and any(_is_path(given, path) for given in paths)


def _allows_resource(rule: Tree, verb: str, group: str, resource: str, name: str | None) -> bool:
    """`resource` may have a subresource; the name None is that of no single object."""
    if not has(rule, "verbs", verb) or not has(rule, "apiGroups", group):
        return False
    subresource = resource.partition("/")[2]
    accepted = {ALL, resource} | ({f"{ALL}/{subresource}"} if subresource else set())
    if accepted.isdisjoint(rule.get("resources") or ()):
        return False
    names = rule.get("resourceNames")
    return not names or name in names


def has(rule: Tree, member: str, value: str) -> bool:
    """Whether a member of a rule names a value, or all."""
    given = rule.get(member) or ()
    return ALL in given or value in given


def _is_path(given: str, path: str) -> bool:
    return given == path or (given.endswith(ALL) and path.startswith(given.rstrip(ALL)))


def binds(subject: Tree, user: User, namespace: str) -> bool:
    """Whether a subject of a binding in a namespace ('' for a cluster's) is the user."""
    kind, name = subject.get("kind"), subject.get("name")
    if kind == "User":
        return user.name == name
    if kind == "Group":
        return name in user.groups
    if kind == "ServiceAccount":
        where = subject.get("namespace") or namespace
        return bool(where) and user.name == account(where, str(name))
    return False


def described(subject: Tree, namespace: str) -> str:
    """A subject as the reason of a decision names it."""
    if subject.get("kind") == "ServiceAccount":
        where = subject.get("namespace") or namespace
        return f'ServiceAccount "{subject.get("name")}/{where}"'
    return f'{subject.get("kind")} "{subject.get("name")}"'


# Escalation: nobody grants what they do not hold.


def missing(held: Sequence[Tree], wanted: Iterable[Tree]) -> list[str]:
    """The rules that nothing held covers, joined where they differ in their verbs only."""
    joined: dict[str, Tree] = {}
    for rule in (small for each in wanted for small in _broken_down(each)):
        if any(_covers(own, rule) for own in held):
            continue
        rest = {member: value for member, value in rule.items() if member != "verbs"}
        found = joined.setdefault(json.dumps(rest, sort_keys=True), {**rest, "verbs": []})
        found["verbs"] += [verb for verb in rule["verbs"] if verb not in found["verbs"]]
    return sorted(_compact(rule) for rule in joined.values())


def _broken_down(rule: Tree) -> Iterator[Tree]:
    """One rule for each verb of each resource, name and path."""
    verbs = rule.get("verbs") or ()
    for group in rule.get("apiGroups") or ():
        for resource in rule.get("resources") or ():
            for verb in verbs:
                small = {"apiGroups": [group], "resources": [resource], "verbs": [verb]}
                names = rule.get("resourceNames") or ()
                yield from ({**small, "resourceNames": [name]} for name in names)
                if not names:
                    yield small
    for path in rule.get("nonResourceURLs") or ():
        yield from ({"nonResourceURLs": [path], "verbs": [verb]} for verb in verbs)


def _covers(held: Tree, small: Tree) -> bool:
    [verb] = small["verbs"]
    if "nonResourceURLs" in small:
        [path] = small["nonResourceURLs"]
        return _allows_path(held, verb, path)
    [group], [resource] = small["apiGroups"], small["resources"]
    [name] = small.get("resourceNames") or [None]
    return _allows_resource(held, verb, group, resource, name)


_SHOWN = ("apiGroups", "resources", "nonResourceURLs", "resourceNames", "verbs")
_GO = {"apiGroups": "APIGroups", "nonResourceURLs": "NonResourceURLs"}


def _compact(rule: Tree) -> str:
    """`{APIGroups:["apps"], Resources:["deployments"], Verbs:["get" "list"]}`."""
    parts = [
        f"{_GO.get(member, member[0].upper() + member[1:])}:{quoted(rule[member])}"
        for member in _SHOWN
        if member in rule
    ]
    return "{" + ", ".join(parts) + "}"


def quoted(values: Iterable[str]) -> str:
    """A list of strings as Go prints it with %q."""
    return "[" + " ".join(json.dumps(value) for value in values) + "]"
