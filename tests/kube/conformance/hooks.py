"""Webhooks for tests: an HTTPS server on loopback that answers as it is told, and remembers."""

from __future__ import annotations

import base64
import json
import ssl
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import trustme

Answer = Callable[[dict[str, Any]], dict[str, Any] | bytes | int]
"""From the request of a review to a response, the whole body, or an HTTP status."""


class Hooks:
    """`answers["/path"]` decides there; `asked` has (path, request of the review) in order."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, dict[str, Any]]] = []
        authority = trustme.CA()
        self.ca = base64.b64encode(authority.cert_pem.bytes()).decode()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        hooks = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                status, answer = hooks._answer(self.path.partition("?")[0], json.loads(body))
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, path: str, review: dict[str, Any]) -> tuple[int, bytes]:
        request = review["request"]
        self.asked.append((path, request))
        found = self.answers[path](request)
        if isinstance(found, int):
            return found, b"out of order"
        if isinstance(found, bytes):
            return 200, found
        type_meta = {key: review[key] for key in ("apiVersion", "kind")}
        response = {"uid": request["uid"], **found}
        return 200, json.dumps({**type_meta, "response": response}).encode()


def allow(request: dict[str, Any]) -> dict[str, Any]:
    return {"allowed": True}


def patching(*operations: dict[str, Any]) -> Answer:
    patch = base64.b64encode(json.dumps(operations).encode()).decode()
    return lambda request: {"allowed": True, "patchType": "JSONPatch", "patch": patch}
