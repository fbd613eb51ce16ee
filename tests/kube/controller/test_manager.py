"""How a manager starts, runs and stops. Numbers are those of the promises."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

import pytest

from kube.controller import (
    Controller,
    LeaderElection,
    Manager,
    ManagerStateError,
    Result,
    StopTimeoutError,
)
from kube.controller.sync_client import Caller
from kube.runtime.clock import ManualClock
from tests.kube.controller.world import Part, Recording, Web, settled, web


class Steps:
    """Runnables that write down when they begin and end."""

    def __init__(self):
        self.log = []

    def runnable(self, name, *, lingers=0.0):
        async def run():
            self.log.append(f"{name} began")
            try:
                await asyncio.Event().wait()
            finally:
                if lingers:
                    await asyncio.sleep(lingers)
                self.log.append(f"{name} ended")

        return run


async def test_caches_are_synced_before_anything_else_starts(world):
    """3. Caches are synced before others and leader-only runnables start."""
    await world.client.create(web("a"))
    manager = world.manager()
    manager.add(Controller(Web, Recording()))
    manager.index(Web, "color", lambda obj: [obj.spec.color])
    found = []

    async def reads():
        found.append((await manager.client.get(Web, "a", "default")).metadata.name)

    manager.add(reads, needs_leader=False)
    world.start(manager)
    await settled()
    assert found == ["a"]
    assert world.requests("list", "webs") == 1


async def test_a_runnable_that_was_added_after_the_start_is_started(world):
    """6. A runnable added after the start is started; one added during the stop is refused."""
    steps, manager = Steps(), world.manager()
    running = world.start(manager)
    await settled()
    manager.add(steps.runnable("late"))
    manager.add(steps.runnable("stopping", lingers=5))
    await settled(1)
    assert "late began" in steps.log
    manager.stop()
    await settled(1)
    with pytest.raises(ManagerStateError, match="while the manager stops"):
        manager.add(steps.runnable("too late"))
    await running
    assert "too late began" not in steps.log


async def test_the_first_error_of_a_runnable_stops_the_manager_and_is_what_run_raises(world):
    """7. The first error of any runnable stops the manager and is what start returns."""
    steps, manager = Steps(), world.manager()

    async def fails():
        await asyncio.sleep(1)
        raise OSError("the disk is full")

    manager.add(fails)
    manager.add(steps.runnable("other"))
    with pytest.raises(OSError, match="the disk is full"):
        await world.start(manager)
    assert steps.log == ["other began", "other ended"]


async def test_a_runnable_that_returns_has_simply_ended(world):
    manager = world.manager()

    async def once():
        return None

    manager.add(once)
    running = world.start(manager)
    await settled()
    assert not running.done()


async def test_a_manager_runs_once_and_so_does_a_controller(world):
    """8. Starting a manager twice is an error; so is starting a controller twice."""
    manager = world.manager()
    controller = Controller(Web, Recording())
    manager.add(controller)
    running = world.start(manager)
    await settled()
    with pytest.raises(ManagerStateError, match="runs once"):
        await manager.run()
    with pytest.raises(ManagerStateError, match="was started already"):
        await manager.controllers["web"].run()
    with pytest.raises(ManagerStateError, match="was added to a manager already"):
        world.manager().add(controller)
    manager.stop()
    await running


async def test_without_election_leader_only_runnables_start_after_the_caches(world):
    """9. With no election, leader-only runnables start after the caches, and `elected` is set."""
    steps, manager = Steps(), world.manager()
    manager.add(steps.runnable("leader"))
    assert not manager.elected.is_set()
    world.start(manager)
    await asyncio.wait_for(manager.elected.wait(), 60)
    await settled(1)
    assert steps.log == ["leader began"]


async def test_what_needs_no_leader_stops_before_controllers_and_these_before_the_cache(world):
    """15. A controller is stopped before the cache it reads."""
    steps, manager = Steps(), world.manager()
    await world.client.create(web("a"))
    read = []

    async def slow(request):
        steps.log.append("reconcile began")
        await asyncio.sleep(10)
        read.append(await manager.client.get(Web, request.name, request.namespace))
        steps.log.append("reconcile ended")

    manager.add(Controller(Web, slow))
    manager.add(steps.runnable("other"), needs_leader=False)
    running = world.start(manager)
    await settled(1)
    manager.stop()
    await running
    assert steps.log == ["other began", "reconcile began", "other ended", "reconcile ended"]
    assert len(read) == 1


async def test_a_runnable_that_ignores_its_stop_delays_it_by_the_grace_and_no_more(world):
    """17. ... and the error says so."""
    manager = world.manager(graceful_stop=20)
    released = asyncio.Event()

    async def stubborn():
        while not released.is_set():
            with suppress(asyncio.CancelledError):
                await released.wait()

    manager.add(stubborn)
    running = world.start(manager)
    await settled(1)
    began = asyncio.get_running_loop().time()
    manager.stop()
    with pytest.raises(StopTimeoutError, match=r"stubborn did not end within .* of 20 s"):
        await running
    assert asyncio.get_running_loop().time() - began == pytest.approx(20, abs=0.5)
    released.set()


async def test_a_grace_of_0_does_not_wait(world):
    """18. Grace 0 returns at once; a negative one waits."""
    manager = world.manager(graceful_stop=0)
    steps = Steps()
    manager.add(steps.runnable("lingering", lingers=100))
    manager.add(steps.runnable("quick"))
    running = world.start(manager)
    await settled(1)
    began = asyncio.get_running_loop().time()
    manager.stop()
    with pytest.raises(StopTimeoutError, match=r"runnable.* did not end"):
        await running
    assert asyncio.get_running_loop().time() == began
    assert "quick ended" in steps.log


async def test_a_grace_of_none_waits_for_as_long_as_it_takes(world):
    """18."""
    manager = world.manager(graceful_stop=None)
    steps = Steps()
    manager.add(steps.runnable("slow", lingers=5000))
    running = world.start(manager)
    await settled(1)
    manager.stop()
    await running
    assert steps.log == ["slow began", "slow ended"]


async def test_a_stop_with_nothing_wrong_raises_and_logs_nothing(world, caplog):
    """19. The stop with nothing wrong returns no error and logs none."""
    await world.client.create(web("a"))
    manager = world.manager()
    manager.add(Controller(Web, Recording(Result(requeue_after=3600)), owns=[Part]))
    manager.add(Steps().runnable("other"), needs_leader=False)
    with caplog.at_level(logging.WARNING):
        running = world.start(manager)
        await settled()
        manager.stop()
        await running
    assert caplog.records == []


async def test_the_cause_and_what_did_not_stop_are_both_found_in_what_is_raised(world):
    """20. Two errors (cause and stop) are both findable in what is returned."""
    manager = world.manager(graceful_stop=5)
    manager.add(Steps().runnable("lingering", lingers=100))

    async def fails():
        await asyncio.sleep(1)
        raise OSError("the disk is full")

    manager.add(fails)
    with pytest.raises(ExceptionGroup) as raised:
        await world.start(manager)
    assert raised.group_contains(OSError)
    assert raised.group_contains(StopTimeoutError)


async def test_a_cancelled_run_ends_in_order_as_well(world):
    steps, manager = Steps(), world.manager()
    manager.add(steps.runnable("one", lingers=3))
    running = world.start(manager)
    await settled(1)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert steps.log == ["one began", "one ended"]


async def test_two_managers_in_one_process_run_the_same_controller_names(world):
    """27. Two managers in one process run the same controller names side by side."""
    await world.client.create(web("a"))
    recordings = [Recording(), Recording()]
    for recording in recordings:
        manager = world.manager()
        manager.add(Controller(Web, recording))
        world.start(manager)
    for recording in recordings:
        assert await recording.until(1) == ["a"]


def test_two_controllers_of_one_manager_need_two_names():
    manager = Manager_without_server()
    manager.add(Controller(Web, Recording()))
    with pytest.raises(ValueError, match=r"has a controller 'web' already"):
        manager.add(Controller(Web, Recording()))
    manager.add(Controller(Web, Recording(), name="other"))


async def test_events_of_the_last_reconcile_reach_the_server_before_run_returns(world):
    """30. Events written during the last reconcile reach the server before start returns."""
    from kube.api.core.v1 import Event

    created = await world.client.create(web("a"))
    manager = world.manager()

    async def tells(request):
        await asyncio.sleep(10)
        manager.events.normal(created, "Reconciled", "all is well")

    manager.add(Controller(Web, tells))
    running = world.start(manager)
    await settled(1)
    manager.stop()
    await running
    events = await world.client.list(Event)
    assert [event.reason for event in events.items] == ["Reconciled"]
    assert events.items[0].source.component == "test"


def test_a_lease_without_a_name_or_a_namespace_is_an_error_at_construction(tmp_path):
    """31. A missing leader election ID, or a namespace that cannot be guessed, is an error."""
    with pytest.raises(ValueError, match="needs a name"):
        LeaderElection(name="")
    with pytest.raises(ValueError, match="needs a namespace for its lease"):
        Manager_without_server(leader_election="web.example.com")


def Manager_without_server(**options) -> Manager:
    from kube.client import Config

    return Manager(Config(server="http://127.0.0.1:1"), name="test", **options)


def test_a_config_without_limits_of_its_own_gets_none():
    from kube.client import Config

    assert Manager_without_server().rest.config.qps == -1
    limited = Manager(Config(server="http://127.0.0.1:1", qps=7), name="test")
    assert limited.rest.config.qps == 7


def test_a_manager_takes_a_config():
    with pytest.raises(TypeError, match=r"takes a Config, not str: Config.load\(\)"):
        Manager("http://127.0.0.1:1")


@pytest.mark.parametrize(
    ("runnable", "why"),
    [(lambda: None, "is not an async function"), (3, "is an async function, or an object")],
)
def test_a_runnable_that_would_block_is_refused(runnable, why):
    with pytest.raises(TypeError, match=why):
        Manager_without_server().add(runnable)


async def test_an_object_with_run_is_a_runnable(world):
    class Job:
        done = asyncio.Event()

        async def run(self):
            self.done.set()

    manager = world.manager()
    manager.add(Job())
    world.start(manager)
    await asyncio.wait_for(Job.done.wait(), 60)


async def test_a_back_off_of_an_hour_passes_when_the_clock_is_turned(world):
    await world.client.create(web("a"))
    clock = ManualClock()
    manager = world.manager(clock=clock)
    recording = Recording(Result(requeue_after=3600))
    manager.add(Controller(Web, recording))
    world.start(manager)
    await recording.until(1)
    await settled(1)
    clock.advance(3599)
    await settled(1)
    assert len(recording.requests) == 1
    clock.advance(1)
    assert await recording.until(2) == ["a", "a"]


async def test_the_sync_client_needs_a_manager_that_runs_and_another_thread(world):
    manager = world.manager()
    with pytest.raises(ManagerStateError, match="works while the manager runs"):
        manager.sync_client.get(Web, "a", "default")
    world.start(manager)
    await settled(1)
    with pytest.raises(ManagerStateError, match=r"use manager\.client in async code"):
        manager.sync_client.list(Web)
    assert isinstance(manager._caller, Caller)
