"""Requests as they go over the wire, and answers as they come: no typed client in between."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from kube.client import Config
from kube.client.transport import Request, Stream

PATCHES = {
    "json": "application/json-patch+json",
    "merge": "application/merge-patch+json",
    "strategic": "application/strategic-merge-patch+json",
    "apply": "application/apply-patch+yaml",
}

PATIENCE = 60
"""Seconds of silence after which a watch that should have said something fails its test."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: Any

    def ok(self) -> Any:
        """The body of an answer that must not be a refusal."""
        assert self.status < 300, (self.status, self.body)
        return self.body

    def causes(self) -> list[tuple[str, str, str]]:
        """Reason, field and message of each cause, in order of fields: theirs is a map's."""
        found = self.body.get("details", {}).get("causes", [])
        return sorted((c.get("reason"), c.get("field"), c.get("message")) for c in found)

    def warnings(self) -> list[str]:
        """The texts of the Warning headers."""
        quoted = re.findall(r'299 - "((?:[^"\\]|\\.)*)"', self.headers.get("warning", ""))
        return [re.sub(r"\\(.)", r"\1", text) for text in quoted]

    def refusal(self) -> tuple[int, str, str]:
        """Code, reason and message of a Status."""
        assert self.body["kind"] == "Status", self.body
        assert self.body["code"] == self.status
        return self.status, self.body.get("reason", ""), self.body["message"]


class Api:
    """A client of one server that takes every answer as it is."""

    def __init__(self, config: Config) -> None:
        tls = config.tls()
        self._transport = config.transport(tls)
        self._headers = dict(config.credentials(tls).headers() or {})

    def close(self) -> None:
        self._transport.close()

    def request(
        self, method: str, path: str, body: Any = None, media: str = "", accept: str = "", **query
    ) -> Answer:
        headers = {**self._headers, "accept": accept or "application/json"}
        if body is not None:
            headers["content-type"] = media or "application/json"
            if not isinstance(body, bytes):
                body = json.dumps(body, separators=(",", ":")).encode()
        pairs = [(name, str(value)) for name, value in query.items()]
        request = Request(method, path, pairs, headers, body, PATIENCE)
        answer = self._transport.send(request)
        while answer.status == 429 and b"storage is (re)initializing" in answer.body:
            # A server that has just begun to serve a kind; clients repeat that of themselves.
            time.sleep(0.05)
            answer = self._transport.send(request)
        decoded: Any = answer.body.decode()
        if decoded.startswith("{"):
            decoded = json.loads(decoded)
        return Answer(answer.status, dict(answer.headers), decoded)

    def get(self, path: str, **query) -> Answer:
        return self.request("GET", path, **query)

    def post(self, path: str, body: Any, **query) -> Answer:
        return self.request("POST", path, body, **query)

    def put(self, path: str, body: Any, **query) -> Answer:
        return self.request("PUT", path, body, **query)

    def delete(self, path: str, body: Any = None, **query) -> Answer:
        return self.request("DELETE", path, body, **query)

    def patch(self, kind: str, path: str, body: Any, **query) -> Answer:
        return self.request("PATCH", path, body, media=PATCHES[kind], **query)

    @contextmanager
    def watch(self, path: str, *, accept="application/json", **query) -> Iterator[Watching]:
        pairs = [("watch", "true"), *((name, str(value)) for name, value in query.items())]
        headers = {**self._headers, "accept": accept}
        with self._transport.stream(Request("GET", path, pairs, headers, None, PATIENCE)) as stream:
            yield Watching(stream)


class Watching:
    """An open watch, or the refusal of one."""

    def __init__(self, stream: Stream) -> None:
        self.status = stream.status
        self._lines = _lines(stream)

    def next(self) -> tuple[str, Any]:
        """Type and object of the next event; StopIteration at the end of the watch."""
        event = json.loads(next(self._lines))
        return event["type"], event["object"]

    def take(self, count: int) -> list[tuple[str, Any]]:
        return [self.next() for _ in range(count)]

    def until(self, wanted: str) -> list[tuple[str, Any]]:
        """The events up to and with the first of this type."""
        found = [self.next()]
        while found[-1][0] != wanted:
            found.append(self.next())
        return found

    def rest(self) -> list[tuple[str, Any]]:
        """What comes until the server ends the watch."""
        return [(event["type"], event["object"]) for event in map(json.loads, self._lines)]

    def refusal(self) -> Any:
        """The Status of a watch that did not begin."""
        return json.loads("\n".join(self._lines))


def _lines(stream: Stream) -> Iterator[str]:
    rest = b""
    for chunk in stream:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line.decode() for line in whole if line.strip())
    if rest.strip():
        yield rest.decode()


def name_and_type(events: list[tuple[str, Any]]) -> list[tuple[str, str]]:
    return [(kind, found["metadata"].get("name", "")) for kind, found in events]


def names(listed: Any) -> list[str]:
    return [item["metadata"]["name"] for item in listed["items"]]


def unmanaged(tree: Any) -> Any:
    """An object without managedFields, which tests of server-side apply look at and others not."""
    metadata = {key: v for key, v in tree["metadata"].items() if key != "managedFields"}
    return {**tree, "metadata": metadata}
