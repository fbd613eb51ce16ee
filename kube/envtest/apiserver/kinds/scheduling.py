"""PriorityClasses."""

from __future__ import annotations

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import values
from kube.envtest.apiserver.kinds.builtin import Defaults, Kind, Rules
from kube.envtest.apiserver.kinds.filling import missing
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree

_HIGHEST = 1_000_000_000


def _check_new(priority: Tree, causes: list[Cause]) -> None:
    name = priority["metadata"].get("name", "")
    if name.startswith("system-"):
        if name not in ("system-node-critical", "system-cluster-critical"):
            why = (
                "priority class names with 'system-' prefix are reserved for system use only. "
                f"error: {name} is not a known system priority class"
            )
            causes.append(status.not_allowed("metadata.name", why))
    elif priority.get("value", 0) > _HIGHEST:
        why = f"maximum allowed value of a user defined priority is {_HIGHEST}"
        causes.append(status.not_allowed("value", why))
    policy = priority.get("preemptionPolicy")
    supported = ("PreemptLowerPriority", "Never")
    if policy is not None:
        values.required_one_of("preemptionPolicy", policy, supported, causes)


def _create(priority: Tree) -> None:
    priority["metadata"]["generation"] = 1


def _changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    if new.get("value") != old.get("value"):
        causes.append(status.not_allowed("value", "may not be changed in an update."))
    values.immutable("preemptionPolicy")(new, old, causes)


DEFAULTS: Defaults = {
    "scheduling.v1.PriorityClass": (missing(preemptionPolicy="PreemptLowerPriority"),)
}
KINDS = {
    "priorityclasses": Kind(
        strategy=Rules(create=_create, validate_new=_check_new, changes=_changes)
    )
}
