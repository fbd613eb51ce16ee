"""What becomes of a new Pod, or of a template, before it is checked (pkg/registry/core/pod)."""

from __future__ import annotations

from typing import Any

from kube.runtime.trees import Tree

_CONTAINERS = ("containers", "initContainers", "ephemeralContainers")
_PROJECTIONS = ("clusterTrustBundle", "podCertificate")
_APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/"


def drop_gated(spec: Tree) -> None:
    """Remove members that are behind feature gates which are off by default."""
    spec.pop("schedulingGroup", None)
    for member in _CONTAINERS:
        for container in spec.get(member) or ():
            lifecycle = container.get("lifecycle")
            if lifecycle is not None and "stopSignal" in lifecycle:
                rest = {key: value for key, value in lifecycle.items() if key != "stopSignal"}
                container["lifecycle"] = rest
                if not rest:
                    del container["lifecycle"]
    for volume in spec.get("volumes") or ():
        for source in (volume.get("projected") or {}).get("sources") or ():
            for member in _PROJECTIONS:
                source.pop(member, None)


def drop_gated_status(status: Tree) -> None:
    """The same for the status of a Pod."""
    status.pop("nodeAllocatableResourceClaimStatuses", None)
    for member in ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"):
        for each in status.get(member) or ():
            for mount in each.get("volumeMounts") or ():
                mount.pop("volumeStatus", None)


def merge_label_keys(pod: Tree) -> None:
    """Selectors of affinities and of spread select the values that a Pod's own labels have."""
    spec, labels = pod["spec"], pod["metadata"].get("labels") or {}
    affinity = spec.get("affinity") or {}
    for member in ("podAffinity", "podAntiAffinity"):
        terms = affinity.get(member) or {}
        for each in terms.get("preferredDuringSchedulingIgnoredDuringExecution") or ():
            _merge_keys(each["podAffinityTerm"], labels)
        for term in terms.get("requiredDuringSchedulingIgnoredDuringExecution") or ():
            _merge_keys(term, labels)
    for constraint in spec.get("topologySpreadConstraints") or ():
        _merge_keys(constraint, labels)


def _merge_keys(term: Tree, labels: Tree) -> None:
    selector = term.get("labelSelector")
    if selector is None:
        return
    more = [
        {"key": key, "operator": operator, "values": [labels[key]]}
        for member, operator in (("matchLabelKeys", "In"), ("mismatchLabelKeys", "NotIn"))
        for key in term.get(member) or ()
        if key in labels
    ]
    if more:
        expressions = [*(selector.get("matchExpressions") or ()), *more]
        term["labelSelector"] = {**selector, "matchExpressions": expressions}


def take_app_armor(pod: Tree) -> None:
    """Containers take the AppArmor profiles of the annotations that named them formerly."""
    annotations, spec = pod["metadata"].get("annotations"), pod["spec"]
    if not annotations or (spec.get("os") or {}).get("name") == "windows":
        return
    of_pod = (spec.get("securityContext") or {}).get("appArmorProfile")
    for member in _CONTAINERS:
        for container in spec.get(member) or ():
            text = annotations.get(f"{_APP_ARMOR}{container.get('name', '')}")
            context = container.get("securityContext") or {}
            profile = _profile(text or "")
            if "appArmorProfile" not in context and profile is not None and profile != of_pod:
                container["securityContext"] = {**context, "appArmorProfile": profile}


def _profile(text: str) -> dict[str, Any] | None:
    if text in ("unconfined", "runtime/default"):
        return {"type": {"unconfined": "Unconfined"}.get(text, "RuntimeDefault")}
    name = text.removeprefix("localhost/")
    if name == text or not name or name != name.strip() or len(name) > 4095:
        return None
    return {"type": "Localhost", "localhostProfile": name}
