"""The client's own deadline of a watch.

A connection whose other end is gone, or behind a proxy that passes nothing on, says nothing. Real
servers send a bookmark about once a minute, so that silence is noticed long before the watch should
have ended.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

CHECKS = 10
"""How often within the longest silence it is looked whether something was read."""


class SilenceTimeout:
    """Ends its block by TimeoutError after `silence` seconds in which `count()` did not change.

    And at the latest after `longest` seconds, unless None. Events cost nothing: a timer looks at
    the count from time to time, so that silence is noticed up to a tenth later.
    """

    def __init__(
        self, count: Callable[[], int], silence: float, longest: float | None = None
    ) -> None:
        self._count = count
        self.silence = silence
        """May be changed within the block, and holds from the next look on."""
        self._longest = longest
        self._timeout = asyncio.timeout(None)
        self._timer: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> SilenceTimeout:
        await self._timeout.__aenter__()
        self._loop = asyncio.get_running_loop()
        self._heard_at = self._loop.time()
        self._ends_at = None if self._longest is None else self._heard_at + self._longest
        self._last = self._count()
        self._look()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        if self._timer is not None:
            self._timer.cancel()
        await self._timeout.__aexit__(*exc_info)  # type: ignore[arg-type]

    def _look(self) -> None:
        if self._timeout.expired():
            return
        count = self._count()
        if count != self._last:
            self._last, self._heard_at = count, self._loop.time()
        due = self._heard_at + self.silence
        self._timeout.reschedule(due if self._ends_at is None else min(due, self._ends_at))
        self._timer = self._loop.call_later(self.silence / CHECKS, self._look)
