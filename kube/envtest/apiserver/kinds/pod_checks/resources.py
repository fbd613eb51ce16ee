"""Requests and limits of containers and of Pods."""

from __future__ import annotations

from collections.abc import Callable, Set
from decimal import Decimal

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import formats
from kube.envtest.apiserver.schemas import quantities
from kube.envtest.apiserver.status import Cause, invalid_value, not_allowed, required
from kube.envtest.apiserver.storage import metadata
from kube.runtime.trees import Tree

_COMPUTE = ("cpu", "memory")
_CONTAINERS = ("cpu", "ephemeral-storage", "memory")
_COUNTED = frozenset(
    {
        "pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps",
        "persistentvolumeclaims", "services.nodeports", "services.loadbalancers",
    }
)  # fmt: skip
_STANDARD = _COUNTED | {
    *_CONTAINERS, *(f"requests.{name}" for name in _CONTAINERS),
    *(f"limits.{name}" for name in _CONTAINERS), "storage", "requests.storage",
}  # fmt: skip
_HUGE_PAGES = "hugepages-"

Names = Callable[[str, str, list[Cause]], None]


def is_native(name: str) -> bool:
    return "/" not in name or "kubernetes.io/" in name


def is_quota(name: str) -> bool:
    """Whether quotas know a resource by a name of its own."""
    if name.startswith((_HUGE_PAGES, f"requests.{_HUGE_PAGES}")):
        return True
    return name in _STANDARD and name != "storage"


def _is_extended(name: str) -> bool:
    if is_native(name) or name.startswith("requests."):
        return False
    return not metadata.key_faults("", f"requests.{name}")


def check_resource_name(path: str, name: str, causes: list[Cause]) -> bool:
    faults = metadata.key_faults(path, name)
    causes += faults
    if faults:
        return False
    standard = name in _STANDARD or name.startswith((_HUGE_PAGES, f"requests.{_HUGE_PAGES}"))
    if "/" not in name and not standard:
        why = "must be a standard resource type or fully qualified"
        causes.append(invalid_value(path, name, why))
        return False
    return True


def check_container_name(path: str, name: str, causes: list[Cause]) -> None:
    check_resource_name(path, name, causes)
    if "/" not in name:
        if name not in _CONTAINERS and not name.startswith(_HUGE_PAGES):
            why = "must be a standard resource for containers"
            causes.append(invalid_value(path, name, why))
    elif not is_native(name) and not _is_extended(name):
        why = "doesn't follow extended resource name standard"
        causes.append(invalid_value(path, name, why))


def _of_pod(path: str, name: str, causes: list[Cause]) -> None:
    valid = check_resource_name(path, name, causes)
    if valid and name not in _COMPUTE and not name.startswith(_HUGE_PAGES):
        causes.append(status.not_supported(path, name, (*_COMPUTE[:1], _HUGE_PAGES, "memory")))


def check_amount(path: str, name: str, amount: str, causes: list[Cause]) -> None:
    value = quantities.parse(amount)
    if value < 0:
        causes.append(invalid_value(path, amount, "must be greater than or equal to 0"))
    if name in _COUNTED or _is_extended(name):
        thousandths = (value * 1000).to_integral_value("ROUND_UP")
        if thousandths % 1000:
            causes.append(invalid_value(path, amount, "must be an integer"))


def _check_huge_pages(path: str, name: str, amount: str, causes: list[Cause]) -> bool:
    if not name.startswith(_HUGE_PAGES):
        return False
    value = quantities.parse(amount).to_integral_value("ROUND_UP")
    if not _divides(name.removeprefix(_HUGE_PAGES), value):
        why = f"{amount} is not positive integer multiple of {name}"
        causes.append(invalid_value(path, amount, why))
    return True


def _divides(size: str, value: Decimal) -> bool:
    try:
        page = quantities.parse(size)
    except ValueError:
        return False
    return page > 0 and page == page.to_integral_value() and value % page == 0


def check_resources(
    resources: Tree,
    path: str,
    claims: Set[str],
    causes: list[Cause],
    names: Names = check_container_name,
) -> None:
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    huge = False
    for name, amount in limits.items():
        where = f"{path}.limits[{name}]"
        names(where, name, causes)
        check_amount(where, name, amount, causes)
        huge |= _check_huge_pages(where, name, amount, causes)
    for name, amount in requests.items():
        where = f"{path}.requests[{name}]"
        names(where, name, causes)
        check_amount(where, name, amount, causes)
        _check_request(name, amount, limits.get(name), path, causes)
        huge |= _check_huge_pages(where, name, amount, causes)
    if huge and not any(name in amounts for name in _COMPUTE for amounts in (limits, requests)):
        causes.append(not_allowed(path, "HugePages require cpu or memory"))
    _check_claims(resources.get("claims") or [], f"{path}.claims", claims, causes)


def _check_request(
    name: str, amount: str, limit: str | None, path: str, causes: list[Cause]
) -> None:
    overcommits = is_native(name) and not name.startswith(_HUGE_PAGES)
    if limit is None:
        if not overcommits:
            why = "Limit must be set for non overcommitable resources"
            causes.append(required(f"{path}.limits", why))
        return
    asked, most = quantities.parse(amount), quantities.parse(limit)
    if not overcommits and asked != most:
        why = f"must be equal to {name} limit of {limit}"
        causes.append(invalid_value(f"{path}.requests", amount, why))
    elif asked > most:
        why = f"must be less than or equal to {name} limit of {limit}"
        causes.append(invalid_value(f"{path}.requests", amount, why))


def _check_claims(claims: list[Tree], path: str, known: Set[str], causes: list[Cause]) -> None:
    names: set[str] = set()
    for index, claim in enumerate(claims):
        where, name = f"{path}[{index}]", claim.get("name", "")
        if not name:
            causes.append(required(where))
            continue
        if name in names:
            causes.append(status.duplicate(where, name))
        else:
            _check_claim_request(claim, where, names, causes)
        if name not in known:
            among = f": {', '.join(sorted(known))}" if known else " which is empty"
            why = f"must be one of the names in pod.spec.resourceClaims{among}"
            text = f"Not found: {status.render(name)}: {why}"
            causes.append(Cause("FieldValueNotFound", where, text))


def _check_claim_request(claim: Tree, path: str, names: set[str], causes: list[Cause]) -> None:
    name = claim["name"]
    key = name
    if claim.get("request"):
        formats.dns_label(f"{path}.request", claim["request"], causes)
        key = f"{name}/{claim['request']}"
    if key in names:
        causes.append(status.duplicate(path, key))
    elif key == name:
        for other in sorted(names):
            if other.partition("/")[0] == name and "/" in other:
                causes.append(status.duplicate(path, name))
    names.add(key)


def check_pod_resources(spec: Tree, path: str, claims: Set[str], causes: list[Cause]) -> None:
    resources, where = spec.get("resources"), f"{path}.resources"
    if resources is None:
        return
    if (spec.get("os") or {}).get("name") == "windows":
        causes.append(not_allowed(where, "may not be set for a windows pod"))
        return
    if "claims" in resources:
        why = "claims may not be set for Resources at pod-level"
        causes.append(not_allowed(f"{where}.claims", why))
    check_resources(resources, where, claims, causes, _of_pod)
    _check_sums(spec, where, causes)


def _check_sums(spec: Tree, path: str, causes: list[Cause]) -> None:
    resources = spec["resources"]
    for name, asked in (resources.get("requests") or {}).items():
        total = _total(spec, "requests", name)
        if total > quantities.parse(asked):
            why = (
                "must be greater than or equal to aggregate container requests of "
                f"{_shown(spec, 'requests', name, total)}"
            )
            causes.append(invalid_value(f"{path}.requests[{name}]", asked, why))
    limits = resources.get("limits") or {}
    for name, most in limits.items():
        total = _total(spec, "limits", name)
        if name.startswith(_HUGE_PAGES) and total > quantities.parse(most):
            why = (
                "must be greater than or equal to aggregate container limits of "
                f"{_shown(spec, 'limits', name, total)}"
            )
            causes.append(invalid_value(f"{path}.limits[{name}]", most, why))
    containers: list[Tree] = spec.get("containers") or []
    for index, container in enumerate(containers):
        for name, limit in ((container.get("resources") or {}).get("limits") or {}).items():
            if name in limits and quantities.parse(limit) > quantities.parse(limits[name]):
                where = f"{path}.containers[{index}][{name}].limits"
                why = f"must be less than or equal to pod limits of {limits[name]}"
                causes.append(invalid_value(where, limit, why))


def _amounts(containers: list[Tree], member: str, name: str) -> list[str]:
    found = [((c.get("resources") or {}).get(member) or {}).get(name) for c in containers]
    return [amount for amount in found if amount is not None]


def _total(spec: Tree, member: str, name: str) -> Decimal:
    """What all containers take at once: sidecars run beside the others, the rest before them."""
    total = sum((quantities.parse(a) for a in _amounts(spec.get("containers") or [], member, name)),
                Decimal(0))  # fmt: skip
    beside, most = Decimal(0), Decimal(0)
    for container in spec.get("initContainers") or ():
        amount = sum(map(quantities.parse, _amounts([container], member, name)), Decimal(0))
        if container.get("restartPolicy") == "Always":
            beside += amount
            most = max(most, beside)
        else:
            most = max(most, beside + amount)
    return max(total + beside, most)


def _shown(spec: Tree, member: str, name: str, total: Decimal) -> str:
    containers = [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]
    amounts = _amounts(containers, member, name)
    if any(amount.endswith("i") for amount in amounts[:1]):
        return quantities.canonical(f"{total / 1024}Ki")
    return quantities.canonical(f"{total:f}")
