"""Plays histories on a server, and shows what its controllers wrote, without what is by chance.

Shown are all objects that controllers write, statuses, owner references and Events. Names and
hashes that are random become what they are made of: a template's hash becomes a digest of the
template, so both servers show the same one.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from typing import Any

from tests.kube.conformance.api import Answer, Api
from tests.kube.conformance.conftest import Namespace
from tests.kube.conformance.workloads.drawing import Step

CONTROLLERS = [
    "cronjob-controller", "daemonset-controller", "deployment-controller", "disruption-controller",
    "endpointslice-controller", "garbage-collector-controller", "job-controller",
    "replicaset-controller", "resourcequota-controller", "statefulset-controller",
]  # fmt: skip

GROUPS = {
    "deployments": "apps/v1/", "replicasets": "apps/v1/", "statefulsets": "apps/v1/",
    "daemonsets": "apps/v1/", "controllerrevisions": "apps/v1/", "jobs": "batch/v1/",
    "poddisruptionbudgets": "policy/v1/", "endpointslices": "discovery.k8s.io/v1/", "services": "",
    "pods": "", "persistentvolumeclaims": "", "resourcequotas": "", "events": "",
}  # fmt: skip
SHOWN = tuple(each for each in GROUPS if each not in ("services", "resourcequotas", "events"))
NAMES = {
    "deployments": "deploy", "replicasets": "deploy-rs", "statefulsets": "state",
    "daemonsets": "daemon", "jobs": "job", "services": "svc", "poddisruptionbudgets": "budget",
    "resourcequotas": "quota", "pods": "stray-0",
}  # fmt: skip

_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
_RANDOM = re.compile(rf"-[{_LETTERS}]{{5}}(?![\w-])")
_UID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_USED = re.compile(r"used: pods=\d+")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_COMBINED = "(combined from similar events): "
_LATE = "the object has been modified"
_DROPPED = {
    "uid", "resourceVersion", "managedFields", "creationTimestamp", "clusterIP", "clusterIPs",
    "deletionGracePeriodSeconds", "generateName",
}  # fmt: skip

Shown = dict[str, Any]


class Player:
    """One history on one server."""

    def __init__(self, api: Api, namespace: Namespace) -> None:
        self.api = api
        self.namespace = namespace
        self._hashes: dict[str, str] = {}
        self._step = 0

    def path(self, plural: str, name: str = "", subresource: str = "") -> str:
        return self.namespace.path(f"{GROUPS[plural]}{plural}", name, subresource)

    def items(self, plural: str) -> list[Any]:
        found: list[Any] = self.api.get(self.path(plural)).ok()["items"]
        return found

    # Steps

    def play(self, step: Step) -> str:
        """Do one step; gives the code of its answer, which both servers must share."""
        self._step += 1
        verb, *arguments = step
        answer = getattr(self, f"_{verb.replace('-', '_')}")(*arguments)
        if isinstance(answer, Answer):
            return str(answer.status)
        return "-"

    def _create(self, plural: str, spec: Any, labels: Any = None) -> Answer:
        metadata = {"name": NAMES[plural], **({"labels": labels} if labels else {})}
        return self.api.post(self.path(plural), {"metadata": metadata, "spec": spec})

    def _patch(self, plural: str, body: Any) -> Answer:
        return self.api.patch("merge", self.path(plural, NAMES[plural]), body)

    def _delete(self, plural: str, policy: str) -> Answer:
        body = {"propagationPolicy": policy}
        return self.api.delete(self.path(plural, NAMES[plural]), body)

    def _pod(self, place: int) -> Any:
        """The Pod at this place, in the order in which Pods are shown."""
        pods = sorted(self.items("pods"), key=lambda pod: _in_order(self._plain(pod)))
        return pods[place % len(pods)] if pods else None

    def _status(self, pod: Any, status: Any) -> Answer | None:
        if pod is None:
            return None
        path = self.path("pods", pod["metadata"]["name"], "status")
        return self.api.patch("merge", path, {"status": status})

    def _ready(self, place: int) -> Answer | None:
        return self._make_ready(self._pod(place), self._step)

    def _make_ready(self, pod: Any, number: int) -> Answer | None:
        if pod is None or pod["status"].get("phase") in ("Failed", "Succeeded"):
            return None
        ip = f"10.1.0.{number}"
        ready = {"type": "Ready", "status": "True", "lastTransitionTime": "2025-01-01T00:00:00Z"}
        status = {"phase": "Running", "podIP": ip, "podIPs": [{"ip": ip}], "conditions": [ready]}
        return self._status(pod, status)

    def _all_ready(self) -> None:
        for pod in self.items("pods"):
            self._make_ready(pod, 0)

    def _unready(self, place: int) -> Answer | None:
        pod = self._pod(place)
        if pod is None or pod["status"].get("phase") in ("Failed", "Succeeded"):
            return None
        return self._status(pod, {"conditions": [{"type": "Ready", "status": "False"}]})

    def _succeed(self, place: int) -> Answer | None:
        return self._end(place, "Succeeded", 0)

    def _fail(self, place: int, code: int) -> Answer | None:
        return self._end(place, "Failed", code)

    def _disrupt(self, place: int) -> Answer | None:
        disrupted = {"type": "DisruptionTarget", "status": "True"}
        return self._end(place, "Failed", 137, [disrupted])

    def _end(self, place: int, phase: str, code: int, conditions: Any = ()) -> Answer | None:
        pod = self._pod(place)
        if pod is None or pod["status"].get("phase") in ("Failed", "Succeeded"):
            return None
        state = {"terminated": {"exitCode": code, "reason": "Ended"}}
        container = {"name": "main", "image": "a:1", "imageID": "", "ready": False}
        container = {**container, "restartCount": 0, "state": state}
        status = {"phase": phase, "containerStatuses": [container], "conditions": list(conditions)}
        return self._status(pod, status)

    def _delete_pod(self, place: int) -> Answer | None:
        pod = self._pod(place)
        if pod is None:
            return None
        return self.api.delete(self.path("pods", pod["metadata"]["name"]))

    def _remove(self, place: int) -> Answer | None:
        """As a kubelet does when the containers have ended."""
        pod = self._pod(place)
        if pod is None:
            return None
        path = self.path("pods", pod["metadata"]["name"])
        return self.api.delete(path, {"gracePeriodSeconds": 0})

    def _evict(self, place: int) -> Answer | None:
        pod = self._pod(place)
        if pod is None:
            return None
        name = pod["metadata"]["name"]
        return self.api.post(self.path("pods", name, "eviction"), {"metadata": {"name": name}})

    def _label(self, place: int, app: str) -> Answer | None:
        pod = self._pod(place)
        if pod is None:
            return None
        path = self.path("pods", pod["metadata"]["name"])
        return self.api.patch("merge", path, {"metadata": {"labels": {"app": app}}})

    # What is shown

    def show(self) -> Shown:
        found = {plural: self.items(plural) for plural in SHOWN}
        for tree in found["replicasets"]:
            text = tree["metadata"].get("labels", {}).get("pod-template-hash")
            if text:
                self._hashes[text] = f"<{_digest(_without(tree['spec']['template'], text))}>"
        for tree in found["controllerrevisions"]:
            text = tree["metadata"]["name"].rpartition("-")[2]
            self._hashes[text] = f"<{_digest(tree['data'])}>"
        shown: Shown = {}
        for plural, trees in found.items():
            plain = [self._plain(tree) for tree in trees]
            if plain:
                shown[plural] = sorted(plain, key=_in_order)
        events = self._events()
        if events:
            shown["events"] = events
        return shown

    def versions(self) -> str:
        """Changes whenever anything does."""
        lists = (self.api.get(self.path(plural)).ok() for plural in (*SHOWN, "events"))
        return json.dumps(
            [i["metadata"]["resourceVersion"] for each in lists for i in each["items"]]
        )

    def _events(self) -> dict[str, Any]:
        counts: Counter[str] = Counter()
        for event in self.items("events"):
            about = event["involvedObject"]
            message = self._text(event["message"]).removeprefix(_COMBINED)
            if _LATE in message:
                continue  # the real controllers read from watches, which lag
            name = self._text(about["name"])
            who = event["source"]["component"]
            line = f"{about['kind']} {name} {event['type']} {event['reason']} ({who}): {message}"
            counts[line] += event.get("count", 1)
        # How often a refused write is tried again depends on the time.
        return {line: (n if " Normal " in line else "some") for line, n in sorted(counts.items())}

    def _plain(self, value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            items = {k: self._plain(v, k) for k, v in value.items() if k not in _DROPPED}
            return {self._text(k): v for k, v in items.items() if v not in (None, {}, [])}
        if isinstance(value, list):
            plain = [self._plain(item, key) for item in value]
            if key in ("endpoints", "ports", "ownerReferences"):
                plain.sort(key=_in_order)
            return plain
        return self._text(value) if isinstance(value, str) else value

    def _text(self, text: str) -> str:
        for known, shown in self._hashes.items():
            text = text.replace(known, shown)
        text = _RANDOM.sub("-*", text).replace(self.namespace.name, "<namespace>")
        text = _USED.sub("used: pods=#", _UID.sub("<uid>", text))
        return _TIME.sub("<time>", text)


def _in_order(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _without(template: Any, text: str) -> Any:
    return json.loads(json.dumps(template).replace(text, ""))


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:8]
