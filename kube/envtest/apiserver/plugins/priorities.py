"""Priority classes of Pods, as the plugin Priority resolves them."""

from __future__ import annotations

from kube.envtest.apiserver.plugins.write import Write
from kube.runtime.trees import Tree

CLASSES = ("scheduling.k8s.io", "priorityclasses")
_SYSTEM = {"system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000}
"""Those that every cluster has."""
_PREEMPTS = "PreemptLowerPriority"


def change(write: Write, new: Tree, old: Tree | None) -> None:
    """Set the priority of a new Pod; raises StatusError for an unknown class."""
    if old is not None or not write.is_of("", "pods"):
        return
    spec, name = new["spec"], new["spec"].get("priorityClassName")
    found = _named(write, name) if name else _default(write)
    if found is None:
        raise write.forbidden(new, f"no PriorityClass with name {name} was found")
    if not name and found["metadata"]["name"]:
        spec["priorityClassName"] = found["metadata"]["name"]
    for member, wanted, shown in (
        ("priority", found.get("value", 0), "integer value of priority"),
        ("preemptionPolicy", found["preemptionPolicy"], "string value of PreemptionPolicy"),
    ):
        have = spec.get(member)
        if have is not None and have != wanted:
            why = (
                f"the {shown} ({have}) must not be provided in pod spec; priority admission "
                f"controller computed {wanted} from the given PriorityClass name"
            )
            raise write.forbidden(new, why)
        spec[member] = wanted


def check(write: Write, new: Tree, old: Tree | None) -> None:
    """Raise StatusError for a second class that is the default."""
    if not write.is_of(*CLASSES) or not new.get("globalDefault"):
        return
    for each in write.state.store.collection(CLASSES).objects.values():
        other = each.tree["metadata"]["name"]
        if each.tree.get("globalDefault") and other != new["metadata"].get("name"):
            why = f"PriorityClass {other} is already marked as default. Only one default can exist"
            raise write.forbidden(new, why)


def _named(write: Write, name: str) -> Tree | None:
    stored = write.state.store.collection(CLASSES).objects.get(("", name))
    if stored is not None:
        return stored.tree
    if name not in _SYSTEM:
        return None
    return {"metadata": {"name": name}, "value": _SYSTEM[name], "preemptionPolicy": _PREEMPTS}


def _default(write: Write) -> Tree:
    """The class of Pods that name none: the lowest of the defaults, where there are several."""
    classes = [each.tree for each in write.state.store.collection(CLASSES).objects.values()]
    defaults = [each for each in classes if each.get("globalDefault")]
    nothing: Tree = {"metadata": {"name": ""}, "value": 0, "preemptionPolicy": _PREEMPTS}
    return min(defaults, key=lambda each: each.get("value", 0), default=nothing)
