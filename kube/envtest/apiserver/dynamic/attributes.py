"""One write, as webhooks and policies see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from kube.envtest.apiserver import status
from kube.envtest.apiserver.dynamic.subject import Subject
from kube.envtest.apiserver.kinds import NAMESPACES
from kube.envtest.apiserver.state import State
from kube.envtest.apiserver.status import StatusError
from kube.envtest.apiserver.storage import metadata as meta
from kube.runtime.trees import Tree


@dataclass(slots=True)
class Attributes:
    """A write by whomever it is. `request` holds what all reviews of it share."""

    state: State
    subject: Subject
    request: Tree
    external: Callable[[Tree], Tree]
    """The object with its apiVersion and kind, from the stored form."""
    internal: Callable[[Tree], Tree]
    """And back, with defaults; raises StatusError."""
    convert: Callable[[Tree, str, str], Tree] | None = None
    """From one version to another, where a webhook does that; else versions are alike."""
    warnings: list[str] = field(default_factory=list)
    deadline: float | None = None
    """When the request has to be answered, by `time.monotonic`."""

    def shown(self, tree: Tree | None, version: str) -> Tree | None:
        """A stored object in a version."""
        if tree is None:
            return None
        return self._in_version(self.external(tree), self.subject.version, version)

    def stored(self, shown: Tree, version: str) -> Tree:
        """The stored form of a changed object; raises StatusError."""
        return self.internal(self._in_version(shown, version, self.subject.version))

    def review(self, version: str) -> Tree:
        """The request of a review in a version, but for the objects."""
        subject = self.subject
        seen = replace(subject, version=version)
        request: Tree = {
            "uid": meta.new_uid(),
            "kind": _kind(seen),
            "resource": _resource(seen),
            "requestKind": _kind(subject),
            "requestResource": _resource(subject),
            "name": subject.name,
            "namespace": subject.namespace,
            "operation": subject.operation,
            **self.request,
        }
        if subject.subresource:
            request["subResource"] = request["requestSubResource"] = subject.subresource
        return {key: value for key, value in request.items() if value != ""}

    def namespace(self) -> Tree | None:
        """The Namespace that the object is in."""
        if self.subject.is_namespace or not self.subject.namespace:
            return None
        found = self.state.store.collection(NAMESPACES).objects.get(("", self.subject.namespace))
        return found.tree if found is not None else None

    def namespace_labels(self, new: Tree | None, old: Tree | None) -> Mapping[str, str] | None:
        """The labels that namespace selectors look at; None where there is no namespace."""
        if self.subject.is_namespace:
            labels: dict[str, str] = _labels(new or old or {})
            return labels
        if not self.subject.namespace:
            return None
        return _labels(self.namespace() or {})

    def forbidden(self, of: Tree, why: str) -> StatusError:
        """The refusal of a write of this object."""
        subject, metadata = self.subject, of.get("metadata") or {}
        name = subject.name or str(metadata.get("generateName") or "") or "Unknown"
        return status.forbidden(subject.group, subject.plural, name, why)

    def _in_version(self, tree: Tree, old: str, new: str) -> Tree:
        if old == new or self.subject.other_kind is not None:
            return tree
        made = self.convert(tree, old, new) if self.convert is not None else tree
        group = self.subject.group
        api_version = f"{group}/{new}" if group else new
        return {**made, "apiVersion": api_version, "kind": self.subject.kind}


def _labels(tree: Tree) -> dict[str, str]:
    return (tree.get("metadata") or {}).get("labels") or {}


def _kind(subject: Subject) -> dict[str, Any]:
    if subject.other_kind is not None:
        return subject.other_kind
    return {"group": subject.group, "version": subject.version, "kind": subject.kind}


def _resource(subject: Subject) -> dict[str, Any]:
    return {"group": subject.group, "version": subject.version, "resource": subject.plural}
