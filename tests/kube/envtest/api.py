"""The Widget API, and a small client that sends and reads JSON, for the tests of this folder."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kube.client.transport import Request
from kube.envtest import MemoryTransport, Server, WatchStream

MERGE = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"
WIDGETS = "/apis/example.com/v1/namespaces/default/widgets"
CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
NAMESPACES = "/api/v1/namespaces"

SPEC: dict[str, Any] = {
    "type": "object",
    "required": ["mode"],
    "properties": {
        "mode": {"type": "string", "enum": ["a", "b"]},
        "size": {"type": "integer", "default": 3, "minimum": 1, "maximum": 10},
        "code": {"type": "string", "minLength": 2, "maxLength": 4, "pattern": "^[a-z]+$"},
        "nodes": {
            "type": "array",
            "maxItems": 2,
            "items": {
                "type": "object",
                "required": ["host"],
                "properties": {
                    "host": {"type": "string"},
                    "role": {"type": "string", "default": "worker"},
                },
            },
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["host"],
        },
        "port": {"x-kubernetes-int-or-string": True},
        "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
        "note": {"type": "string", "nullable": True},
        "replicas": {"type": "integer"},
        "choice": {
            "type": "object",
            "properties": {"p": {"type": "string"}, "q": {"type": "string"}},
            "oneOf": [{"required": ["p"]}, {"required": ["q"]}],
        },
    },
}


def definition(plural: str = "widgets", kind: str = "Widget", **version: Any) -> dict[str, Any]:
    schema = {
        "type": "object",
        "required": ["spec"],
        "properties": {
            "spec": SPEC,
            "status": {
                "type": "object",
                "properties": {"replicas": {"type": "integer"}, "phase": {"type": "string"}},
            },
        },
    }
    v1 = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": schema},
        "subresources": {
            "status": {},
            "scale": {
                "specReplicasPath": ".spec.replicas",
                "statusReplicasPath": ".status.replicas",
            },
        },
        "additionalPrinterColumns": [
            {"name": "Mode", "type": "string", "jsonPath": ".spec.mode"},
            {"name": "Size", "type": "integer", "jsonPath": ".spec.size", "priority": 1},
            {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"},
        ],
        **version,
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.example.com"},
        "spec": {
            "group": "example.com",
            "scope": "Namespaced",
            "names": {"plural": plural, "kind": kind, "shortNames": [plural[:2]]},
            "versions": [v1],
        },
    }


def widget(name: str = "a", **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "example.com/v1",
        "kind": "Widget",
        "metadata": {"name": name},
        "spec": {"mode": "a", **spec},
    }


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    text: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.text)

    @property
    def message(self) -> str:
        return str(self.body["message"])

    @property
    def causes(self) -> list[tuple[str, str]]:
        return [(c["field"], c["message"]) for c in self.body["details"]["causes"]]


class Client:
    """Sends JSON and reads JSON; no typed clients, so that these tests stand on nothing else."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._transport = MemoryTransport(server)

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Sequence[tuple[str, str]] | Mapping[str, str] = (),
        **headers: str,
    ) -> Answer:
        pairs = list(query.items()) if isinstance(query, Mapping) else list(query)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        response = self._transport.send(Request(method, path, pairs, named, data))
        return Answer(response.status, response.headers, response.body)

    def get(self, path: str, **query: str) -> Answer:
        return self.send("GET", path, query=query)

    def create(self, path: str, body: Any, **query: str) -> Answer:
        return self.send("POST", path, body, query=query)

    def update(self, path: str, body: Any, **query: str) -> Answer:
        return self.send("PUT", path, body, query=query)

    def patch(self, path: str, body: Any, kind: str = MERGE, **query: str) -> Answer:
        return self.send("PATCH", path, body, query=query, content_type=kind)

    def delete(self, path: str, body: Any = None, **query: str) -> Answer:
        return self.send("DELETE", path, body, query=query)

    def watch(self, path: str, *, accept: str = "", **query: str) -> WatchStream:
        pairs = [("watch", "1"), *query.items()]
        answer = self.server.handle(Request("GET", path, pairs, {"accept": accept}))
        assert isinstance(answer, WatchStream)
        return answer


def events(watch: WatchStream) -> list[tuple[str, dict[str, Any]]]:
    """What a watch has now, as (type, object)."""
    lines: list[bytes] = []
    while chunk := watch.poll():
        lines += chunk.splitlines()
    return [(event["type"], event["object"]) for event in map(json.loads, lines)]


def names(watch: WatchStream) -> list[tuple[str, str]]:
    return [(kind, tree["metadata"].get("name", "")) for kind, tree in events(watch)]
