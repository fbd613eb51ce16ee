"""Bytes to and from one socket, plain or with TLS. Nothing here ever waits.

Each method does what can be done now. Where that is nothing, whoever calls waits until the socket
is ready: with `poll` in a thread, with the event loop in asyncio.
"""

from __future__ import annotations

import select
import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol, TypeAlias

Socket: TypeAlias = socket.socket

_RECEIVE = 2**16
_RECEIVE_TLS = 2**14
"""A record of TLS is no larger, and OpenSSL reads one at a time: no decrypted byte stays behind."""

_SEND = 2**18


@dataclass(frozen=True, slots=True)
class Readiness:
    """What to wait for: that one of the sockets is ready for its events (those of `select.poll`).

    After `seconds` nothing of that is expected any more; None waits for ever.
    """

    events: Mapping[socket.socket, int]
    seconds: float | None = None


class Wire(Protocol):
    """What a connection is made of. All methods raise OSError."""

    awaits: int
    """The event that sending waits for."""

    @property
    def socket(self) -> Socket: ...

    def send_now(self, data: bytes | memoryview) -> int:
        """How many bytes were sent; after 0, come back with the same data when `awaits` is due."""
        ...

    def receive_now(self) -> bytes | None:
        """What has come, empty at the end of the input; None if nothing has come."""
        ...

    def has_buffered(self) -> bool:
        """Whether something was taken from the socket that `receive_now` has not returned yet."""
        ...

    def interrupt(self) -> None:
        """Shut the socket down, which ends every wait for it; from any thread, at any time."""
        ...

    def close(self) -> None: ...


class SocketWire:
    """Over a plain socket, which must not block."""

    def __init__(self, sock: socket.socket) -> None:
        self.socket = sock
        self.awaits = select.POLLOUT

    def send_now(self, data: bytes | memoryview) -> int:
        try:
            return self.socket.send(data if len(data) <= _SEND else memoryview(data)[:_SEND])
        except BlockingIOError:
            return 0

    def receive_now(self) -> bytes | None:
        try:
            return self.socket.recv(_RECEIVE)
        except BlockingIOError:
            return None

    def has_buffered(self) -> bool:
        return False

    def interrupt(self) -> None:
        with suppress(OSError, ValueError):
            # Not TLS's shutdown, which would tear down what another thread reads with.
            socket.socket.shutdown(self.socket, socket.SHUT_RDWR)

    def close(self) -> None:
        self.socket.close()


class TLSWire(SocketWire):
    """Over a socket of TLS."""

    socket: ssl.SSLSocket

    def handshake_now(self) -> int:
        """0 when it is done; else what to wait for."""
        try:
            self.socket.do_handshake()
        except ssl.SSLWantReadError:
            return select.POLLIN
        except ssl.SSLWantWriteError:
            return select.POLLOUT
        return 0

    def send_now(self, data: bytes | memoryview) -> int:
        try:
            return self.socket.send(data if len(data) <= _SEND else memoryview(data)[:_SEND])
        except ssl.SSLWantReadError:
            self.awaits = select.POLLIN
        except ssl.SSLWantWriteError:
            self.awaits = select.POLLOUT
        return 0

    def receive_now(self) -> bytes | None:
        try:
            return self.socket.recv(_RECEIVE_TLS)
        except ssl.SSLWantReadError:
            return None
        except ssl.SSLWantWriteError:
            return None  # TLS 1.2 renegotiating, which servers stopped doing
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""

    def has_buffered(self) -> bool:
        return self.socket.pending() > 0


class NestedTLSWire:
    """TLS inside of TLS: to a server through a proxy that is itself reached by TLS."""

    def __init__(self, outer: TLSWire, context: ssl.SSLContext, server_name: str) -> None:
        self.socket = outer.socket
        self.awaits = select.POLLOUT
        self._outer = outer
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=server_name)
        self._encrypted = 0
        """Bytes of the data to send that are in `_unsent` by now."""
        self._unsent = memoryview(b"")

    def handshake_now(self) -> int:
        """0 when it is done; else what to wait for."""
        while True:
            if not self._flush():
                return self.awaits
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                if self._outgoing.pending:
                    continue
                if not self._fill():
                    return select.POLLIN
            else:
                if not self._outgoing.pending:
                    return 0

    def send_now(self, data: bytes | memoryview) -> int:
        if not self._encrypted:
            self._encrypted = self._tls.write(memoryview(data)[:_SEND])
        if not self._flush():
            return 0
        sent, self._encrypted = self._encrypted, 0
        return sent

    def receive_now(self) -> bytes | None:
        while True:
            try:
                return self._tls.read(_RECEIVE_TLS)
            except ssl.SSLWantReadError:
                if not self._fill():
                    return None
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return b""

    def has_buffered(self) -> bool:
        return self._tls.pending() > 0 or self._incoming.pending > 0 or self._outer.has_buffered()

    def interrupt(self) -> None:
        self._outer.interrupt()

    def close(self) -> None:
        self._outer.close()

    def _fill(self) -> bool:
        """Take what has come; whether that was anything, which the end is too."""
        received = self._outer.receive_now()
        if received is None:
            return False
        if received:
            self._incoming.write(received)
        else:
            self._incoming.write_eof()
        return True

    def _flush(self) -> bool:
        """Whether nothing is left to send."""
        while True:
            if not self._unsent:
                self._unsent = memoryview(self._outgoing.read())
                if not self._unsent:
                    return True
            sent = self._outer.send_now(self._unsent)
            if not sent:
                self.awaits = self._outer.awaits
                return False
            self._unsent = self._unsent[sent:]


def is_quiet(wire: Wire, poll: Callable[[int], object]) -> bool:
    """Whether an idle connection is still open, and nothing has come that nobody asked for.

    `poll` is that of a poller which has the socket registered for input.
    """
    if not poll(0) and not wire.has_buffered():
        return True
    try:
        return wire.receive_now() is None  # of TLS something may come that is no data
    except OSError:
        return False
