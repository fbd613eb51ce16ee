"""The kubelet, and the scheduler: Pods get a node and an address, run, and end.

This one is ours. Containers start at once, are ready at once, and never fail; what a Pod would do
cannot be known, so one that is not restarted always ends well, as a Job's does. A Pod whose status
somebody else has written beyond Pending is left alone.
"""

from __future__ import annotations

import itertools
from ipaddress import IPv4Address

from kube.envtest.apiserver.authorization.users import User
from kube.envtest.apiserver.controllers.workloads.placement import node_takes
from kube.envtest.apiserver.controllers.workloads.worker import (
    NODES,
    PODS,
    Worker,
    condition,
    with_condition,
)
from kube.envtest.apiserver.state import State
from kube.envtest.apiserver.storage.store import Change, Stored
from kube.runtime.trees import Tree

NODE = "node-1"
_FIRST_POD = IPv4Address("10.244.0.2")
_FIRST_NODE = IPv4Address("192.168.0.2")
_NOT_READY = "node.kubernetes.io/not-ready"


class Kubelet(Worker):
    """Runs the Pods of all nodes. It begins with one node, which is ready."""

    name = "kubelet"
    watches = PODS
    kind = "Pod"
    manager = "kubelet"

    @property
    def user(self) -> User:
        return User(f"system:node:{NODE}", "", ("system:nodes", "system:authenticated"))

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._pods = itertools.count(int(_FIRST_POD))
        self._hosts = itertools.count(int(_FIRST_NODE))
        self._addresses: dict[str, str] = {}
        self._loads: dict[str, int] = {}
        self._nodes_due: dict[str, None] = {}
        self._has_begun = False

    def observe(self, storage: tuple[str, str], change: Change) -> None:
        super().observe(storage, change)
        if storage == NODES:
            self._nodes_due[change.current.key[1]] = None
            waiting = self.state.store.collection(PODS).objects.items()
            self.due.update((key, None) for key, pod in waiting if not _node(pod.tree))
        if storage == PODS:
            before = _node(change.previous.tree) if change.previous is not None else ""
            now = _node(change.current.tree) if change.type != "DELETED" else ""
            if before != now:
                for name, step in ((before, -1), (now, 1)):
                    if name:
                        self._loads[name] = self._loads.get(name, 0) + step

    def settle(self) -> bool:
        if not self._has_begun:
            self._has_begun = True
            if not self.state.store.collection(NODES).objects:
                self.create(NODES, "", {"metadata": {"name": NODE}})
        due, self._nodes_due = self._nodes_due, {}
        for name in due:
            stored = self.state.store.collection(NODES).objects.get(("", name))
            if stored is not None:
                self._run_node(stored)
        return super().settle() or bool(due)

    def _run_node(self, stored: Stored) -> None:
        if condition(stored.tree, "Ready") is not None:
            return
        name, now = stored.key[1], self.state.timestamp()
        taints = [t for t in stored.tree["spec"].get("taints") or () if t["key"] != _NOT_READY]
        spec = {key: value for key, value in stored.tree["spec"].items() if key != "taints"}
        if taints:
            spec["taints"] = taints
        labels = stored.tree["metadata"].get("labels") or {}
        own = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux"}
        metadata = {**stored.tree["metadata"], "labels": {**own, **labels}}
        new = {**stored.tree, "metadata": metadata, "spec": spec}
        stored = self.update(NODES, stored, new)
        ready = {
            "type": "Ready",
            "status": "True",
            "reason": "KubeletReady",
            "message": "kubelet is posting ready status",
            "lastHeartbeatTime": now,
            "lastTransitionTime": now,
        }
        addresses = [
            {"type": "InternalIP", "address": self._host(name)},
            {"type": "Hostname", "address": name},
        ]
        capacity = {"cpu": "64", "memory": "256Gi", "pods": "10k"}
        status = {
            **stored.tree["status"],
            "conditions": [ready],
            "addresses": addresses,
            "capacity": capacity,
            "allocatable": dict(capacity),
        }
        status["nodeInfo"] = {
            **(stored.tree["status"].get("nodeInfo") or {}),
            "kubeletVersion": "v1.36.0+embedded",
        }
        self.update_status(NODES, stored, status)

    def _host(self, node: str) -> str:
        if node not in self._addresses:
            self._addresses[node] = str(IPv4Address(next(self._hosts)))
        return self._addresses[node]

    def reconcile(self, stored: Stored) -> None:
        pod = stored.tree
        if "deletionTimestamp" in pod["metadata"]:
            if pod["metadata"].get("deletionGracePeriodSeconds"):
                self.delete(PODS, stored, grace=0)
            return
        phase = pod["status"].get("phase")
        if phase == "Pending" and not pod["spec"].get("schedulingGates"):
            bound = self._bind(stored)
            if bound is not None:
                self._start(bound)
        elif phase == "Running":
            self._go_on(stored)

    def _bind(self, stored: Stored) -> Stored | None:
        """The Pod with a node, None where none takes it."""
        if _node(stored.tree):
            return stored
        node = self._choose(stored.tree)
        if node is None:
            self._unschedulable(stored)
            return None
        # As a binding does, and not an update, which may not change the node.
        tree = {**stored.tree, "spec": {**stored.tree["spec"], "nodeName": node}}
        tree["metadata"] = dict(tree["metadata"])
        collection = self.state.store.collection(PODS)
        return self.state.store.put(collection, stored.key, tree)

    def _choose(self, pod: Tree) -> str | None:
        nodes = self.state.store.collection(NODES).objects.values()
        names = [node.key[1] for node in nodes if node_takes(node.tree, pod)]
        return min(names, key=lambda name: (self._loads.get(name, 0), name), default=None)

    def _unschedulable(self, stored: Stored) -> None:
        count = len(self.state.store.collection(NODES).objects)
        new = {
            "type": "PodScheduled",
            "status": "False",
            "reason": "Unschedulable",
            "message": f"0/{count} nodes are available.",
            "lastProbeTime": None,
            "lastTransitionTime": self.state.timestamp(),
        }
        status = stored.tree["status"]
        conditions = with_condition(status.get("conditions") or (), new)
        self.update_status(PODS, stored, {**status, "conditions": conditions})

    def _start(self, stored: Stored) -> None:
        pod, now = stored.tree, self.state.timestamp()
        host = self._host(_node(pod))
        address = host if pod["spec"].get("hostNetwork") else str(IPv4Address(next(self._pods)))
        generation = pod["metadata"].get("generation", 1)
        status = {
            **pod["status"],
            "phase": "Running",
            "observedGeneration": generation,
            "startTime": now,
            "hostIP": host,
            "hostIPs": [{"ip": host}],
            "podIP": address,
            "podIPs": [{"ip": address}],
            "containerStatuses": [_running(c, now) for c in pod["spec"]["containers"]],
        }
        inits = pod["spec"].get("initContainers")
        if inits:
            status["initContainerStatuses"] = [
                _running(c, now) if c.get("restartPolicy") == "Always" else _ended(c, now)
                for c in inits
            ]
        status["conditions"] = _conditions(pod, now, is_ready=_gates_open(pod))
        self.update_status(PODS, stored, status)

    def _go_on(self, stored: Stored) -> None:
        """A running Pod ends where it is not restarted always; else its gates may have opened."""
        pod, now = stored.tree, self.state.timestamp()
        status = pod["status"]
        if pod["spec"].get("restartPolicy") != "Always":
            if status.get("observedGeneration") is None:
                return
            ended = [_ended(c, now) for c in pod["spec"]["containers"]]
            conditions = _conditions(pod, now, is_ready=False, reason="PodCompleted")
            new = {
                **status,
                "phase": "Succeeded",
                "containerStatuses": ended,
                "conditions": conditions,
            }
            self.update_status(PODS, stored, new)
            return
        ready, is_open = condition(pod, "Ready"), _gates_open(pod)
        if ready is not None and pod["spec"].get("readinessGates"):
            wanted = "True" if is_open else "False"
            if ready["status"] != wanted:
                new_ready = _condition("Ready", wanted == "True", now, "ReadinessGatesNotReady")
                conditions = with_condition(status.get("conditions") or (), new_ready)
                self.update_status(PODS, stored, {**status, "conditions": conditions})
        self._follow_images(stored)

    def _follow_images(self, stored: Stored) -> None:
        """Containers whose image was changed in place run again."""
        pod = stored.tree
        images = {c["name"]: c.get("image", "") for c in pod["spec"]["containers"]}
        statuses = pod["status"].get("containerStatuses") or []
        changed = [
            {**each, "image": images[each["name"]], "restartCount": each["restartCount"] + 1}
            if each["name"] in images and each["image"] != images[each["name"]]
            else each
            for each in statuses
        ]
        if changed != statuses:
            self.update_status(PODS, stored, {**pod["status"], "containerStatuses": changed})


def _node(pod: Tree) -> str:
    return str(pod["spec"].get("nodeName") or "")


def _gates_open(pod: Tree) -> bool:
    gates = [gate["conditionType"] for gate in pod["spec"].get("readinessGates") or ()]
    found = [condition(pod, gate) for gate in gates]
    return all(each is not None and each["status"] == "True" for each in found)


def _condition(kind: str, is_true: bool, now: str, reason: str = "") -> Tree:
    new: Tree = {
        "type": kind,
        "status": "True" if is_true else "False",
        "lastProbeTime": None,
        "lastTransitionTime": now,
    }
    return {**new, "reason": reason} if reason and not is_true else new


def _conditions(pod: Tree, now: str, *, is_ready: bool, reason: str = "") -> list[Tree]:
    containers = is_ready or not reason
    wanted = (
        _condition("PodReadyToStartContainers", not reason, now),
        {**_condition("Initialized", True, now), **({"reason": reason} if reason else {})},
        _condition("Ready", is_ready, now, reason or "ReadinessGatesNotReady"),
        _condition("ContainersReady", containers, now, reason),
        _condition("PodScheduled", True, now),
    )
    conditions = pod["status"].get("conditions") or []
    for each in wanted:
        conditions = with_condition(conditions, each)
    return conditions


def _state(container: Tree) -> Tree:
    image = container.get("image", "")
    return {
        "name": container["name"],
        "image": image,
        "imageID": image,
        "restartCount": 0,
        "lastState": {},
    }


def _running(container: Tree, now: str) -> Tree:
    state = {"running": {"startedAt": now}}
    return {**_state(container), "ready": True, "started": True, "state": state}


def _ended(container: Tree, now: str) -> Tree:
    terminated = {"exitCode": 0, "reason": "Completed", "startedAt": now, "finishedAt": now}
    return {
        **_state(container),
        "ready": False,
        "started": False,
        "state": {"terminated": terminated},
    }
