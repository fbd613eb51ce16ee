"""Which webhooks a request concerns. Pure: configurations in, webhooks out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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


@dataclass(frozen=True, slots=True)
class Webhook:
    """One webhook of a configuration, and the version that it wants to see the object in."""

    tree: Tree
    version: str

    @property
    def name(self) -> str:
        return str(self.tree["name"])

    @property
    def is_ignored_on_failure(self) -> bool:
        return bool(self.tree.get("failurePolicy") == "Ignore")

    @property
    def is_reinvoked(self) -> bool:
        return bool(self.tree.get("reinvocationPolicy") == "IfNeeded")

    @property
    def timeout(self) -> float:
        return float(self.tree.get("timeoutSeconds") or 10)


def webhooks(configurations: Iterable[Tree], subject: Subject) -> Iterator[Webhook]:
    """Those whose rules match, by the names of their configurations and then as they stand."""
    for configuration in sorted(configurations, key=lambda c: str(c["metadata"]["name"])):
        for tree in configuration.get("webhooks") or ():
            version = _version(tree, subject)
            if version is not None:
                yield Webhook(tree, version)


def _version(tree: Tree, subject: Subject) -> str | None:
    """The version of a rule that matches: that of the request, else an equivalent one."""
    rules = tree.get("rules") or ()
    if any(_matches(rule, subject, subject.version) for rule in rules):
        return subject.version
    if tree.get("matchPolicy", "Equivalent") == "Equivalent":
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
    webhook: Webhook, objects: Iterable[Tree | None], namespace_labels: dict[str, str] | None
) -> bool:
    """Whether the selectors of a webhook take the object, or the old one, and its namespace.

    `namespace_labels` is None for an object that is in no namespace.
    """
    if namespace_labels is not None:
        selector = selector_of(webhook.tree.get("namespaceSelector") or {})
        if not selector.matches(namespace_labels):
            return False
    selector = selector_of(webhook.tree.get("objectSelector") or {})
    labels = [(o.get("metadata") or {}).get("labels") or {} for o in objects if o is not None]
    return any(map(selector.matches, labels)) if labels else selector.matches({})
