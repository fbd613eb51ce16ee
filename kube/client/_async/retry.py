"""Retrying an update after a conflict."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from kube.client.retries import conflict_delays
from kube.client.waiting import async_sleep
from kube.runtime import errors

R = TypeVar("R")


async def async_retry_on_conflict(
    update: Callable[[], Awaitable[R]],
    *,
    tries: int = 5,
    delay: float = 0.01,
    factor: float = 1.0,
    jitter: float = 0.1,
) -> R:
    """Call `update` until it raises no `ConflictError`, at most `tries` times.

    `update` must read the object each time, change it and write it. The pauses are `delay` seconds,
    multiplied by `factor` after each, and longer by up to the fraction `jitter`. The defaults are
    client-go's `retry.DefaultRetry`.
    """
    for pause in conflict_delays(tries, delay, factor, jitter):
        try:
            return await update()
        except errors.ConflictError:
            if pause is None:
                raise
            await async_sleep(pause)
    raise ValueError("tries must be at least 1")
