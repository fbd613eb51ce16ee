"""Every kind, sent what nobody means: values of wrong types anywhere, in every way to write."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from kube.client.transport import Request, Response
from kube.envtest import Delay, Server, WatchStream
from kube.envtest.apiserver.schemas import documents
from tests.kube.envtest.api import JSON_PATCH, MERGE

APPLY = "application/apply-patch+yaml"
STRATEGIC = "application/strategic-merge-patch+json"
GARBAGE: list[Any] = [
    None, True, 0, -1, 2**63, 10**30, 1.5, "", "a", "A B", "\0", "\u00e9", [], [None], [[]], [{}],
    {}, {"": ""}, {"a": 1}, {"a": None}, "10%", "1Gi", "::1", "x/y/z", "2026-01-01T00:00:00Z",
]  # fmt: skip
POINTERS = ["", "/spec", "/status", "/metadata", "/metadata/labels", "/spec/a/0", "/x/-"]


class Sender:
    """Draws objects from Kubernetes' schemas, spoils some of their values, and sends them."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.server = Server(controllers=["*"])
        self.spoiled = 0.0

    def send(self, method: str, path: str, body: Any, kind: str = "application/json") -> None:
        pairs = [("fieldManager", self.draw.choice("xy")), ("force", "true")]
        data = json.dumps(body).encode()
        request = Request(method, path, pairs, {"content-type": kind}, data)
        answer: Any = self.server.handle(request)
        while isinstance(answer, Delay):
            assert answer.resume is not None
            answer = answer.resume()
        if isinstance(answer, WatchStream):
            answer.close()
        else:
            assert isinstance(answer, Response)
            assert answer.status < 400 or json.loads(answer.body)["message"]

    def garbage(self) -> Any:
        return copy.deepcopy(self.draw.choice(GARBAGE))

    def value(self, schemas: dict[str, Any], schema: dict[str, Any], depth: int = 0) -> Any:
        if self.draw.random() < self.spoiled:
            return self.garbage()
        while name := documents.target(schema):
            schema = schemas[name]
        if schema.get("enum"):
            return self.draw.choice(schema["enum"])
        match schema.get("type"):
            case "object":
                return dict(self._members(schemas, schema, depth))
            case "array":
                items = schema.get("items") or {}
                count = self.draw.choice([0, 1, 1, 2])
                return [self.value(schemas, items, depth + 1) for _ in range(count)]
            case "integer" | "number":
                return self.draw.choice([0, 1, 80, -1, 65536])
            case "boolean":
                return self.draw.random() < 0.5
        return self.draw.choice(["a", "web", "x.com/a", "10.0.0.1", "YQ==", ""])

    def _members(
        self, schemas: dict[str, Any], schema: dict[str, Any], depth: int
    ) -> Iterator[tuple[str, Any]]:
        for name, member in (schema.get("properties") or {}).items():
            likely = name in ("spec", "metadata", "template", *schema.get("required", ()))
            if self.draw.random() < (0.95 if likely else 0.4 if depth < 4 else 0.1):
                yield name, self.value(schemas, member, depth + 1)
        if isinstance(others := schema.get("additionalProperties"), dict):
            yield self.draw.choice(["a", "x/y", ""]), self.value(schemas, others, depth + 1)


def kinds() -> list[tuple[str, dict[str, Any], list[str], dict[str, Any], str]]:
    """Where each kind is served, its entry in discovery, its subresources, and its schema."""
    served = []
    for group_version, entries in documents.discovery().items():
        group, _, version = group_version.rpartition("/")
        base = f"/apis/{group_version}" if group else f"/api/{group_version}"
        for entry in entries:
            plural = entry["name"]
            if "/" in plural or entry["kind"] not in documents.names(group, version):
                continue
            place = "/namespaces/default" if entry["namespaced"] else ""
            inside = [e["name"].partition("/")[2] for e in entries if f"{plural}/" in e["name"]]
            name = documents.names(group, version)[entry["kind"]]
            schemas = documents.schemas(group, version)
            served.append((f"{base}{place}/{plural}", entry, inside, schemas, name))
    return served


@pytest.mark.parametrize("seed", range(3))
def test_garbage_is_answered_in_words(seed: int) -> None:
    sender = Sender(seed)
    draw = sender.draw
    for path, entry, inside, schemas, name in kinds():
        sender.spoiled = draw.choice([0.005, 0.02, 0.1])
        body = sender.value(schemas, schemas[name])
        if isinstance(body, dict):
            body.pop("apiVersion", None)
            body.pop("kind", None)
            if isinstance(body.get("metadata"), dict):
                body["metadata"] = {"name": "a", "labels": body["metadata"].get("labels")}
        sender.send("POST", path, body)
        sender.send("PUT", f"{path}/a", body)
        places = [f"{path}/a", *(f"{path}/a/{sub}" for sub in inside)]
        for kind in (MERGE, STRATEGIC, APPLY):
            change = sender.value(schemas, schemas[name])
            if kind == APPLY and isinstance(change, dict):
                group_version = (
                    path.split("/")[2]
                    if path.startswith("/api/")
                    else "/".join(path.split("/")[2:4])
                )
                change |= {"apiVersion": group_version, "kind": entry["kind"]}
                change["metadata"] = {"name": "a"}
            if kind == STRATEGIC and isinstance(change, dict):
                change[draw.choice(["$retainKeys", "$patch", "$setElementOrder/spec"])] = (
                    sender.garbage()
                )
            sender.send("PATCH", draw.choice(places), change, kind)
        names = ["add", "remove", "replace", "copy", "move", "test", "x"]
        operations = [
            {
                "op": draw.choice(names),
                "path": draw.choice(POINTERS),
                "from": draw.choice(POINTERS),
                "value": sender.garbage(),
            }
            for _ in range(2)
        ]
        sender.send("PATCH", draw.choice(places), operations, JSON_PATCH)
        for subresource in inside:
            members = ("metadata", "spec", "status", "target", "deleteOptions")
            posted = {member: sender.garbage() for member in members if draw.random() < 0.5}
            sender.send(draw.choice(["POST", "PUT"]), f"{path}/a/{subresource}", posted)
        options = ("gracePeriodSeconds", "preconditions", "propagationPolicy", "dryRun")
        sender.send("DELETE", f"{path}/a", {draw.choice(options): sender.garbage()})
    sender.server.settle()
