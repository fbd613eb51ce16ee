"""What handlers are promised."""

from __future__ import annotations

import asyncio

import pytest

from kube.api.meta.v1 import ManagedFieldsEntry
from kube.cache import InformerStateError, SharedInformer, strip_managed_fields
from tests.kube.cache.conftest import quiet
from tests.kube.cache.scripted import (
    Log,
    Script,
    added,
    deleted,
    expired,
    modified,
    page,
    widget,
)


async def test_any_number_of_handlers_share_one_watch(follow):
    async with follow(Script(page(7, widget("a")))) as f:
        logs = [Log() for _ in range(5)]
        for log in logs:
            f.informer.add_event_handler(log.on_add)
        await f.settle()
        f.script.send(added(widget("b", 8)))
        await quiet()
        assert [log.lines for log in logs] == [["add a@1", "add b@8"]] * 5
        assert len(f.script.asked_lists) == len(f.script.asked_watches) == 1


async def test_handlers_hear_of_changes_in_order_after_the_cache_has_them(follow):
    cached = []
    async with follow(Script(page(7))) as f:
        f.informer.add_event_handler(on_add=lambda obj: cached.append(f.informer.indexer.get("a")))
        await f.settle()
        a = widget("a", 8)
        f.script.send(added(a), modified(widget("a", 9)), deleted(widget("a", 10)))
        await quiet()
        assert f.log.lines == ["add a@8", "update a@8→9", "delete a@10"]
        assert f.cached() == {}
        f.script.send(added(b := widget("a", 11)))
        await quiet()
        assert cached[-1] is b


async def test_async_handlers_are_awaited_one_call_after_the_other(follow):
    heard = []

    async def slowly(obj):
        heard.append(f"begin {obj.metadata.name}")
        await asyncio.sleep(1)
        heard.append(f"end {obj.metadata.name}")

    async with follow(Script(page(7, widget("a"), widget("b")))) as f:
        f.informer.add_event_handler(on_add=slowly)
        await f.settle()
        await asyncio.sleep(5)
        assert heard == ["begin a", "end a", "begin b", "end b"]


async def test_a_slow_handler_does_not_hold_up_the_others(follow):
    for_ever = asyncio.Event()

    async def stuck(obj):
        await for_ever.wait()

    async with follow(Script(page(7, widget("a")))) as f:
        f.informer.add_event_handler(on_add=stuck)
        await f.settle()
        f.script.send(added(widget("b", 8)))
        await quiet()
        assert f.log.lines == ["initial a@1", "add b@8"]
        for_ever.set()


async def test_a_resync_hands_each_handler_that_asked_an_update_from_each_object_to_itself(follow):
    resynced = []
    async with follow(Script(page(7, widget("a"), widget("b")))) as f:
        f.informer.add_event_handler(on_update=lambda *both: resynced.append(both), resync=30)
        await f.settle()
        await asyncio.sleep(95)
        assert [old is new for old, new in resynced] == [True] * 6
        assert f.log.lines == ["initial a@1", "initial b@1"], "the other handler asked for none"


async def test_a_resync_is_at_least_a_second_apart(follow):
    async with follow(Script(page(7, widget("a"))), resync=0.001) as f:
        await f.settle()
        assert f.handler.resync == 1.0
        await asyncio.sleep(3.5)
        assert f.log.lines.count("update a@1→1") == 3


async def test_resyncs_do_not_pile_up_before_a_slow_handler(follow):
    async def slowly(old, new):
        await asyncio.sleep(100)

    async with follow(Script(page(7, widget("a"), widget("b")))) as f:
        slow = f.informer.add_event_handler(on_update=slowly, resync=1)
        await f.settle()
        await asyncio.sleep(50)
        assert slow.pending <= 2


async def test_a_late_handler_gets_what_is_there_as_initial_adds(follow):
    async with follow(Script(page(7, widget("a")))) as f:
        await f.settle()
        late, plain = Log(), Log()
        registration = f.informer.add_event_handler(late.on_add, on_initial_add=late.on_initial_add)
        f.informer.add_event_handler(plain.on_add)
        await quiet()
        f.script.send(added(widget("b", 8)))
        await quiet()
        assert late.lines == ["initial a@1", "add b@8"]
        assert plain.lines == ["add a@1", "add b@8"]
        assert registration.has_synced


async def test_the_informer_is_synced_before_a_handler_that_is_still_at_its_initial_adds(follow):
    gate = asyncio.Event()

    async def wait_at_the_gate(obj):
        await gate.wait()

    async with follow(Script(page(7, widget("a")))) as f:
        slow = f.informer.add_event_handler(on_add=wait_at_the_gate)
        assert await f.informer.wait_for_sync()
        await quiet()
        assert (f.informer.has_synced, slow.has_synced) == (True, False)
        gate.set()
        await slow.wait_for_sync()
        assert slow.has_synced


async def test_an_empty_list_is_synced_too(follow):
    async with follow(Script(page(7))) as f:
        assert await f.informer.wait_for_sync()
        await f.handler.wait_for_sync()


async def test_removing_a_handler_is_idempotent_and_leaves_the_others(follow):
    async with follow(Script(page(7))) as f:
        other = Log()
        f.informer.add_event_handler(other.on_add)
        await f.settle()
        f.handler.remove()
        f.handler.remove()
        f.script.send(added(widget("a", 8)))
        await quiet()
        assert (f.log.lines, other.lines) == ([], ["add a@8"])


async def test_a_handler_may_remove_itself(follow):
    heard = []
    async with follow(Script(page(7, widget("a"), widget("b")))) as f:

        def once(obj):
            heard.append(obj.metadata.name)
            registration.remove()

        registration = f.informer.add_event_handler(on_add=once)
        await f.settle()
        assert heard == ["a"]


@pytest.mark.parametrize("asynchronous", [False, True])
async def test_an_error_in_a_handler_is_logged_and_counted_and_stops_nothing(
    follow, caplog, asynchronous
):
    def fail(obj):
        raise ValueError("this handler is broken")

    async def fail_later(obj):
        fail(obj)

    async with follow(Script(page(7, widget("a"), widget("b")))) as f:
        broken = f.informer.add_event_handler(on_add=fail_later if asynchronous else fail)
        await f.settle()
        assert broken.errors == 2
        assert broken.has_synced
        assert f.log.lines == ["initial a@1", "initial b@1"]
        assert "failed on a" in caplog.text
        assert "this handler is broken" in caplog.text


async def test_a_handler_that_waits_for_what_is_cancelled_goes_on(follow, caplog):
    async def wait_in_vain(obj):
        gone = asyncio.get_running_loop().create_future()
        gone.cancel()
        await gone

    async with follow(Script(page(7, widget("a"), widget("b")))) as f:
        broken = f.informer.add_event_handler(on_add=wait_in_vain)
        await f.settle()
        assert broken.errors == 2
        assert broken.has_synced
        assert "failed on b" in caplog.text


async def test_a_replacement_under_one_name_in_a_gap_is_one_update_with_another_uid(follow):
    uids = []
    script = Script(
        page(7, widget("a", 3, uid="first")),
        page(30, widget("a", 25, uid="second")),
        watches=[expired()],
    )
    async with follow(script) as f:
        f.informer.add_event_handler(
            on_update=lambda old, new: uids.append((old.metadata.uid, new.metadata.uid))
        )
        await f.settle()
        assert uids == [("first", "second")]


async def test_a_relist_says_nothing_of_objects_that_are_as_they_were(follow):
    script = Script(page(7, widget("a", 3)), page(30, widget("a", 3)), watches=[expired()])
    async with follow(script) as f:
        await f.settle()
        assert f.log.lines == ["initial a@3"]


async def test_a_missed_deletion_is_told_to_on_delete_where_there_is_no_on_tombstone(follow):
    script = Script(page(7, widget("a", 3)), page(30), watches=[expired()])
    async with follow(script) as f:
        plain = Log()
        f.informer.add_event_handler(on_delete=plain.on_delete)
        await f.settle()
        assert plain.lines == ["delete a@3"]
        assert f.log.lines == ["initial a@3", "tombstone a@3"]


async def test_a_transform_runs_once_before_the_cache(follow):
    runs = []

    def shrink(obj):
        runs.append(obj.metadata.name)
        obj.spec.size = -1
        return obj

    async with follow(Script(page(7, widget("a", size=5))), transform=shrink) as f:
        f.informer.add_event_handler(on_add=lambda obj: runs.append(obj.spec.size))
        await f.settle()
        f.script.send(modified(widget("a", 8, size=6)), deleted(widget("a", 9, size=7)))
        await quiet()
        assert runs == ["a", -1, "a", "a"]


async def test_an_object_that_a_transform_fails_on_is_skipped_and_counted(follow, caplog):
    def fail_on_a(obj):
        if obj.metadata.name == "a":
            raise ValueError("cannot shrink this")
        return obj

    async with follow(Script(page(7, widget("a"), widget("b"))), transform=fail_on_a) as f:
        await f.settle()
        assert f.cached().keys() == {"b"}
        assert f.informer.measures().transform_errors == 1
        assert "cannot shrink this" in caplog.text


async def test_a_transform_runs_over_each_page_before_the_next_one_is_asked_for(follow):
    script = Script(page(7, widget("a"), widget("b"), continue_="two"), page(7, widget("c")))
    done = []

    def note(obj):
        done.append((obj.metadata.name, len(script.asked_lists)))
        return obj

    async with follow(script, transform=note) as f:
        await f.settle()
        assert done == [("a", 1), ("b", 1), ("c", 2)]


async def test_managed_fields_can_be_stripped(follow):
    heavy = widget("a")
    heavy.metadata.managed_fields = [ManagedFieldsEntry(manager="kubectl")]
    async with follow(Script(page(7, heavy)), transform=strip_managed_fields) as f:
        await f.settle()
        assert f.informer.indexer.get("a").metadata.managed_fields is None


async def test_a_transform_cannot_be_set_after_the_start(follow):
    async with follow(Script(page(7))) as f:
        await f.settle()
        with pytest.raises(InformerStateError, match="set a transform earlier"):
            f.informer.set_transform(strip_managed_fields)


async def test_a_handler_cannot_be_added_after_the_stop(follow):
    async with follow(Script(page(7))) as f:
        await f.settle()
    with pytest.raises(InformerStateError, match="was stopped"):
        f.informer.add_event_handler(on_add=print)


async def test_an_informer_runs_once(follow):
    async with follow(Script(page(7))) as f:
        await f.settle()
        with pytest.raises(InformerStateError, match="started already"):
            await f.informer.run()


async def test_waiting_for_sync_ends_with_the_informer():
    script = Script(*[expired()] * 100)
    informer = SharedInformer(script)
    running = asyncio.create_task(informer.run())
    waiting = asyncio.create_task(informer.wait_for_sync())
    await asyncio.sleep(5)
    running.cancel()
    assert await waiting is False


async def test_stopping_waits_for_the_call_at_hand_and_drops_the_rest():
    begun, finish, heard = asyncio.Event(), asyncio.Event(), []

    async def slowly(obj):
        begun.set()
        await finish.wait()
        heard.append(obj.metadata.name)

    informer = SharedInformer(Script(page(7, widget("a"), widget("b"))))
    informer.add_event_handler(on_add=slowly)
    running = asyncio.create_task(informer.run())
    await begun.wait()
    running.cancel()
    await quiet()
    assert not running.done()
    finish.set()
    await asyncio.wait([running])
    assert heard == ["a"]


async def test_stopping_waits_for_a_removed_handlers_call_too():
    begun, finish, heard = asyncio.Event(), asyncio.Event(), []

    async def slowly(obj):
        begun.set()
        await finish.wait()
        heard.append(obj.metadata.name)

    informer = SharedInformer(Script(page(7, widget("a"))))
    registration = informer.add_event_handler(on_add=slowly)
    running = asyncio.create_task(informer.run())
    await begun.wait()
    registration.remove()
    running.cancel()
    await quiet()
    assert not running.done()
    finish.set()
    await asyncio.wait([running])
    assert heard == ["a"]


async def test_waiting_for_a_handlers_sync_ends_with_its_removal_and_with_the_informer(follow):
    async with follow(Script(*[expired()] * 100)) as f:
        other = f.informer.add_event_handler(on_add=print)
        waits = [asyncio.create_task(r.wait_for_sync()) for r in (f.handler, other)]
        await asyncio.sleep(1)
        other.remove()
        assert await waits[1] is False
        assert not waits[0].done()
    assert await waits[0] is False


async def test_no_task_is_left_behind(follow):
    before = asyncio.all_tasks()
    async with follow(Script(page(7, widget("a"))), resync=1) as f:
        await f.settle()
        late = f.informer.add_event_handler(on_add=print)
        late.remove()
    assert asyncio.all_tasks() == before
