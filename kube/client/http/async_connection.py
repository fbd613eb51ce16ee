"""One connection of the asyncio driver, and the exchange that it carries.

It watches its socket with the loop's `add_reader`, and not with asyncio's transports and protocols:
OpenSSL then reads the socket itself, which costs half of what asyncio's TLS over buffers does.
"""

from __future__ import annotations

import asyncio
import errno
import select
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

from kube.client.http.exchange import Exchange, ProtocolError
from kube.client.http.wire import Wire, is_quiet

PAUSE_ABOVE = 1024 * 1024
"""Bytes of a stream that wait to be taken, from which on no more are read from its socket."""

_AT_ONCE = 256 * 1024
"""Bytes that one connection reads before others have their turn."""


class Connection:
    """One connection, and the exchange that it carries, if any.

    `context` is the TLS context that it was made with. `on_closed` is called once. `failure` is why
    it is closed, and None while it is open.
    """

    def __init__(
        self,
        wire: Wire,
        context: ssl.SSLContext | None,
        loop: asyncio.AbstractEventLoop,
        on_closed: Callable[[Connection], object],
    ) -> None:
        self.context = context
        self._wire = wire
        self._descriptor = wire.socket.fileno()
        self._loop = loop
        self._on_closed = on_closed
        self._input = select.poll()
        self._input.register(self._descriptor, select.POLLIN)
        self._poll = self._input.poll
        self._exchange: Exchange | None = None
        self._streaming = False
        self._unsent = memoryview(b"")
        self._reading = False
        self._writing = False
        self.failure: BaseException | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._deadline: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._timer_due = 0.0
        self._resume()

    def is_ready(self, context: ssl.SSLContext | None) -> bool:
        """Whether it can carry a request now: made with this context, open, and nothing has come
        that the event loop has not read yet, such as the end.

        A program that blocked the loop would otherwise send its next request over a connection
        that is closed, or take for its answer what nobody asked for.
        """
        return self.context is context and self.failure is None and is_quiet(self._wire, self._poll)

    def begin(
        self,
        exchange: Exchange,
        request: bytes,
        deadline: float | None,
        *,
        streaming: bool,
    ) -> None:
        """Send a request, whose answer goes to `exchange`. For `deadline` see `set_deadline`."""
        self._exchange = exchange
        self._streaming = streaming
        self.set_deadline(deadline)
        try:
            sent = self._wire.send_now(request)
        except OSError as error:
            self._fail_to_send(error)
            return
        if sent != len(request):
            self._unsent = memoryview(request)[sent:]
            self._send()

    def set_deadline(self, when: float | None) -> None:
        """At this moment, in the loop's time, the connection fails with TimeoutError."""
        # A timer stays where it is when the deadline moves away from it: nearly every deadline is
        # moved, and setting a timer for each of them is not free.
        self._deadline = when
        timer = self._timer
        if when is not None and (timer is None or when < self._timer_due):
            if timer is not None:
                timer.cancel()
            self._timer_due = when
            self._timer = self._loop.call_at(when, self._check_deadline)

    def changed(self) -> asyncio.Future[None]:
        """Done as soon as something has come, or `failure` is set."""
        self._waiter = waiter = self._loop.create_future()
        if self.failure is not None:
            waiter.set_result(None)
        return waiter

    def take(self, exchange: Exchange) -> list[bytes]:
        """What came of the body; more is read if that was stopped."""
        chunks = exchange.take()
        if self._exchange is exchange and not self._reading:
            self._resume()
        return chunks

    def finish(self) -> bool:
        """The exchange is over, complete or not; whether another may follow."""
        self._exchange = None
        self._deadline = None
        if not self._reading:
            self._resume()
        return self.failure is None and not self._unsent

    def abort(self) -> None:
        """Close it, whatever it is doing."""
        self._fail(ConnectionAbortedError("the connection was closed by us"))

    def abort_exchange(self, exchange: Exchange) -> None:
        """Close it if this is what it is doing; it may have gone on to another request."""
        if self._exchange is exchange:
            self.abort()

    def _resume(self) -> None:
        if self.failure is None:
            self._reading = True
            self._loop.add_reader(self._descriptor, self._receive)
            if self._wire.has_buffered():
                self._loop.call_soon(self._receive)

    def _pause(self) -> None:
        self._reading = False
        self._loop.remove_reader(self._descriptor)

    # What the event loop calls.

    def _receive(self) -> None:
        """Read what has come."""
        if not self._reading:
            return
        exchange = self._exchange
        try:
            if self._read(exchange) and exchange is None:
                self._fail(ConnectionAbortedError("the server sent what nobody asked for"))
                return
        except (OSError, ProtocolError) as error:
            self._fail(error)
            return
        if self._unsent and not self._writing:
            self._send()
        if exchange is not None and (self._streaming or exchange.complete):
            self._wake()

    def _read(self, exchange: Exchange | None) -> int:
        """Feed the exchange; how many bytes that were. Raises OSError, ProtocolError."""
        wire, total = self._wire, 0
        while (data := wire.receive_now()) is not None:
            total += len(data)
            if not data:
                self._end(exchange)
            if exchange is None:
                break
            exchange.feed(data)
            if not self._streaming:
                if exchange.complete:
                    break
            elif exchange.untaken > PAUSE_ABOVE:
                self._pause()
                break
            elif not wire.has_buffered() and not self._poll(0):
                break  # cheaper than to try and fail
            if total > _AT_ONCE:
                if wire.has_buffered():
                    self._loop.call_soon(self._receive)
                break
        return total

    def _end(self, exchange: Exchange | None) -> NoReturn:
        if exchange is not None:
            exchange.end()
        raise ConnectionResetError(errno.ECONNRESET, "connection closed")

    def _send(self) -> None:
        """Send what can be sent of the request now."""
        if self.failure is not None:
            return
        try:
            while self._unsent:
                sent = self._wire.send_now(self._unsent)
                if not sent:
                    # Where TLS waits for input, `_receive` tries again.
                    self._write_when_possible(self._wire.awaits == select.POLLOUT)
                    return
                self._unsent = self._unsent[sent:]
        except OSError as error:
            self._fail_to_send(error)
        else:
            self._write_when_possible(False)

    def _write_when_possible(self, wanted: bool) -> None:
        if wanted and not self._writing:
            self._loop.add_writer(self._descriptor, self._send)
        elif self._writing and not wanted:
            self._loop.remove_writer(self._descriptor)
        self._writing = wanted

    def _fail_to_send(self, error: OSError) -> None:
        """The server takes no more of the request. It may have answered, and closed."""
        exchange = self._exchange
        if exchange is not None:
            with suppress(OSError, ProtocolError):
                while not exchange.complete and self._read(exchange):
                    pass
        self._fail(error)

    def _check_deadline(self) -> None:
        self._timer = None
        if self._deadline is None or self.failure is not None:
            return
        if self._loop.time() < self._deadline:
            self._timer_due = self._deadline
            self._timer = self._loop.call_at(self._deadline, self._check_deadline)
        else:
            self._fail(TimeoutError())

    def _fail(self, error: BaseException) -> None:
        if self.failure is not None:
            return
        self.failure = error
        self._unsent = memoryview(b"")
        if self._timer is not None:
            self._timer.cancel()
        if not self._loop.is_closed():
            if self._reading:
                self._pause()
            self._write_when_possible(False)
        self._wire.close()
        self._on_closed(self)
        self._wake()

    def _wake(self) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_result(None)
