"""Webhooks for tests: an HTTPS server on loopback that answers as it is told, and remembers."""

from __future__ import annotations

import base64
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import trustme

GROUP = "admissionregistration.k8s.io"
CONFIGURATIONS = f"/apis/{GROUP}/v1"


@dataclass(frozen=True)
class Raw:
    """A whole answer. Its body is sent in chunks where it is an iterator."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | Iterator[bytes] = b""


Answer = Callable[[dict[str, Any]], dict[str, Any] | bytes | int | Raw]
"""From the request of a review to a response, the whole body, an HTTP status, or all of it."""


class Hooks:
    """`answers["/path"]` decides there; `asked` has (path, request of the review) in order."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.hosts: list[str] = []
        authority = trustme.CA()
        self.ca = base64.b64encode(authority.cert_pem.bytes()).decode()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1", "*.default.svc").configure_cert(context)
        hooks = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                path = self.path.partition("?")[0]
                self._send(hooks._answer(path, json.loads(body), self.headers["host"]))

            def do_GET(self) -> None:
                self._send(Raw(body=b"a GET"))

            def _send(self, answer: Raw) -> None:
                headers = {"content-type": "application/json", **answer.headers}
                whole = isinstance(answer.body, bytes)
                if whole:
                    headers["content-length"] = str(len(answer.body))
                else:
                    headers["transfer-encoding"] = "chunked"
                self.send_response(answer.status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if whole:
                    self.wfile.write(answer.body)
                    return
                for chunk in answer.body:
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
                    self.wfile.flush()

            def log_message(self, *_: object) -> None: ...

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None: ...

            def get_request(self):
                # The handshake takes place in the thread of the request.
                accepted, address = super().get_request()
                wrapped = context.wrap_socket(
                    accepted, server_side=True, do_handshake_on_connect=False
                )
                return wrapped, address

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        self.url = f"https://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, path: str, review: dict[str, Any], host: str) -> Raw:
        request = review["request"]
        self.asked.append((path, request))
        self.hosts.append(host)
        found = self.answers[path](request)
        if isinstance(found, Raw):
            return found
        if isinstance(found, int):
            return Raw(found, {"content-type": "text/plain"}, b"out of order")
        if isinstance(found, bytes):
            return Raw(body=found)
        type_meta = {key: review[key] for key in ("apiVersion", "kind")}
        response = {"uid": request["uid"], **found}
        return Raw(body=json.dumps({**type_meta, "response": response}).encode())


def allow(request: dict[str, Any]) -> dict[str, Any]:
    return {"allowed": True}


def patching(*operations: dict[str, Any]) -> Answer:
    patch = base64.b64encode(json.dumps(operations).encode()).decode()
    return lambda request: {"allowed": True, "patchType": "JSONPatch", "patch": patch}


def rule(operations=("*",), resources=("configmaps",), groups=("",), versions=("v1",), **rest):
    return {
        "operations": list(operations),
        "apiGroups": list(groups),
        "apiVersions": list(versions),
        "resources": list(resources),
        **rest,
    }


def configmap(name="a", **rest):
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, **rest}


def eventually(ask, wanted):
    """Until a new configuration is known: the real server reads them from a watch."""
    end = time.monotonic() + 60
    while not wanted(found := ask()):
        assert time.monotonic() < end, found
        time.sleep(0.05)
    return found


def deny(message="no", **rest):
    return lambda request: {"allowed": False, "status": {"message": message, **rest}}
