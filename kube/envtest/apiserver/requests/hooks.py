"""What webhooks and policies are to know of the request of a write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kube.envtest.apiserver.admitting import asking
from kube.envtest.apiserver.authorization import users
from kube.envtest.apiserver.dynamic.concern import has_hooks
from kube.envtest.apiserver.requests import admission
from kube.runtime.trees import Tree

if TYPE_CHECKING:
    from kube.envtest.apiserver.admitting.hooks import Hooks
    from kube.envtest.apiserver.requests.verbs import Call


def of(
    call: Call,
    operation: str,
    name: str,
    other_kind: Tree | None = None,
    key: tuple[str, str] | None = None,
) -> Hooks | None:
    """Those of a write; None where none are configured.

    `key` is the object's where the request does not name it.
    """
    query, dry_run = call.query, call.query.all("dryRun")
    is_dry_run = admission.dry_run(dry_run, call.route.verb)
    if not has_hooks(call.state):
        return None
    options: Tree = {"dryRun": dry_run} if dry_run else {}
    for member in ("fieldManager", "fieldValidation"):
        if query.text(member):
            options[member] = query.text(member)
    return asking.hooks(
        call.state,
        call.resource,
        operation=operation,
        namespace=call.target.namespace,
        name=name,
        key=key,
        user=users.of(call.request.headers).tree(),
        subresource=call.route.subresource,
        options=options,
        is_dry_run=is_dry_run,
        other_kind=other_kind,
        internal=call.internal,
        warnings=call.warnings,
    )
