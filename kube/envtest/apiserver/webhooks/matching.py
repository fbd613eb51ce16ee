"""Which webhooks a request concerns. Pure: configurations in, webhooks out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kube.envtest.apiserver.dynamic.subject import Subject, matching_version
from kube.runtime.trees import Tree


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
            rules, policy = tree.get("rules") or (), tree.get("matchPolicy")
            version = matching_version(rules, policy, subject)
            if version is not None:
                yield Webhook(tree, version)
