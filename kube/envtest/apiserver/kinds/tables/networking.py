"""Columns of Services, of what is behind them and before them."""

from __future__ import annotations

from kube.envtest.apiserver.kinds.tables.paths import (
    Cell,
    at,
    default_marked,
    labels,
    plain,
    selector,
    some_of,
)
from kube.runtime.trees import Tree


def _cluster_ip(tree: Tree) -> str:
    addresses: list[str] = tree["spec"].get("clusterIPs") or ["<none>"]
    return addresses[0]


def _external_ip(tree: Tree) -> str:
    spec = tree["spec"]
    external = spec.get("externalIPs") or []
    match spec.get("type"):
        case "ClusterIP" | "NodePort":
            return ",".join(external) or "<none>"
        case "LoadBalancer":
            return ",".join([*_balancer(tree), *external]) or "<pending>"
        case "ExternalName":
            return str(spec.get("externalName", ""))
    return "<unknown>"


def _balancer(tree: Tree) -> list[str]:
    ingresses = ((tree.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
    return [i.get("ip") or i.get("hostname") or "" for i in ingresses]


def _service_ports(tree: Tree) -> str:
    pieces = []
    for port in tree["spec"].get("ports") or ():
        node = f":{port['nodePort']}" if port.get("nodePort") else ""
        pieces.append(f"{port['port']}{node}/{port.get('protocol', '')}")
    return ",".join(pieces) or "<none>"


def _hosts(tree: Tree) -> str:
    rules = tree["spec"].get("rules") or ()
    hosts = [rule["host"] for rule in rules if rule.get("host")]
    if not hosts:
        return "*"
    text = ",".join(hosts[:3])
    return f"{text} + {len(rules) - 3} more..." if len(hosts[:3]) == 3 and len(rules) > 3 else text


def _parameters(tree: Tree) -> str:
    parameters = tree["spec"].get("parameters")
    if not parameters:
        return "<none>"
    group = f".{parameters['apiGroup']}" if parameters.get("apiGroup") is not None else ""
    return f"{parameters['kind']}{group}/{parameters['name']}"


def _slice_ports(tree: Tree) -> str:
    ports = [str(p.get("port", p.get("name", "*"))) for p in tree.get("ports") or ()]
    return some_of(ports, len(ports), 3) if ports else "<unset>"


def _slice_endpoints(tree: Tree) -> str:
    addresses = [a for e in tree.get("endpoints") or () for a in e.get("addresses") or ()]
    return some_of(addresses, len(addresses), 3) if addresses else "<unset>"


def _endpoints(tree: Tree) -> str:
    listed = []
    for subset in tree.get("subsets") or ():
        ports: list[Tree] = subset.get("ports") or [{}]
        for port in ports:
            for address in subset.get("addresses") or ():
                host = address["ip"]
                host = f"[{host}]" if ":" in host and port else host
                listed.append(f"{host}:{port['port']}" if port else host)
    return some_of(listed, len(listed), 3) if tree.get("subsets") else "<none>"


def _parent(tree: Tree) -> str:
    parent = tree["spec"].get("parentRef") or {}
    kind = parent.get("resource", "")
    if parent.get("group"):
        kind = f"{kind}.{parent['group']}"
    steps = (kind, parent.get("namespace"), parent.get("name"))
    return "/".join(str(step) for step in steps if step)


CELLS: dict[str, dict[str, Cell]] = {
    "/endpoints": {"Endpoints": plain(_endpoints)},
    "/services": {
        "Type": at("spec.type"),
        "Cluster-IP": plain(_cluster_ip),
        "External-IP": plain(_external_ip),
        "Port(s)": plain(_service_ports),
        "Selector": plain(lambda t: labels(t["spec"].get("selector"))),
    },
    "discovery.k8s.io/endpointslices": {
        "AddressType": at("addressType"),
        "Ports": plain(_slice_ports),
        "Endpoints": plain(_slice_endpoints),
    },
    "networking.k8s.io/ingressclasses": {
        "Name": default_marked("ingressclass.kubernetes.io/is-default-class"),
        "Controller": at("spec.controller"),
        "Parameters": plain(_parameters),
    },
    "networking.k8s.io/ingresses": {
        "Class": at("spec.ingressClassName", "<none>"),
        "Hosts": plain(_hosts),
        "Address": plain(lambda t: ",".join(_balancer(t))),
        "Ports": plain(lambda t: "80, 443" if t["spec"].get("tls") else "80"),
    },
    "networking.k8s.io/ipaddresses": {"ParentRef": plain(_parent)},
    "networking.k8s.io/networkpolicies": {
        "Pod-Selector": plain(lambda t: selector(t["spec"].get("podSelector") or {}))
    },
    "networking.k8s.io/servicecidrs": {
        "CIDRs": plain(lambda t: ",".join(t["spec"].get("cidrs") or ()))
    },
}
