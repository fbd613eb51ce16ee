"""Ingresses, their classes, and NetworkPolicies."""

from __future__ import annotations

from kube.envtest.apiserver import status
from kube.envtest.apiserver.kinds import formats, network_warnings, service_ranges, values
from kube.envtest.apiserver.kinds.builtin import Checks, Defaults, Kind, Rules
from kube.envtest.apiserver.kinds.filling import missing
from kube.envtest.apiserver.kinds.service_checks import check_ingress
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


_PROTOCOLS = ("TCP", "UDP", "SCTP")


def _check_policy(spec: Tree, path: str, causes: list[Cause]) -> None:
    values.selector(f"{path}.podSelector", spec.get("podSelector"), causes)
    for member, peers in (("ingress", "from"), ("egress", "to")):
        for index, rule in enumerate(spec.get(member) or ()):
            where = f"{path}.{member}[{index}]"
            for place, port in enumerate(rule.get("ports") or ()):
                _check_policy_port(port, f"{where}.ports[{place}]", causes)
            for place, peer in enumerate(rule.get(peers) or ()):
                _check_peer(peer, f"{where}.{peers}[{place}]", causes)
    types = spec.get("policyTypes") or []
    if len(types) > 2:
        why = "may not specify more than two policyTypes"
        causes.append(status.invalid_value(f"{path}.policyTypes", types, why))
        return
    for index, kind in enumerate(types):
        values.one_of(f"{path}.policyTypes[{index}]", kind, ("Ingress", "Egress"), causes)


def _check_policy_port(port: Tree, path: str, causes: list[Cause]) -> None:
    if port.get("protocol") is not None:
        values.one_of(f"{path}.protocol", port["protocol"], _PROTOCOLS, causes)
    number, end, where = port.get("port"), port.get("endPort"), f"{path}.endPort"
    if isinstance(number, int):
        values.port(f"{path}.port", number, causes)
        if end is not None and end < number:
            why = "must be greater than or equal to `port`"
            causes.append(status.invalid_value(where, number, why))
        values.port(where, end, causes)
        return
    if end is not None:
        missing_port = "not specified" if number is None else "non-numeric"
        why = f"may not be specified when `port` is {missing_port}"
        causes.append(status.invalid_value(where, end, why))
    if number is not None:
        formats.port_name(f"{path}.port", number, causes)


def _check_peer(peer: Tree, path: str, causes: list[Cause]) -> None:
    chosen = [key for key in ("podSelector", "namespaceSelector", "ipBlock") if key in peer]
    for member in ("podSelector", "namespaceSelector"):
        values.selector(f"{path}.{member}", peer.get(member), causes)
    if "ipBlock" in peer:
        _check_block(peer["ipBlock"], f"{path}.ipBlock", causes)
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
    formats.cidr(f"{path}.cidr", cidr, causes)
    network = formats.sloppy_network(cidr)
    if network is None:
        return
    for index, each in enumerate(block.get("except") or ()):
        where = f"{path}.except[{index}]"
        formats.cidr(where, each, causes)
        inside = formats.sloppy_network(each)
        if inside is None:
            continue
        smaller = inside.prefixlen > network.prefixlen and inside.version == network.version
        if not smaller or inside.network_address not in network:
            why = "must be a strict subset of `cidr`"
            causes.append(status.invalid_value(where, each, why))


def _check_ingress(spec: Tree, path: str, causes: list[Cause]) -> None:
    rules = spec.get("rules")
    if not rules and spec.get("defaultBackend") is None:
        why = "either `defaultBackend` or `rules` must be specified"
        causes.append(status.invalid_value(path, rules, why))
    if "defaultBackend" in spec:
        _check_backend(spec["defaultBackend"], f"{path}.defaultBackend", causes)
    for index, rule in enumerate(rules or ()):
        _check_rule(rule, f"{path}.rules[{index}]", causes)
    for index, tls in enumerate(spec.get("tls") or ()):
        where = f"{path}.tls[{index}]"
        for place, host in enumerate(tls.get("hosts") or ()):
            check = formats.wildcard if "*" in host else formats.dns_subdomain
            check(f"{where}.hosts[{place}]", host, causes)
        if tls.get("secretName"):
            formats.dns_subdomain(f"{where}.secretName", tls["secretName"], causes)
    if spec.get("ingressClassName") is not None:
        formats.dns_subdomain(f"{path}.ingressClassName", spec["ingressClassName"], causes)


def _check_rule(rule: Tree, path: str, causes: list[Cause]) -> None:
    host = rule.get("host")
    if host:
        if formats.is_sloppy_ip(host):
            why = "must be a DNS name, not an IP address"
            causes.append(status.invalid_value(f"{path}.host", host, why))
        check = formats.wildcard if "*" in host else formats.dns_subdomain
        check(f"{path}.host", host, causes)
    if "http" in rule:
        paths = rule["http"].get("paths") or []
        if not paths:
            causes.append(status.required(f"{path}.http.paths"))
        for index, each in enumerate(paths):
            _check_path(each, f"{path}.http.paths[{index}]", causes)


_BAD_PARTS = ("//", "/./", "/../", "%2f", "%2F")
_BAD_ENDS = ("/..", "/.")


_PATH_TYPES = ("Exact", "ImplementationSpecific", "Prefix")


def _check_path(rule: Tree, path: str, causes: list[Cause]) -> None:
    kind, text, where = rule.get("pathType"), rule.get("path", ""), f"{path}.path"
    if kind is None:
        causes.append(status.required(f"{path}.pathType", "pathType must be specified"))
        return
    if kind not in _PATH_TYPES:
        causes.append(status.not_supported(f"{path}.pathType", kind, _PATH_TYPES))
    elif not text.startswith("/") and (text or kind != "ImplementationSpecific"):
        causes.append(status.invalid_value(where, text, "must be an absolute path"))
    if kind in ("Exact", "Prefix"):
        faults = [f"must not contain '{part}'" for part in _BAD_PARTS if part in text]
        faults += [f"cannot end with '{end}'" for end in _BAD_ENDS if text.endswith(end)]
        causes += [status.invalid_value(where, text, fault) for fault in faults]
    _check_backend(rule["backend"], f"{path}.backend", causes)


def _check_backend(backend: Tree, path: str, causes: list[Cause]) -> None:
    service, resource = backend.get("service"), backend.get("resource")
    if service is not None and resource is not None:
        why = "cannot set both resource and service backends"
        causes.append(status.invalid_value(path, "", why))
    elif resource is not None:
        _check_reference(resource, f"{path}.resource", causes)
    elif service is not None:
        _check_service(service, path, causes)
    else:
        causes.append(status.invalid_value(path, "", "resource or service backend is required"))


def _check_service(service: Tree, path: str, causes: list[Cause]) -> None:
    if not service.get("name"):
        causes.append(status.required(f"{path}.service.name"))
    else:
        formats.dns_label(f"{path}.service.name", service["name"], causes)
    name, number = service["port"].get("name"), service["port"].get("number")
    if name and number:
        why = "cannot set both port name & port number"
        causes.append(status.invalid_value(path, "", why))
    elif name:
        formats.port_name(f"{path}.service.port.name", name, causes)
    elif number:
        values.port(f"{path}.service.port.number", number, causes)
    else:
        causes.append(status.required(path, "port name or number is required"))


def _check_reference(reference: Tree, path: str, causes: list[Cause]) -> None:
    if reference.get("apiGroup") is not None:
        formats.dns_subdomain(f"{path}.apiGroup", reference["apiGroup"], causes)
    for member in ("kind", "name"):
        if not reference.get(member):
            causes.append(status.required(f"{path}.{member}"))
        else:
            formats.path_segment(f"{path}.{member}", reference[member], causes)


_CLASS = "kubernetes.io/ingress.class"


def _check_new_ingress(ingress: Tree, causes: list[Cause]) -> None:
    annotated = (ingress["metadata"].get("annotations") or {}).get(_CLASS)
    named = ingress["spec"].get("ingressClassName")
    if annotated is not None and named is not None and annotated != named:
        why = "must match `ingressClassName` when both are specified"
        causes.append(status.invalid_value(f"annotations.{_CLASS}", annotated, why))


def _check_ingress_status(new: Tree, old: Tree, causes: list[Cause]) -> None:
    balancer = new["status"].get("loadBalancer") or {}
    for index, ingress in enumerate(balancer.get("ingress") or ()):
        check_ingress(ingress, f"status.loadBalancer.ingress[{index}]", causes)


def _class_changes(new: Tree, old: Tree, causes: list[Cause]) -> None:
    given = new["spec"].get("controller", "")
    if given != old["spec"].get("controller"):
        causes.append(status.invalid_value("spec.controller", given, values.IMMUTABLE))


def _check_class(spec: Tree, path: str, causes: list[Cause]) -> None:
    controller = spec.get("controller", "")
    if len(controller) > 250:
        causes.append(status.too_long(f"{path}.controller", 250))
    formats.domain_prefixed_path(f"{path}.controller", controller, causes)
    parameters, where = spec.get("parameters"), f"{path}.parameters"
    if parameters is None:
        return
    _check_reference(parameters, where, causes)
    scope, namespace = parameters.get("scope"), parameters.get("namespace")
    values.one_of(f"{where}.scope", scope, ("Cluster", "Namespace"), causes)
    if scope == "Namespace":
        if namespace is None:
            why = "`parameters.scope` is set to 'Namespace'"
            causes.append(status.required(f"{where}.namespace", why))
        else:
            formats.dns_label(f"{where}.namespace", namespace, causes)
    elif scope == "Cluster" and namespace is not None:
        why = "`parameters.scope` is set to 'Cluster'"
        causes.append(status.not_allowed(f"{where}.namespace", why))


DEFAULTS: Defaults = {
    "networking.v1.IngressClass": (_class,),
    "networking.v1.NetworkPolicy": (_policy,),
    "networking.v1.NetworkPolicyPort": (missing(protocol="TCP"),),
}
CHECKS: Checks = {
    **service_ranges.CHECKS,
    "networking.v1.IngressClassSpec": (_check_class,),
    "networking.v1.IngressSpec": (_check_ingress,),
    "networking.v1.NetworkPolicySpec": (_check_policy,),
}
KINDS = {
    **service_ranges.KINDS,
    "ingressclasses": Kind(
        strategy=Rules(changes=_class_changes, own_metadata=(1, 1)), generation=True
    ),
    "ingresses": Kind(
        strategy=Rules(
            validate_new=_check_new_ingress,
            status_changes=_check_ingress_status,
            own_metadata=(1, 1),
            warns=network_warnings.of_ingress,
        ),
        generation=True,
    ),
    "networkpolicies": Kind(generation=True),
}
