"""The endpointslice controller: the addresses of the Pods that a Service selects.

As `pkg/controller/endpointslice` of Kubernetes.
"""

from __future__ import annotations

from kube.envtest.apiserver.controllers.workloads import endpoints
from kube.envtest.apiserver.controllers.workloads.endpoints import Distribution, distribute
from kube.envtest.apiserver.controllers.workloads.indexes import Labelled, Selecting
from kube.envtest.apiserver.controllers.workloads.worker import (
    NODES,
    PODS,
    SERVICES,
    SLICES,
    Worker,
    owned_by,
)
from kube.envtest.apiserver.state import State
from kube.envtest.apiserver.status import StatusError
from kube.envtest.apiserver.storage.store import Change, Key, Stored
from kube.runtime.trees import Tree

_TRIGGERED = "endpoints.kubernetes.io/last-change-trigger-time"


class EndpointSliceController(Worker):
    name = "endpointslice-controller"
    component = "endpoint-slice-controller"
    watches = SERVICES
    kind = "Service"

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._services = Selecting()
        self._pods = Labelled()
        self._slices: dict[Key, dict[Key, None]] = {}
        self._ready: dict[Key, dict[str, str]] = {}
        """When the Pods of a Service became ready, as of its last reconciliation."""

    def observe(self, storage: tuple[str, str], change: Change) -> None:
        super().observe(storage, change)
        key, tree = change.current.key, change.current.tree
        if storage == SERVICES:
            selector = tree["spec"].get("selector")
            if change.type == "DELETED" or not selector:
                self._services.remove(key)
                self._ready.pop(key, None)
            else:
                self._services.put(key, selector)
        elif storage == PODS:
            self._observe_pod(key, change)
        elif storage == SLICES:
            for version in (change.previous, change.current):
                if version is not None:
                    self._observe_slice(key, version.tree, change)

    def _observe_pod(self, key: Key, change: Change) -> None:
        now = change.current.tree
        if change.type == "DELETED":
            self._pods.remove(key)
        else:
            self._pods.put(key, now["metadata"].get("labels") or {})
        before = change.previous.tree if change.previous is not None else None
        is_going = change.type == "DELETED" or "deletionTimestamp" in now["metadata"]
        if before is not None and not is_going and endpoints.shown(before) == endpoints.shown(now):
            return
        services = self.state.store.collection(SERVICES).objects
        for tree in (before, now):
            labels = (tree["metadata"].get("labels") or {}) if tree is not None else {}
            for service in self._services.matching(key[0], labels):
                selector = services[service].tree["spec"].get("selector") or {}
                if all(labels.get(name) == value for name, value in selector.items()):
                    self.due[service] = None

    def _observe_slice(self, key: Key, tree: Tree, change: Change) -> None:
        labels = tree["metadata"].get("labels") or {}
        if labels.get(endpoints.MANAGED_BY) != endpoints.US:
            return
        service = (key[0], labels.get(endpoints.SERVICE, ""))
        slices = self._slices.setdefault(service, {})
        if tree is change.current.tree and change.type != "DELETED":
            slices[key] = None
        else:
            slices.pop(key, None)
        if not slices:
            del self._slices[service]
        self.due[service] = None

    def reconcile(self, stored: Stored) -> None:
        service = stored.tree
        selector = service["spec"].get("selector")
        if not selector or service["spec"].get("type") == "ExternalName":
            return
        objects = self.state.store.collection(PODS).objects
        pods = [objects[key].tree for key in self._pods.having(stored.key[0], selector)]
        triggered = self._triggered(stored, pods)
        slices = self.state.store.collection(SLICES).objects
        existing = [slices[key] for key in self._slices.get(stored.key, ())]
        alive = [each for each in existing if "deletionTimestamp" not in each.tree["metadata"]]
        wanted = endpoints.families(service)
        missing: list[str] = []
        for family in wanted:
            same = [each for each in alive if each.tree["addressType"] == family]
            self._reconcile(stored, pods, same, family, triggered, missing)
        for each in alive:
            if each.tree["addressType"] not in wanted:
                self.delete(SLICES, each)
        if missing:
            reasons = list(dict.fromkeys(missing))
            shown = reasons[0] if len(reasons) == 1 else f"[{', '.join(reasons)}]"
            why = f"Error updating Endpoint Slices for Service {'/'.join(stored.key)}: {shown}"
            self.warn(stored, "FailedToUpdateEndpointSlices", why)

    def _triggered(self, stored: Stored, pods: list[Tree]) -> str:
        """The first of the times that Pods became ready, or ceased to be, since the last
        reconciliation; that of the Service's creation at the first; '' for none."""
        times = {pod["metadata"]["name"]: endpoints.ready_since(pod) for pod in pods}
        before = self._ready.get(stored.key)
        self._ready[stored.key] = {name: at for name, at in times.items() if at}
        if before is None:
            return str(stored.tree["metadata"]["creationTimestamp"])
        return min((at for name, at in times.items() if at > before.get(name, "")), default="")

    def _reconcile(
        self,
        stored: Stored,
        pods: list[Tree],
        slices: list[Stored],
        family: str,
        triggered: str,
        missing: list[str],
    ) -> None:
        """Have the slices of one family hold the endpoints of these Pods; `missing` gets what
        could not be listed."""
        service, labels = stored.tree, endpoints.labels_of(stored.tree)
        groups: dict[endpoints.Key, tuple[list[Tree], list[Tree]]] = {}
        nodes = self.state.store.collection(NODES).objects
        for pod in filter(endpoints.is_listed, pods):
            ports = endpoints.ports_of(service, pod)
            group = groups.setdefault(endpoints.key_of(ports), (ports, []))
            node = nodes.get(("", pod["spec"].get("nodeName", "")))
            if node is None and not service["spec"].get("publishNotReadyAddresses"):
                name = pod["metadata"]["name"]
                missing.append(
                    f"skipping Pod {name} for Service {'/'.join(stored.key)}: "
                    f"Node {pod['spec'].get('nodeName', '')} Not Found"
                )
                continue
            tree = node.tree if node is not None else None
            endpoint = endpoints.endpoint_of(pod, service, tree, family)
            if endpoint is not None:
                group[1].append(endpoint)
        uid = service["metadata"]["uid"]
        own = [each for each in slices if _is_owned(each.tree, uid)]
        by_ports: dict[endpoints.Key, list[Stored]] = {}
        for each in own:
            by_ports.setdefault(endpoints.key_of(each.tree.get("ports") or []), []).append(each)
        parts = {
            key: distribute(by_ports.get(key, []), wanted, labels)
            for key, (_, wanted) in groups.items()
        }
        gone = [each for key, same in by_ports.items() if key not in groups for each in same]
        gone += [each for each in slices if each not in own]
        write = _Write(self, stored, family, labels, triggered)
        write.run(slices, gone, [(groups[key][0], part) for key, part in parts.items()])


class _Write:
    """The changes of the slices of one Service and family."""

    def __init__(
        self,
        worker: EndpointSliceController,
        service: Stored,
        family: str,
        labels: Tree,
        triggered: str,
    ) -> None:
        self._worker = worker
        self._service = service
        self._family = family
        self._labels = labels
        self._triggered = triggered

    def run(
        self,
        slices: list[Stored],
        gone: list[Stored],
        parts: list[tuple[list[Tree], Distribution]],
    ) -> None:
        new = [(ports, each) for ports, part in parts for each in part.create]
        spare = [*gone, *(each for _, part in parts for each in part.delete)]
        if len(spare) == len(slices) and not new:
            # Without endpoints there is one slice, to show that the Service is looked after.
            if len(spare) == 1 and self._is_placeholder(spare[0].tree):
                spare = []
            else:
                new = [([], [])]
        by_name = {each.key[1]: each for each in slices}
        for ports, part in parts:
            for name, listed in part.update.items():
                self._change(by_name[name], listed, ports)
        uid = self._service.tree["metadata"]["uid"]
        reused = [each for each in spare if _is_owned(each.tree, uid)][: len(new)]
        for each in reused:
            ports, listed = new.pop()
            self._change(each, listed, ports)
        for ports, listed in new:
            self._create(listed, ports)
        for each in spare:
            if each not in reused:
                self._worker.delete(SLICES, each)

    def _is_placeholder(self, tree: Tree) -> bool:
        """Whether a slice is as one without endpoints has to be; as in the original, whoever owns
        it, and a label without a value is as if it were missing."""
        is_empty = not tree.get("endpoints") and not tree.get("ports")
        return is_empty and _valued(tree["metadata"].get("labels")) == _valued(self._labels)

    def _change(self, old: Stored, listed: list[Tree], ports: list[Tree]) -> None:
        annotations = {**(old.tree["metadata"].get("annotations") or {}), **self._annotations()}
        if not self._triggered:
            annotations.pop(_TRIGGERED, None)
        metadata = {**old.tree["metadata"], "labels": self._labels, "annotations": annotations}
        new = {**old.tree, "metadata": metadata, "endpoints": listed or None}
        new["ports"] = ports or None
        self._worker.update(SLICES, old, new)

    def _create(self, listed: list[Tree], ports: list[Tree]) -> None:
        namespace, name = self._service.key
        is_going = "deletionTimestamp" in self._service.tree["metadata"]
        if is_going or not self._worker.may_create(namespace):
            return
        metadata = {
            "generateName": f"{name}-",
            "labels": dict(self._labels),
            "annotations": self._annotations(),
            "ownerReferences": [owned_by(self._service.tree, "v1", "Service")],
        }
        tree = {
            "metadata": metadata,
            "addressType": self._family,
            "endpoints": listed,
            "ports": ports or None,
        }
        try:
            self._worker.create(SLICES, namespace, tree)
        except StatusError as error:
            why = f"failed to create EndpointSlice for Service {namespace}/{name}: {error.message}"
            error.message = why
            raise

    def _annotations(self) -> dict[str, str]:
        return {_TRIGGERED: self._triggered} if self._triggered else {}


def _valued(labels: Tree | None) -> Tree:
    return {key: value for key, value in (labels or {}).items() if value}


def _is_owned(tree: Tree, uid: str) -> bool:
    references = tree["metadata"].get("ownerReferences") or ()
    return any(each["uid"] == uid and each["kind"] == "Service" for each in references)
