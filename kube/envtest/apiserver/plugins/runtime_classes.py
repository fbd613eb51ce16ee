"""Runtime classes of Pods, as the plugin RuntimeClass applies them to new ones."""

from __future__ import annotations

from kube.envtest.apiserver import status
from kube.envtest.apiserver.plugins.write import Write
from kube.runtime.trees import Tree

CLASSES = ("node.k8s.io", "runtimeclasses")
_DIFFERENT = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"
_ALONE = "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead"


def change(write: Write, new: Tree, old: Tree | None) -> None:
    """Set what a Pod's class says of all its Pods; raises StatusError."""
    if old is not None or not write.is_of("", "pods"):
        return
    spec, chosen = new["spec"], _class_of(write, new)
    if chosen is None:
        return
    overhead = (chosen.get("overhead") or {}).get("podFixed")
    if overhead:
        if spec.get("overhead") and spec["overhead"] != overhead:
            raise write.forbidden(new, _DIFFERENT)
        spec["overhead"] = dict(overhead)
    scheduling = chosen.get("scheduling") or {}
    if scheduling.get("nodeSelector"):
        spec["nodeSelector"] = _selector(write, new, scheduling["nodeSelector"])
    if scheduling.get("tolerations"):
        both = [*(spec.get("tolerations") or ()), *scheduling["tolerations"]]
        spec["tolerations"] = _distinct(both)


def check(write: Write, new: Tree, old: Tree | None) -> None:
    """Raise StatusError for an overhead that is not that of the Pod's class."""
    if old is not None or not write.is_of("", "pods"):
        return
    had = new["spec"].get("overhead")
    if "runtimeClassName" not in new["spec"] and had is None:
        return
    wanted = ((_class_of(write, new) or {}).get("overhead") or {}).get("podFixed")
    if wanted and had != wanted:
        raise write.forbidden(new, _DIFFERENT)
    if not wanted and had is not None:
        raise write.forbidden(new, _ALONE)


def _class_of(write: Write, pod: Tree) -> Tree | None:
    """The class that a Pod names; raises StatusError where there is none of its name."""
    name = pod["spec"].get("runtimeClassName")
    if name is None:
        return None
    if not name:
        raise status.internal("resource name may not be empty")
    stored = write.state.store.collection(CLASSES).objects.get(("", name))
    if stored is None:
        raise write.forbidden(pod, f'pod rejected: RuntimeClass "{name}" not found')
    return stored.tree


def _selector(write: Write, pod: Tree, wanted: Tree) -> Tree:
    had = pod["spec"].get("nodeSelector") or {}
    for key, value in wanted.items():
        if had.get(key, value) != value:
            why = (
                f"conflict: runtimeClass.scheduling.nodeSelector[{key}] = {value}; "
                f"pod.spec.nodeSelector[{key}] = {had[key]}"
            )
            raise write.forbidden(pod, why)
    return {**had, **wanted}


def _distinct(tolerations: list[Tree]) -> list[Tree]:
    """Tolerations without those that others include."""
    kept: list[Tree] = []
    for index, each in enumerate(tolerations):
        later = (other for other in tolerations[index + 1 :] if other != each)
        if not any(_includes(other, each) for other in (*kept, *later)):
            kept.append(each)
    return kept


def _includes(wide: Tree, narrow: Tree) -> bool:
    """Whether one toleration tolerates all that another does."""
    if wide == narrow:
        return True
    exists = wide.get("operator") == "Exists"
    if wide.get("key", "") != narrow.get("key", "") and (wide.get("key") or not exists):
        return False
    if wide.get("effect") and wide["effect"] != narrow.get("effect"):
        return False
    if wide.get("effect") == "NoExecute" and not _lasts_as_long(wide, narrow):
        return False
    if exists:
        return True
    are_equal = wide.get("value", "") == narrow.get("value", "")
    return bool(are_equal and narrow.get("operator") == wide.get("operator", "Equal") == "Equal")


def _lasts_as_long(wide: Tree, narrow: Tree) -> bool:
    seconds = wide.get("tolerationSeconds")
    if seconds is None:
        return True
    shorter = narrow.get("tolerationSeconds")
    return shorter is not None and bool(shorter <= seconds)
