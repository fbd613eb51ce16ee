"""Admission that every kube-apiserver does unless it is told otherwise, besides that by webhooks.

`change` comes before the mutating webhooks, `check` after the validating ones, when the object is
complete. Each plugin is a module: priority and runtime classes, limit ranges, quotas. What concerns
namespaces and roles is not here: requests do it before they write, and controllers need none of it.
"""

from __future__ import annotations

from kube.envtest.apiserver.plugins import priorities, runtime_classes
from kube.envtest.apiserver.plugins.write import Write
from kube.runtime.trees import Tree

__all__ = ["Write", "change", "check"]


def change(write: Write, new: Tree, old: Tree | None) -> None:
    """Fill in what a namespace or the cluster sets for an object; raises StatusError."""
    if write.subresource:
        return
    if write.has("limitranges"):
        from kube.envtest.apiserver.plugins import limits

        limits.change(write, new, old)
    priorities.change(write, new, old)
    runtime_classes.change(write, new, old)


def check(write: Write, new: Tree, old: Tree | None) -> None:
    """Raise StatusError for an object that a limit forbids; charge the quotas of any other."""
    if write.subresource:
        return
    priorities.check(write, new, old)
    runtime_classes.check(write, new, old)
    if write.has("limitranges"):
        from kube.envtest.apiserver.plugins import limits

        limits.check(write, new, old)
    if write.has("resourcequotas"):
        from kube.envtest.apiserver.plugins import quotas

        quotas.charge(write, new, old)
