"""The endpointslice controller: the addresses of the Pods that a Service selects."""

from __future__ import annotations

from typing import Any

from kube.envtest.apiserver.controllers.workloads.worker import (
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
        slices = self.owned(service)
        if not selector or service["spec"].get("type") == "ExternalName":
            return
        namespace, name = stored.key
        endpoints, ports = [], _ports(service)
        for pod in self.state.store.collection(PODS).scan(namespace, None, None):
            ended = pod.tree["status"].get("phase") in ("Succeeded", "Failed")
            labels = pod.tree["metadata"].get("labels") or {}
            if _selects(selector, labels) and pod.tree["status"].get("podIP") and not ended:
                endpoints.append(_endpoint(pod.tree, service))
        labels = {
            **(service["metadata"].get("labels") or {}),
            _SERVICE: name,
            _MANAGED_BY: _US,
        }
        if service["spec"].get("clusterIP") == "None":
            labels["service.kubernetes.io/headless"] = ""
        if not slices:
            if self.may_create(namespace):
                self._create(stored, labels, endpoints, ports)
            return
        have = slices[0]
        new = {**have.tree, "endpoints": endpoints or None, "ports": ports}
        new["metadata"] = {**have.tree["metadata"], "labels": labels}
        self.update(SLICES, have, new)

    def _create(self, stored: Stored, labels: Tree, endpoints: list[Tree], ports: Any) -> None:
        namespace, name = stored.key
        metadata = {
            "generateName": f"{name}-",
            "labels": labels,
            "ownerReferences": [owned_by(stored.tree, "v1", "Service")],
        }
        tree = {
            "metadata": metadata,
            "addressType": "IPv4",
            "endpoints": endpoints,
            "ports": ports,
        }
        self.create(SLICES, namespace, tree)


def _selects(selector: Tree, labels: Tree) -> bool:
    return all(labels.get(key) == value for key, value in selector.items())


def _ports(service: Tree) -> list[Tree] | None:
    """The ports, with the numbers that names stand for unknown: containers decide them."""
    ports = []
    for port in service["spec"].get("ports") or ():
        target = port.get("targetPort")
        number = target if isinstance(target, int) else port["port"]
        new = {"name": port.get("name", ""), "protocol": port["protocol"], "port": number}
        if port.get("appProtocol"):
            new["appProtocol"] = port["appProtocol"]
        ports.append(new)
    return ports or None


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
