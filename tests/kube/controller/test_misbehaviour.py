"""What code of users may do wrong, and what becomes of it: nothing dies in silence."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from functools import partial

import pytest

from kube.cache import InformerFailedError
from kube.client import unstructured
from kube.controller import (
    CacheOptions,
    CacheSyncTimeoutError,
    Channel,
    Controller,
    LeaderElection,
    ManagerStateError,
    Request,
    Result,
    Watch,
)
from kube.controller.predicates import generation_changed
from kube.runtime.errors import AlreadyExistsError, ForbiddenError
from tests.kube.controller.world import (
    LATES,
    WEBS,
    Late,
    Part,
    Recording,
    Web,
    definition,
    part,
    settled,
    web,
)


async def nothing(request):
    return None


async def started(world, *controllers, **options):
    manager = world.manager(**options)
    for controller in controllers:
        manager.add(controller)
    world.start(manager)
    await settled()
    return manager


# Reconcilers


async def test_a_reconciler_that_ignores_its_cancellation_gets_no_other_key(world):
    """A leader that was lost must not go on, one key after the other."""
    for name in "abc":
        await world.client.create(web(name))
    calls = []

    async def ignores(request):
        calls.append(request.name)
        try:
            await asyncio.sleep(1000)
        except asyncio.CancelledError:
            return

    manager = world.manager(graceful_stop=0)
    manager.add(Controller(Web, ignores))
    running = world.start(manager)
    await settled(1)
    [controller] = [t for t in asyncio.all_tasks() if t.get_name() == "controller web"]
    controller.cancel()
    await settled(1)
    assert calls == ["a"]
    manager.stop()
    await asyncio.gather(running, return_exceptions=True)


@pytest.mark.parametrize("is_async", [True, False])
async def test_a_partial_of_an_async_function_is_an_async_reconciler(world, is_async):
    calls = []

    async def reconcile(word, request):
        calls.append((word, request.name))

    def blocking(word, request):
        calls.append((word, request.name))

    controller = Controller(Web, partial(reconcile if is_async else blocking, "hello"))
    assert controller.is_async is is_async
    await world.client.create(web("a"))
    if is_async:
        await started(world, controller)
        assert calls == [("hello", "a")]


async def test_a_plain_function_that_returns_a_coroutine_is_told_to_be_async(world, caplog):
    await world.client.create(web("a"))
    calls, again, loop = [], asyncio.Event(), asyncio.get_running_loop()

    def returns_a_coroutine(request):
        calls.append(request)
        if len(calls) > 1:
            loop.call_soon_threadsafe(again.set)
        return nothing(request)

    await started(world, Controller(Web, returns_a_coroutine))
    await again.wait()
    assert "define it with `async def`" in caplog.text


@pytest.mark.parametrize("after", [-1, float("nan")])
def test_a_time_that_is_none_is_refused(after):
    with pytest.raises(ValueError, match="requeue_after"):
        Result(requeue_after=after)


async def test_conflicts_that_do_not_end_are_told(world, caplog):
    """107. A conflict is quiet; what conflicts time after time is not a race of two writers."""
    await world.client.create(web("a"))
    with caplog.at_level(logging.DEBUG, "kube.controller"):
        recording = Recording(AlreadyExistsError('parts.example.com "a" already exists'))
        await started(world, Controller(Web, recording))
        await recording.until(7)
    told = [r.levelno for r in caplog.records if "tried again" in r.message]
    assert told[:4] == [logging.DEBUG] * 4
    assert told[4:6] == [logging.WARNING] * 2
    assert "5 times in a row" in caplog.text


# Map functions, predicates


@pytest.mark.parametrize(
    ("returned", "why"),
    [
        ("abc", "a map function returns a list of keys, not str"),
        (None, "a map function returns a list of keys, not NoneType"),
        (Request("a"), "a map function returns a list of keys, not Request"),
        ([["a"]], "unhashable"),
    ],
)
async def test_what_a_map_function_returns_is_a_list_of_keys(world, caplog, returned, why):
    await world.client.create(part("p"))
    recording = Recording()
    watch = Watch(Part, lambda obj: returned)
    await started(world, Controller(None, recording, name="x", watches=[watch]))
    assert recording.requests == []
    assert why in caplog.text


async def test_a_map_function_whose_work_was_cancelled_is_run_again(world):
    """72."""
    await world.client.create(part("p"))
    recording, calls = Recording(), []

    async def to_itself(obj):
        calls.append(obj.metadata.name)
        if len(calls) < 3:
            raise asyncio.CancelledError
        return [Request(obj.metadata.name)]

    watch = Watch(Part, to_itself)
    await started(world, Controller(None, recording, name="x", watches=[watch]))
    assert recording.names == ["p"]
    assert len(calls) == 3


async def test_a_predicate_that_fails_lets_the_event_pass(world, caplog):
    await world.client.create(web("a"))
    recording = Recording()

    def fails(event):
        raise KeyError("no such label")

    manager = await started(world, Controller(Web, recording, predicate=fails))
    assert recording.names == ["a"]
    assert "a predicate of Web default/a failed, so the event passes" in caplog.text
    assert manager.controllers["web"].is_idle


async def test_an_event_that_passed_its_predicate_is_not_judged_again(world):
    """72. Of two events whose mapping failed one is kept, and it changes nothing that is judged."""
    one = await world.client.create(part("p", color="red"))
    recording, failing = Recording(), [True]

    def to_itself(obj):
        if failing[0]:
            raise OSError("later")
        return [Request(obj.metadata.name)]

    watch = Watch(Part, to_itself, predicate=generation_changed)
    manager = await started(world, Controller(None, recording, name="x", watches=[watch]))
    for color in ("blue", "red"):
        one = await world.client.patch(one, {"spec": {"color": color}})
    await world.client.patch(one, {"metadata": {"labels": {"a": "b"}}})
    await settled(1)
    failing[0] = False
    await settled(1000)
    assert set(recording.names) == {"p"}
    assert manager.controllers["x"].is_idle


def test_an_async_predicate_is_misuse():
    async def later(event):
        return False

    for make in (
        lambda: Watch(Part, nothing, predicate=later),
        lambda: Controller(Web, nothing, predicate=later),
        lambda: Controller(Web, nothing, event_filter=later),
    ):
        with pytest.raises(TypeError, match="a plain function"):
            make()


# Sources


async def test_a_channel_takes_no_none_and_serves_one_controller(world):
    channel = Channel()
    with pytest.raises(ValueError, match="None"):
        await channel.send(None)
    manager = world.manager()
    manager.add(Controller(Web, nothing, sources=[channel]))
    with pytest.raises(ManagerStateError, match="a channel serves one controller"):
        manager.add(Controller(Part, nothing, sources=[channel]))
    assert list(manager.controllers) == ["web"]


async def test_a_value_that_leads_to_no_key_ends_no_channel(world, caplog):
    recording, channel = Recording(), Channel()
    await started(world, Controller(None, recording, name="x", sources=[channel]))
    await channel.send(["not hashable"])
    await channel.send(Request("fine"))
    await recording.until(1)
    assert list(map(str, recording.requests)) == ["fine"]
    assert "its value is lost: ['not hashable']" in caplog.text


async def test_a_source_or_a_runnable_that_is_cancelled_by_something_else_ends_the_manager(world):
    async def awaits_something_cancelled(*_):
        other = asyncio.get_running_loop().create_future()
        other.cancel()
        await other

    manager = world.manager()
    manager.add(awaits_something_cancelled)
    with pytest.raises(RuntimeError, match=r"something_cancelled .* was cancelled"):
        await world.start(manager)
    manager = world.manager()
    manager.add(Controller(Web, nothing, sources=[awaits_something_cancelled]))
    with pytest.raises(RuntimeError, match="a source of web was cancelled"):
        await world.start(manager)


# Declarations


def test_a_controller_says_itself_whether_it_needs_the_lead(world_without_loop):
    with pytest.raises(TypeError, match=r"Controller\(\.\.\., needs_leader=False\)"):
        world_without_loop.add(Controller(Web, nothing), needs_leader=False)


@pytest.fixture
def world_without_loop():
    from kube.client import Config
    from kube.controller import Manager

    return Manager(Config(server="http://127.0.0.1:1"), name="test")


def test_the_times_of_an_election_are_checked_where_they_stand():
    with pytest.raises(ValueError, match="must exceed renew_deadline"):
        LeaderElection(name="web", lease_duration=5)


def test_one_watch_stands_in_a_controller_once():
    watch = Watch(Part)
    with pytest.raises(ValueError, match="the same watch of Part twice"):
        Controller(Web, nothing, owns=[watch, watch])


async def test_a_controller_that_was_refused_is_not_among_the_controllers(world):
    manager = world.manager()
    running = world.start(manager)
    await settled()

    async def lingers():
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(5)

    manager.add(lingers)
    await settled(1)
    manager.stop()
    await settled(1)
    with pytest.raises(ManagerStateError):
        manager.add(Controller(Web, nothing))
    assert manager.controllers == {}
    await running


async def test_a_partial_of_an_async_function_is_a_runnable(world):
    words = []

    async def say(word):
        words.append(word)

    manager = world.manager()
    manager.add(partial(say, "hello"))
    world.start(manager)
    await settled()
    assert words == ["hello"]


# Watches of a running controller


async def test_a_watch_whose_kind_did_not_come_can_be_added_again(world):
    recording = Recording()
    manager = await started(world, Controller(Web, recording, cache_sync_timeout=60))
    running = manager.controllers["web"]
    watch = Watch(Late, lambda obj: [Request(obj.metadata.name)])
    with pytest.raises(CacheSyncTimeoutError, match="the watch of Late"):
        await running.add_watch(watch)
    world.server.load([definition(LATES)])
    await world.client.create(web("x", kind=Late))
    await running.add_watch(watch)
    assert await recording.until(1) == ["x"]


async def test_a_watch_is_added_while_the_controller_runs(world):
    manager = world.manager()
    manager.add(Controller(None, nothing, name="x", watches=[Watch(Web, lambda obj: [])]))
    running = manager.controllers["x"]
    with pytest.raises(ManagerStateError, match="x is not running"):
        await running.add_watch(Watch(Part, lambda obj: []))
    task = world.start(manager)
    await settled()
    with pytest.raises(ValueError, match="needs a map function"):
        await running.add_watch(Watch(Part))
    manager.stop()
    await task
    with pytest.raises(ManagerStateError, match="x is not running"):
        await running.add_watch(Watch(Part, lambda obj: []))


# The cache


async def test_an_informer_that_cannot_go_on_ends_the_manager(world):
    """Where one fails no other one is kept up to date: nobody must go on with them."""
    await world.client.create(part("p"))

    def fails(obj):
        raise KeyError("spec")

    manager = world.manager(cache_by_kind={Part: CacheOptions(transform=fails)})
    manager.add(Controller(Web, nothing))
    running = world.start(manager)
    await settled()
    with pytest.raises(InformerFailedError):
        await manager.client.list(Part)
    with pytest.raises(InformerFailedError):
        await running


async def test_an_informer_with_followers_is_not_removed(world):
    manager = await started(world, Controller(Web, nothing))
    with pytest.raises(ManagerStateError, match="webs are followed by 1 watch of a controller"):
        await manager.cache.remove_informer(WEBS)
    running = manager.controllers["web"]
    await running.remove_watch(running.controller.primary)
    await manager.cache.remove_informer(WEBS)


@pytest.mark.parametrize("reads", [False, True])
async def test_a_kind_that_is_forbidden_is_an_error_with_the_servers_answer(world, reads):
    def forbids(action):
        if action.verb == "list" and action.resource == "parts":
            raise ForbiddenError("parts.example.com is forbidden: User cannot list")

    world.server.reactors.append(forbids)
    manager = world.manager()
    watches = [] if reads else [Watch(Part, lambda obj: [])]
    manager.add(Controller(Web, nothing, watches=watches))
    running = world.start(manager)
    await settled()
    with pytest.raises(CacheSyncTimeoutError, match="User cannot list"):
        await (manager.client.list(Part) if reads else running)


# Kinds that come and go


LATE = unstructured("example.com/v1", "Late")


async def test_an_unstructured_kind_may_come_after_the_start(world):
    """79."""
    recording = Recording()
    manager = world.manager()
    manager.add(Controller(LATE, recording))
    world.start(manager)
    await settled(20)
    world.server.load([definition(LATES)])
    await world.client.create(web("a", kind=Late))
    assert await recording.until(1) == ["a"]


async def test_an_unstructured_kind_that_does_not_come_is_named(world):
    """78."""
    manager = world.manager()
    manager.add(Controller(LATE, nothing, cache_sync_timeout=60))
    with pytest.raises(CacheSyncTimeoutError, match=r"the watch of Late .* within 60 s"):
        await world.start(manager)


async def test_an_unstructured_kind_may_be_optional(world):
    """80."""
    await world.client.create(web("a"))
    recording = Recording()
    watch = Watch(LATE, lambda obj: [Request(f"late-{obj.metadata.name}")], optional=True)
    manager = await started(world, Controller(Web, recording, watches=[watch]))
    assert recording.names == ["a"]
    await settled(300)
    world.server.load([definition(LATES)])
    await world.client.create(web("x", kind=Late))
    assert await recording.until(2) == ["a", "late-x"]
    assert manager.controllers["web"].is_idle


async def test_an_optional_kind_that_cannot_be_followed_when_it_comes_is_told(world, caplog):
    manager = world.manager(cache_by_kind={LATE: CacheOptions(namespaces=["default"])})
    watch = Watch(LATE, lambda obj: [], optional=True)
    manager.add(Controller(Web, nothing, watches=[watch]))
    world.start(manager)
    await settled(20)
    world.server.load([definition(replace(LATES, namespaced=False))])
    await settled(60)
    assert "controller web cannot follow Late, and goes on without it" in caplog.text
    assert "Late is cluster-scoped" in caplog.text


async def test_objects_that_went_with_their_definition_unseen_are_deleted_for_us_too(world):
    """80. The watch was down when the definition went, so that no event told of its objects."""
    from kube.api.apiextensions.v1 import CustomResourceDefinition

    world.server.load([definition(LATES)])
    await world.client.create(web("x", kind=Late, color="red"))
    recording, events = Recording(), []
    watch = Watch(
        Late,
        lambda obj: [Request(f"late-{obj.metadata.name}")],
        optional=True,
        predicate=lambda event: events.append(event) or True,
    )
    manager = await started(world, Controller(Web, recording, watches=[watch]))
    assert recording.names == ["late-x"]
    with world.server.state.lock:
        world.server.drop_watches("lates")
        await world.client.delete(CustomResourceDefinition, "lates.example.com")
    assert await recording.until(2) == ["late-x", "late-x"]
    assert (str(events[-1].type), events[-1].is_last_known) == ("delete", True)
    assert events[-1].object.spec.color == "red"
    [late] = [each for each in manager.cache.informers if each.kind == "Late"]
    assert late.indexer.list() == []
    world.server.load([definition(LATES)])
    await world.client.create(web("y", kind=Late))
    assert (await recording.until(3))[-1] == "late-y"


async def test_a_kind_that_is_not_there_is_told_once_and_so_is_its_coming(world, caplog):
    watch = Watch(Late, lambda obj: [], optional=True)
    with caplog.at_level(logging.INFO, "kube.cache"):
        await started(world, Controller(Web, nothing, watches=[watch]))
        await settled(3000)
        missing = [r for r in caplog.records if r.getMessage().startswith("Late")]
        assert len(missing) == 1
        world.server.load([definition(LATES)])
        await settled(100)
    assert "Late: the server serves it now" in caplog.text
