"""Informers for a synchronous program. Real time and threads: events only, no sleeps."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from kube.api.meta.v1 import ObjectMeta
from kube.cache import InformerFailedError, InformerStateError
from tests.kube.cache.scripted import Widget
from tests.kube.cache.served import Clients, Factory, FaultyTransport, Writer, new_server


def new_factory(**options):
    server = new_server(time.monotonic)
    return Writer(server), Factory(Clients(FaultyTransport(server)), **options)


def test_listers_are_plain_calls_over_a_factory_in_a_background_thread():
    writer, factory = new_factory()
    asyncio.run(writer.create("a"))
    widgets = factory.widgets
    widgets.informer  # noqa: B018
    with factory.run_in_thread() as informers:
        assert informers.wait_for_cache_sync(timeout=10) == {Widget: True}
        assert widgets.lister.get("a", "ns").metadata.name == "a"
    assert widgets.informer.is_stopped


def test_blocking_handlers_run_in_threads_of_their_own():
    writer, factory = new_factory()
    asyncio.run(writer.create("a"))
    heard, released, threads = threading.Event(), threading.Event(), []

    def blocking(obj):
        threads.append(threading.current_thread())
        released.wait(10)

    def other(obj):
        threads.append(threading.current_thread())
        if obj.metadata.name == "b":
            heard.set()

    factory.widgets.informer.add_event_handler(on_add=blocking)
    factory.widgets.informer.add_event_handler(on_add=other)
    with factory.run_in_thread() as informers:
        informers.wait_for_cache_sync()
        asyncio.run(writer.create("b"))
        assert heard.wait(10), "the blocked handler holds up nobody"
        released.set()
    assert len({id(thread) for thread in threads}) == 2
    assert threading.current_thread() not in threads


def test_handlers_and_indices_may_be_added_and_handlers_removed_while_it_runs():
    writer, factory = new_factory()
    asyncio.run(writer.create("a"))
    informer = factory.widgets.informer
    heard = threading.Event()
    with factory.run_in_thread() as informers:
        informers.wait_for_cache_sync()
        registration = informer.add_event_handler(on_add=lambda obj: heard.set())
        assert heard.wait(10)
        registration.remove()
        informer.add_indexers({"size": lambda obj: [str(obj.spec.size)]})
        assert [o.metadata.name for o in informer.indexer.by_index("size", "0")] == ["a"]


def test_a_kind_asked_for_later_starts_with_the_next_wait():
    _, factory = new_factory()
    with factory.run_in_thread() as informers:
        assert informers.wait_for_cache_sync() == {}
        factory.widgets.informer  # noqa: B018
        assert informers.wait_for_cache_sync() == {Widget: True}
        informers.shutdown()
        informers.shutdown()


def test_what_a_lister_returns_stays_as_it_was_while_the_thread_goes_on():
    writer, factory = new_factory()
    asyncio.run(writer.create("a", 1))
    changed = threading.Event()
    factory.widgets.informer.add_event_handler(on_update=lambda old, new: changed.set())
    with factory.run_in_thread() as informers:
        informers.wait_for_cache_sync()
        before = factory.widgets.lister.get("a", "ns")
        asyncio.run(writer.update("a", 2))
        assert changed.wait(10)
        assert (before.spec.size, factory.widgets.lister.get("a", "ns").spec.size) == (1, 2)
        assert isinstance(before.metadata, ObjectMeta)


def test_a_handler_that_shuts_its_informers_down_is_told_why_it_cannot():
    writer, factory = new_factory()
    asyncio.run(writer.create("a"))
    raised: list[str] = []
    heard = threading.Event()
    informers = factory.run_in_thread()

    def plain(obj):
        try:
            informers.shutdown()
        except InformerStateError as error:
            raised.append(str(error))
        heard.set()

    factory.widgets.informer.add_event_handler(on_add=plain)
    with informers:
        assert heard.wait(10)
    assert raised
    assert "cannot shut its own factory down" in raised[0]


def test_an_async_handler_is_told_why_it_cannot_wait_for_its_own_thread():
    writer, factory = new_factory()
    asyncio.run(writer.create("a"))
    raised: list[str] = []
    heard = threading.Event()
    informers = factory.run_in_thread()

    async def waiting(obj):
        for call in (informers.wait_for_cache_sync, informers.shutdown):
            try:
                call()
            except InformerStateError as error:
                raised.append(str(error))
        heard.set()

    factory.widgets.informer.add_event_handler(on_add=waiting)
    with informers:
        assert heard.wait(10)
    assert "cannot wait for itself" in raised[0]
    assert "cannot shut its own factory down" in raised[1]


def test_outside_of_its_block_the_thread_says_so():
    _, factory = new_factory()
    informers = factory.run_in_thread()
    with pytest.raises(InformerStateError, match="with block"):
        informers.start()
    with informers:
        pass
    with pytest.raises(InformerStateError, match="with block"):
        informers.wait_for_cache_sync()


def test_several_threads_may_shut_down_at_once():
    _, factory = new_factory()
    factory.widgets.informer  # noqa: B018
    with factory.run_in_thread() as informers:
        threads = [threading.Thread(target=informers.shutdown, daemon=True) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        assert not any(thread.is_alive() for thread in threads)


def test_a_factory_that_was_shut_down_leaves_no_thread_behind():
    _, factory = new_factory()
    asyncio.run(factory.shutdown())
    informers = factory.run_in_thread()
    with pytest.raises(InformerStateError, match="make a new one"), informers:
        pass
    assert "informers" not in {thread.name for thread in threading.enumerate()}


def test_a_failure_of_an_informer_reaches_the_program():
    def wrong(obj):
        raise ValueError("cannot shrink this")

    writer, factory = new_factory(transform=wrong)
    asyncio.run(writer.create("a"))
    factory.widgets.informer  # noqa: B018

    def work():
        with factory.run_in_thread() as informers:
            informers.wait_for_cache_sync(timeout=10)

    with pytest.raises(InformerFailedError, match="cannot shrink this"):
        work()


def test_a_shutdown_leaves_a_handler_behind_that_never_returns(caplog):
    writer, factory = new_factory()
    asyncio.run(writer.create("a"))
    called, released = threading.Event(), threading.Event()
    threads = []

    def stuck(obj):
        threads.append(threading.current_thread())
        called.set()
        released.wait(60)

    factory.widgets.informer.add_event_handler(on_add=stuck)
    with factory.run_in_thread() as informers:
        assert called.wait(10)
        informers.shutdown(timeout=0.05)
    assert "stuck did not end within 0.05 s" in caplog.text
    assert threads[0].is_alive()
    assert threads[0].daemon, "it does not keep the interpreter from ending"
    released.set()
    threads[0].join(10)
    assert not threads[0].is_alive()


def test_one_informer_can_be_stopped_from_the_program():
    _, factory = new_factory()
    widgets, gadgets = factory.widgets.informer, factory.gadgets.informer
    with factory.run_in_thread() as informers:
        informers.wait_for_cache_sync()
        with pytest.raises(InformerStateError, match="runs in another event loop"):
            asyncio.run(widgets.stop())
        informers.stop(widgets)
        assert (widgets.is_stopped, gadgets.is_stopped) == (True, False)


def test_threads_that_ask_at_once_share_an_informer():
    _, factory = new_factory()
    barrier, informers = threading.Barrier(8), []

    def ask():
        barrier.wait(10)
        informers.append(factory.widgets.informer)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len({id(informer) for informer in informers}) == 1
    assert len(informers) == 8
