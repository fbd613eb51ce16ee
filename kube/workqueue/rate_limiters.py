"""How long a key waits before it is tried again. No I/O; the clock is given."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Generic, Protocol, TypeVar

from kube.rate_limiting import TokenBucket

K = TypeVar("K", bound=Hashable)
K_contra = TypeVar("K_contra", bound=Hashable, contravariant=True)


class RateLimiter(Protocol[K_contra]):
    def when(self, key: K_contra, /) -> float:
        """One more failure of a key: the seconds that it is to wait."""
        ...

    def forget(self, key: K_contra, /) -> None:
        """The key is done with, for good or ill."""
        ...

    def num_requeues(self, key: K_contra, /) -> int:
        """The failures of a key since it was last forgotten."""
        ...


class ItemExponentialFailureRateLimiter(Generic[K]):
    """Each failure of a key doubles its delay, from `base` up to `limit`, both in seconds."""

    def __init__(self, base: float = 0.005, limit: float = 1000.0) -> None:
        self._base = base
        self._limit = limit
        self._failures: dict[K, int] = {}

    def when(self, key: K, /) -> float:
        failures = self._failures.get(key, 0)
        self._failures[key] = failures + 1
        # 2**n of a float overflows long after the limit was reached.
        return min(self._base * 2.0 ** min(failures, 1000), self._limit)

    def forget(self, key: K, /) -> None:
        if self._failures:  # mostly not, and a key's hash is not for nothing
            self._failures.pop(key, None)

    def num_requeues(self, key: K, /) -> int:
        return self._failures.get(key, 0)


class BucketRateLimiter(Generic[K]):
    """All keys together get `rate` tries a second, after a burst of `burst`."""

    def __init__(
        self,
        rate: float = 10.0,
        burst: int = 100,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bucket = TokenBucket(rate, burst)
        self._clock = clock

    def when(self, key: K, /) -> float:
        return self._bucket.reserve(self._clock())

    def forget(self, key: K, /) -> None:
        pass

    def num_requeues(self, key: K, /) -> int:
        return 0


class MaxOfRateLimiter(Generic[K]):
    """The longest delay that any of several limiters asks for."""

    def __init__(self, *limiters: RateLimiter[K]) -> None:
        self._limiters = limiters

    def when(self, key: K, /) -> float:
        return max(limiter.when(key) for limiter in self._limiters)

    def forget(self, key: K, /) -> None:
        for limiter in self._limiters:
            limiter.forget(key)

    def num_requeues(self, key: K, /) -> int:
        return max(limiter.num_requeues(key) for limiter in self._limiters)


def default_rate_limiter() -> RateLimiter[Hashable]:
    """A controller's: 5 ms doubling up to 1000 s for a key, 10 a second for all, bursts of 100."""
    return MaxOfRateLimiter(ItemExponentialFailureRateLimiter(), BucketRateLimiter())
