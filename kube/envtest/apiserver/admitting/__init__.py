"""Admission of one write: first what changes the object, then what has its say on the result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kube.envtest.apiserver import plugins
from kube.envtest.apiserver.storage.writes import Check
from kube.runtime.trees import Tree

if TYPE_CHECKING:
    from kube.envtest.apiserver.admitting.hooks import Hooks


def admitted(
    write: plugins.Write, hooks: Hooks | None, new: Tree, old: Tree | None
) -> tuple[Tree, Check]:
    """An object as admission leaves it, and the check of what is stored of it; both raise
    StatusError."""
    plugins.change(write, new, old)
    if hooks is not None:
        if old is None and write.namespace and not new["metadata"].get("namespace"):
            new["metadata"]["namespace"] = write.namespace
        new = hooks.mutate(new, old) or new

    def check(stored: Tree | None, before: Tree | None) -> None:
        assert stored is not None
        if hooks is not None:
            hooks.validate(stored, before)
        plugins.check(write, stored, before)

    return new, check
