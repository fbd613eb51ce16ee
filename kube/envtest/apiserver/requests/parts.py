"""Subresources that are a part of their object: an update writes that part, and nothing else.

kube-apiserver takes the rest from the stored object without a word (dropNonResizeUpdates and its
like in the registry's strategies), and so does this server.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import pod_parts
from kube.envtest.apiserver.resources import ServerResource
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree


def is_part(resource: ServerResource, subresource: str) -> bool:
    """Whether a subresource is a part of its object, and not the object or its status."""
    return (resource.group, resource.plural, subresource) in _PARTS


def narrowed(resource: ServerResource, subresource: str, name: str, new: Tree, old: Tree) -> Tree:
    """What an update through a subresource asks for: the old object with the new part.

    Raises StatusError for a part that may not be changed so.
    """
    key = (resource.group, resource.plural, subresource)
    whole = {**old, "metadata": new.get("metadata") or {}, **_PARTS[key](new, old)}
    check = _CHECKS.get(key)
    causes = check({**whole, "metadata": old["metadata"]}, old) if check is not None else []
    if causes:
        raise status.invalid(resource.group, resource.kind, name, causes)
    return whole


def _member(parent: str, name: str) -> Callable[[Tree, Tree], Tree]:
    def part(new: Tree, old: Tree) -> Tree:
        within = {key: value for key, value in (old.get(parent) or {}).items() if key != name}
        value = (new.get(parent) or {}).get(name)
        return {parent: within if value is None else {**within, name: value}}

    return part


_PARTS: Mapping[tuple[str, str, str], Callable[[Tree, Tree], Tree]] = {
    ("", "namespaces", "finalize"): _member("spec", "finalizers"),
    ("", "pods", "ephemeralcontainers"): pod_parts.with_ephemeral,
    ("", "pods", "resize"): pod_parts.resized,
    ("certificates.k8s.io", "certificatesigningrequests", "approval"): _member(
        "status", "conditions"
    ),
}
_CHECKS: Mapping[tuple[str, str, str], Callable[[Tree, Tree], list[Cause]]] = {
    ("", "pods", "ephemeralcontainers"): pod_parts.check_ephemeral,
    ("", "pods", "resize"): pod_parts.check_resize,
}
"""The faults of a new object, given with the old one."""
