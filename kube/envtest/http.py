"""The embedded server behind HTTP, so that kubectl and other processes can talk to it.

HTTP only, on loopback: there is nobody to authenticate and nothing to keep secret.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from kube.envtest.apiserver import Server
from kube.envtest.connections import RECEIVED_AT_ONCE, Connection
from kube.envtest.loop import READ, Loop, log_fault

_LAST_ANSWERS = 0.5
"""Seconds that requests have to be answered when the server ends."""
_LONGEST_WAIT = 1.0
"""Seconds after which the server is asked again what is due: a request may have changed it, and a
machine may have descriptors again for connections."""


@contextmanager
def serving(server: Server, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve from a thread; yields the URL. Port 0 selects a free port.

    Raises OSError if the port is taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=128) as listener:
        listener.setblocking(False)
        bound = listener.getsockname()
        service = _Service(server, listener)
        thread = threading.Thread(target=service.run, name="envtest-http", daemon=True)
        thread.start()
        try:
            yield f"http://{bound[0]}:{bound[1]}"
        finally:
            service.end()
            thread.join()


class _Service:
    """A listening socket and its connections."""

    def __init__(self, server: Server, listener: socket.socket) -> None:
        self._server = server
        self._listener = listener
        self._loop = Loop()
        self._room = memoryview(bytearray(RECEIVED_AT_ONCE))
        self._connections: set[Connection] = set()
        self._is_ending = False

    def run(self) -> None:
        """Serve until the end, in the thread that calls this."""
        self._accept_more()
        self._keep_time()
        self._loop.run()
        for connection in list(self._connections):
            connection.abort()

    def end(self) -> None:
        """Let current answers be given, and end; from any thread."""
        self._loop.call(self._finish)

    def _accept_more(self) -> None:
        if not self._is_ending:
            self._loop.watch(self._listener, READ, self._accept)

    def _accept(self, events: int) -> None:
        try:
            sock, _ = self._listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        except OSError:
            # Such as too many open files: the client waits in the queue of the socket.
            log_fault("the embedded server cannot accept connections now")
            self._loop.forget(self._listener)
            self._loop.later(_LONGEST_WAIT, self._accept_more)
            return
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = Connection(self._server, self._loop, sock, self._room, self._forget)
        self._connections.add(connection)

    def _forget(self, connection: Connection) -> None:
        self._connections.discard(connection)
        if self._is_ending and not self._connections:
            self._loop.end()

    def _finish(self) -> None:
        self._is_ending = True
        self._loop.forget(self._listener)
        self._loop.later(_LAST_ANSWERS, self._loop.end)
        for connection in list(self._connections):
            connection.finish()
        if not self._connections:
            self._loop.end()

    def _keep_time(self) -> None:
        """Have the controllers do what is due by time alone, when no request comes."""
        due = self._server.due_in()
        wait = _LONGEST_WAIT if due is None else min(due, _LONGEST_WAIT)
        self._loop.later(wait, self._keep_time if due is None else self._begin_settling)

    def _begin_settling(self) -> None:
        # What is due may be asked of webhooks, which may ask this server.
        threading.Thread(target=self._settle, name="envtest-due", daemon=True).start()

    def _settle(self) -> None:
        try:
            self._server.settle()
        except Exception:
            log_fault("what was due by time failed")
        finally:
            self._loop.call(self._keep_time)
