"""Custom resources of drawn definitions: each object of a kind that nobody has seen before.

    python -m tests.kube.conformance.kinds.customs --definitions 20 --seed 3

draws schemas and objects of them, sends them to both servers, and says by class what is answered
differently. It needs KUBEBUILDER_ASSETS.
"""

from __future__ import annotations

import argparse
import copy
from collections import defaultdict
from contextlib import ExitStack
from random import Random
from typing import Any

from kube.client import Config, TransportError
from kube.envtest import Environment, Server
from tests.kube.conformance.api import Api
from tests.kube.conformance.kinds import answers, playing
from tests.kube.conformance.kinds.__main__ import InMemory, report, title
from tests.kube.conformance.kinds.drawing import Asked
from tests.kube.conformance.kinds.schema_drawing import SchemaDrawer
from tests.kube.conformance.waiting import eventually

_DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
_MODES = ("Strict", "Warn", "Ignore")
_PATCHES = ("merge", "merge", "json", "apply", "apply")


class Kind:
    """A drawn kind: its definition, and requests about its objects."""

    def __init__(self, random: Random) -> None:
        self._drawer = SchemaDrawer(random, faults=0)
        self._schema = self._drawer.root()
        version = {
            "name": "v1", "served": True, "storage": True,
            "schema": {"openAPIV3Schema": self._schema},
        }  # fmt: skip
        if self._drawer.chance(50):
            version["subresources"] = {"status": {}}
        self.definition = {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": "drawns.NAMESPACE.example.com"},
            "spec": {
                "group": "NAMESPACE.example.com",
                "scope": "Namespaced",
                "names": {"plural": "drawns", "kind": "Drawn"},
                "versions": [version],
            },
        }

    def _object(self, hostile: float) -> Any:
        value = self._drawer.value(self._schema, hostile=hostile)
        tree = value if isinstance(value, dict) else {}
        head = {"apiVersion": "NAMESPACE.example.com/v1", "kind": "Drawn"}
        return {**tree, **head, "metadata": {"name": "a"}}

    def requests(self, count: int) -> list[list[Asked]]:
        """So many cases: an object created, and in every second one changed afterwards."""
        return [self._case(index % 2 == 1) for index in range(count)]

    def _case(self, goes_on: bool) -> list[Asked]:
        mode = {"fieldValidation": self._drawer.one_of(_MODES)}
        hostile = self._drawer.one_of((0, 2, 8))
        first = self._object(0 if goes_on else hostile)
        if not goes_on:
            return [Asked("create", first, {"dryRun": "All", **mode})]
        steps = [Asked(self._drawer.one_of(("create", "apply")), first, {"fieldManager": "one"})]
        live = first
        for _ in range(3):
            steps.append(self._change(live, hostile, mode))
        return steps

    def _change(self, live: Any, hostile: float, mode: Any) -> Asked:
        drawn = self._object(hostile)
        mixed = copy.deepcopy(live)
        for key in drawn:
            if self._drawer.chance(60):
                mixed[key] = drawn[key]
        manager = {"fieldManager": self._drawer.one_of(("one", "two"))}
        if self._drawer.chance(30):
            return Asked("update", mixed, {**manager, **mode})
        if self._drawer.chance(25):
            return Asked("status merge", {"status": drawn.get("status")}, manager)
        verb = self._drawer.one_of(_PATCHES)
        if verb == "apply":
            force = {"force": "true"} if self._drawer.chance(50) else {}
            return Asked(verb, drawn, {**manager, **force})
        spec = {key: value for key, value in drawn.items() if key not in playing.HEAD}
        if verb == "json":
            added = [{"op": "add", "path": f"/{k}", "value": v} for k, v in spec.items()]
            return Asked(verb, added, {**manager, **mode})
        return Asked(verb, spec, {**manager, **mode})


def kinds(count: int, seed: int) -> list[Kind]:
    """So many kinds whose definitions are valid, the same for the same seed."""
    api, random = InMemory(Server()), Random(seed)
    found: list[Kind] = []
    while len(found) < count:
        kind = Kind(random)
        body = playing.placed(kind.definition, "drawn")
        if api.post(_DEFINITIONS, body, dryRun="All").status == 201:
            found.append(kind)
    return found


def played(api: Any, namespace: str, definition: Any, cases: list[list[Asked]]) -> list[Any]:
    """The answers to each case; an object is there for its case alone."""
    body = playing.placed(definition, namespace)
    path = f"{_DEFINITIONS}/{body['metadata']['name']}"
    with playing.existing(api, path, api.post(_DEFINITIONS, body)) as answer:
        answer.ok()
        playing.settled(api, path)
        _until_served(api, namespace)
        return [_played(api, namespace, case) for case in cases]


def _until_served(api: Any, namespace: str) -> None:
    """Return once objects can be listed and created: a real server serves a kind a little later."""
    listed = _path(namespace)
    probe = {
        "apiVersion": f"{namespace}.example.com/v1", "kind": "Drawn",
        "metadata": {"generateName": "probe-"},
    }  # fmt: skip
    eventually(lambda: api.get(listed).status == 200)
    eventually(lambda: api.post(listed, probe, dryRun="All").status != 404)


def _path(namespace: str) -> str:
    return f"/apis/{namespace}.example.com/v1/namespaces/default/drawns"


def _played(api: Any, namespace: str, case: list[Asked]) -> list[Any]:
    path = _path(namespace)
    found: list[Any] = []
    try:
        for step in case:
            try:
                answer = _send(api, path, step, namespace)
            except TransportError:
                return [*found, *[playing.UNANSWERED] * (len(case) - len(found))]
            warned = sorted(answer.warnings())
            found.append([answers.outcome(answer, namespace), warned])
    finally:
        api.delete(f"{path}/a")
    return found


def _send(api: Any, path: str, step: Asked, namespace: str) -> Any:
    body = playing.placed(step.body, namespace)
    subresource, _, verb = step.verb.rpartition(" ")
    where = f"{path}/a/{subresource}" if subresource else f"{path}/a"
    if verb == "create":
        return api.post(path, body, **step.query)
    if verb == "update":
        live = api.get(where).body.get("metadata", {})
        body["metadata"]["resourceVersion"] = live.get("resourceVersion", "")
        return api.put(where, body, **step.query)
    return api.patch(verb, where, body, **step.query)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.kube.conformance.kinds.customs")
    parser.add_argument("--definitions", type=int, default=10)
    parser.add_argument("--count", type=int, default=20, help="how many cases for each")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kubeconfig", help="of a kube-apiserver that runs already")
    options = parser.parse_args()
    with ExitStack() as stack:
        if options.kubeconfig:
            config = Config.load(options.kubeconfig)
        else:
            config = stack.enter_context(Environment(server="real")).config
        _compare(Api(config), options)


def _compare(real: Api, options: argparse.Namespace) -> None:
    embedded = InMemory(Server())
    classes: dict[str, list[tuple[str, Asked, str]]] = defaultdict(list)
    count = 0
    for index, kind in enumerate(kinds(options.definitions, options.seed)):
        namespace, cases = f"custom-{options.seed}-{index}", kind.requests(options.count)
        theirs, ours = (played(api, namespace, kind.definition, cases) for api in (real, embedded))
        for case, left, right in zip(cases, theirs, ours, strict=True):
            for step, expected, found in zip(case, left, right, strict=True):
                if expected == playing.UNANSWERED:
                    break
                count += 1
                if expected != found:
                    shown = answers.difference(expected, found)
                    classes[title(expected[0], found[0], shown)].append((namespace, step, shown))
                    break
    report(classes, count)


if __name__ == "__main__":
    main()
