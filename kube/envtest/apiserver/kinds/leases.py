"""Leases."""

from __future__ import annotations

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import formats, values
from kube.envtest.apiserver.kinds.builtin import Kind
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
    _check_strategy(spec.get("strategy"), f"{path}.strategy.strategy", causes)
    strategy, holder = spec.get("strategy"), spec.get("preferredHolder")
    if holder and not strategy:
        why = "may only be specified if `strategy` is defined"
        causes.append(status.not_allowed(f"{path}.preferredHolder", why))


def _check_strategy(strategy: str | None, path: str, causes: list[Cause]) -> None:
    if strategy is None:
        return
    if "/" in strategy:
        formats.qualified_name(path, strategy, causes)
    else:
        values.one_of(path, strategy, ("OldestEmulationVersion",), causes)


CHECKS = {"coordination.v1.LeaseSpec": (_check_spec,)}
KINDS = {"leases": Kind()}
