"""Leases."""

from __future__ import annotations

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds.builtin import Kind, Rules
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree


def _check_spec(spec: Tree, path: str, causes: list[Cause]) -> None:
    seconds, transitions = spec.get("leaseDurationSeconds"), spec.get("leaseTransitions")
    if seconds is not None and seconds <= 0:
        where = f"{path}.leaseDurationSeconds"
        causes.append(status.invalid_value(where, seconds, "must be greater than 0"))
    if transitions is not None and transitions < 0:
        where, why = f"{path}.leaseTransitions", "must be greater than or equal to 0"
        causes.append(status.invalid_value(where, transitions, why))


CHECKS = {"coordination.v1.LeaseSpec": (_check_spec,)}


def _drop(new: Tree) -> None:
    """Members of what the original has switched off: coordinated elections."""
    for member in ("strategy", "preferredHolder"):
        new["spec"].pop(member, None)


def _drop_changed(new: Tree, old: Tree) -> None:
    _drop(new)


KINDS = {"leases": Kind(strategy=Rules(create=_drop, update=_drop_changed))}
