"""The endpoints of a Service: addresses, conditions and ports of its Pods, by slices. Pure.

As `k8s.io/endpointslice` of Kubernetes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TypeAlias

from kube.envtest.apiserver.controllers.workloads.worker import condition, is_ready
from kube.envtest.apiserver.storage.store import Stored
from kube.runtime.trees import Tree

MANAGED_BY = "endpointslice.kubernetes.io/managed-by"
SERVICE = "kubernetes.io/service-name"
US = "endpointslice-controller.k8s.io"
_HEADLESS = "service.kubernetes.io/headless"
_RESERVED = (SERVICE, MANAGED_BY, _HEADLESS)
_HINTS = ("service.kubernetes.io/topology-aware-hints", "service.kubernetes.io/topology-mode")
_ZONE = "topology.kubernetes.io/zone"
_MOST_ENDPOINTS = 100
"""Of one slice."""
_PORT = ("name", "protocol", "port", "appProtocol")
Key: TypeAlias = tuple[tuple[object, ...], ...]
"""The ports of a slice, by which endpoints are kept together."""


def is_listed(pod: Tree) -> bool:
    """Whether a Pod has an address, and has not ended."""
    status = pod["status"]
    has_ended = status.get("phase") in ("Succeeded", "Failed")
    return bool(status.get("podIP") or status.get("podIPs")) and not has_ended


def shown(pod: Tree) -> tuple[object, ...]:
    """What of a Pod its endpoints depend on: other changes of it change none."""
    metadata, spec, status = pod["metadata"], pod["spec"], pod["status"]
    names = (metadata.get("labels"), spec.get("hostname"), spec.get("subdomain"))
    return (*names, is_ready(pod), _addresses(status))


def _addresses(status: Tree) -> list[str]:
    if status.get("podIPs"):
        return [each["ip"] for each in status["podIPs"]]
    return [status["podIP"]] if status.get("podIP") else []


def families(service: Tree) -> list[str]:
    """The types of addresses that a Service has slices for."""
    spec = service["spec"]
    if spec.get("ipFamilies"):
        return list(spec["ipFamilies"])
    if spec.get("clusterIP") not in (None, "", "None"):
        return ["IPv6" if ":" in spec["clusterIP"] else "IPv4"]
    return ["IPv4", "IPv6"]


def key_of(ports: list[Tree]) -> Key:
    return tuple(sorted((tuple(p.get(member) for member in _PORT) for p in ports), key=repr))


def ports_of(service: Tree, pod: Tree) -> list[Tree]:
    """The ports of a Service in a Pod, whose containers decide what names stand for."""
    ports = []
    for port in service["spec"].get("ports") or ():
        number = _number(port, pod)
        if number is None:
            continue
        new = {"name": port.get("name", ""), "protocol": port["protocol"], "port": number}
        if port.get("appProtocol"):
            new["appProtocol"] = port["appProtocol"]
        ports.append(new)
    return ports


def _number(port: Tree, pod: Tree) -> int | None:
    target = port.get("targetPort", port["port"])
    if isinstance(target, int):
        return target
    inits = pod["spec"].get("initContainers") or ()
    beside = [each for each in inits if each.get("restartPolicy") == "Always"]
    for container in [*pod["spec"]["containers"], *beside]:
        for each in container.get("ports") or ():
            if each.get("name") == target and each["protocol"] == port["protocol"]:
                return int(each["containerPort"])
    return None


def endpoint_of(pod: Tree, service: Tree, node: Tree | None, family: str) -> Tree | None:
    """The endpoint of a Pod; None where it has no address of the family."""
    wanted = 6 if family == "IPv6" else 4
    texts = (ip_address(text) for text in _addresses(pod["status"]))
    addresses = [str(each) for each in texts if each.version == wanted]
    if not addresses:
        return None
    is_ending = "deletionTimestamp" in pod["metadata"]
    serving = is_ready(pod)
    publishes = bool(service["spec"].get("publishNotReadyAddresses"))
    ready = publishes or (serving and not is_ending)
    metadata = pod["metadata"]
    target = {key: metadata[key] for key in ("namespace", "name", "uid")}
    endpoint: Tree = {
        "addresses": addresses,
        "conditions": {"ready": ready, "serving": serving, "terminating": is_ending},
        "targetRef": {"kind": "Pod", **target},
    }
    if pod["spec"].get("nodeName"):
        endpoint["nodeName"] = pod["spec"]["nodeName"]
    zone = (node["metadata"].get("labels") or {}).get(_ZONE) if node is not None else None
    if zone:
        endpoint["zone"] = zone
    if pod["spec"].get("hostname") and pod["spec"].get("subdomain") == service["metadata"]["name"]:
        endpoint["hostname"] = pod["spec"]["hostname"]
    hints = _hints(service, endpoint) if ready else {}
    return {**endpoint, "hints": hints} if hints else endpoint


def _hints(service: Tree, endpoint: Tree) -> Tree:
    """Who should use an endpoint, where the Service asks for traffic that stays near."""
    wanted = service["spec"].get("trafficDistribution")
    annotations = service["metadata"].get("annotations") or {}
    mode = next((annotations[key] for key in _HINTS if key in annotations), "")
    if wanted is None or mode in ("Auto", "auto"):
        return {}
    hints: Tree = {}
    if "zone" in endpoint:
        hints["forZones"] = [{"name": endpoint["zone"]}]
    if "nodeName" in endpoint and wanted == "PreferSameNode":
        hints["forNodes"] = [{"name": endpoint["nodeName"]}]
    return hints


def labels_of(service: Tree) -> Tree:
    """The labels of a Service's slices."""
    metadata = service["metadata"]
    own = metadata.get("labels") or {}
    labels = {key: value for key, value in own.items() if key not in _RESERVED}
    if service["spec"].get("clusterIP") in (None, "", "None"):
        labels[_HEADLESS] = ""
    return {**labels, SERVICE: metadata["name"], MANAGED_BY: US}


def ready_since(pod: Tree) -> str:
    """When a Pod became ready, or ceased to be; '' where nobody wrote it."""
    ready = condition(pod, "Ready")
    return str((ready or {}).get("lastTransitionTime") or "")


@dataclass
class Distribution:
    """How endpoints are spread over the slices with the same ports."""

    create: list[list[Tree]] = field(default_factory=list)
    update: dict[str, list[Tree]] = field(default_factory=dict)
    """By the names of slices."""
    delete: list[Stored] = field(default_factory=list)


def distribute(slices: list[Stored], wanted: list[Tree], labels: Tree) -> Distribution:
    """Keep each endpoint where it is, and put new ones into as few other slices as possible."""
    result = Distribution()
    rest = {endpoint["targetRef"]["uid"]: endpoint for endpoint in wanted}
    unchanged: dict[str, list[Tree]] = {}
    for each in slices:
        have = each.tree.get("endpoints") or []
        kept = [rest.pop(uid) for uid in map(_uid, have) if uid in rest]
        if kept != have and not kept:
            result.delete.append(each)
        elif kept != have or each.tree["metadata"].get("labels") != labels:
            result.update[each.key[1]] = kept
        else:
            unchanged[each.key[1]] = kept
    new = list(rest.values())
    for part in sorted(result.update.values(), key=len, reverse=True):
        _fill(part, new)
    while new:
        name = _best_fit(unchanged, len(new)) if len(new) < _MOST_ENDPOINTS else None
        part = [] if name is None else list(unchanged.pop(name))
        _fill(part, new)
        if name is None:
            result.create.append(part)
        else:
            result.update[name] = part
    return result


def _uid(endpoint: Tree) -> str:
    return str((endpoint.get("targetRef") or {}).get("uid", ""))


def _fill(part: list[Tree], new: list[Tree]) -> None:
    """Move as many endpoints into a slice as it has room for."""
    room = _MOST_ENDPOINTS - len(part)
    part += new[:room]
    del new[:room]


def _best_fit(parts: dict[str, list[Tree]], count: int) -> str | None:
    """The slice that so many endpoints fill up best."""
    rooms = {name: _MOST_ENDPOINTS - len(part) - count for name, part in parts.items()}
    fitting = {name: room for name, room in rooms.items() if 0 <= room < _MOST_ENDPOINTS}
    return min(fitting, key=lambda name: fitting[name], default=None)
