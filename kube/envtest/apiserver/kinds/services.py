"""Services: defaults, allocated addresses and ports, rules."""

from __future__ import annotations

import ipaddress
import random
from collections.abc import Iterable
from typing import Any

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import values
from kube.envtest.apiserver.kinds.builtin import Rules
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree

ADDRESSES = ipaddress.IPv4Network("10.96.0.0/12")
NODE_PORTS = range(30000, 32768)
_TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
_WITH_NODE_PORTS = ("NodePort", "LoadBalancer")
_PROTOCOLS = ("SCTP", "TCP", "UDP")


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
    outside = kind in _WITH_NODE_PORTS or (kind == "ClusterIP" and spec.get("externalIPs"))
    if outside:
        spec.setdefault("externalTrafficPolicy", "Cluster")
    if kind in ("NodePort", "LoadBalancer", "ClusterIP"):
        spec.setdefault("internalTrafficPolicy", "Cluster")
    if kind == "LoadBalancer":
        spec.setdefault("allocateLoadBalancerNodePorts", True)
        for ingress in service["status"]["loadBalancer"].get("ingress") or ():
            if ingress.get("ip"):
                ingress.setdefault("ipMode", "VIP")


def check(service: Tree, path: str, causes: list[Cause]) -> None:
    spec = service["spec"]
    kind, address = spec.get("type"), spec.get("clusterIP")
    ports = spec.get("ports") or []
    if not ports and address != "None" and kind != "ExternalName":
        causes.append(status.required("spec.ports"))
    if kind not in _TYPES:
        causes.append(status.not_supported("spec.type", kind, _TYPES))
    if kind == "ExternalName":
        _check_external_name(spec, causes)
    elif address not in (None, "", "None"):
        _check_address("spec.clusterIPs[0]", address, causes)
    if address == "None" and kind in _WITH_NODE_PORTS:
        why = f"may not be set to 'None' for {kind} services"
        causes.append(status.invalid_value("spec.clusterIPs[0]", "None", why))
    values.labels("spec.selector", spec.get("selector"), causes)
    affinity = spec.get("sessionAffinity")
    if not affinity:
        causes.append(status.required("spec.sessionAffinity"))
    else:
        values.one_of("spec.sessionAffinity", affinity, ("ClientIP", "None"), causes)
    _check_ports(spec, ports, causes)
    for member, supported in (
        ("internalTrafficPolicy", ("Cluster", "Local")),
        ("externalTrafficPolicy", ("Cluster", "Local")),
    ):
        if spec.get(member) is not None:
            values.one_of(f"spec.{member}", spec[member], supported, causes)
    outside = kind in _WITH_NODE_PORTS or (kind == "ClusterIP" and spec.get("externalIPs"))
    if spec.get("externalTrafficPolicy") and not outside:
        why = "may only be set for externally-accessible services"
        where = "spec.externalTrafficPolicy"
        causes.append(status.invalid_value(where, spec["externalTrafficPolicy"], why))
    if kind != "LoadBalancer":
        for member in ("allocateLoadBalancerNodePorts", "loadBalancerClass"):
            if spec.get(member) is not None:
                why = "may only be used when `type` is 'LoadBalancer'"
                causes.append(status.not_allowed(f"spec.{member}", why))


def _check_external_name(spec: Tree, causes: list[Cause]) -> None:
    name = spec.get("externalName", "").removesuffix(".")
    if name:
        values.dns_subdomain("spec.externalName", name, causes)
    else:
        causes.append(status.required("spec.externalName"))
    if spec.get("clusterIP") or spec.get("clusterIPs"):
        why = "may not be set for ExternalName services"
        causes.append(status.not_allowed("spec.clusterIPs", why))


def _check_address(path: str, address: str, causes: list[Cause]) -> None:
    try:
        ipaddress.ip_address(address)
    except ValueError:
        why = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
        causes.append(status.invalid_value(path, address, why))


def _check_ports(spec: Tree, ports: list[Tree], causes: list[Cause]) -> None:
    names: set[str] = set()
    taken: set[tuple[Any, ...]] = set()
    for index, port in enumerate(ports):
        path = f"spec.ports[{index}]"
        name = port.get("name", "")
        if name:
            values.dns_label(f"{path}.name", name, causes)
            if name in names:
                causes.append(status.duplicate(f"{path}.name", name))
            names.add(name)
        elif len(ports) > 1:
            causes.append(status.required(f"{path}.name"))
        values.port(f"{path}.port", port.get("port", 0), causes)
        if not port.get("protocol"):
            causes.append(status.required(f"{path}.protocol"))
        else:
            values.one_of(f"{path}.protocol", port["protocol"], _PROTOCOLS, causes)
        target = port.get("targetPort")
        if isinstance(target, str):
            values.port_name(f"{path}.targetPort", target, causes)
        else:
            values.port(f"{path}.targetPort", target, causes)
        if spec.get("type") == "ClusterIP" and port.get("nodePort"):
            why = "may not be used when `type` is 'ClusterIP'"
            causes.append(status.not_allowed(f"{path}.nodePort", why))
        key = (port.get("protocol"), port.get("port"))
        if key in taken:
            shown = {"protocol": key[0], "port": key[1]}
            causes.append(status.duplicate(path, shown))
        taken.add(key)


def create(service: Tree) -> None:
    _families(service["spec"])


def _families(spec: Tree) -> None:
    """The families of addresses: this server has IPv4 alone."""
    if spec.get("type") == "ExternalName":
        return
    if spec.get("clusterIP") == "None":
        spec["clusterIPs"] = ["None"]
        if not spec.get("selector"):
            spec.setdefault("ipFamilyPolicy", "RequireDualStack")
            spec.setdefault("ipFamilies", ["IPv4", "IPv6"])
    elif spec.get("clusterIP"):
        spec.setdefault("clusterIPs", [spec["clusterIP"]])
    spec.setdefault("ipFamilyPolicy", "SingleStack")
    spec.setdefault("ipFamilies", ["IPv4"])


def update(new: Tree, old: Tree) -> None:
    """Values that were allocated stay, where the new object does not give its own."""
    now, before = new["spec"], old["spec"]
    if now.get("type") != "ExternalName" and before.get("type") != "ExternalName":
        for member in ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"):
            if not now.get(member) and before.get(member):
                now[member] = before[member]
    if now.get("type") in _WITH_NODE_PORTS and before.get("type") in _WITH_NODE_PORTS:
        had = {(p.get("protocol"), p.get("port")): p.get("nodePort") for p in _ports(before)}
        taken = {port.get("nodePort") for port in _ports(now)}
        for port in _ports(now):
            given = had.get((port.get("protocol"), port.get("port")))
            if not port.get("nodePort") and given and given not in taken:
                port["nodePort"] = given
    if _needs_health_check(now) and before.get("healthCheckNodePort"):
        now.setdefault("healthCheckNodePort", before["healthCheckNodePort"])
    if now.get("type") != before.get("type"):
        _drop(now, before)
    _families(now)


def _ports(spec: Tree) -> Iterable[Tree]:
    return spec.get("ports") or ()


def _drop(now: Tree, before: Tree) -> None:
    """Drop what belonged to the old type, where the user left it as it was."""
    if now.get("type") == "ExternalName" and before.get("clusterIPs") == now.get("clusterIPs"):
        for member in ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"):
            now.pop(member, None)
    if now.get("type") not in _WITH_NODE_PORTS:
        had = {port.get("nodePort") for port in _ports(before)}
        if all(port.get("nodePort") in (None, *had) for port in _ports(now)):
            for port in _ports(now):
                port.pop("nodePort", None)
        if now.get("externalTrafficPolicy") == before.get("externalTrafficPolicy"):
            now.pop("externalTrafficPolicy", None)
    if now.get("type") != "LoadBalancer":
        for member in ("allocateLoadBalancerNodePorts", "loadBalancerClass"):
            if now.get(member) == before.get(member):
                now.pop(member, None)


def changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    now, before = new["spec"], old["spec"]
    had = before.get("clusterIP")
    if before.get("type") == "ExternalName" or now.get("type") == "ExternalName":
        return
    if had and now.get("clusterIP") != had:
        why = "may not change once set"
        shown = now.get("clusterIPs") or [now.get("clusterIP", "")]
        causes.append(status.invalid_value("spec.clusterIPs[0]", shown, why))


def _needs_health_check(spec: Tree) -> bool:
    return spec.get("type") == "LoadBalancer" and spec.get("externalTrafficPolicy") == "Local"


def allocate(existing: Iterable[Tree], new: Tree, old: Tree | None) -> list[Cause]:
    """Give the service the addresses and ports that it needs; returns what is not available."""
    spec, causes = new["spec"], []
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
            causes.append(status.invalid_value("spec.clusterIPs", [address], why))
    if spec.get("type") in _WITH_NODE_PORTS:
        causes += _allocate_ports(spec, others)
    return causes


def _free_address(taken: set[Any]) -> str:
    most = ADDRESSES.num_addresses - 2
    while True:
        address = str(ADDRESSES[random.randint(1, most)])
        if address not in taken:
            return address


def _allocate_ports(spec: Tree, others: list[Tree]) -> list[Cause]:
    taken = {port.get("nodePort") for other in others for port in _ports(other)}
    taken |= {other.get("healthCheckNodePort") for other in others}
    causes = []
    wanted = spec.get("type") == "NodePort" or spec.get("allocateLoadBalancerNodePorts", True)
    for index, port in enumerate(_ports(spec)):
        number = port.get("nodePort")
        where = f"spec.ports[{index}].nodePort"
        if number and number in taken:
            why = "provided port is already allocated"
            causes.append(status.invalid_value(where, number, why))
        elif number and number not in NODE_PORTS:
            low, high = NODE_PORTS.start, NODE_PORTS.stop - 1
            why = (
                f"provided port is not in the valid range. The range of valid ports is {low}-{high}"
            )
            causes.append(status.invalid_value(where, number, why))
        elif not number and wanted:
            port["nodePort"] = _free_port(taken)
        taken.add(port.get("nodePort"))
    if _needs_health_check(spec) and not spec.get("healthCheckNodePort"):
        spec["healthCheckNodePort"] = _free_port(taken)
    return causes


def _free_port(taken: set[Any]) -> int:
    free = [number for number in NODE_PORTS if number not in taken]
    if not free:
        raise status.internal("failed to allocate a nodePort: range is full")
    return random.choice(free)


RULES = Rules(create=create, update=update, changes=changes, allocator=allocate)
