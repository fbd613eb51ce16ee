"""A SOCKS5 proxy for tests: it takes names that end in `.example` for this machine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.kube.client.proxy import pump


class SOCKSProxy:
    """`asked` has the hosts that clients wanted to reach, `logins` what they logged in with."""

    def __init__(self, listener: socket.socket, login: bytes) -> None:
        self.port = listener.getsockname()[1]
        self.asked: list[str] = []
        self.logins: list[bytes] = []
        self._login = login
        self._listener = listener

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                threading.Thread(target=self._converse, args=(sock,), daemon=True).start()

    def _converse(self, client: socket.socket) -> None:
        with client, suppress(OSError, IndexError):  # a client that gave up
            file = client.makefile("rb")
            methods = file.read(file.read(2)[1])
            method = 2 if self._login else 0
            client.sendall(bytes([5, method if method in methods else 0xFF]))
            if self._login:
                name = file.read(file.read(2)[1])
                password = file.read(file.read(1)[0])
                self.logins.append(name + b":" + password)
                client.sendall(bytes([1, self.logins[-1] != self._login]))
            kind = file.read(4)[3]
            host = (
                file.read(file.read(1)[0]).decode() if kind == 3 else socket.inet_ntoa(file.read(4))
            )
            port = int.from_bytes(file.read(2), "big")
            self.asked.append(host)
            host = "127.0.0.1" if host.endswith(".example") else host
            try:
                server = socket.create_connection((host, port))
            except OSError:
                client.sendall(b"\x05\x05\x00\x01" + bytes(6))
                return
            with server:
                client.sendall(b"\x05\x00\x00\x01" + bytes(6))
                back = threading.Thread(target=pump, args=(server, client), daemon=True)
                back.start()
                pump(client, server)
                back.join()


@contextmanager
def socks_proxy(login: bytes = b"") -> Iterator[SOCKSProxy]:
    listener = socket.create_server(("127.0.0.1", 0))
    made = SOCKSProxy(listener, login)
    thread = threading.Thread(target=made.serve, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
