"""Rules of Services (kubernetes/pkg/apis/core/validation)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Any

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import formats, values
from kube.envtest.apiserver.kinds import service_addresses as addresses
from kube.envtest.apiserver.kinds.go_values import go_value
from kube.envtest.apiserver.status import Cause, invalid_value, not_allowed, required
from kube.runtime.trees import Tree

WITH_NODE_PORTS = ("NodePort", "LoadBalancer")
_TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
_PROTOCOLS = ("SCTP", "TCP", "UDP")
_ONLY_BALANCED = "may only be used when `type` is 'LoadBalancer'"


def ports_of(spec: Tree) -> Iterable[Tree]:
    return spec.get("ports") or ()


def is_outside(spec: Tree) -> bool:
    """Whether a service is reached from outside of the cluster."""
    if spec.get("type") == "ClusterIP":
        return bool(spec.get("externalIPs"))
    return spec.get("type") in WITH_NODE_PORTS


def needs_health_check(spec: Tree) -> bool:
    return spec.get("type") == "LoadBalancer" and spec.get("externalTrafficPolicy") == "Local"


def check(service: Tree, path: str, causes: list[Cause]) -> None:
    spec = service["spec"]
    kind, ports = spec.get("type", ""), spec.get("ports") or []
    headless = addresses.is_headless(spec)
    if not ports and not headless and kind != "ExternalName":
        causes.append(required("spec.ports"))
    if headless and kind in WITH_NODE_PORTS:
        why = f"may not be set to 'None' for {kind} services"
        causes.append(invalid_value("spec.clusterIPs[0]", "None", why))
    if kind == "ExternalName":
        _check_external_name(spec, causes)
    names: set[str] = set()
    for index, port in enumerate(ports):
        _check_port(port, f"spec.ports[{index}]", len(ports) > 1, names, causes)
    values.labels("spec.selector", spec.get("selector"), causes)
    _check_affinity(spec, causes)
    causes += addresses.check_fields(spec, None)
    for index, address in enumerate(spec.get("externalIPs") or ()):
        check_reachable(f"spec.externalIPs[{index}]", address, causes)
    values.required_one_of("spec.type", kind, _TYPES, causes)
    _check_port_numbers(spec, ports, causes)
    _check_balancer(service, spec, causes)
    _check_traffic(spec, causes)


def _check_external_name(spec: Tree, causes: list[Cause]) -> None:
    for member in ("clusterIPs", "ipFamilies", "ipFamilyPolicy"):
        if spec.get(member):
            why = "may not be set for ExternalName services"
            causes.append(not_allowed(f"spec.{member}", why))
    name = spec.get("externalName", "").removesuffix(".")
    if name:
        formats.dns_subdomain("spec.externalName", name, causes)
    else:
        causes.append(required("spec.externalName"))


def _check_port(port: Tree, path: str, named: bool, names: set[str], causes: list[Cause]) -> None:
    name = port.get("name", "")
    if name:
        formats.dns_label(f"{path}.name", name, causes)
        if name in names:
            causes.append(status.duplicate(f"{path}.name", name))
        names.add(name)
    elif named:
        causes.append(required(f"{path}.name"))
    values.port(f"{path}.port", port.get("port", 0), causes)
    values.required_one_of(f"{path}.protocol", port.get("protocol"), _PROTOCOLS, causes)
    values.port_or_name(f"{path}.targetPort", port.get("targetPort"), causes)
    if port.get("appProtocol") is not None:
        formats.qualified_name(f"{path}.appProtocol", port["appProtocol"], causes)


_LONGEST_AFFINITY = 86400


def _check_affinity(spec: Tree, causes: list[Cause]) -> None:
    affinity, config = spec.get("sessionAffinity"), spec.get("sessionAffinityConfig")
    values.required_one_of("spec.sessionAffinity", affinity, ("ClientIP", "None"), causes)
    where, why = "spec.sessionAffinityConfig", "when session affinity type is ClientIP"
    if affinity == "None" and config is not None:
        causes.append(not_allowed(where, "must not be set when session affinity is None"))
    if affinity != "ClientIP":
        return
    client = (config or {}).get("clientIP")
    seconds = (client or {}).get("timeoutSeconds")
    if config is None:
        causes.append(required(where, why))
    elif client is None:
        causes.append(required(f"{where}.clientIP", why))
    elif seconds is None:
        causes.append(required(f"{where}.clientIP.timeoutSeconds", why))
    elif not 0 < seconds <= _LONGEST_AFFINITY:
        why = f"must be greater than 0 and less than {_LONGEST_AFFINITY}"
        causes.append(invalid_value(f"{where}.clientIP.timeoutSeconds", seconds, why))


def check_reachable(path: str, address: str, causes: list[Cause]) -> None:
    """An address that is one, and that others than this machine can reach."""
    faults = list(formats.ip_faults(address))
    if not faults:
        faults = list(unreachable(ipaddress.ip_address(address)))
    causes += [invalid_value(path, address, fault) for fault in faults]


def unreachable(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> Iterable[str]:
    if address.is_unspecified:
        yield f"may not be unspecified ({address})"
    if address.is_loopback:
        yield "may not be in the loopback range (127.0.0.0/8, ::1/128)"
    if address.is_link_local:
        yield "may not be in the link-local range (169.254.0.0/16, fe80::/10)"
    if _is_link_local_multicast(address):
        yield "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"


def _is_link_local_multicast(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    packed = address.packed
    if address.version == 4:
        return packed[:3] == b"\xe0\x00\x00"
    return packed[0] == 0xFF and packed[1] & 0x0F == 0x02


def _check_port_numbers(spec: Tree, ports: list[Tree], causes: list[Cause]) -> None:
    if spec.get("type") == "ClusterIP":
        for index, port in enumerate(ports):
            if port.get("nodePort"):
                why = "may not be used when `type` is 'ClusterIP'"
                causes.append(not_allowed(f"spec.ports[{index}].nodePort", why))
    outside: set[tuple[Any, ...]] = set()
    inside: set[tuple[Any, ...]] = set()
    for index, port in enumerate(ports):
        key = (port.get("protocol"), port.get("nodePort"))
        if key[1]:
            if key in outside:
                causes.append(status.duplicate(f"spec.ports[{index}].nodePort", key[1]))
            outside.add(key)
    for index, port in enumerate(ports):
        key = (port.get("protocol", ""), port.get("port", 0))
        if key in inside:
            shown = go_value("core.ServicePort", {"protocol": key[0], "port": key[1]})
            causes.append(status.duplicate(f"spec.ports[{index}]", shown))
        inside.add(key)


_RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges"


def _check_balancer(service: Tree, spec: Tree, causes: list[Cause]) -> None:
    balanced = spec.get("type") == "LoadBalancer"
    ranges = spec.get("loadBalancerSourceRanges") or []
    annotated = (service["metadata"].get("annotations") or {}).get(_RANGES)
    if ranges or annotated is not None:
        where = "spec.LoadBalancerSourceRanges" if ranges else f"metadata.annotations[{_RANGES}]"
        if not balanced:
            causes.append(not_allowed(where, _ONLY_BALANCED))
        for index, each in enumerate(ranges or (annotated or "").strip().split(",")):
            if ranges or each.strip():
                at = f"{where}[{index}]" if ranges else where
                formats.cidr(at, each.strip(), causes)
    if spec.get("allocateLoadBalancerNodePorts") is not None and not balanced:
        causes.append(not_allowed("spec.allocateLoadBalancerNodePorts", _ONLY_BALANCED))
    _check_class(spec, causes)


def _check_class(spec: Tree, causes: list[Cause]) -> None:
    given, where = spec.get("loadBalancerClass"), "spec.loadBalancerClass"
    if given is not None:
        if spec.get("type") != "LoadBalancer":
            causes.append(not_allowed(where, _ONLY_BALANCED))
        else:
            formats.qualified_name(where, given, causes)


_DISTRIBUTIONS = ("PreferClose", "PreferSameZone", "PreferSameNode")


def _check_traffic(spec: Tree, causes: list[Cause]) -> None:
    policy, where = spec.get("externalTrafficPolicy"), "spec.externalTrafficPolicy"
    if is_outside(spec):
        values.required_one_of(where, policy, ("Cluster", "Local"), causes)
    elif policy:
        why = "may only be set for externally-accessible services"
        causes.append(invalid_value(where, policy, why))
    health, where = spec.get("healthCheckNodePort"), "spec.healthCheckNodePort"
    if needs_health_check(spec):
        # Without a number, one is allocated.
        values.port(where, health or None, causes)
    elif health:
        why = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
        causes.append(invalid_value(where, health, why))
    policy, where = spec.get("internalTrafficPolicy"), "spec.internalTrafficPolicy"
    if policy is not None:
        values.one_of(where, policy, ("Cluster", "Local"), causes)
    if spec.get("trafficDistribution") is not None:
        given = spec["trafficDistribution"]
        values.one_of("spec.trafficDistribution", given, _DISTRIBUTIONS, causes)


def changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    now, before = new["spec"], old["spec"]
    addresses.check_changes(now, before, causes)
    _check_class(now, causes)
    if now.get("type") == before.get("type") == "LoadBalancer":
        given = now.get("loadBalancerClass")
        if given != before.get("loadBalancerClass"):
            causes.append(invalid_value("spec.loadBalancerClass", given, "may not change once set"))
    number = "healthCheckNodePort"
    stays = needs_health_check(now) and needs_health_check(before)
    if stays and now.get(number) != before.get(number):
        causes.append(not_allowed(f"spec.{number}", values.IMMUTABLE))


def check_status(new: Tree, old: Tree, causes: list[Cause]) -> None:
    ingresses = (new["status"].get("loadBalancer") or {}).get("ingress") or []
    where = "status.loadBalancer.ingress"
    if ingresses and new["spec"].get("type") != "LoadBalancer":
        why = "may only be used when `spec.type` is 'LoadBalancer'"
        causes.append(not_allowed(where, why))
        return
    for index, ingress in enumerate(ingresses):
        check_ingress(ingress, f"{where}[{index}]", causes)
        address, mode = ingress.get("ip"), ingress.get("ipMode")
        at = f"{where}[{index}].ipMode"
        if mode is None:
            if address:
                causes.append(required(at, "must be specified when `ip` is set"))
        elif not address:
            causes.append(not_allowed(at, "may not be specified when `ip` is not set"))
        else:
            values.one_of(at, mode, ("Proxy", "VIP"), causes)


def check_ingress(ingress: Tree, path: str, causes: list[Cause]) -> None:
    """Where a load balancer is reached."""
    if ingress.get("ip"):
        formats.ip(f"{path}.ip", ingress["ip"], causes)
    name = ingress.get("hostname")
    if name:
        formats.dns_subdomain(f"{path}.hostname", name, causes)
        if formats.is_sloppy_ip(name):
            why = "must be a DNS name, not an IP address"
            causes.append(invalid_value(f"{path}.hostname", name, why))
