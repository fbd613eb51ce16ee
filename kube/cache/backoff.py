"""How long to wait after a failure, as client-go's reflector does."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

INITIAL = 0.8
FACTOR = 2.0
LIMIT = 30.0
RESET_AFTER = 120.0


class Backoff:
    """Delays in seconds: 0.8, doubling, each with as much again of jitter, at most 30.

    Two minutes without a failure reset it. `clock` returns seconds and is monotonic.
    """

    def __init__(self, clock: Callable[[], float], random: Random) -> None:
        self._clock = clock
        self._random = random
        self._base = INITIAL
        self._reset_at = 0.0

    def next(self) -> float:
        """The delay after one more failure."""
        now = self._clock()
        if now >= self._reset_at:
            self._base = INITIAL
        delay = min(self._base * (1 + self._random.random()), LIMIT)
        self._base = min(self._base * FACTOR, LIMIT)
        self._reset_at = now + delay + RESET_AFTER
        return delay

    def shortest(self) -> float:
        """The delay after something ordinary: as after a first failure, however many there were."""
        if self._clock() >= self._reset_at:
            return self.next()
        return INITIAL * (1 + self._random.random())
