"""Addresses of Services, and their families."""

from __future__ import annotations

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import formats, values
from kube.envtest.apiserver.status import Cause, invalid_value, required
from kube.runtime.trees import Tree

_FAMILIES = ("IPv4", "IPv6")
_POLICIES = ("PreferDualStack", "RequireDualStack", "SingleStack")
_PLURAL = "spec.clusterIPs"


def family(address: str) -> str:
    return "IPv6" if ":" in address else "IPv4"


def is_headless(spec: Tree) -> bool:
    return spec.get("clusterIPs") == ["None"]


def normalize(now: Tree, before: Tree) -> None:
    """Whoever changes clusterIP alone means clusterIPs too."""
    singular, plural = now.get("clusterIP", ""), now.get("clusterIPs") or []
    had, had_plural = before.get("clusterIP", ""), before.get("clusterIPs") or []
    if had_plural and not plural and singular == had:
        now["clusterIPs"] = had_plural
    elif singular != had and plural == had_plural:
        if had and not singular:
            now.pop("clusterIPs", None)
        else:
            now["clusterIPs"] = [singular]


def check_fields(spec: Tree, before: Tree | None) -> list[Cause]:
    """What is wrong with the addresses of a service and with their families."""
    if spec.get("type") == "ExternalName":
        return []
    causes: list[Cause] = []
    address, plural = spec.get("clusterIP", ""), spec.get("clusterIPs") or []
    if address and not plural:
        causes.append(required(_PLURAL))
    elif address and plural[0] != address:
        causes.append(invalid_value(_PLURAL, plural, "first value must match `clusterIP`"))
    elif plural and not address:
        why = "must be empty when `clusterIP` is not specified"
        causes.append(invalid_value(_PLURAL, plural, why))
    families = spec.get("ipFamilies") or []
    for index, each in enumerate(families):
        where = f"spec.ipFamilies[{index}]"
        values.one_of(where, each, _FAMILIES, causes)
        if each in families[:index]:
            causes.append(status.duplicate(where, each))
    if spec.get("ipFamilyPolicy") is not None:
        values.one_of("spec.ipFamilyPolicy", spec["ipFamilyPolicy"], _POLICIES, causes)
    if _check_addresses(plural, (before or {}).get("clusterIPs") or [], causes):
        _check_families(spec, plural, families, causes)
    return causes


def _check_addresses(plural: list[str], existing: list[str], causes: list[Cause]) -> bool:
    """Whether all of them are addresses."""
    valid = True
    for index, each in enumerate(plural):
        if index == 0 and each == "None":
            if len(plural) > 1:
                valid = False
                why = "'None' must be the first and only value"
                causes.append(invalid_value(_PLURAL, plural, why))
        elif each not in existing:
            count = len(causes)
            formats.ip(f"{_PLURAL}[{index}]", each, causes)
            valid = valid and len(causes) == count
    if len(plural) > 2:
        causes.append(invalid_value(_PLURAL, plural, "may only hold up to 2 values"))
    return valid


def _check_families(
    spec: Tree, plural: list[str], families: list[str], causes: list[Cause]
) -> None:
    if len(plural) > 1 and len({family(each) for each in plural}) < 2:
        why = "may specify no more than one IP for each IP family"
        causes.append(invalid_value(_PLURAL, plural, why))
    if is_headless(spec):
        return
    for index, (each, wanted) in enumerate(zip(plural, families, strict=False)):
        if wanted in _FAMILIES and family(each) != wanted:
            why = f"expected an {wanted} value as indicated by `ipFamilies[{index}]`"
            causes.append(invalid_value(f"{_PLURAL}[{index}]", each, why))


def check_stack(spec: Tree) -> list[Cause]:
    """What this cluster, which has IPv4 alone, cannot give."""
    causes: list[Cause] = []
    where, policy = "spec.ipFamilyPolicy", spec.get("ipFamilyPolicy")
    plural, families = spec.get("clusterIPs") or [], spec.get("ipFamilies") or []
    if policy == "SingleStack":
        for count, what in ((len(plural), "cluster IPs"), (len(families), "IP families")):
            if count == 2:
                why = (
                    "must be 'RequireDualStack' or 'PreferDualStack' when multiple "
                    f"{what} are specified"
                )
                causes.append(invalid_value(where, policy, why))
    for index, each in enumerate(plural):
        if each != "None" and family(each) == "IPv6":
            why = "IPv6 is not configured on this cluster"
            causes.append(invalid_value(f"{_PLURAL}[{index}]", plural, why))
    if causes or (spec.get("clusterIP") == "None" and not spec.get("selector")):
        return causes
    if policy == "RequireDualStack":
        why = "this cluster is not configured for dual-stack services"
        causes.append(invalid_value(where, policy, why))
    for index, each in enumerate(families):
        if each == "IPv6":
            why = "not configured on this cluster"
            causes.append(invalid_value(f"spec.ipFamilies[{index}]", each, why))
    return causes


def check_changes(now: Tree, before: Tree, causes: list[Cause]) -> None:
    if "ExternalName" in (now.get("type"), before.get("type")):
        return
    headless = is_headless(now)
    if not (headless and is_headless(before)):
        _check_address_changes(now, before, causes)
    if headless == is_headless(before) and not headless:
        _check_family_changes(now, before, causes)


_SET = "may not change once set"


def _check_address_changes(now: Tree, before: Tree, causes: list[Cause]) -> None:
    have, had = now.get("clusterIPs") or [], before.get("clusterIPs") or []
    if len(have) == len(had):
        causes += [
            invalid_value(f"{_PLURAL}[{index}]", have, _SET)
            for index, each in enumerate(had)
            if each != have[index]
        ]
        return
    if len(had) > len(have) and not have:
        causes.append(invalid_value(f"{_PLURAL}[0]", None, "primary clusterIP can not be unset"))
    if had and have and have[0] != had[0]:
        causes.append(invalid_value(f"{_PLURAL}[0]", have, _SET))
    if len(had) > len(have) == 1 and now.get("ipFamilyPolicy") != "SingleStack":
        why = "must be set to 'SingleStack' when releasing the secondary clusterIP"
        causes.append(invalid_value("spec.ipFamilyPolicy", now.get("ipFamilyPolicy"), why))


def _check_family_changes(now: Tree, before: Tree, causes: list[Cause]) -> None:
    have, had = now.get("ipFamilies") or [], before.get("ipFamilies") or []
    where = "spec.ipFamilies[0]"
    if len(have) == len(had):
        causes += [
            invalid_value(where, have, _SET)
            for index, each in enumerate(had)
            if each != have[index]
        ]
        return
    if had and have and have[0] != had[0]:
        causes.append(invalid_value(where, now.get("clusterIPs"), _SET))
    if len(had) > len(have) == 1 and now.get("ipFamilyPolicy") != "SingleStack":
        why = "must be set to 'SingleStack' when releasing the secondary ipFamily"
        causes.append(invalid_value("spec.ipFamilyPolicy", now.get("ipFamilyPolicy"), why))
