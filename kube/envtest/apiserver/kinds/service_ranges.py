"""The addresses of Services as objects: ServiceCIDR and IPAddress."""

from __future__ import annotations

from kube.envtest.apiserver.kinds import formats
from kube.envtest.apiserver.kinds.builtin import Checks, Kind, Rules
from kube.envtest.apiserver.kinds.go_values import go_value
from kube.envtest.apiserver.kinds.values import IMMUTABLE
from kube.envtest.apiserver.status import Cause, invalid_value, required
from kube.envtest.apiserver.storage import metadata
from kube.runtime.trees import Tree


def _check_address(address: Tree, path: str, causes: list[Cause]) -> None:
    name = address["metadata"].get("name")
    if name:
        formats.canonical_ip("metadata.name", name, causes)
    parent, where = (address.get("spec") or {}).get("parentRef"), "spec.parentRef"
    if parent is None:
        causes.append(required(where))
        return
    if parent.get("group"):
        formats.dns_subdomain(f"{where}.group", parent["group"], causes)
    for member in ("resource", "name", "namespace"):
        if parent.get(member):
            formats.path_segment(f"{where}.{member}", parent[member], causes)
        elif member != "namespace":
            causes.append(required(f"{where}.{member}"))


def _address_changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    parent = (new.get("spec") or {}).get("parentRef")
    if parent != (old.get("spec") or {}).get("parentRef"):
        shown = go_value("*networking.ParentReference", parent)
        causes.append(invalid_value("spec.parentRef", shown, IMMUTABLE))


_RANGES = "spec.cidrs"


def _check_range(service_range: Tree, causes: list[Cause]) -> None:
    ranges = (service_range.get("spec") or {}).get("cidrs") or []
    if not ranges:
        causes.append(required(_RANGES, "at least one CIDR required"))
        return
    if len(ranges) > 2:
        why = "may only hold up to 2 values"
        causes.append(invalid_value(_RANGES, {"CIDRs": ranges}, why))
        return
    for index, each in enumerate(ranges):
        formats.canonical_cidr(f"{_RANGES}[{index}]", each, causes)
    networks = [formats.sloppy_network(each) for each in ranges]
    versions = [network.version for network in networks if network is not None]
    if len(versions) == 2 and versions[0] == versions[1]:
        why = "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and "
        causes.append(invalid_value(_RANGES, ranges, why + "2001:db8::/64"))


def _range_changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    sent = (new.get("spec") or {}).get("cidrs")
    now = sent or []
    before = (old.get("spec") or {}).get("cidrs") or []
    if len(now) == len(before):
        causes += [
            invalid_value(f"{_RANGES}[{index}]", each, IMMUTABLE)
            for index, each in enumerate(now)
            if each != before[index]
        ]
    elif (len(before), len(now)) == (1, 2):
        if now[0] != before[0]:
            causes.append(invalid_value(f"{_RANGES}[0]", now[0], IMMUTABLE))
        _check_range(new, causes)
    else:
        causes.append(invalid_value(_RANGES, sent, IMMUTABLE))


CHECKS: Checks = {"networking.v1.IPAddress": (_check_address,)}
KINDS = {
    "ipaddresses": Kind(
        strategy=Rules(changes=_address_changes, own_metadata=(1, 1)),
        names=metadata.ANY_NAME,
    ),
    "servicecidrs": Kind(strategy=Rules(validate_new=_check_range, changes=_range_changes)),
}
