"""Names to addresses. The system's resolver blocks for as long as it likes, and nothing ends it.

So it runs in a thread that nobody has to wait for: neither a request whose time is up, nor the end
of the program or of the event loop. Whoever asks for a name that is being looked up shares the
look-up, so that a resolver that hangs holds one thread for each name and no more.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable

from kube.client.http.addresses import AddressInfo

_lock = threading.Lock()
_running: dict[tuple[str, int], Lookup] = {}
"""By host and port."""


class Lookup:
    """One look-up, under way or done."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._done = False
        self._addresses: list[AddressInfo] = []
        self._error: OSError | None = None
        self._callbacks: list[Callable[[], object]] = []

    def when_done(self, callback: Callable[[], object]) -> None:
        """Call it, in any thread, when the look-up is done; at once if it is."""
        with self._lock:
            if not self._done:
                self._callbacks.append(callback)
                return
        callback()

    def result(self) -> list[AddressInfo]:
        """The addresses, when it is done. Raises OSError."""
        if self._error is not None:
            raise self._error
        return self._addresses

    def run(self, host: str, port: int) -> None:
        try:
            self._addresses = list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except OSError as error:
            self._error = error
        except UnicodeError as error:  # a label that is empty or too long
            self._error = OSError(f"{host!r} is not a valid name of a host: {error}")

    def finish(self) -> None:
        with self._lock:
            self._done = True
            callbacks = self._callbacks
        for callback in callbacks:
            callback()


def look_up(host: str, port: int) -> Lookup:
    """Begin to look a name up, or join whoever does."""
    key = (host, port)
    with _lock:
        lookup = _running.get(key)
        if lookup is None:
            lookup = Lookup()
            threading.Thread(
                target=_run, args=(lookup, key), name="kube-client-resolve", daemon=True
            ).start()
            _running[key] = lookup
        return lookup


def _run(lookup: Lookup, key: tuple[str, int]) -> None:
    try:
        lookup.run(*key)
    finally:
        with _lock:
            del _running[key]
        lookup.finish()


def _forget() -> None:
    """In the child of a fork, where the threads do not exist, and none may have left the lock."""
    global _lock
    _lock = threading.Lock()
    _running.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
