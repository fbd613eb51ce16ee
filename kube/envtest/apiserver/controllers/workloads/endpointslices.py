"""The endpointslice controller: the addresses of the Pods that a Service selects."""

from __future__ import annotations

from itertools import chain
from typing import Any

from kube.envtest.apiserver.controllers.workloads.worker import (
    NODES,
    PODS,
    SERVICES,
    SLICES,
    Worker,
    is_ready,
    owned_by,
)
from kube.envtest.apiserver.storage.store import Change, Stored
from kube.runtime.trees import Tree

_SERVICE = "kubernetes.io/service-name"
_MANAGED_BY = "endpointslice.kubernetes.io/managed-by"
_US = "endpointslice-controller.k8s.io"
_MOST_ENDPOINTS = 100
"""Of one slice."""
_PORT = ("name", "protocol", "port", "appProtocol")
Key = tuple[tuple[Any, ...], ...]
"""The ports of a slice, by which endpoints are kept together."""


class EndpointSliceController(Worker):
    name = "endpointslice-controller"
    watches = SERVICES
    kind = "Service"
    owns = SLICES

    def observe(self, storage: tuple[str, str], change: Change) -> None:
        super().observe(storage, change)
        if storage != PODS:
            return
        namespace = change.current.key[0]
        versions = (change.previous, change.current)
        labels = [v.tree["metadata"].get("labels") or {} for v in versions if v is not None]
        for service in self.state.store.collection(SERVICES).scan(namespace, None, None):
            selector = service.tree["spec"].get("selector")
            if selector and any(_selects(selector, each) for each in labels):
                self.due[service.key] = None

    def reconcile(self, stored: Stored) -> None:
        service = stored.tree
        selector = service["spec"].get("selector")
        if not selector or service["spec"].get("type") == "ExternalName":
            return
        groups: dict[Key, tuple[list[Tree], list[Tree]]] = {}
        for pod in self.state.store.collection(PODS).scan(stored.key[0], None, None):
            labels = pod.tree["metadata"].get("labels") or {}
            if _selects(selector, labels) and self._is_reached(service, pod.tree):
                ports = _ports(service, pod.tree)
                group = groups.setdefault(_key(ports), (ports, []))
                group[1].append(_endpoint(pod.tree, service))
        # Without endpoints there is one slice, to show that the Service is looked after.
        self._write(stored, groups or {_key([]): ([], [])})

    def _is_reached(self, service: Tree, pod: Tree) -> bool:
        """Whether a Pod has an address, and a node that is there."""
        if not pod["status"].get("podIP") or pod["status"].get("phase") in ("Succeeded", "Failed"):
            return False
        nodes = self.state.store.collection(NODES).objects
        is_on_node = ("", pod["spec"].get("nodeName", "")) in nodes
        return is_on_node or bool(service["spec"].get("publishNotReadyAddresses"))

    def _write(self, service: Stored, groups: dict[Key, tuple[list[Tree], list[Tree]]]) -> None:
        """Have the slices of a Service hold these endpoints, by their ports."""
        have: dict[Key, list[Stored]] = {}
        for each in self.owned(service.tree):
            have.setdefault(_key(each.tree.get("ports") or []), []).append(each)
        new: list[tuple[list[Tree], list[Tree]]] = []
        spare: list[Stored] = []
        for key, (ports, endpoints) in groups.items():
            slices = have.pop(key, [])
            parts = _parts(slices, endpoints)
            for each, part in zip(slices, parts, strict=False):
                if part or not any(parts):
                    self._change(service, each, part, ports)
                else:
                    spare.append(each)
            new += [(part, ports) for part in parts[len(slices) :]]
        spare += chain.from_iterable(have.values())
        for (part, ports), each in zip(new, spare, strict=False):
            self._change(service, each, part, ports)
        for part, ports in new[len(spare) :]:
            self._create(service, part, ports)
        for each in spare[len(new) :]:
            self.delete(SLICES, each)

    def _change(
        self, service: Stored, old: Stored, endpoints: list[Tree], ports: list[Tree]
    ) -> None:
        new = {**old.tree, "endpoints": endpoints or None, "ports": ports or None}
        new["metadata"] = {**old.tree["metadata"], "labels": _labels(service)}
        self.update(SLICES, old, new)

    def _create(self, service: Stored, endpoints: list[Tree], ports: list[Tree]) -> None:
        namespace, name = service.key
        if not self.may_create(namespace):
            return
        metadata = {
            "generateName": f"{name}-",
            "labels": _labels(service),
            "ownerReferences": [owned_by(service.tree, "v1", "Service")],
        }
        tree = {
            "metadata": metadata,
            "addressType": "IPv4",
            "endpoints": endpoints,
            "ports": ports or None,
        }
        self.create(SLICES, namespace, tree)


def _labels(service: Stored) -> Tree:
    labels = {
        **(service.tree["metadata"].get("labels") or {}),
        _SERVICE: service.key[1],
        _MANAGED_BY: _US,
    }
    if service.tree["spec"].get("clusterIP") == "None":
        labels["service.kubernetes.io/headless"] = ""
    return labels


def _parts(slices: list[Stored], endpoints: list[Tree]) -> list[list[Tree]]:
    """Endpoints by slice: each stays where it is, and new ones fill up what there is room in."""
    place = {
        endpoint["targetRef"]["uid"]: index
        for index, each in enumerate(slices)
        for endpoint in each.tree.get("endpoints") or ()
    }
    parts: list[list[Tree]] = [[] for _ in slices]
    new: list[Tree] = []
    for endpoint in endpoints:
        index = place.get(endpoint["targetRef"]["uid"])
        (new if index is None else parts[index]).append(endpoint)
    for part in parts:
        room = _MOST_ENDPOINTS - len(part)
        part += new[:room]
        del new[:room]
    parts += [new[i : i + _MOST_ENDPOINTS] for i in range(0, len(new), _MOST_ENDPOINTS)]
    return parts or [[]]


def _selects(selector: Tree, labels: Tree) -> bool:
    return all(labels.get(key) == value for key, value in selector.items())


def _key(ports: list[Tree]) -> Key:
    return tuple(tuple(port.get(member) for member in _PORT) for port in ports)


def _ports(service: Tree, pod: Tree) -> list[Tree]:
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
    beside = [c for c in pod["spec"].get("initContainers") or () if _runs_on(c)]
    for container in [*pod["spec"]["containers"], *beside]:
        for each in container.get("ports") or ():
            if each.get("name") == target and each["protocol"] == port["protocol"]:
                return int(each["containerPort"])
    return None


def _runs_on(container: Tree) -> bool:
    return bool(container.get("restartPolicy") == "Always")


def _endpoint(pod: Tree, service: Tree) -> Tree:
    is_ending = "deletionTimestamp" in pod["metadata"]
    serving = is_ready(pod)
    publishes = bool(service["spec"].get("publishNotReadyAddresses"))
    endpoint: Tree = {
        "addresses": [pod["status"]["podIP"]],
        "conditions": {
            "ready": publishes or (serving and not is_ending),
            "serving": serving,
            "terminating": is_ending,
        },
        "targetRef": {
            "kind": "Pod",
            "namespace": pod["metadata"]["namespace"],
            "name": pod["metadata"]["name"],
            "uid": pod["metadata"]["uid"],
        },
    }
    if pod["spec"].get("nodeName"):
        endpoint["nodeName"] = pod["spec"]["nodeName"]
    if pod["spec"].get("hostname") and pod["spec"].get("subdomain") == service["metadata"]["name"]:
        endpoint["hostname"] = pod["spec"]["hostname"]
    return endpoint
