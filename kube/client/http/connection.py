"""One connection of the driver for threads, and the exchange that it carries."""

from __future__ import annotations

import ssl
from contextlib import suppress

from kube.client.http.exchange import Exchange, ProtocolError
from kube.client.http.failures import Failure, Phase
from kube.client.http.wire import Interruption, Wire


class Connection:
    """One connection, and the exchange that it carries, if any. One thread uses it at a time.

    `context` is the TLS context that it was made with.
    """

    def __init__(self, wire: Wire, context: ssl.SSLContext | None) -> None:
        self.wire = wire
        self.context = context
        self._exchange = Exchange("GET")
        self._interruption = Interruption()
        self._sent = True

    def begin(self, exchange: Exchange, interruption: Interruption) -> None:
        self._exchange = exchange
        self._interruption = interruption
        self._sent = False
        interruption.watch(self.wire.socket)

    def finish(self) -> bool:
        """The exchange is over; whether another may follow."""
        self._interruption.watch(None)
        return self._sent and not self._interruption.interrupted

    def interrupt(self) -> None:
        """End what is done with it, from another thread."""
        self._interruption.interrupt()

    def is_quiet(self) -> bool:
        """Whether it is still open, and nothing has come that nobody asked for."""
        try:
            return self.wire.receive_now() is None
        except OSError:
            return False

    def send(self, head: bytes, body: bytes | None, deadline: float | None) -> None:
        """Send a request, or as much of it as the server takes before it answers.

        Raises Failure.
        """
        try:
            self._sent = self.wire.send(head + body if body else head, deadline, self._take_early)
        except OSError as error:
            if isinstance(error, TimeoutError) or not self._take_early():
                raise Failure(Phase.ANSWER, error) from None

    def receive(self, phase: Phase, deadline: float | None) -> None:
        """Wait until something has come. Raises Failure."""
        try:
            data = self.wire.receive(deadline)
            if data:
                self._exchange.feed(data)
            elif self._interruption.interrupted:
                raise ConnectionAbortedError("the call was cancelled")
            else:
                self._exchange.end()
        except (OSError, ProtocolError) as error:
            raise Failure(phase, error) from None

    def _take_early(self) -> bool:
        """Take what has come while the request is being sent; whether that is an answer."""
        with suppress(OSError, ProtocolError):
            while data := self.wire.receive_now():
                self._exchange.feed(data)
        return self._exchange.headers is not None

    def close(self) -> None:
        self._interruption.watch(None)
        self.wire.close()
