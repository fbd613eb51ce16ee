"""A server on a socket that does wrong, as told: one behaviour for each request."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache

Behaviour = Callable[["Connection"], None]


class Connection:
    """One connection, after a request was read from it."""

    def __init__(self, sock: socket.socket, head: str) -> None:
        self.sock = sock
        self.head = head

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def reset(self) -> None:
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def wait_for_the_other_end(self) -> None:
        """Until the client closes."""
        with suppress(OSError):
            while self.sock.recv(4096):
                pass


class FaultyServer:
    """`heads` are the requests' heads; `asked` is released at each request, and `over` whenever a
    connection is over.
    """

    def __init__(self, listener: socket.socket, behaviours: list[Behaviour]) -> None:
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self.heads: list[str] = []
        self.connections = 0
        self.asked = threading.Semaphore(0)
        self.over = threading.Semaphore(0)
        self._listener = listener
        self._behaviours = behaviours
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                self.connections += 1
                self._open.append(sock)
                thread = threading.Thread(target=self._converse, args=(sock,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def is_over(self) -> bool:
        """Whether one more connection is over, now or soon."""
        return self.over.acquire(timeout=60)

    async def async_is_over(self) -> bool:
        return await asyncio.to_thread(self.is_over)

    def _converse(self, sock: socket.socket) -> None:
        with sock, suppress(OSError):
            while head := _read_head(sock):
                self.heads.append(head)
                self.asked.release()
                behaviour = self._behaviours.pop(0)
                behaviour(Connection(sock, head))
                if getattr(behaviour, "final", False):
                    break
        self.over.release()

    def stop_accepting(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def end_connections(self) -> None:
        """None of them, and no thread, is left afterwards. No more may be accepted by now."""
        for sock in self._open:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()


def _read_head(sock: socket.socket) -> str:
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = sock.recv(4096)
        if not chunk:
            return ""
        data += chunk
    return data.decode("latin-1")


def final(behaviour: Behaviour) -> Behaviour:
    """The connection ends after this behaviour."""
    behaviour.final = True  # type: ignore[attr-defined]
    return behaviour


def sends(data: bytes, *, then_closes: bool = False) -> Behaviour:
    def behave(connection: Connection) -> None:
        connection.send(data)

    return final(behave) if then_closes else behave


def answers(body: bytes, status: str = "200 OK", *headers: str, length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body) if length is None else length}"]
    return ("\r\n".join([*lines, *headers]) + "\r\n\r\n").encode() + body


def chunked(*chunks: bytes, end: bool = True) -> bytes:
    head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    body = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    return head + body + (b"0\r\n\r\n" if end else b"")


@final
def resets(connection: Connection) -> None:
    connection.reset()


@final
def falls_silent(connection: Connection) -> None:
    connection.wait_for_the_other_end()


def sends_then_falls_silent(data: bytes) -> Behaviour:
    def behave(connection: Connection) -> None:
        connection.send(data)
        connection.wait_for_the_other_end()

    return final(behave)


@final
def drips(connection: Connection) -> None:
    """A body that comes byte by byte, never quite silent, and never ends."""
    connection.send(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n")
    pause = threading.Event()
    with suppress(OSError):
        while not pause.wait(0.01):
            connection.send(b".")


@contextmanager
def faulty(*behaviours: Behaviour) -> Iterator[FaultyServer]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = FaultyServer(listener, list(behaviours))
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop_accepting()
        thread.join()
        server.end_connections()


def refused_url() -> str:
    """A URL where nobody listens, and nobody will while this process runs."""
    return f"http://127.0.0.1:{_reserved_port()}"


@cache
def _reserved_port() -> int:
    reserved = socket.socket()
    reserved.bind(("", 0))
    _reserved.append(reserved)
    port: int = reserved.getsockname()[1]
    return port


_reserved: list[socket.socket] = []
"""Sockets that are bound and do not listen."""
