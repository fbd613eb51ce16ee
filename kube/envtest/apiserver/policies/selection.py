"""Which policies a write concerns, by which bindings, and with which parameters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kube.envtest.apiserver.dynamic.attributes import Attributes
from kube.envtest.apiserver.dynamic.subject import matching_version, selects
from kube.envtest.apiserver.labels import selector_of
from kube.envtest.apiserver.resources import ServerResource
from kube.envtest.apiserver.state import State
from kube.runtime.trees import Tree

Storage = tuple[str, str]


class ConfigurationError(Exception):
    """A policy or a binding cannot be evaluated as it is; the text is the real server's."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A policy and its bindings, in order of names."""

    policy: Tree
    bindings: list[Tree]

    @property
    def name(self) -> str:
        return str(self.policy["metadata"]["name"])

    @property
    def is_ignored_on_failure(self) -> bool:
        return bool(self.policy["spec"].get("failurePolicy") == "Ignore")

    @property
    def param_kind(self) -> Tree | None:
        kind: Tree | None = self.policy["spec"].get("paramKind")
        return kind


def bound(state: State, policies: Storage, bindings: Storage) -> Iterator[Bound]:
    """The policies that have bindings."""
    by_policy: dict[str, list[Tree]] = {}
    for stored in _by_name(state, bindings):
        by_policy.setdefault(str(stored["spec"].get("policyName", "")), []).append(stored)
    for policy in _by_name(state, policies):
        found = by_policy.get(str(policy["metadata"]["name"]))
        if found:
            yield Bound(policy, found)


def _by_name(state: State, storage: Storage) -> list[Tree]:
    trees = [stored.tree for stored in state.store.collection(storage).objects.values()]
    return sorted(trees, key=lambda tree: str(tree["metadata"]["name"]))


def version(
    constraints: Tree, attributes: Attributes, new: Tree | None, old: Tree | None
) -> str | None:
    """The version that a policy or a binding sees the object in; None where it is not for it."""
    if not selects(constraints, (new, old), attributes.namespace_labels(new, old)):
        return None
    subject, how = attributes.subject, constraints.get("matchPolicy")
    if matching_version(constraints.get("excludeResourceRules") or (), how, subject) is not None:
        return None
    rules = constraints.get("resourceRules")
    return matching_version(rules, how, subject) if rules else subject.version


def param_resource(state: State, kind: Tree | None) -> ServerResource | None:
    """The resource of a policy's parameters; raises ConfigurationError for one not served."""
    if kind is None:
        return None
    group, _, of = str(kind.get("apiVersion", "")).rpartition("/")
    resource = state.registry.by_kind(group, of, str(kind.get("kind", "")))
    if resource is None:
        which = f"{group}/{of}, Kind={kind.get('kind', '')}"
        raise ConfigurationError(f"failed to find resource referenced by paramKind: '{which}'")
    return resource


def params(
    state: State, resource: ServerResource | None, binding: Tree, namespace: str
) -> list[Tree | None]:
    """The parameters that a binding names, [None] for none; raises ConfigurationError."""
    reference = binding["spec"].get("paramRef")
    if resource is None or reference is None:
        return [None]
    where = str(reference.get("namespace") or "")
    if not resource.namespaced and where:
        why = "paramRef.namespace must not be provided for a cluster-scoped `paramKind`"
        raise ConfigurationError(why)
    if resource.namespaced and not (where := where or namespace):
        raise ConfigurationError(
            "cannot use namespaced paramRef in policy binding that matches cluster-scoped resources"
        )
    found = _chosen(state, resource, reference, where)
    if not found and reference.get("parameterNotFoundAction") == "Deny":
        raise ConfigurationError(
            "no params found for policy binding with `Deny` parameterNotFoundAction"
        )
    return [resource.external(tree) for tree in found]


def _chosen(state: State, resource: ServerResource, reference: Tree, where: str) -> list[Tree]:
    target = state.target(resource, where if resource.namespaced else "")
    if reference.get("name"):
        found = target.find(str(reference["name"]))
        return [found.tree] if found is not None else []
    selector = selector_of(reference.get("selector"))
    scanned = list(target.collection.scan(target.namespace, None, None))
    return [
        stored.tree
        for stored in target.views(scanned)
        if selector.matches(stored.tree["metadata"].get("labels") or {})
    ]
