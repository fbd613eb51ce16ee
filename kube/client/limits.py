"""When to send, when to send again, and what to make of warnings. Pure: time is an argument.

The numbers are client-go's: 5 requests a second with bursts of 10, and at most 10 retries of
answers that carry Retry-After.
"""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kube.runtime import errors

MAX_RETRIES = 10

MIN_RETRY_DELAY = 0.1
"""Seconds between two tries of a request, whatever a server's Retry-After says."""

MOST_WARNINGS = 1000
"""Different warnings of a server that one client logs."""


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


@dataclass(slots=True)
class Attempts:
    """What has been tried for one request."""

    retries: int = 0
    renewed: bool = False
    """Whether credentials were renewed, after an answer of 401."""


def retry_delay(status: int, headers: Mapping[str, str], attempt: int) -> float | None:
    """The seconds to wait before the request is sent again; None where it should not be.

    `attempt` counts from 0.
    """
    if attempt >= MAX_RETRIES or not (status == 429 or status >= 500):
        return None
    delay = errors.retry_after(headers)
    return None if delay is None else max(delay, MIN_RETRY_DELAY)


def conflict_delays(
    tries: int, delay: float, factor: float, jitter: float
) -> Iterator[float | None]:
    """The pause after each try of an update, None after the last one."""
    for _ in range(tries - 1):
        yield delay * (1 + jitter * random.random())
        delay *= factor
    yield None


_WARNING = re.compile(r'299 \S+ "((?:[^"\\]|\\.)*)"')


def warnings_in(header: str) -> list[str]:
    """The texts of a Warning header, which may hold several, as Kubernetes sends them."""
    return [re.sub(r"\\(.)", r"\1", text) for text in _WARNING.findall(header)]
