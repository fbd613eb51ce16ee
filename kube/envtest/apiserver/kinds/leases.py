"""Leases."""

from __future__ import annotations

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds.builtin import AGE, BuiltIn
from kube.envtest.apiserver.kinds.go_types import INTEGER, MICRO_TIME, STRING, GoSchema, object_of
from kube.envtest.apiserver.resources import Column, ServerResource
from kube.envtest.apiserver.status import Cause
from kube.envtest.apiserver.storage.strategies import Strategy
from kube.runtime.trees import Tree

_LEASE = GoSchema(
    "Lease",
    spec=object_of(
        holderIdentity=STRING,
        leaseDurationSeconds=INTEGER,
        acquireTime=MICRO_TIME,
        renewTime=MICRO_TIME,
        leaseTransitions=INTEGER,
        strategy=STRING,
        preferredHolder=STRING,
    ),
)


class LeaseStrategy(Strategy):
    def validate(self, resource: ServerResource, new: Tree, old: Tree | None) -> list[Cause]:
        spec = new.get("spec") or {}
        causes: list[Cause] = []
        seconds, transitions = spec.get("leaseDurationSeconds"), spec.get("leaseTransitions")
        if seconds is not None and seconds <= 0:
            where = "spec.leaseDurationSeconds"
            causes.append(status.invalid_value(where, seconds, "must be greater than 0"))
        if transitions is not None and transitions < 0:
            where, why = "spec.leaseTransitions", "must be greater than or equal to 0"
            causes.append(status.invalid_value(where, transitions, why))
        return causes


KINDS = (
    BuiltIn(
        ServerResource(
            group="coordination.k8s.io",
            version="v1",
            kind="Lease",
            plural="leases",
            namespaced=True,
            schema=_LEASE,
            columns=(Column("Holder", "string", ".spec.holderIdentity"), AGE),
            generation=False,
        ),
        LeaseStrategy(),
    ),
)
