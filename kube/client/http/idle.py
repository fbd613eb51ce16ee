"""The connections that wait for their next request. No input or output, and no clock."""

from __future__ import annotations

from typing import Generic, TypeVar

C = TypeVar("C")

IDLE_SECONDS = 45.0
"""How long an idle connection is kept; load balancers commonly drop theirs after 60 s."""

MOST_IDLE = 256
"""Connections kept for the next request; more are opened where more is asked at once."""


class IdleConnections(Generic[C]):
    """The one that became idle last is used first, so that a quiet client lets the others expire.

    `now` is in seconds of any monotonic clock. Whoever takes a connection out owns it.
    """

    def __init__(self) -> None:
        self._connections: list[tuple[float, C]] = []  # oldest first

    def __len__(self) -> int:
        return len(self._connections)

    def take(self, now: float) -> C | None:
        """A connection that has not expired, if there is one."""
        if not self._connections or self._connections[-1][0] + IDLE_SECONDS <= now:
            return None
        return self._connections.pop()[1]

    def put(self, connection: C, now: float) -> list[C]:
        """Keep a connection; returns those that are to be closed for it."""
        self._connections.append((now, connection))
        surplus = len(self._connections) - MOST_IDLE
        return [self._connections.pop(0)[1] for _ in range(surplus)] if surplus > 0 else []

    def take_expired(self, now: float) -> list[C]:
        """The connections that are to be closed."""
        expired = []
        while self._connections and self._connections[0][0] + IDLE_SECONDS <= now:
            expired.append(self._connections.pop(0)[1])
        return expired

    def take_all(self) -> list[C]:
        """All of them, expired or not."""
        taken = [connection for _, connection in self._connections]
        self._connections.clear()
        return taken

    def due_in(self, now: float) -> float | None:
        """Seconds until the next one expires; None if there is none."""
        if not self._connections:
            return None
        return max(0.0, self._connections[0][0] + IDLE_SECONDS - now)
