"""A token bucket: how fast a client sends requests, a queue retries, a recorder writes events.

Pure: time is an argument.
"""

from __future__ import annotations

import threading


class TokenBucket:
    """A rate limit of `qps` a second with bursts of `burst`. A negative `qps` lifts it."""

    def __init__(self, qps: float, burst: int) -> None:
        self._qps = qps
        self._burst = max(burst, 1)
        self._tokens = float(self._burst)
        self._last = 0.0
        self._lock = threading.Lock()

    def reserve(self, now: float) -> float:
        """Take a token; the seconds to wait until it is ours."""
        if self._qps <= 0:
            return 0.0
        with self._lock:
            gained = max(0.0, now - self._last) * self._qps
            self._tokens = min(self._burst, self._tokens + gained) - 1
            self._last = now
            return max(0.0, -self._tokens / self._qps)

    def give_back(self) -> None:
        """Undo a reservation that was not used."""
        with self._lock:
            self._tokens = min(self._burst, self._tokens + 1)
