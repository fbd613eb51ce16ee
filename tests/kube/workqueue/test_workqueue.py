"""What controllers rely on."""

from __future__ import annotations

import asyncio
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kube.runtime.clock import ManualClock
from kube.workqueue import LOW_PRIORITY, QueueShutDownError, Workqueue
from tests.kube.cache.virtual_time import VirtualTimeLoop


class NoDelay:
    """A rate limiter that counts only."""

    def __init__(self, delay=0.0):
        self.delay = delay
        self.failures = {}

    def when(self, key):
        self.failures[key] = self.failures.get(key, 0) + 1
        return self.delay

    def forget(self, key):
        self.failures.pop(key, None)

    def num_requeues(self, key):
        return self.failures.get(key, 0)


async def take(queue):
    key = await queue.get()
    queue.done(key)
    return key


async def take_all(queue):
    return [await take(queue) for _ in range(len(queue))]


def now():
    return asyncio.get_running_loop().time()


# Once


async def test_keys_come_in_the_order_of_their_adding():
    queue = Workqueue()
    for key in "abc":
        queue.add(key)
    assert await take_all(queue) == ["a", "b", "c"]


async def test_a_key_in_the_queue_is_there_once():
    queue = Workqueue()
    for key in "abab":
        queue.add(key)
    assert len(queue) == 2
    assert await take_all(queue) == ["a", "b"]


async def test_a_key_added_while_it_is_processed_is_processed_once_more_after_done():
    queue = Workqueue()
    queue.add("a")
    assert await queue.get() == "a"
    queue.add("a")
    queue.add("a")
    assert len(queue) == 0, "nobody else gets it meanwhile"
    queue.done("a")
    assert await take_all(queue) == ["a"]
    assert len(queue) == 0


async def test_done_for_a_key_that_is_not_in_process_does_nothing():
    queue = Workqueue()
    queue.add("a")
    queue.done("a")
    queue.done("b")
    assert await take_all(queue) == ["a"]


async def test_a_worker_waits_until_there_is_a_key():
    queue = Workqueue()
    getting = asyncio.create_task(queue.get())
    await asyncio.sleep(100)
    assert not getting.done()
    queue.add("a")
    assert await getting == "a"


async def test_a_cancelled_worker_loses_no_key():
    queue = Workqueue()
    first, second = asyncio.create_task(queue.get()), asyncio.create_task(queue.get())
    await asyncio.sleep(0)
    queue.add("a")
    first.cancel()
    assert await second == "a"
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_workers_that_give_up_waiting_leave_nothing_behind():
    queue = Workqueue()
    for _ in range(100):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(queue.get(), 1)
    assert not queue._getters


# Later


async def test_a_key_may_be_added_for_later():
    queue = Workqueue()
    queue.add_after("a", 30)
    assert (len(queue), queue.waiting) == (0, 1)
    assert await take(queue) == "a"
    assert now() == pytest.approx(30)


@pytest.mark.parametrize("order", [(10, 30), (30, 10)])
async def test_of_several_times_the_earliest_is_kept(order):
    queue = Workqueue()
    for seconds in order:
        queue.add_after("a", seconds)
    assert await take(queue) == "a"
    assert now() == pytest.approx(10)
    await asyncio.sleep(100)
    assert (len(queue), queue.waiting) == (0, 0)


@pytest.mark.parametrize("seconds", [0, -1])
async def test_a_time_that_has_passed_is_now(seconds):
    queue = Workqueue()
    queue.add_after("a", seconds)
    assert len(queue) == 1


async def test_a_key_that_comes_due_while_it_is_queued_is_there_once():
    queue = Workqueue()
    queue.add_after("a", 5)
    queue.add("a")
    await asyncio.sleep(10)
    assert len(queue) == 1


# Failures


async def test_a_failed_key_waits_as_its_rate_limiter_says_until_it_is_forgotten():
    queue = Workqueue(rate_limiter=NoDelay(7))
    queue.add_rate_limited("a")
    assert await take(queue) == "a"
    assert now() == pytest.approx(7)
    queue.add_rate_limited("a")
    assert queue.num_requeues("a") == 2
    queue.forget("a")
    assert queue.num_requeues("a") == 0


async def test_by_default_failures_of_a_key_double_its_delay_from_5_ms():
    queue = Workqueue()
    times = []
    for _ in range(6):
        began = now()
        queue.add_rate_limited("a")
        await take(queue)
        times.append(now() - began)
    assert times == pytest.approx([0.005, 0.01, 0.02, 0.04, 0.08, 0.16])


# Shutting down


async def test_after_a_shutdown_the_queued_drains_and_nothing_is_added():
    queue = Workqueue()
    queue.add("a")
    queue.add_after("later", 5)
    queue.shut_down()
    queue.add("b")
    queue.add_after("c", 0)
    assert queue.is_shutting_down
    assert await take(queue) == "a"
    with pytest.raises(QueueShutDownError):
        await queue.get()
    await asyncio.sleep(10)
    assert len(queue) == 0


async def test_a_shutdown_wakes_all_who_wait():
    queue = Workqueue()
    getting = [asyncio.create_task(queue.get()) for _ in range(3)]
    await asyncio.sleep(0)
    queue.shut_down()
    outcomes = await asyncio.gather(*getting, return_exceptions=True)
    assert [type(o) for o in outcomes] == [QueueShutDownError] * 3


async def test_a_shutdown_with_drain_waits_for_what_is_queued_and_in_process():
    queue = Workqueue()
    queue.add("a")
    queue.add("b")
    assert await queue.get() == "a"
    queue.add("a")
    draining = asyncio.create_task(queue.shut_down_with_drain())
    await asyncio.sleep(1)
    queue.done("a")
    assert await take(queue) == "b"
    await asyncio.sleep(1)
    assert not draining.done(), "a was added while it was in process"
    assert await take(queue) == "a"
    await draining


async def test_draining_an_idle_queue_ends_at_once():
    await Workqueue().shut_down_with_drain()


# Priority


async def test_the_highest_priority_comes_first_and_within_one_the_oldest():
    queue = Workqueue()
    queue.add("initial", priority=LOW_PRIORITY)
    queue.add("b")
    queue.add("c")
    queue.add("urgent", priority=5)
    assert await take_all(queue) == ["urgent", "b", "c", "initial"]


async def test_adding_a_queued_key_again_can_only_raise_its_priority():
    queue = Workqueue()
    queue.add("a", priority=LOW_PRIORITY)
    queue.add("b", priority=-1)
    queue.add("a")
    queue.add("b", priority=LOW_PRIORITY)
    assert len(queue) == 2
    assert await queue.get_with_priority() == ("a", 0)
    assert await queue.get_with_priority() == ("b", -1)


async def test_a_key_added_in_process_and_one_for_later_keep_their_highest_priority():
    queue = Workqueue()
    queue.add("a")
    await queue.get()
    queue.add("a", priority=3)
    queue.add("a", priority=1)
    queue.done("a")
    assert await queue.get_with_priority() == ("a", 3)
    queue.add_after("later", 5, priority=2)
    queue.add_after("later", 3, priority=1)
    assert await queue.get_with_priority() == ("later", 2)


# Ways of use


async def test_a_queue_may_be_iterated_and_marks_each_key_done():
    queue = Workqueue()
    for key in "ab":
        queue.add(key)
    seen = []
    async for key in queue:
        if seen == []:
            queue.add("a")  # in process: once more
        seen.append(key)
        if len(seen) == 3:
            queue.shut_down()
    assert seen == ["a", "b", "a"]
    await queue.shut_down_with_drain()


async def test_several_workers_never_have_one_key_at_once():
    queue, busy, count = Workqueue(), set(), 0

    async def work():
        nonlocal count
        async for key in queue:
            assert key not in busy
            busy.add(key)
            await asyncio.sleep(0.01)
            count += 1
            busy.discard(key)

    workers = [asyncio.create_task(work()) for _ in range(5)]
    for i in range(200):
        queue.add(i % 7)
        await asyncio.sleep(0.001)
    await queue.shut_down_with_drain()
    await asyncio.gather(*workers)
    assert count >= 20
    assert not busy


async def test_other_threads_may_add_too():
    queue = Workqueue()
    getting = asyncio.create_task(queue.get())
    await asyncio.sleep(0)
    thread = threading.Thread(target=queue.add_from_thread, args=("a",))
    thread.start()
    thread.join()
    assert await getting == "a"


async def test_adding_in_another_thread_as_if_it_were_the_queues_own_is_an_error():
    queue = Workqueue("widgets")
    for add in (lambda: queue.add("a"), lambda: queue.add_after("b", 1)):
        with pytest.raises(RuntimeError, match=r"'widgets' .* use add_from_thread"):
            await asyncio.to_thread(add)
    assert (len(queue), queue.waiting) == (0, 0)


async def test_a_queue_made_in_an_event_loop_takes_keys_from_threads_at_once():
    queue = Workqueue()
    await asyncio.to_thread(queue.add_from_thread, "a")
    assert await queue.get() == "a"


def test_adding_from_a_thread_before_there_is_a_loop_is_an_error():
    with pytest.raises(RuntimeError, match="no event loop yet"):
        Workqueue().add_from_thread("a")


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(0, 3), st.integers(-1, 1)),
        st.tuples(st.just("get"), st.just(0), st.just(0)),
        st.tuples(st.just("done"), st.integers(0, 3), st.just(0)),
    ),
    max_size=60,
)


@settings(deadline=None)
@given(STEPS)
def test_the_queue_behaves_as_its_three_rules_say(steps):
    async def run():
        queue = Workqueue()
        queued, processing, again = {}, set(), {}
        for turn, (step, key, priority) in enumerate(steps):
            if step == "add":
                queue.add(key, priority=priority)
                if key in queued:
                    if priority > queued[key][0]:
                        queued[key] = (priority, -turn)
                elif key in processing:
                    again[key] = max(priority, again.get(key, priority))
                else:
                    queued[key] = (priority, -turn)
            elif step == "get" and queued:
                expected = max(queued, key=lambda k: queued[k])
                assert await queue.get_with_priority() == (expected, queued.pop(expected)[0])
                processing.add(expected)
            elif step == "done" and key in processing:
                queue.done(key)
                processing.discard(key)
                if key in again:
                    queued[key] = (again.pop(key), -turn)
            assert len(queue) == len(queued)

    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        runner.run(run())


async def test_of_so_many_keys_one_is_the_one_that_waits_longest():
    """89. A low-priority key is worked within a bounded time under steady load."""
    queue = Workqueue(oldest_every=4)
    queue.add("low", priority=LOW_PRIORITY)
    order = []
    for n in range(8):
        await asyncio.sleep(1)
        queue.add(f"live {n}")
        queue.add(f"more {n}")
        order.append(await queue.get())
    assert order.index("low") == 3


async def test_one_priority_alone_keeps_its_order_however_old_its_keys_are():
    queue = Workqueue(oldest_every=2)
    for n in range(6):
        queue.add(n)
    assert [await queue.get() for _ in range(6)] == list(range(6))


async def test_a_key_that_is_wanted_now_does_not_wait_for_its_time_as_well():
    """87. Several delayed adds: the earliest wins; an undelayed one wins over all."""
    queue = Workqueue()
    queue.add_after("a", 60, priority=7)
    queue.add_now("a")
    assert (queue.waiting, len(queue)) == (0, 1)
    assert await queue.get_with_priority() == ("a", 7)
    queue.done("a")
    await asyncio.sleep(61)
    assert len(queue) == 0


async def test_a_key_comes_first_within_its_priority_by_when_it_became_ready():
    """85. Higher priority first; FIFO within one, also after priorities changed."""
    queue = Workqueue()
    queue.add("raised", priority=-1)
    queue.add("first")
    queue.add("second")
    queue.add("raised")
    assert [await queue.get() for _ in range(3)] == ["first", "second", "raised"]


async def test_a_delayed_key_of_high_priority_goes_first_once_its_time_has_come():
    """86."""
    queue = Workqueue()
    queue.add_after("high", 5, priority=10)
    queue.add("low")
    queue.add("lower", priority=-1)
    assert await queue.get() == "low"
    await asyncio.sleep(5)
    queue.add("low again")
    assert await queue.get() == "high"


async def test_a_queue_may_wait_by_a_clock_that_is_turned():
    clock = ManualClock()
    queue = Workqueue(clock=clock)
    queue.add_after("a", 3600)
    clock.advance(3600)
    assert await queue.get() == "a"
    clock.advance(5)
    assert queue.longest_running_seconds() == 5
