"""How threads wait: with `poll`, until a deadline, and until another thread ends it.

A deadline is a moment of `time.monotonic`; None waits for ever.
"""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Callable, Generator
from contextlib import suppress
from typing import TypeVar

from kube.client.http.dialer import Ready, Waits
from kube.client.http.lookup import Lookup
from kube.client.http.wire import Readiness

T = TypeVar("T")

_INTERRUPTED_WITHIN = 0.25
"""Seconds between two looks whether a connection that is being made is still wanted, for systems on
which shutting a socket down does not end its connecting.
"""


class Interruption:
    """Ends what a thread waits for, from another thread, at any time."""

    def __init__(self) -> None:
        self.interrupted = False
        self._lock = threading.Lock()
        self._end: Callable[[], object] | None = None

    def interrupt(self) -> None:
        with self._lock:
            self.interrupted = True
            if self._end is not None:
                self._end()

    def watch(self, end: Callable[[], object] | None) -> None:
        """From now on this ends the wait; None where there is none. It is not called any more, and
        is not running, when this returns.
        """
        with self._lock:
            self._end = end
            if self.interrupted and end is not None:
                end()


def wait(poller: select.poll, deadline: float | None) -> int:
    """Wait for what is registered; the events of the first that is ready. Raises TimeoutError."""
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


def carry_out(steps: Generator[Waits, Ready, T], deadline: float, interruption: Interruption) -> T:
    """What the steps of a dialer lead to. Raises what they raise, and TimeoutError."""
    try:
        waits = next(steps)
        while True:
            try:
                ready = _waited(waits, deadline, interruption)
            except BaseException as error:
                steps.throw(error)
                raise
            waits = steps.send(ready)
    except StopIteration as done:
        result: T = done.value
        return result


def _waited(waits: Waits, deadline: float, interruption: Interruption) -> Ready:
    ready: Ready = ()
    try:
        if isinstance(waits, Lookup):
            _wait_for_lookup(waits, deadline, interruption)
        else:
            ready = _wait_for_sockets(waits, deadline, interruption)
    finally:
        interruption.watch(None)
    if interruption.interrupted:
        raise ConnectionAbortedError("the call was cancelled")
    return ready


def _wait_for_lookup(lookup: Lookup, deadline: float, interruption: Interruption) -> None:
    over = threading.Event()
    lookup.when_done(over.set)
    interruption.watch(over.set)
    if not over.wait(max(0.0, deadline - time.monotonic())):
        raise TimeoutError("looking the host up")


def _wait_for_sockets(readiness: Readiness, deadline: float, interruption: Interruption) -> Ready:
    interruption.watch(lambda: _shut_down(readiness))
    poller = select.poll()
    sockets = {sock.fileno(): sock for sock in readiness.events}
    for sock, events in readiness.events.items():
        poller.register(sock, events)
    until = None if readiness.seconds is None else time.monotonic() + readiness.seconds
    while not interruption.interrupted:
        now = time.monotonic()
        if now >= deadline:
            raise TimeoutError
        least = min(deadline, now + _INTERRUPTED_WITHIN, until or deadline)
        if ready := poller.poll((least - now) * 1000 + 1):
            return [sockets[descriptor] for descriptor, _ in ready]
        if until is not None and time.monotonic() >= until:
            break
    return ()


def _shut_down(readiness: Readiness) -> None:
    for sock in readiness.events:
        with suppress(OSError, ValueError):
            socket.socket.shutdown(sock, socket.SHUT_RDWR)
