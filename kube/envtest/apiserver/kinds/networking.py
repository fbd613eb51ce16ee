"""Ingresses, their classes, and NetworkPolicies."""

from __future__ import annotations

import ipaddress
import re

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import values
from kube.envtest.apiserver.kinds.builtin import Checks, Defaults, Kind, Rules
from kube.envtest.apiserver.kinds.filling import missing
from kube.envtest.apiserver.status import Cause
from kube.runtime.trees import Tree


def _policy(policy: Tree) -> None:
    spec = policy["spec"]
    if not spec.get("policyTypes"):
        spec["policyTypes"] = ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]


def _class(ingress_class: Tree) -> None:
    parameters = ingress_class["spec"].get("parameters")
    if parameters is not None and parameters.get("scope") is None:
        parameters["scope"] = "Cluster"


def _check_policy(spec: Tree, path: str, causes: list[Cause]) -> None:
    values.selector(f"{path}.podSelector", spec.get("podSelector"), causes)
    types = spec.get("policyTypes") or []
    if len(types) > 2:
        why = "may not specify more than two policyTypes"
        causes.append(status.invalid_value(f"{path}.policyTypes", types, why))
        return
    for index, kind in enumerate(types):
        where = f"{path}.policyTypes[{index}]"
        values.one_of(where, kind, ("Ingress", "Egress"), causes)


def _check_policy_port(port: Tree, path: str, causes: list[Cause]) -> None:
    values.one_of(f"{path}.protocol", port.get("protocol"), ("SCTP", "TCP", "UDP"), causes)
    number = port.get("port")
    if isinstance(number, int):
        values.port(f"{path}.port", number, causes)
        end = port.get("endPort")
        if end is not None and end < number:
            why = "must be greater than or equal to `port`"
            causes.append(status.invalid_value(f"{path}.endPort", end, why))
    elif isinstance(number, str):
        values.port_name(f"{path}.port", number, causes)


def _check_peer(peer: Tree, path: str, causes: list[Cause]) -> None:
    chosen = [key for key in ("podSelector", "namespaceSelector", "ipBlock") if key in peer]
    for member in ("podSelector", "namespaceSelector"):
        values.selector(f"{path}.{member}", peer.get(member), causes)
    if not chosen:
        causes.append(status.required(path, "must specify a peer"))
    elif "ipBlock" in chosen and len(chosen) > 1:
        why = "may not specify both ipBlock and another peer"
        causes.append(status.not_allowed(path, why))


def _check_block(block: Tree, path: str, causes: list[Cause]) -> None:
    cidr = block.get("cidr", "")
    if not cidr:
        causes.append(status.required(f"{path}.cidr"))
        return
    try:
        ipaddress.ip_network(cidr, strict=False)
        if "/" not in cidr:
            raise ValueError
    except ValueError:
        why = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
        causes.append(status.invalid_value(f"{path}.cidr", cidr, why))


def _check_ingress(spec: Tree, path: str, causes: list[Cause]) -> None:
    rules = spec.get("rules") or []
    if not rules and spec.get("defaultBackend") is None:
        why = "either `defaultBackend` or `rules` must be specified"
        causes.append(status.invalid_value(path, spec.get("rules"), why))
    for index, rule in enumerate(rules):
        where = f"{path}.rules[{index}]"
        if rule.get("host"):
            _check_host(f"{where}.host", rule["host"], causes)
        if "http" in rule and not rule["http"].get("paths"):
            causes.append(status.required(f"{where}.http.paths"))
    for index, tls in enumerate(spec.get("tls") or ()):
        for place, host in enumerate(tls.get("hosts") or ()):
            _check_host(f"{path}.tls[{index}].hosts[{place}]", host, causes)
    if spec.get("ingressClassName") is not None:
        values.dns_subdomain(f"{path}.ingressClassName", spec["ingressClassName"], causes)


_WILDCARD = re.compile(r"\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_WILDCARD_RULE = (
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which "
    "must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric "
    f"character (e.g. '*.example.com', regex used for validation is '{_WILDCARD.pattern}')"
)


def _check_host(path: str, host: str, causes: list[Cause]) -> None:
    if re.fullmatch(r"[\d.]+|\[?[0-9a-f:]*:[0-9a-f:]*\]?", host):
        try:
            ipaddress.ip_address(host.strip("[]"))
            why = "must be a DNS name, not an IP address"
            causes.append(status.invalid_value(path, host, why))
            return
        except ValueError:
            pass
    if "*" in host:
        if not _WILDCARD.fullmatch(host):
            causes.append(status.invalid_value(path, host, _WILDCARD_RULE))
    else:
        values.dns_subdomain(path, host, causes)


_BAD_PARTS = ("//", "/./", "/../", "%2f", "%2F")
_BAD_ENDS = ("/..", "/.")


def _check_path(rule: Tree, path: str, causes: list[Cause]) -> None:
    kind, text = rule.get("pathType"), rule.get("path", "")
    if kind is None:
        causes.append(status.required(f"{path}.pathType", "pathType must be specified"))
        return
    supported = ("Exact", "ImplementationSpecific", "Prefix")
    if kind not in supported:
        causes.append(status.not_supported(f"{path}.pathType", kind, supported))
    elif not text.startswith("/") and (text or kind != "ImplementationSpecific"):
        causes.append(status.invalid_value(f"{path}.path", text, "must be an absolute path"))
    if kind in ("Exact", "Prefix"):
        for part in _BAD_PARTS:
            if part in text:
                why = f"must not contain '{part}'"
                causes.append(status.invalid_value(f"{path}.path", text, why))
        for end in _BAD_ENDS:
            if text.endswith(end):
                why = f"cannot end with '{end}'"
                causes.append(status.invalid_value(f"{path}.path", text, why))


def _check_backend(backend: Tree, path: str, causes: list[Cause]) -> None:
    service, resource = backend.get("service"), backend.get("resource")
    if service is not None and resource is not None:
        why = "cannot set both resource and service backends"
        causes.append(status.invalid_value(path, "", why))
        return
    if resource is not None:
        return
    if service is None:
        causes.append(status.invalid_value(path, "", "resource or service backend is required"))
        return
    if not service.get("name"):
        causes.append(status.required(f"{path}.service.name"))
    name, number = service["port"].get("name"), service["port"].get("number")
    if name and number:
        why = "cannot set both port name & port number"
        causes.append(status.invalid_value(path, "", why))
    elif name:
        values.port_name(f"{path}.service.port.name", name, causes)
    elif number:
        values.port(f"{path}.service.port.number", number, causes)
    else:
        causes.append(status.required(path, "port name or number is required"))


def _class_changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    if new["spec"].get("controller") != old["spec"].get("controller"):
        given = new["spec"].get("controller", "")
        causes.append(status.invalid_value("spec.controller", given, values.IMMUTABLE))


def _check_class(spec: Tree, path: str, causes: list[Cause]) -> None:
    controller = spec.get("controller", "")
    if not controller:
        causes.append(status.required(f"{path}.controller"))
    elif "/" not in controller:
        why = 'must be a domain-prefixed path (such as "acme.io/foo")'
        causes.append(status.invalid_value(f"{path}.controller", controller, why))


DEFAULTS: Defaults = {
    "networking.v1.IngressClass": (_class,),
    "networking.v1.NetworkPolicy": (_policy,),
    "networking.v1.NetworkPolicyPort": (missing(protocol="TCP"),),
}
CHECKS: Checks = {
    "networking.v1.HTTPIngressPath": (_check_path,),
    "networking.v1.IPBlock": (_check_block,),
    "networking.v1.IngressBackend": (_check_backend,),
    "networking.v1.IngressClassSpec": (_check_class,),
    "networking.v1.IngressSpec": (_check_ingress,),
    "networking.v1.NetworkPolicyPeer": (_check_peer,),
    "networking.v1.NetworkPolicyPort": (_check_policy_port,),
    "networking.v1.NetworkPolicySpec": (_check_policy,),
}
KINDS = {
    "ingressclasses": Kind(strategy=Rules(changes=_class_changes), generation=True),
    "ingresses": Kind(generation=True),
    "networkpolicies": Kind(generation=True),
}
