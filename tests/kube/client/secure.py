"""An https server for tests that says who called it, and certificates to call it with.

Whoever calls himself `revoked` is answered 401.
"""

from __future__ import annotations

import hashlib
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import trustme

AUTHORITY = trustme.CA()


def ca_pem() -> bytes:
    return AUTHORITY.cert_pem.bytes()


def client_certificate(name: str) -> tuple[bytes, bytes]:
    """Certificate and key of a client, PEM."""
    issued = AUTHORITY.issue_cert(f"{name}@example.com", common_name=name)
    chain = b"".join(blob.bytes() for blob in issued.cert_chain_pems)
    return chain, issued.private_key_pem.bytes()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path.endswith("watch=true"):
            self._stream()
            return
        connection: Any = self.connection
        subject = dict(part[0] for part in (connection.getpeercert() or {}).get("subject", ()))
        name = subject.get("commonName", "nobody")
        body = name.encode()
        self.send_response(401 if name == "revoked" else 200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        """Answers the digest of what was sent, and sends it back."""
        received = self.rfile.read(int(self.headers["content-length"]))
        body = hashlib.sha256(received).digest() + received
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self) -> None:
        """One event, then silence until the client goes."""
        self.send_response(200)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        event = b'{"type":"ADDED","object":{"metadata":{"name":"one"},"spec":{}}}\n'
        self.wfile.write(b"%x\r\n%s\r\n" % (len(event), event))
        self.rfile.read(1)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def secure_server(*names: str, not_after: datetime | None = None) -> Iterator[str]:
    """Serve with a certificate for these names; gives the URL with a numeric address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    AUTHORITY.issue_cert(*names, not_after=not_after).configure_cert(context)
    AUTHORITY.configure_trust(context)
    context.verify_mode = ssl.CERT_OPTIONAL
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads = True
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"https://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
