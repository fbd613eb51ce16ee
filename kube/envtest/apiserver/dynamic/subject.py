"""What a write is about, and whether rules and selectors take it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kube.envtest.apiserver.authorization.rules import ALL, has
from kube.envtest.apiserver.labels import selector_of
from kube.runtime.trees import Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is asked about: an operation on a resource, with the versions that it is served in."""

    operation: str
    group: str
    version: str
    plural: str
    subresource: str
    kind: str
    """Of the resource; a subresource may have another, which is `other_kind` then."""
    namespace: str
    name: str
    versions: Sequence[str]
    namespaced: bool
    is_namespace: bool
    other_kind: Tree | None = None

    @property
    def whole_resource(self) -> str:
        return f"{self.plural}/{self.subresource}" if self.subresource else self.plural


def matching_version(
    rules: Sequence[Tree], match_policy: str | None, subject: Subject
) -> str | None:
    """The version of a rule that matches: that of the request, else an equivalent one."""
    if any(_matches(rule, subject, subject.version) for rule in rules):
        return subject.version
    if match_policy != "Exact":
        for rule in rules:
            for version in subject.versions:
                if version != subject.version and _matches(rule, subject, version):
                    return version
    return None


def _matches(rule: Tree, subject: Subject, version: str) -> bool:
    return (
        has(rule, "operations", subject.operation)
        and has(rule, "apiGroups", subject.group)
        and has(rule, "apiVersions", version)
        and _is_resource(rule, subject)
        and _is_in_scope(str(rule.get("scope") or ALL), subject)
        and subject.name in (rule.get("resourceNames") or (subject.name,))
    )


def _is_resource(rule: Tree, subject: Subject) -> bool:
    for given in rule.get("resources") or ():
        resource, _, subresource = given.partition("/")
        if resource in (ALL, subject.plural) and subresource in (
            (ALL, subject.subresource) if subresource else (subject.subresource,)
        ):
            return True
    return False


def _is_in_scope(scope: str, subject: Subject) -> bool:
    # A Namespace is an object of the cluster, though requests for one are in it.
    inside = subject.namespaced
    return scope == ALL or scope == ("Namespaced" if inside else "Cluster")


def selects(
    selectors: Tree, objects: Iterable[Tree | None], namespace_labels: Mapping[str, str] | None
) -> bool:
    """Whether the selectors of a webhook or a policy take the object, or the old one, and its
    namespace.

    `namespace_labels` is None for an object that is in no namespace.
    """
    if namespace_labels is not None:
        selector = selector_of(selectors.get("namespaceSelector") or {})
        if not selector.matches(namespace_labels):
            return False
    if not selectors.get("objectSelector"):
        return True
    selector = selector_of(selectors["objectSelector"])
    labels = [(o.get("metadata") or {}).get("labels") or {} for o in objects if o is not None]
    return any(map(selector.matches, labels))
