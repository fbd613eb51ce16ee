"""An HTTP proxy for tests: forwards plain requests, tunnels CONNECT, remembers what was asked.

It takes names that end in `.example` for this machine.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit


class Proxy:
    def __init__(self, listener: socket.socket) -> None:
        self.port = listener.getsockname()[1]
        self.heads: list[str] = []
        self._listener = listener

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                threading.Thread(target=self._forward, args=(sock,), daemon=True).start()

    def _forward(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                data = client.recv(4096)
                if not data:
                    return
                head += data
            self.heads.append(head.decode())
            method, target, _ = head.decode().split(" ", 2)
            tunnel = method == "CONNECT"
            where = urlsplit(f"//{target}" if tunnel else target)
            host = where.hostname or ""
            host = "127.0.0.1" if host.endswith(".example") else host
            with socket.create_connection((host, where.port or 80)) as server:
                if tunnel:
                    client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                else:
                    server.sendall(head)
                back = threading.Thread(target=pump, args=(server, client), daemon=True)
                back.start()
                pump(client, server)
                back.join()


def pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    for sock in (source, sink):
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)


@contextmanager
def proxy(tls: ssl.SSLContext | None = None) -> Iterator[Proxy]:
    """With `tls` the proxy itself is reached over TLS."""
    listener = socket.create_server(("127.0.0.1", 0))
    if tls is not None:
        listener = tls.wrap_socket(listener, server_side=True, do_handshake_on_connect=False)
    made = Proxy(listener)
    thread = threading.Thread(target=made.serve, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
