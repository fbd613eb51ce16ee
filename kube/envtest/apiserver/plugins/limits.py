"""Limit ranges: defaults and bounds of what containers, Pods and claims ask for, as LimitRanger."""

from __future__ import annotations

from collections.abc import Iterator

from kube.envtest.apiserver.plugins.amounts import Amounts, amounts, of_pod
from kube.envtest.apiserver.plugins.write import Write
from kube.runtime.quantity_value import QuantityValue
from kube.runtime.trees import Tree

_ANNOTATION = "kubernetes.io/limit-ranger"


def change(write: Write, new: Tree, old: Tree | None) -> None:
    """Give the containers of a new Pod the defaults of the namespace."""
    if old is not None or not write.is_of("", "pods"):
        return
    for limit_range in write.beside("limitranges"):
        _fill(new, limit_range)


def _fill(pod: Tree, limit_range: Tree) -> None:
    items = [i for i in limit_range["spec"].get("limits") or () if i.get("type") == "Container"]
    defaults: dict[str, Tree] = {"requests": {}, "limits": {}}
    for item in items:
        defaults["requests"].update(item.get("defaultRequest") or {})
        defaults["limits"].update(item.get("default") or {})
    told = []
    for member, kind in (("containers", "container"), ("initContainers", "init container")):
        for container in pod["spec"].get(member) or ():
            for amount, values in defaults.items():
                have = (container.get("resources") or {}).get(amount) or {}
                missing = {name: value for name, value in values.items() if name not in have}
                if missing:
                    container["resources"] = {
                        **(container.get("resources") or {}), amount: {**have, **missing},
                    }  # fmt: skip
                    names = ", ".join(sorted(missing))
                    told.append(f"{names} {amount[:-1]} for {kind} {container['name']}")
    if told:
        metadata = pod["metadata"]
        text = f"LimitRanger plugin set: {'; '.join(told)}"
        metadata["annotations"] = {**(metadata.get("annotations") or {}), _ANNOTATION: text}


def check(write: Write, new: Tree, old: Tree | None) -> None:
    """Raise StatusError for a Pod or a claim that is out of the bounds of the namespace."""
    is_pod = write.is_of("", "pods")
    if is_pod and old is not None:
        return
    if not is_pod and not write.is_of("", "persistentvolumeclaims"):
        return
    for limit_range in write.beside("limitranges"):
        for item in limit_range["spec"].get("limits") or ():
            faults = list(_pod_faults(new, item) if is_pod else _claim_faults(new, item))
            if faults:
                why = faults[0] if len(faults) == 1 else f"[{', '.join(faults)}]"
                raise write.forbidden(new, why)


def _pod_faults(pod: Tree, item: Tree) -> Iterator[str]:
    spec = pod["spec"]
    if item["type"] == "Container":
        for container in [*spec["containers"], *(spec.get("initContainers") or ())]:
            asked = container.get("resources") or {}
            requests, limits = amounts(asked.get("requests")), amounts(asked.get("limits"))
            yield from _faults(item, requests, limits)
    elif item["type"] == "Pod":
        yield from _faults(item, of_pod(spec, "requests"), of_pod(spec, "limits"))


def _claim_faults(claim: Tree, item: Tree) -> Iterator[str]:
    if item["type"] != "PersistentVolumeClaim":
        return
    requests = amounts((claim["spec"].get("resources") or {}).get("requests"))
    yield from _too_little(item, requests, {})
    for name, most in amounts(item.get("max")).items():
        what = f"maximum {name} usage per PersistentVolumeClaim is {most}"
        if name not in requests:
            yield f"{what}.  No request is specified"
        elif requests[name] > most:
            yield f"{what}, but request is {requests[name]}"


def _faults(item: Tree, requests: Amounts, limits: Amounts) -> Iterator[str]:
    yield from _too_little(item, requests, limits)
    for name, most in amounts(item.get("max")).items():
        what = f"maximum {name} usage per {item['type']} is {most}"
        if name not in limits:
            yield f"{what}.  No limit is specified"
        elif limits[name] > most:
            yield f"{what}, but limit is {limits[name]}"
        elif name in requests and requests[name] > most:
            yield f"{what}, but request is {requests[name]}"
    for name, ratio in amounts(item.get("maxLimitRequestRatio")).items():
        yield from _ratio(item["type"], name, ratio, requests, limits)


def _too_little(item: Tree, requests: Amounts, limits: Amounts) -> Iterator[str]:
    for name, least in amounts(item.get("min")).items():
        what = f"minimum {name} usage per {item['type']} is {least}"
        if name not in requests:
            yield f"{what}.  No request is specified"
        elif requests[name] < least:
            yield f"{what}, but request is {requests[name]}"
        elif name in limits and limits[name] < least:
            yield f"{what}, but limit is {limits[name]}"


def _ratio(
    kind: str, name: str, most: QuantityValue, requests: Amounts, limits: Amounts
) -> Iterator[str]:
    what = f"{name} max limit to request ratio per {kind} is {most}, but"
    if not requests.get(name):
        yield f"{what} no request is specified or request is 0"
    elif not limits.get(name):
        yield f"{what} no limit is specified or limit is 0"
    else:
        ratio = float(limits[name]) / float(requests[name])
        if ratio > float(most):
            yield f"{what} provided ratio is {ratio:f}"
