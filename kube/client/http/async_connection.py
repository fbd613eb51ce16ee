"""One connection of the asyncio driver, and the exchange that it carries."""

from __future__ import annotations

import asyncio
import errno
import select
import ssl
from typing import cast

from kube.client.http.exchange import Exchange, ProtocolError
from kube.client.http.failures import Failure, Phase

PAUSE_ABOVE = 1024 * 1024
"""Bytes of a stream that wait to be taken, from which on no more are read from its socket."""


class Connection(asyncio.Protocol):
    """One connection, and the exchange that it carries, if any.

    `context` is the TLS context that it was made with. `lost` is done when it is closed.
    """

    def __init__(self, context: ssl.SSLContext | None) -> None:
        self.context = context
        self._loop = asyncio.get_running_loop()
        self.lost: asyncio.Future[None] = self._loop.create_future()
        self._transport: asyncio.Transport | None = None
        self._poller = select.poll()
        self._exchange: Exchange | None = None
        self._streaming = False
        self._paused = False
        self._failure: BaseException | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._deadline: float | None = None
        self._timer: asyncio.TimerHandle | None = None

    @property
    def deadline(self) -> float | None:
        """The moment, in the loop's time, at which the connection fails with TimeoutError."""
        return self._deadline

    @deadline.setter
    def deadline(self, when: float | None) -> None:
        # A timer stays where it is when the deadline moves away from it: nearly every deadline is
        # moved, and setting a timer for each of them is not free.
        self._deadline = when
        timer = self._timer
        if when is not None and (timer is None or when < timer.when()):
            if timer is not None:
                timer.cancel()
            self._timer = self._loop.call_at(when, self._check_deadline)

    @property
    def is_usable(self) -> bool:
        """Whether it can carry a request now: open, with nothing of the last one left to send."""
        transport = self._transport
        return (
            transport is not None
            and not transport.is_closing()
            and self._failure is None
            and transport.get_write_buffer_size() == 0
        )

    def is_quiet(self) -> bool:
        """Whether nothing has come that the event loop has not read yet, such as the end.

        A program that blocked the loop would otherwise send its next request over a connection
        that is closed, or take for its answer what nobody asked for.
        """
        return not self._poller.poll(0)

    def begin(
        self, exchange: Exchange, head: bytes, body: bytes | None, *, streaming: bool
    ) -> None:
        """Send a request, whose answer goes to `exchange`."""
        assert self._transport is not None
        self._exchange = exchange
        self._streaming = streaming
        self._transport.write(head + body if body else head)

    async def change(self, phase: Phase) -> None:
        """Wait until something came. Raises Failure."""
        if self._failure is not None:
            raise Failure(phase, self._failure)
        self._waiter = waiter = self._loop.create_future()
        try:
            await waiter
        finally:
            self._waiter = None
        if self._failure is not None and not (self._exchange and self._exchange.complete):
            raise Failure(phase, self._failure)

    def take(self) -> list[bytes]:
        """What came of the body; more is read if that was stopped."""
        chunks = self._exchange.take() if self._exchange is not None else []
        self._resume()
        return chunks

    def finish(self) -> None:
        """The exchange is over, complete or not."""
        self._resume()
        self._exchange = None
        self._deadline = None

    def _resume(self) -> None:
        if self._paused:
            self._paused = False
            if self._transport is not None and not self._transport.is_closing():
                self._transport.resume_reading()

    def abort(self) -> None:
        if self._failure is None:
            self._failure = ConnectionAbortedError("the connection was closed by us")
        if self._transport is not None:
            self._transport.abort()
        self._wake()

    # What the transport calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports of TLS do not derive from asyncio's.
        self._transport = cast("asyncio.Transport", transport)
        self._poller.register(transport.get_extra_info("socket"), select.POLLIN)

    def data_received(self, data: bytes) -> None:
        exchange = self._exchange
        if exchange is None:
            self.abort()  # nobody asked for it
            return
        try:
            exchange.feed(data)
        except ProtocolError as error:
            self._fail(error)
            return
        if self._streaming:
            if exchange.untaken > PAUSE_ABOVE and not self._paused and self._transport is not None:
                self._paused = True
                self._transport.pause_reading()
            self._wake()
        elif exchange.complete:
            self._wake()

    def eof_received(self) -> None:
        self._end(None)

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(exc)
        if self._timer is not None:
            self._timer.cancel()
        if not self.lost.done():
            self.lost.set_result(None)

    def _end(self, error: Exception | None) -> None:
        exchange = self._exchange
        if error is None and exchange is not None:
            try:
                exchange.end()
            except ProtocolError as early:
                error = early
        self._fail(error or ConnectionResetError(errno.ECONNRESET, "connection closed"))

    def _fail(self, error: BaseException) -> None:
        if self._failure is None:
            self._failure = error
        if self._transport is not None:
            self._transport.abort()
        self._wake()

    def _check_deadline(self) -> None:
        self._timer = None
        if self._deadline is None:
            return
        if self._loop.time() < self._deadline:
            self._timer = self._loop.call_at(self._deadline, self._check_deadline)
        else:
            self._fail(TimeoutError())

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
