"""The cells of Pods: one word for what a Pod is doing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from kube.envtest.apiserver.kinds.tables.ages import since
from kube.runtime.trees import Tree


class _Summary:
    """What printPod of kubernetes/pkg/printers makes of the containers of a Pod."""

    def __init__(self, pod: Tree) -> None:
        self._pod = pod
        self._status = pod["status"]
        self._inits = {c["name"]: c for c in pod["spec"].get("initContainers") or ()}
        self._sidecars = {n for n, c in self._inits.items() if c.get("restartPolicy") == "Always"}
        self.total = len(pod["spec"].get("containers") or ()) + len(self._sidecars)
        self.ready = 0
        self.restarts = 0
        self.last_restart = ""
        self.reason = self._status.get("reason") or self._status.get("phase", "")
        for condition in self._status.get("conditions") or ():
            if condition["type"] == "PodScheduled" and condition.get("reason") == "SchedulingGated":
                self.reason = "SchedulingGated"
        initializing = self._initialize()
        if not initializing or self._is("Initialized"):
            self._run()
        if "deletionTimestamp" in pod["metadata"]:
            if self._status.get("reason") == "NodeLost":
                self.reason = "Unknown"
            elif self._status.get("phase") not in ("Succeeded", "Failed"):
                self.reason = "Terminating"

    def _is(self, condition: str) -> bool:
        conditions = self._status.get("conditions") or ()
        return any(c["type"] == condition and c["status"] == "True" for c in conditions)

    def _restarted(self, container: Tree) -> None:
        self.restarts += container.get("restartCount", 0)
        ended = ((container.get("lastState") or {}).get("terminated") or {}).get("finishedAt")
        self.last_restart = max(self.last_restart, ended or "")

    def _initialize(self) -> bool:
        sidecar_restarts, sidecar_last = 0, ""
        initializing = False
        for index, container in enumerate(self._status.get("initContainerStatuses") or ()):
            self._restarted(container)
            is_sidecar = container["name"] in self._sidecars
            if is_sidecar:
                sidecar_restarts += container.get("restartCount", 0)
                sidecar_last = max(sidecar_last, self.last_restart)
            state = container.get("state") or {}
            terminated, waiting = state.get("terminated"), state.get("waiting") or {}
            if terminated is not None and terminated.get("exitCode", 0) == 0:
                continue
            if is_sidecar and container.get("started"):
                self.ready += bool(container.get("ready"))
                continue
            initializing = True
            if terminated is not None:
                self.reason = f"Init:{_ending(terminated)}"
            elif waiting.get("reason") not in (None, "", "PodInitializing"):
                self.reason = f"Init:{waiting['reason']}"
            else:
                self.reason = f"Init:{index}/{len(self._inits)}"
            break
        if not initializing or self._is("Initialized"):
            self.restarts, self.last_restart = sidecar_restarts, sidecar_last
        return initializing

    def _run(self) -> None:
        has_running, failure = False, ""
        for container in reversed(self._status.get("containerStatuses") or []):
            self._restarted(container)
            state = container.get("state") or {}
            waiting, terminated = state.get("waiting") or {}, state.get("terminated")
            if waiting.get("reason"):
                self.reason = waiting["reason"]
            elif terminated is not None:
                self.reason = _ending(terminated)
                if terminated.get("exitCode", 0):
                    failure = self.reason
            elif container.get("ready") and state.get("running") is not None:
                has_running = True
                self.ready += 1
        if self.reason == "Completed":
            if has_running and self._is("Ready"):
                self.reason = "Running"
            elif failure:
                self.reason = failure
            elif has_running:
                self.reason = "NotReady"


def _ending(terminated: Tree) -> str:
    if terminated.get("reason"):
        return str(terminated["reason"])
    if terminated.get("signal"):
        return f"Signal:{terminated['signal']}"
    return f"ExitCode:{terminated.get('exitCode', 0)}"


def _restarts(pod: Tree, now: datetime) -> str:
    summary = _Summary(pod)
    if summary.restarts and summary.last_restart:
        return f"{summary.restarts} ({since(summary.last_restart, now)} ago)"
    return str(summary.restarts)


def _ready(pod: Tree, now: datetime) -> str:
    summary = _Summary(pod)
    return f"{summary.ready}/{summary.total}"


def _gates(pod: Tree, now: datetime) -> str:
    gates = [g["conditionType"] for g in pod["spec"].get("readinessGates") or ()]
    if not gates:
        return "<none>"
    conditions = pod["status"].get("conditions") or ()
    true = {c["type"] for c in conditions if c["status"] == "True"}
    return f"{sum(gate in true for gate in gates)}/{len(gates)}"


def _ip(pod: Tree, now: datetime) -> str:
    addresses = pod["status"].get("podIPs") or [{}]
    return addresses[0].get("ip") or "<none>"


CELLS: dict[str, Callable[[Tree, datetime], Any]] = {
    "Ready": _ready,
    "Status": lambda pod, now: _Summary(pod).reason,
    "Restarts": _restarts,
    "IP": _ip,
    "Node": lambda pod, now: pod["spec"].get("nodeName") or "<none>",
    "Nominated Node": lambda pod, now: pod["status"].get("nominatedNodeName") or "<none>",
    "Readiness Gates": _gates,
}
