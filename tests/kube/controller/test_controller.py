"""How keys are reconciled, and what follows. Numbers are those of the promises."""

from __future__ import annotations

import asyncio
import logging
import threading
from datetime import timedelta
from itertools import pairwise

import pytest

from kube.controller import (
    CacheSyncTimeoutError,
    Controller,
    Request,
    Result,
    StopTimeoutError,
    TerminalError,
    Watch,
    current_reconcile,
)
from kube.controller.logs import ReconcileFilter
from kube.controller.outcome import Fault, Label, Outcome, classify, decide
from kube.controller.watchdog import Watchdog
from kube.leaderelection import is_cancelled
from kube.runtime.errors import AlreadyExistsError, ConflictError, NotFoundError
from kube.workqueue import LOW_PRIORITY
from tests.kube.controller.world import Late, Part, Recording, Web, part, settled, web


def now():
    return asyncio.get_running_loop().time()


async def start(world, reconciler, *, objects=("a",), **options):
    for name in objects:
        await world.client.create(web(name))
    manager = world.manager()
    manager.add(Controller(Web, reconciler, **options))
    world.start(manager)
    await asyncio.wait_for(manager.elected.wait(), 60)
    return manager


# The queue


async def test_a_key_is_never_reconciled_by_two_workers_at_once(world):
    """82. One key is never reconciled by two workers at once.
    84. An add during the reconcile gives exactly one more.
    """
    running, most, calls = [0], [0], []

    async def reconcile(request):
        running[0] += 1
        most[0] = max(most[0], running[0])
        calls.append(request.name)
        await asyncio.sleep(10)
        running[0] -= 1

    await start(world, reconcile, max_concurrent_reconciles=5)
    await settled(1)
    for n in range(10):
        await world.client.patch(Web, {"spec": {"replicas": n}}, name="a", namespace="default")
    await settled(60)
    assert (most[0], calls) == (1, ["a", "a"])


async def test_a_hundred_adds_before_a_pop_are_one_reconcile(world):
    """83. A hundred adds before a pop are one reconcile."""
    recording = Recording(lambda request: asyncio.sleep(10))
    await start(world, recording)
    await recording.until(1)
    for n in range(100):
        await world.client.create(web(f"w{n}"))
        await world.client.patch(Web, {"spec": {"replicas": 5}}, name=f"w{n}", namespace="default")
    await settled(10_000)
    assert sorted(recording.names) == sorted(["a", *(f"w{n}" for n in range(100))])


async def test_objects_of_the_initial_list_come_after_a_live_change_that_arrives_later(world):
    """88. Initial-list objects come after a live change that arrives later."""
    recording = Recording(lambda request: asyncio.sleep(1))
    await start(world, recording, objects=[f"old{n}" for n in range(7)])
    await recording.until(1)
    await world.client.create(web("live"))
    await recording.until(8)
    assert recording.names.index("live") <= 2


async def test_a_requeue_keeps_its_priority_and_a_result_may_change_it(world):
    """90. A requeue keeps its priority; Result.priority changes it."""
    priorities = []
    answers = iter([Result(requeue_after=1), OSError("x"), Result(requeue_after=1, priority=7)])
    manager = await start(world, recording := Recording(lambda request: next(answers, None)))
    queue = manager.controllers["web"].queue
    original = queue.get_with_priority

    async def noting():
        key, priority = await original()
        priorities.append(priority)
        return key, priority

    queue.get_with_priority = noting
    await recording.until(4)
    assert priorities == [LOW_PRIORITY] * 3 + [7]


async def test_a_resync_is_of_low_priority_and_reconciles(world):
    """91. A resync event that passes the predicates is low priority, and still reconciles."""
    from kube.controller import CacheOptions

    await world.client.create(web("a"))
    manager = world.manager(cache=CacheOptions(resync=600))
    recording = Recording()
    manager.add(Controller(Web, recording))
    world.start(manager)
    await recording.until(3)
    assert 1200 <= now() < 1300


async def test_a_shutdown_wakes_all_idle_workers_at_once(world):
    """92. Shutdown wakes all idle workers at once and deadlocks none."""
    manager = await start(world, Recording(), max_concurrent_reconciles=50)
    await settled()
    began = now()
    manager.stop()
    await asyncio.wait_for(world.running[0], 1)
    assert now() == began


# Starting and stopping


async def test_nothing_is_reconciled_before_every_first_list_was_handed_over(world):
    """95. No reconcile before every watch's initial list was handed over."""
    for n in range(50):
        await world.client.create(part(f"p{n}"))
    mapped, at_first = [], []

    async def slow_map(obj):
        await asyncio.sleep(1)
        mapped.append(obj.metadata.name)
        return []

    async def reconcile(request):
        at_first.append(len(mapped))

    await start(world, reconcile, watches=[Watch(Part, slow_map)])
    await settled(120)
    assert at_first == [50]


async def test_running_reconciles_end_and_no_new_key_is_taken(world):
    """105. Stop: no new key is taken, running ones are waited for.
    106. A running reconcile may still write during the grace.
    """
    began, ended = [], []

    async def reconcile(request):
        began.append(request.name)
        await asyncio.sleep(20)
        await manager.client.patch(
            Web, {"spec": {"replicas": 9}}, name=request.name, namespace="default"
        )
        ended.append(request.name)

    manager = await start(world, reconcile, objects=["a", "b", "c"], max_concurrent_reconciles=2)
    await settled(1)
    manager.stop()
    await world.running[0]
    assert sorted(began) == sorted(ended)
    assert len(ended) == 2
    written = [w for w in (await world.client.list(Web)).items if w.spec.replicas == 9]
    assert len(written) == 2


async def test_a_reconcile_is_cancelled_near_the_end_of_the_grace(world):
    """106. ... and what takes longer is cancelled before the grace is over."""
    cancelled = []

    async def reconcile(request):
        try:
            await asyncio.sleep(1000)
        except asyncio.CancelledError:
            await asyncio.sleep(2)
            cancelled.append(now())
            raise

    manager = await start(world, reconcile)
    await settled(1)
    began = now()
    manager.stop()
    await world.running[0]
    assert cancelled == [pytest.approx(began + 24 + 2)]


async def test_a_manager_that_stops_while_a_kind_is_awaited_stops(world):
    manager = await start(world, Recording(), watches=[Watch(Late, lambda obj: [])])
    await settled(5)
    manager.stop()
    await world.running[0]
    assert now() < 10


# What follows a reconcile


async def test_errors_wait_longer_and_longer_and_success_resets(world):
    """96. Error n of a key waits 5 ms * 2^(n-1), up to 1000 s; success resets."""
    times = []
    fails = [20]

    async def reconcile(request):
        times.append(now())
        if fails[0]:
            fails[0] -= 1
            raise OSError("no")

    manager = await start(world, reconcile)
    await settled(10_000)
    waits = [round(b - a, 6) for a, b in pairwise(times)]
    assert waits == [min(0.005 * 2**n, 1000) for n in range(20)]
    assert manager.controllers["web"].queue.num_requeues(Request("a", "default")) == 0


async def test_requeue_after_resets_the_back_off_and_runs_once_at_its_time(world):
    """97. requeue_after resets the back-off and runs once at its time, or earlier on an event."""
    times = []
    answers = iter([OSError("no"), OSError("no"), Result(requeue_after=timedelta(minutes=1))])

    def answer(request):
        times.append(now())
        return next(answers, None)

    recording = Recording(answer)
    manager = await start(world, recording)
    await recording.until(3)
    assert manager.controllers["web"].queue.num_requeues(Request("a", "default")) == 0
    await settled(1000)
    assert [round(b - a, 3) for a, b in pairwise(times)] == [0.005, 0.01, 60.0]


async def test_an_event_reconciles_before_the_requeue_and_in_its_place(world):
    """97."""
    answers = iter([Result(requeue_after=600)])
    recording = Recording(lambda request: next(answers, None))
    await start(world, recording)
    await settled(60)
    await world.client.patch(Web, {"spec": {"replicas": 2}}, name="a", namespace="default")
    await settled(5000)
    assert len(recording.requests) == 2


def raised_from(cause):
    try:
        raise OSError("outside") from cause
    except OSError as error:
        return error


def test_the_table_of_what_follows():
    """97, 99, 107: what is decided of each outcome."""
    assert decide(Outcome()).label is Label.SUCCESS
    assert decide(Outcome(Result())).label is Label.SUCCESS
    after = decide(Outcome(Result(requeue_after=5, priority=3)))
    assert (after.label, after.after, after.priority, after.forgets) == (
        Label.REQUEUE_AFTER,
        5,
        3,
        True,
    )
    failed = decide(Outcome(error=OSError()))
    assert (failed.label, failed.retries, failed.forgets) == (Label.ERROR, True, False)
    terminal = decide(Outcome(error=TerminalError()))
    assert (terminal.label, terminal.retries, terminal.forgets) == (Label.ERROR, False, False)
    conflict = decide(Outcome(error=ConflictError("changed")))
    assert (conflict.label, conflict.retries) == (Label.REQUEUE, True)
    with pytest.raises(ValueError, match="requeue_after is not a time to wait"):
        Result(requeue_after=-1)


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (TerminalError("no"), Fault.TERMINAL),
        (TerminalError(), Fault.TERMINAL),
        (raised_from(TerminalError("no")), Fault.TERMINAL),
        (raised_from(raised_from(TerminalError("no"))), Fault.TERMINAL),
        (ExceptionGroup("two", [OSError(), TerminalError()]), Fault.TERMINAL),
        (ConflictError("changed"), Fault.CONFLICT),
        (AlreadyExistsError("there"), Fault.CONFLICT),
        (NotFoundError("gone"), Fault.ERROR),
        (OSError(), Fault.ERROR),
        (SystemExit(3), Fault.PANIC),
        (KeyboardInterrupt(), Fault.PANIC),
    ],
)
def test_what_kind_of_failure_an_exception_is(error, fault):
    """99. A terminal error counts also where it is wrapped; a conflict is quiet."""
    assert classify(error) is fault
    assert classify(error, timed_out=True) is Fault.TIMEOUT


async def test_a_terminal_error_is_not_retried_until_the_next_event(world, caplog):
    """99. A terminal error is not retried until the next event; wrapped ones count."""
    recording = Recording(raised_from(TerminalError("this spec cannot work")))
    await start(world, recording)
    await settled(5000)
    assert len(recording.requests) == 1
    assert "web default/a failed: not tried again" in caplog.text
    assert "this spec cannot work" in caplog.text
    await world.client.patch(Web, {"spec": {"replicas": 2}}, name="a", namespace="default")
    await settled()
    assert len(recording.requests) == 2


@pytest.mark.parametrize(
    "error", [OSError("no"), SystemExit(3), KeyboardInterrupt(), asyncio.CancelledError()]
)
async def test_whatever_is_raised_is_retried_and_ends_nothing(world, error, caplog):
    """100. A panic (any exception) is counted, retried, and ends neither worker nor process."""
    answers = iter([error])
    recording = Recording(lambda request: next(answers, None))
    await start(world, recording)
    assert await recording.until(2) == ["a", "a"]
    assert "web default/a failed: tried again later" in caplog.text


async def test_without_recovery_a_panic_ends_the_manager(world):
    """100. ... with recovery off it ends the process."""
    await start(world, Recording(SystemExit(3)), recover_panics=False)
    with pytest.raises(RuntimeError, match="web default/a ended by SystemExit: 3"):
        await world.running[0]


@pytest.mark.parametrize("result", [5, "later", True])
async def test_a_result_that_is_none_is_an_error_that_says_so(world, result, caplog):
    recording = Recording(result)
    await start(world, recording)
    await recording.until(2)
    assert f"a reconciler returned {type(result).__name__}, not a Result or None" in caplog.text


async def test_as_many_keys_as_workers_are_reconciled_at_once(world):
    """101. N workers run N different keys at once, never N+1."""
    running, most = set(), [0]

    async def reconcile(request):
        running.add(request)
        most[0] = max(most[0], len(running))
        await asyncio.sleep(1)
        running.discard(request)

    objects = [f"w{n}" for n in range(20)]
    await start(world, reconcile, objects=objects, max_concurrent_reconciles=4)
    await settled(60)
    assert most == [4]


async def test_a_reconcile_past_its_timeout_is_cancelled_and_retried(world, caplog):
    """102. A reconcile past its timeout sees its context over."""
    cancelled = []

    async def reconcile(request):
        try:
            await asyncio.sleep(1000 if len(cancelled) == 0 else 1)
        except asyncio.CancelledError:
            cancelled.append(now())
            raise

    await start(world, reconcile, reconcile_timeout=30)
    await settled(100)
    assert cancelled == [pytest.approx(30, abs=1)]
    assert "web default/a: not done within 30 s" in caplog.text


async def test_reconcile_ids_are_new_for_each_call_and_in_each_log_line(world, caplog):
    """104. reconcileID is new per call, in each log line, and readable in the code called."""
    ids = []
    caplog.handler.addFilter(ReconcileFilter())

    async def deeper():
        logging.getLogger("mine").warning("at work")
        ids.append(current_reconcile().id)

    async def reconcile(request):
        await asyncio.create_task(deeper())
        if len(ids) == 1:
            raise OSError("no")

    await start(world, reconcile)
    await settled(60)
    assert len(set(ids)) == len(ids) == 2
    mine = [record for record in caplog.records if record.name == "mine"]
    assert [record.reconcileID for record in mine] == ids
    failed = next(record for record in caplog.records if "failed" in record.message)
    assert failed.reconcileID == ids[0]
    assert (failed.controller, failed.controllerGroup, failed.controllerKind) == (
        "web",
        "example.com",
        "Web",
    )
    assert (failed.namespace, failed.object) == ("default", "a")
    assert current_reconcile() is None


async def test_a_conflict_is_retried_and_logs_no_error(world, caplog):
    """107. A Conflict is retried and logs no error."""

    tries = []

    async def reconcile(request):
        one = await manager.client.get(Web, request.name, request.namespace)
        tries.append(one)
        if len(tries) == 1:
            await world.client.patch(one, {"spec": {"color": "blue"}})
        if not one.status.ready:
            one.status.ready = True
            await manager.client.status(one).update()

    with caplog.at_level(logging.DEBUG, "kube.controller"):
        manager = await start(world, reconcile)
        await settled()
    assert (await world.client.get(Web, "a", "default")).status.ready
    about = [r for r in caplog.records if "tried again" in r.message]
    assert [r.levelno for r in about] == [logging.DEBUG]
    assert not [r for r in caplog.records if r.levelno >= logging.WARNING]


async def test_a_blocking_reconciler_stalls_nothing(world):
    """108. A blocking (synchronous) reconciler never stalls watches, leases, probes or others."""
    may_end, blocked = threading.Event(), threading.Event()

    def blocking(request):
        blocked.set()
        assert may_end.wait(60)

    other = Recording()
    manager = world.manager()
    manager.add(Controller(Web, blocking))
    manager.add(Controller(Part, other))
    world.start(manager)
    await world.client.create(web("a"))
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, blocked.wait)
    await world.client.create(part("p"))
    await other.until(1)
    assert manager.controllers["web"].active == 1
    may_end.set()
    manager.stop()
    await world.running[0]


async def test_a_synchronous_reconciler_reads_and_writes_with_the_synchronous_client(world):
    threads = set()

    class Reconciler:
        def __init__(self, client):
            self.client = client

        def reconcile(self, request):
            threads.add(threading.current_thread().name)
            obj = self.client.get(Web, request.name, request.namespace)
            if obj.spec.replicas < 3:
                obj.spec.replicas += 1
                self.client.update(obj)
                written = self.client.get(Web, obj.metadata.name, "default")
                assert written.spec.replicas == obj.spec.replicas
                return Result(requeue_after=1)
            obj.status.ready = True
            self.client.status(obj).update()
            loop.call_soon_threadsafe(ready.set)
            return None

    ready, loop = asyncio.Event(), asyncio.get_running_loop()
    manager = world.manager()
    manager.add(Controller(Web, Reconciler(manager.sync_client), max_concurrent_reconciles=2))
    world.start(manager)
    await world.client.create(web("a"))
    await asyncio.wait_for(ready.wait(), 3600)
    assert (await world.client.get(Web, "a", "default")).status.ready
    assert threads <= {"web worker"}


async def test_a_synchronous_reconcile_that_was_cancelled_writes_no_more(world):
    """A thread cannot be stopped: but what it would write now may be another leader's to write."""
    from concurrent.futures import CancelledError

    outcomes, began, may_write = [], threading.Event(), threading.Event()

    def reconcile(request):
        began.set()
        assert may_write.wait(60)
        try:
            manager.sync_client.create(web("too late"))
        except CancelledError as error:
            outcomes.append((is_cancelled(), str(error)))

    manager = world.manager(graceful_stop=0)
    manager.add(Controller(Web, reconcile))
    running = world.start(manager)
    await world.client.create(web("a"))
    await asyncio.get_running_loop().run_in_executor(None, began.wait)
    manager.stop()
    with pytest.raises(StopTimeoutError, match="controller web"):
        await running
    may_write.set()
    left = [task for task in asyncio.all_tasks() if "controller" in task.get_name()]
    await asyncio.gather(*left, return_exceptions=True)
    assert outcomes == [(True, "this reconcile was cancelled: it may read and write no more")]


async def test_an_object_that_always_fails_slows_no_other(world):
    """109. One object whose reconcile always fails slows no other key."""
    recording = Recording(lambda request: OSError("no") if request.name == "bad" else None)
    await start(world, recording, objects=["bad"])
    await settled(100)
    for n in range(10):
        await world.client.create(web(f"good{n}"))
        await settled(0.1)
        assert f"good{n}" in recording.names


async def test_an_object_that_is_deleted_while_queued_is_reconciled_and_not_found(world):
    """110. An object deleted while queued: reconcile runs and finds nothing."""
    outcomes = []

    async def reconcile(request):
        if request.name == "a":
            await asyncio.sleep(10)
            return
        try:
            await manager.client.get(Web, request.name, request.namespace)
        except NotFoundError as error:
            outcomes.append(str(error))

    manager = await start(world, reconcile)
    await settled(1)
    await world.client.create(web("b"))
    await settled(1)
    await world.client.delete(Web, "b", "default")
    await settled(60)
    assert outcomes == ['webs.example.com "b" not found']


async def test_an_object_that_is_gone_when_it_is_reconciled_is_no_error(world, caplog):
    calls = []

    async def reconcile(request):
        calls.append(request.name)
        await manager.client.get(Web, request.name, request.namespace)
        await manager.client.get(Part, "missing", request.namespace)

    manager = await start(world, reconcile)
    await settled(0.5)
    await world.client.delete(Web, "a", "default")
    # What else is missing is an error.
    assert "parts.example.com" in caplog.text
    caplog.clear()
    before = len(calls)
    await settled(5000)
    assert len(calls) <= before + 1
    assert "failed" not in caplog.text


def test_a_loop_that_is_blocked_is_logged_with_its_stack():
    """A loop blocked over a second is logged with its stack."""
    logged = threading.Event()
    records = []

    class Handler(logging.Handler):
        def emit(self, record):
            records.append(record.getMessage())
            logged.set()

    def block_the_loop():
        assert logged.wait(60)

    async def main():
        with Watchdog(0.01):
            block_the_loop()

    handler = Handler(logging.ERROR)
    logging.getLogger("kube.controller").addHandler(handler)
    try:
        asyncio.run(main())
    finally:
        logging.getLogger("kube.controller").removeHandler(handler)
    assert "the event loop has been blocked" in records[0]
    assert "block_the_loop" in records[0]


async def test_a_kind_that_never_comes_leaves_no_task_behind(world):
    await start(world, Recording(), watches=[Watch(Late, lambda obj: [])])
    with pytest.raises(CacheSyncTimeoutError):
        await world.running[0]
    assert not [t for t in asyncio.all_tasks() if "worker" in t.get_name()]
