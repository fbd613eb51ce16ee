"""A loop that waits for sockets, for moments and for calls of other threads.

asyncio does this and much more: it was a quarter of the time in which the embedded server starts.
"""

from __future__ import annotations

import heapq
import itertools
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


class Timer:
    """One call at one moment."""

    __slots__ = ("at", "callback")

    def __init__(self, at: float, callback: Callable[[], object]) -> None:
        self.at = at
        """By `time.monotonic`."""
        self.callback: Callable[[], object] | None = callback

    def cancel(self) -> None:
        self.callback = None


class Loop:
    """Calls back when what was asked for has come. A callback must not wait for anything.

    The thread that runs it alone may use it, but for `call` and `end`.
    """

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._calls: deque[Callable[[], object]] = deque()
        self._timers: list[tuple[float, int, Timer]] = []
        self._numbers = itertools.count()
        self._thread = 0
        self._alarm, self._bell = socket.socketpair()
        self._alarm.setblocking(False)
        self._bell.setblocking(False)
        self._rung = False
        self._ended = False
        self.watch(self._alarm, READ, self._hear)

    def watch(self, sock: socket.socket, events: int, ready: Callable[[int], object]) -> None:
        """Call `ready` with READ, WRITE or both whenever the socket is; no events end that."""
        if not events:
            self.forget(sock)
            return
        try:
            self._selector.modify(sock, events, ready)
        except KeyError:
            self._selector.register(sock, events, ready)

    def forget(self, sock: socket.socket) -> None:
        """Do not watch a socket any more, if it was; before it is closed."""
        with suppress(KeyError):
            self._selector.unregister(sock)

    def later(self, seconds: float, callback: Callable[[], object]) -> Timer:
        timer = Timer(time.monotonic() + seconds, callback)
        heapq.heappush(self._timers, (timer.at, next(self._numbers), timer))
        return timer

    def call(self, callback: Callable[[], object]) -> None:
        """Call it soon, in the loop's thread; from any thread, also when the loop has ended."""
        self._calls.append(callback)
        # The loop takes the bell for unrung before it looks for calls: none is left behind.
        if not self._rung and threading.get_ident() != self._thread:
            self._rung = True
            with suppress(OSError):
                self._bell.send(b"\0")

    def end(self) -> None:
        """Have `run` return; from any thread."""
        self._ended = True
        self.call(lambda: None)

    def run(self) -> None:
        """Work until the end."""
        self._thread = threading.get_ident()
        try:
            while not self._ended:
                for key, events in self._selector.select(self._patience()):
                    self._protected(key.data, events)
                for _ in range(len(self._calls)):
                    self._protected(self._calls.popleft())
                if self._timers:
                    self._run_timers()
        finally:
            self._selector.close()
            self._alarm.close()
            self._bell.close()

    def _patience(self) -> float | None:
        """Seconds to wait for sockets."""
        if self._calls:
            return 0
        if not self._timers:
            return None
        return max(0.0, self._timers[0][0] - time.monotonic())

    def _hear(self, events: int) -> None:
        self._alarm.recv(4096)
        self._rung = False

    def _run_timers(self) -> None:
        now = time.monotonic()
        while self._timers and self._timers[0][0] <= now:
            timer = heapq.heappop(self._timers)[2]
            if timer.callback is not None:
                self._protected(timer.callback)

    @staticmethod
    def _protected(callback: Callable[..., object], *arguments: int) -> None:
        """One fault must not end the service of everybody else."""
        try:
            callback(*arguments)
        except Exception:
            log_fault("the embedded server's loop met a fault")


def log_fault(message: str, *arguments: object, error: Exception | None = None) -> None:
    """Log the `error`, or that which is being handled."""
    import logging  # a part of the start, and needed only here

    logging.getLogger("kube.envtest").error(message, *arguments, exc_info=error or True)
