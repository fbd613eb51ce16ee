"""Subresources that are a part of their object: an update writes that part, and nothing else.

kube-apiserver takes the rest from the stored object without a word (dropNonResizeUpdates and its
like in the registry's strategies), and so does this server.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kube.envtest.apiserver.resources import ServerResource
from kube.runtime.trees import Tree


def narrowed(resource: ServerResource, subresource: str, new: Tree, old: Tree) -> Tree:
    """What an update through a subresource asks for: the old object with the new part."""
    part = _PARTS.get((resource.group, resource.plural, subresource))
    if part is None:
        return new
    return {**old, "metadata": new.get("metadata") or {}, **part(new, old)}


def _member(parent: str, name: str) -> Callable[[Tree, Tree], Tree]:
    def part(new: Tree, old: Tree) -> Tree:
        within = {key: value for key, value in (old.get(parent) or {}).items() if key != name}
        value = (new.get(parent) or {}).get(name)
        return {parent: within if value is None else {**within, name: value}}

    return part


def _resources(new: Tree, old: Tree) -> Tree:
    spec = dict(old["spec"])
    for member in ("containers", "initContainers"):
        wanted = {c.get("name"): c for c in (new.get("spec") or {}).get(member) or ()}
        if member in spec:
            spec[member] = [_resized(c, wanted.get(c.get("name"), c)) for c in spec[member]]
    return {"spec": spec}


def _resized(container: Tree, wanted: Tree) -> Tree:
    changed: dict[str, Any] = {k: wanted[k] for k in ("resizePolicy", "resources") if k in wanted}
    return {**container, **changed}


_PARTS: Mapping[tuple[str, str, str], Callable[[Tree, Tree], Tree]] = {
    ("", "namespaces", "finalize"): _member("spec", "finalizers"),
    ("", "pods", "ephemeralcontainers"): _member("spec", "ephemeralContainers"),
    ("", "pods", "resize"): _resources,
    ("certificates.k8s.io", "certificatesigningrequests", "approval"): _member(
        "status", "conditions"
    ),
}
