"""Parts of a Pod that are changed through subresources of their own: resources, and containers that
join later.
"""

from __future__ import annotations

from collections.abc import Sequence

from kube.envtest.apiserver.kinds.pod_checks import check_pod
from kube.envtest.apiserver.kinds.pod_preparation import drop_gated
from kube.envtest.apiserver.kinds.pods import quality_of_service
from kube.envtest.apiserver.status import Cause, invalid_value, not_allowed
from kube.runtime.trees import Tree

_MIRROR = "kubernetes.io/config.mirror"
_COMPUTE = ("cpu", "memory")
_FIXED = "only cpu and memory resources are mutable"


def with_ephemeral(new: Tree, old: Tree) -> Tree:
    """The old Pod with the containers of the new one that join later."""
    drop_gated(new["spec"])
    spec = {key: value for key, value in old["spec"].items() if key != "ephemeralContainers"}
    joining = new["spec"].get("ephemeralContainers")
    return {"spec": spec if joining is None else {**spec, "ephemeralContainers": joining}}


def check_ephemeral(new: Tree, old: Tree) -> list[Cause]:
    """The faults of an update of the containers that join later."""
    if _MIRROR in (old["metadata"].get("annotations") or {}):
        return [not_allowed("<nil>", "static pods do not support ephemeral containers")]
    causes: list[Cause] = []
    check_pod(new, "", causes)
    path = "spec.ephemeralContainers"
    now = {each.get("name", ""): each for each in new["spec"].get("ephemeralContainers") or ()}
    for had in old["spec"].get("ephemeralContainers") or ():
        name = had.get("name", "")
        if name not in now:
            why = f'existing ephemeral containers "{name}" may not be removed\n'
            causes.append(not_allowed(path, why))
        elif now[name] != had:
            why = f'existing ephemeral containers "{name}" may not be changed\n'
            causes.append(not_allowed(path, why))
    return causes


def resized(new: Tree, old: Tree) -> Tree:
    """The old Pod with the resources of the new one, where both have the same containers."""
    now, before = new["spec"], old["spec"]
    members = [m for m in ("containers", "initContainers") if m in now or m in before]
    if any(len(now.get(m) or ()) != len(before.get(m) or ()) for m in members):
        return {"spec": now}
    spec = {key: value for key, value in before.items() if key != "resources"}
    if "resources" in now:
        spec["resources"] = now["resources"]
    for member in members:
        spec[member] = _with_resources(now.get(member) or [], before.get(member) or [])
    return {"spec": spec}


def _with_resources(now: list[Tree], before: list[Tree]) -> list[Tree]:
    if _names(now) != _names(before):
        return now  # which is refused
    return [
        {
            **{key: value for key, value in had.items() if key not in _RESIZABLE},
            **{key: have[key] for key in _RESIZABLE if key in have},
        }
        for have, had in zip(now, before, strict=True)
    ]


_RESIZABLE = ("resizePolicy", "resources")


def _names(containers: Sequence[Tree]) -> list[str]:
    return [each.get("name", "") for each in containers]


def check_resize(new: Tree, old: Tree) -> list[Cause]:
    """The faults of a change of resources."""
    if _MIRROR in (old["metadata"].get("annotations") or {}):
        return [not_allowed("<nil>", "static pods cannot be resized")]
    if (old["spec"].get("os") or {}).get("name") == "windows":
        return [not_allowed("<nil>", "windows pods cannot be resized")]
    causes: list[Cause] = []
    check_pod(new, "", causes)
    quality = old["status"].get("qosClass") or quality_of_service(old)
    if quality != quality_of_service(new):
        shown = new["status"].get("qosClass", "")
        why = "Pod QOS Class may not change as a result of resizing"
        causes.append(invalid_value("spec", shown, why))
    if not _is_supported(old):
        causes.append(not_allowed("spec", "Pod running on node without support for resize"))
    now, before = new["spec"], old["spec"]
    fixed = dict(now)
    if any(_is_set(spec.get("resources")) for spec in (now, before)):
        _check_of_pod(fixed, before, causes)
    if _is_reordered(now, before, causes):
        return causes
    for member in ("initContainers", "containers"):
        pairs = zip(now.get(member) or (), before.get(member) or (), strict=True)
        for index, (have, had) in enumerate(pairs):
            path = f"spec.{member}[{index}].resources"
            _check_removed(have.get("resources"), had.get("resources"), path, causes)
    _check_mutable(fixed, before, causes)
    if not causes and fixed != before:
        causes.append(not_allowed("spec", _FIXED))
    return causes


def _is_supported(pod: Tree) -> bool:
    """Whether the node of a running Pod tells what resources its containers have."""
    for each in pod["status"].get("containerStatuses") or ():
        if "running" in (each.get("state") or {}):
            return "resources" in each
    return True


def _is_set(resources: Tree | None) -> bool:
    return bool((resources or {}).get("requests") or (resources or {}).get("limits"))


def _check_of_pod(fixed: Tree, before: Tree, causes: list[Cause]) -> None:
    path, had, have = "spec.resources", before.get("resources"), fixed.get("resources")
    if had is not None and have is None:
        causes.append(not_allowed(path, "pod-level resources cannot be removed"))
        return
    if had is not None:
        _check_removed(have, had, path, causes, "pod-level resource")
    restored = _restored(have, had)
    if restored or had is not None:
        fixed["resources"] = restored
    else:
        fixed.pop("resources", None)
    if fixed.get("resources") != had:
        causes.append(not_allowed("spec", f"{_FIXED} at pod-level"))


def _check_removed(
    now: Tree | None, before: Tree | None, path: str, causes: list[Cause], what: str = "resource"
) -> None:
    for member in ("requests", "limits"):
        have, had = (now or {}).get(member) or {}, (before or {}).get(member) or {}
        if had.keys() - have.keys():
            causes.append(not_allowed(f"{path}.{member}", f"{what} {member} cannot be removed"))


def _restored(now: Tree | None, before: Tree | None) -> Tree:
    """New resources with the processors and the memory of the old ones."""
    restored: Tree = {}
    for member in ("limits", "requests"):
        have, had = (now or {}).get(member) or {}, (before or {}).get(member) or {}
        amounts = {name: amount for name, amount in have.items() if name not in _COMPUTE}
        amounts |= {name: had[name] for name in _COMPUTE if name in had}
        if amounts:
            restored[member] = amounts
    return restored


def _is_reordered(now: Tree, before: Tree, causes: list[Cause]) -> bool:
    count = len(causes)
    for member in ("containers", "initContainers"):
        have, had = _names(now.get(member) or ()), _names(before.get(member) or ())
        path = f"spec.{member}"
        if len(have) != len(had):
            why = f"{member} may not be added or removed on resize"
            causes.append(not_allowed(path, why))
            continue
        for index, (left, right) in enumerate(zip(have, had, strict=True)):
            if left != right:
                why = f"{member} may not be renamed or reordered on resize"
                causes.append(not_allowed(f"{path}[{index}].name", why))
    return len(causes) > count


def _check_mutable(fixed: Tree, before: Tree, causes: list[Cause]) -> None:
    """Of containers only processors and memory may change; restores these in `fixed`."""
    for member in ("containers", "initContainers"):
        if member not in fixed:
            continue
        restored = []
        pairs = zip(fixed[member], before.get(member) or (), strict=True)
        for index, (have, had) in enumerate(pairs):
            resources = _restored(have.get("resources"), had.get("resources"))
            each = {**have, "resources": resources}
            restored.append(each)
            if member == "containers":
                if each != had:
                    causes.append(not_allowed("spec", _FIXED))
                continue
            _check_init_container(each, have, had, f"spec.{member}[{index}]", causes)
        fixed[member] = restored


def _check_init_container(
    restored: Tree, now: Tree, before: Tree, path: str, causes: list[Cause]
) -> None:
    if restored != before:
        why = "only cpu and memory resources for init or sidecar containers are mutable"
        causes.append(not_allowed(path, why))
    if now == before or now.get("restartPolicy") == "Always":
        return
    for policy in now.get("resizePolicy") or ():
        if policy.get("restartPolicy") == "RestartContainer":
            why = (
                "non-sidecar init containers with a resize policy of RestartContainer cannot be "
                "resized"
            )
            causes.append(not_allowed(path, why))
