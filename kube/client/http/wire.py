"""Bytes to and from one socket, plain or with TLS, for threads: each wait has a deadline.

The sockets do not block by themselves, so that every wait is a `poll` that ends in time, and that
another thread ends by shutting the socket down (`Interruption`).
"""

from __future__ import annotations

import select
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

_RECEIVE = 2**18
_SEND = 2**18


class Interruption:
    """Ends what a thread does with a socket, from another thread, at any time."""

    def __init__(self) -> None:
        self.interrupted = False
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None

    def interrupt(self) -> None:
        with self._lock:
            self.interrupted = True
            self._shut_down()

    def watch(self, sock: socket.socket | None) -> None:
        """From now on this is the socket to shut down; None when it is of no concern any more."""
        with self._lock:
            self._socket = sock
            if self.interrupted:
                self._shut_down()

    def _shut_down(self) -> None:
        if self._socket is not None:
            with suppress(OSError, ValueError):
                # Not TLS's shutdown, which would tear down what the other thread reads with.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class Wire(Protocol):
    """What a connection is made of. All methods raise OSError; a deadline passed is TimeoutError.

    `deadline` is a moment of `time.monotonic`; None waits for ever.
    """

    socket: socket.socket

    def send(
        self, data: bytes, deadline: float | None, on_readable: Callable[[], bool] | None = None
    ) -> bool:
        """Send all of it, True; where it cannot go on and `on_readable` says so, stop: False."""
        ...

    def receive(self, deadline: float | None) -> bytes:
        """What has come; empty at the end of the input."""
        ...

    def receive_now(self) -> bytes | None:
        """The same without waiting: None if nothing has come."""
        ...

    def close(self) -> None: ...


class SocketWire:
    """Over a socket, which may be one of TLS."""

    def __init__(self, sock: socket.socket) -> None:
        self.socket = sock
        self._answer_due = False

    def send(
        self, data: bytes, deadline: float | None, on_readable: Callable[[], bool] | None = None
    ) -> bool:
        self._answer_due = True
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[self.socket.send(rest[:_SEND]) :]
                continue
            except ssl.SSLWantReadError:
                events = select.POLLIN
            except (BlockingIOError, ssl.SSLWantWriteError):
                events = select.POLLOUT
            if on_readable is None:
                self._wait(events, deadline)
            elif self._wait(events | select.POLLIN, deadline) & select.POLLIN and on_readable():
                return False
        return True

    def receive(self, deadline: float | None) -> bytes:
        if self._answer_due:
            # The answer to what was just sent takes a while: save the attempt.
            self._answer_due = False
            self._wait(select.POLLIN, deadline)
        while (data := self.receive_now()) is None:
            self._wait(select.POLLIN, deadline)
        return data

    def receive_now(self) -> bytes | None:
        try:
            return self.socket.recv(_RECEIVE)
        except (BlockingIOError, ssl.SSLWantReadError):
            return None
        except ssl.SSLWantWriteError:
            return None  # TLS 1.2 renegotiating, which servers stopped doing
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""

    def shake_hands(self, deadline: float) -> None:
        """TLS's handshake, of a socket of TLS."""
        assert isinstance(self.socket, ssl.SSLSocket)
        while True:
            try:
                self.socket.do_handshake()
                return
            except ssl.SSLWantReadError:
                self._wait(select.POLLIN, deadline)
            except ssl.SSLWantWriteError:
                self._wait(select.POLLOUT, deadline)

    def close(self) -> None:
        self.socket.close()

    def _wait(self, events: int, deadline: float | None) -> int:
        return wait(self.socket, events, deadline)


class NestedTLSWire:
    """TLS inside of TLS: to a server through a proxy that is itself reached by TLS."""

    def __init__(self, outer: SocketWire, context: ssl.SSLContext, server_name: str) -> None:
        self.socket = outer.socket
        self._outer = outer
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=server_name)

    def shake_hands(self, deadline: float) -> None:
        while True:
            try:
                self._tls.do_handshake()
                self._flush(deadline)
                return
            except ssl.SSLWantReadError:
                self._flush(deadline)
                self._fill(self._outer.receive(deadline))

    def send(
        self, data: bytes, deadline: float | None, on_readable: Callable[[], bool] | None = None
    ) -> bool:
        rest = memoryview(data)
        while rest:
            rest = rest[self._tls.write(rest[:_SEND]) :]
            self._flush(deadline)
        return True

    def receive(self, deadline: float | None) -> bytes:
        while True:
            try:
                return self._tls.read(_RECEIVE)
            except ssl.SSLWantReadError:
                self._fill(self._outer.receive(deadline))
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return b""

    def receive_now(self) -> bytes | None:
        while True:
            try:
                return self._tls.read(_RECEIVE)
            except ssl.SSLWantReadError:
                received = self._outer.receive_now()
                if received is None:
                    return None
                self._fill(received)
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return b""

    def close(self) -> None:
        self._outer.close()

    def _fill(self, received: bytes) -> None:
        if received:
            self._incoming.write(received)
        else:
            self._incoming.write_eof()

    def _flush(self, deadline: float | None) -> None:
        if data := self._outgoing.read():
            self._outer.send(data, deadline)


def secure(
    wire: SocketWire,
    context: ssl.SSLContext,
    server_name: str,
    deadline: float,
    interruption: Interruption,
) -> SocketWire | NestedTLSWire:
    """TLS over a wire, its handshake done. The wire is closed if that fails."""
    secured: SocketWire | NestedTLSWire
    try:
        if isinstance(wire.socket, ssl.SSLSocket):
            secured = NestedTLSWire(wire, context, server_name)
        else:
            secured = SocketWire(
                context.wrap_socket(
                    wire.socket, server_hostname=server_name, do_handshake_on_connect=False
                )
            )
            wire = secured
        interruption.watch(secured.socket)
        secured.shake_hands(deadline)
    except BaseException:
        wire.close()
        raise
    return secured


def wait(sock: socket.socket, events: int, deadline: float | None) -> int:
    """Wait for an event of a socket. Raises TimeoutError."""
    poller = select.poll()
    poller.register(sock, events)
    while True:
        if deadline is None:
            ready = poller.poll()
        else:
            remaining = deadline - time.monotonic()
            # Rounded up, since poll takes whole milliseconds.
            ready = poller.poll(remaining * 1000 + 1) if remaining > 0 else []
        if ready:
            return ready[0][1]
        if deadline is not None and time.monotonic() >= deadline:
            raise TimeoutError
