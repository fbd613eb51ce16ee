"""One connection of the driver for threads, and the exchange that it carries."""

from __future__ import annotations

import select
import ssl
from contextlib import suppress

from kube.client.http.exchange import Exchange, ProtocolError
from kube.client.http.failures import Failure, Phase
from kube.client.http.waits import Interruption, wait
from kube.client.http.wire import Wire, is_quiet


class Connection:
    """One connection, and the exchange that it carries, if any. One thread uses it at a time.

    `context` is the TLS context that it was made with.
    """

    def __init__(self, wire: Wire, context: ssl.SSLContext | None) -> None:
        self.context = context
        self._wire = wire
        self._input = select.poll()
        self._input.register(wire.socket, select.POLLIN)
        self._poll = self._input.poll
        self._exchange = Exchange("GET")
        self._interruption = Interruption()
        self._sent = True
        self._answer_due = False

    def begin(self, exchange: Exchange, interruption: Interruption) -> None:
        self._exchange = exchange
        self._interruption = interruption
        self._sent = False
        interruption.watch(self._wire.interrupt)

    def finish(self) -> bool:
        """The exchange is over; whether another may follow."""
        self._interruption.watch(None)
        return self._sent and not self._interruption.interrupted

    def interrupt(self) -> None:
        """End what is done with it, from another thread."""
        self._interruption.interrupt()

    def is_quiet(self) -> bool:
        """Whether it is still open, and nothing has come that nobody asked for."""
        return is_quiet(self._wire, self._poll)

    def send(self, head: bytes, body: bytes | None, deadline: float | None) -> None:
        """Send a request, or as much of it as the server takes before it answers.

        Raises Failure.
        """
        # The answer takes a while: save the attempt to read it at once.
        self._answer_due = True
        try:
            request = head + body if body else head
            sent = self._wire.send_now(request)
            self._sent = sent == len(request) or self._send_rest(
                memoryview(request)[sent:], deadline
            )
        except (TimeoutError, ProtocolError) as error:
            raise Failure(Phase.ANSWER, error) from None
        except OSError as error:
            with suppress(OSError, ProtocolError):
                if self._take_early():
                    return
            raise Failure(Phase.ANSWER, error) from None

    def _send_rest(self, rest: memoryview, deadline: float | None) -> bool:
        """Whether all of it was sent; otherwise there is an answer."""
        while rest:
            sent = self._wire.send_now(rest)
            rest = rest[sent:]
            if not sent:
                both = select.poll()
                both.register(self._wire.socket, self._wire.awaits | select.POLLIN)
                if wait(both, deadline) & select.POLLIN and self._take_early():
                    return False
        return True

    def _take_early(self) -> bool:
        """Take what has come while the request is being sent; whether that is an answer."""
        while (data := self._wire.receive_now()) is not None:
            self._answer_due = False
            if not data:
                self._exchange.end()
                break
            self._exchange.feed(data)
        return self._exchange.headers is not None

    def receive(self, phase: Phase, deadline: float | None) -> None:
        """Wait until something has come. Raises Failure."""
        try:
            if self._answer_due:
                self._answer_due = False
                wait(self._input, deadline)
            while (data := self._wire.receive_now()) is None:
                wait(self._input, deadline)
            if data:
                self._exchange.feed(data)
            elif self._interruption.interrupted:
                raise ConnectionAbortedError("the call was cancelled")
            else:
                self._exchange.end()
        except (OSError, ProtocolError) as error:
            raise Failure(phase, error) from None

    def close(self) -> None:
        self._interruption.watch(None)
        self._wire.close()

    def close_copy(self) -> None:
        """After a fork: close what the child has of it. The connection is the parent's."""
        self._wire.close()
