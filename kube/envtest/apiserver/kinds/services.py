"""Services: defaults, allocated addresses and ports, rules."""

from __future__ import annotations

import ipaddress
import random
from collections.abc import Iterable
from typing import Any

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import network_warnings
from kube.envtest.apiserver.kinds import service_addresses as addresses
from kube.envtest.apiserver.kinds.builtin import Rules
from kube.envtest.apiserver.kinds.service_checks import (
    WITH_NODE_PORTS,
    changes,
    check_status,
    is_outside,
    needs_health_check,
    ports_of,
)
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree

ADDRESSES = ipaddress.IPv4Network("10.96.0.0/12")
NODE_PORTS = range(30000, 32768)


def fill(service: Tree) -> None:
    spec = service["spec"]
    affinity = spec.setdefault("sessionAffinity", "None")
    if affinity == "None":
        spec.pop("sessionAffinityConfig", None)
    elif affinity == "ClientIP":
        config = spec.setdefault("sessionAffinityConfig", {})
        config.setdefault("clientIP", {}).setdefault("timeoutSeconds", 10800)
    kind = spec.setdefault("type", "ClusterIP")
    for port in spec.get("ports") or ():
        port.setdefault("protocol", "TCP")
        if port.get("targetPort") in (0, "", None):
            port["targetPort"] = port.get("port", 0)
    if is_outside(spec):
        spec.setdefault("externalTrafficPolicy", "Cluster")
    if kind in ("NodePort", "LoadBalancer", "ClusterIP"):
        spec.setdefault("internalTrafficPolicy", "Cluster")
    if kind == "LoadBalancer":
        spec.setdefault("allocateLoadBalancerNodePorts", True)
        for ingress in service["status"]["loadBalancer"].get("ingress") or ():
            if ingress.get("ip"):
                ingress.setdefault("ipMode", "VIP")


def create(service: Tree) -> None:
    spec = service["spec"]
    if spec.get("clusterIP") and not spec.get("clusterIPs"):
        spec["clusterIPs"] = [spec["clusterIP"]]
    if not addresses.check_fields(spec, None):
        _families(spec)


def _families(spec: Tree) -> None:
    """The families of addresses: this server has IPv4 alone."""
    if spec.get("type") == "ExternalName":
        return
    if spec.get("clusterIP") == "None" and not spec.get("selector"):
        spec.setdefault("ipFamilyPolicy", "RequireDualStack")
        families = spec.get("ipFamilies") or ["IPv4"]
        if len(families) < 2 and spec["ipFamilyPolicy"] != "SingleStack":
            families = [*families, "IPv6" if families[0] == "IPv4" else "IPv4"]
        spec["ipFamilies"] = families
        return
    spec.setdefault("ipFamilyPolicy", "SingleStack")
    if not spec.get("ipFamilies"):
        given = [ip for ip in spec.get("clusterIPs") or () if ip != "None"]
        spec["ipFamilies"] = [addresses.family(ip) for ip in given] or ["IPv4"]


def update(new: Tree, old: Tree) -> None:
    """Values that were allocated stay, where the new object does not give its own."""
    now, before = new["spec"], old["spec"]
    if now.get("type") != "ExternalName" and before.get("type") != "ExternalName":
        for member in ("clusterIP", "clusterIPs"):
            if not now.get(member) and before.get(member):
                now[member] = before[member]
    addresses.normalize(now, before)
    if now.get("type") in WITH_NODE_PORTS and before.get("type") in WITH_NODE_PORTS:
        _keep_node_ports(now, before)
    number = "healthCheckNodePort"
    stays = needs_health_check(now) and needs_health_check(before)
    if stays and not now.get(number) and before.get(number):
        now[number] = before[number]
    _drop(now, before)
    if now.get("type") != "LoadBalancer" and new.get("status"):
        new["status"] = {**new["status"], "loadBalancer": {}}
    if now.get("type") == "ExternalName":
        return
    if "ipFamilyPolicy" not in now and "ipFamilyPolicy" in before:
        now["ipFamilyPolicy"] = before["ipFamilyPolicy"]
    if not addresses.check_fields(now, before):
        _families(now)


def _keep_node_ports(now: Tree, before: Tree) -> None:
    had = {port.get("nodePort") for port in ports_of(before)}
    used = had & {port.get("nodePort") for port in ports_of(now)}
    by_name = {port.get("name", ""): port.get("nodePort") for port in ports_of(before)}
    for port in ports_of(now):
        number = by_name.get(port.get("name", ""))
        if not port.get("nodePort") and number and number not in used:
            port["nodePort"] = number


def _drop(now: Tree, before: Tree) -> None:
    """Drop what belonged to the old type, where the user left it as it was."""
    if now.get("type") == "ExternalName" and before.get("type") != "ExternalName":
        singular = now.get("clusterIP") == before.get("clusterIP")
        if singular and now.get("clusterIPs") == before.get("clusterIPs"):
            now.pop("clusterIP", None)
            now.pop("clusterIPs", None)
        for member in ("ipFamilies", "ipFamilyPolicy"):
            if now.get(member) == before.get(member):
                now.pop(member, None)
    if before.get("type") in WITH_NODE_PORTS and now.get("type") not in WITH_NODE_PORTS:
        had = {port.get("nodePort") for port in ports_of(before)}
        if all(port.get("nodePort") in (None, *had) for port in ports_of(now)):
            for port in ports_of(now):
                port.pop("nodePort", None)
    was_balanced = before.get("type") == "LoadBalancer" and now.get("type") != "LoadBalancer"
    for member, applies in (
        ("healthCheckNodePort", needs_health_check(before) and not needs_health_check(now)),
        ("allocateLoadBalancerNodePorts", was_balanced),
        ("loadBalancerClass", was_balanced),
        ("externalTrafficPolicy", is_outside(before) and not is_outside(now)),
    ):
        if applies and now.get(member) == before.get(member):
            now.pop(member, None)


def allocate(
    existing: Iterable[Tree], new: Tree, old: Tree | None, *, dry_run: bool
) -> list[Cause]:
    """Give the service the addresses and ports that it needs; returns what is not available.

    This is done before the rest is looked at. Raises StatusError 500 for a port given twice.
    """
    if causes := _check_addresses(new, old):
        return causes
    spec = new["spec"]
    uid = new["metadata"].get("uid")
    others = [other["spec"] for other in existing if other["metadata"].get("uid") != uid]
    if spec.get("type") != "ExternalName":
        taken = {other.get("clusterIP") for other in others}
        address = spec.get("clusterIP")
        if not address:
            address = _free_address(taken)
            spec["clusterIP"], spec["clusterIPs"] = address, [address]
        elif address != "None" and address in taken:
            why = f"failed to allocate IP {address}: provided IP is already allocated"
            return [status.invalid_value("spec.clusterIPs", [address], why)]
    if spec.get("type") not in WITH_NODE_PORTS:
        return []
    return _allocate_ports(spec, old["spec"] if old is not None else None, others, dry_run=dry_run)


def _free_address(taken: set[Any]) -> str:
    most = ADDRESSES.num_addresses - 2
    while True:
        address = str(ADDRESSES[random.randint(1, most)])
        if address not in taken:
            return address


class _NodePorts:
    """The node ports that are free while one service is written."""

    def __init__(self, others: list[Tree], *, dry_run: bool) -> None:
        self._taken = {port.get("nodePort") for other in others for port in ports_of(other)}
        self._taken |= {other.get("healthCheckNodePort") for other in others}
        self._dry_run = dry_run

    def take(self, number: int, index: int) -> list[Cause]:
        """Allocate the port that is wanted at an index; returns why it cannot be had."""
        why = ""
        if number in self._taken:
            why = "provided port is already allocated"
        elif number not in NODE_PORTS and not self._dry_run:
            low, high = NODE_PORTS.start, NODE_PORTS.stop - 1
            why = "provided port is not in the valid range. The range of valid ports is "
            why += f"{low}-{high}"
        self._taken.add(number)
        return [status.invalid_value(f"spec.ports[{index}].nodePort", number, why)] if why else []

    def any(self) -> int:
        free = [number for number in NODE_PORTS if number not in self._taken]
        if not free:
            raise status.internal("failed to allocate a nodePort: range is full")
        number = random.choice(free)
        self._taken.add(number)
        return number


def _allocate_ports(
    spec: Tree, before: Tree | None, others: list[Tree], *, dry_run: bool
) -> list[Cause]:
    numbers = _NodePorts(others, dry_run=dry_run)
    wanted = spec.get("type") == "NodePort" or spec.get("allocateLoadBalancerNodePorts", True)
    ports = [
        (index, port) for index, port in enumerate(ports_of(spec)) if wanted or port.get("nodePort")
    ]
    if before is None:
        causes = _first_ports(ports, numbers)
    else:
        causes = _changed_ports(ports, {port.get("nodePort") for port in ports_of(before)}, numbers)
    if not causes and needs_health_check(spec) and not spec.get("healthCheckNodePort"):
        spec["healthCheckNodePort"] = numbers.any()
    return causes


def _first_ports(ports: list[tuple[int, Tree]], numbers: _NodePorts) -> list[Cause]:
    """Ports of one number, as for TCP and UDP, share a node port."""
    shared: dict[int, int] = {}
    for place, (index, port) in enumerate(ports):
        number, own = port.get("port", 0), port.get("nodePort")
        if number not in shared:
            asked = (later.get("nodePort") for _, later in ports[place:]
                     if later.get("port", 0) == number and later.get("nodePort"))  # fmt: skip
            chosen = next(asked, None)
            if chosen and (causes := numbers.take(chosen, index)):
                return causes
            shared[number] = port["nodePort"] = chosen or numbers.any()
        elif not own:
            port["nodePort"] = shared[number]
        elif own != shared[number] and (causes := numbers.take(own, index)):
            return causes
    return []


def _changed_ports(
    ports: list[tuple[int, Tree]], had: set[Any], numbers: _NodePorts
) -> list[Cause]:
    allocated: set[Any] = set(had)
    used: set[tuple[str, int]] = set()
    for index, port in ports:
        number = port.get("nodePort")
        if not number:
            number = port["nodePort"] = numbers.any()
        elif number not in allocated:
            if causes := numbers.take(number, index):
                return causes
            allocated.add(number)
        protocol = port.get("protocol", "")
        if (protocol, number) in used:
            raise status.internal(f"duplicate nodePort: {{{protocol} {number}}}")
        used.add((protocol, number))
    return []


def _check_addresses(new: Tree, old: Tree | None) -> list[Cause]:
    """Addresses are looked at before all else: they are allocated."""
    if new["spec"].get("type") == "ExternalName":
        return []
    before = old["spec"] if old is not None else None
    return addresses.check_fields(new["spec"], before) or addresses.check_stack(new["spec"])


RULES = Rules(
    create=create,
    update=update,
    changes=changes,
    status_changes=check_status,
    warns=network_warnings.of_service,
    allocator=allocate,
)
