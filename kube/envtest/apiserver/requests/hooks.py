"""What webhooks and policies are to know of the request of a write."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from kube.envtest.apiserver import status
from kube.envtest.apiserver.admitting import asking
from kube.envtest.apiserver.authorization import users
from kube.envtest.apiserver.dynamic.concern import has_hooks
from kube.envtest.apiserver.requests import admission
from kube.runtime.time import parse_duration
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
        deadline=_deadline(query.text("timeout")),
    )


_LONGEST = 60.0
"""Seconds that kube-apiserver lets a request take, unless it is told otherwise."""


def _deadline(timeout: str) -> float:
    """When a request with this `timeout` has to be answered; raises StatusError 400."""
    seconds = 0.0
    if timeout:
        try:
            seconds = parse_duration(timeout).total_seconds()
        except ValueError:
            why = (
                f'invalid timeout specified in the request URL - time: invalid duration "{timeout}"'
            )
            raise status.bad_request(why) from None
    return time.monotonic() + (min(seconds, _LONGEST) if seconds > 0 else _LONGEST)
