"""The clock that tests turn, and the machine's."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from kube.runtime.clock import ManualClock, SystemClock, timeout


async def test_a_sleep_of_an_hour_ends_when_the_clock_is_turned():
    clock = ManualClock()
    sleeping = asyncio.create_task(clock.sleep(3600))
    await asyncio.sleep(0)
    clock.advance(3599)
    await asyncio.sleep(0)
    assert not sleeping.done()
    assert clock.next_timer == 1
    clock.advance(1)
    await sleeping
    assert clock.next_timer is None


async def test_what_is_due_is_called_in_the_order_of_time():
    clock, called = ManualClock(), []
    clock.call_at(2, lambda: called.append("second"))
    clock.call_at(1, lambda: called.append("first"))
    clock.call_at(3, lambda: called.append("later"))
    clock.call_at(1.5, lambda: called.append("cancelled")).cancel()
    clock.advance(2)
    await asyncio.sleep(0)
    assert called == ["first", "second"]


async def test_a_timer_for_a_moment_that_has_passed_is_called_at_once():
    clock, rang = ManualClock(), asyncio.Event()
    clock.advance(5)
    clock.call_at(1, rang.set)
    await rang.wait()


def test_the_time_of_day_moves_with_the_clock():
    clock = ManualClock(datetime(2026, 5, 1, tzinfo=UTC))
    clock.advance(90)
    assert clock.now() == datetime(2026, 5, 1, tzinfo=UTC) + timedelta(seconds=90)
    assert clock.monotonic() == 90


async def test_a_clock_turned_in_another_thread_wakes_the_loop():
    clock = ManualClock()
    sleeping = asyncio.create_task(clock.sleep(60))
    await asyncio.sleep(0)
    await asyncio.to_thread(clock.advance, 60)
    await sleeping


async def test_a_timeout_goes_by_the_clock():
    clock = ManualClock()
    began = asyncio.Event()

    async def too_long():
        async with timeout(clock, 10):
            began.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(too_long())
    await began.wait()
    clock.advance(10)
    with pytest.raises(TimeoutError):
        await task


@pytest.mark.parametrize("seconds", [None, 10])
async def test_a_timeout_that_is_not_reached_changes_nothing(seconds):
    clock = ManualClock()
    async with timeout(clock, seconds) as limit:
        await asyncio.sleep(0)
    clock.advance(100)
    assert not limit.expired()
    assert clock.next_timer is None


async def test_the_system_clock_is_that_of_the_loop():
    clock = SystemClock()
    assert clock.monotonic() <= asyncio.get_running_loop().time()
    rang = asyncio.Event()
    clock.call_at(clock.monotonic(), rang.set)
    await rang.wait()
    await clock.sleep(0)
    assert clock.now().tzinfo is UTC
