"""A manager behind a line that does harm: nothing is lost, nothing runs twice at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from kube.client import AsyncClient
from kube.controller import Controller, Manager, Request
from kube.runtime import register_resources
from kube.runtime.errors import NotFoundError
from tests.kube.conformance.test_managers import PATIENCE, install, uninstall
from tests.kube.controller.world import LATES, Late, Recording, web
from tests.kube.faults.catalogue import LIST_FAULTS, WATCH_FAULTS, WRITE_FAULTS
from tests.kube.faults.conftest import WIDGETS, Widget, WidgetSpec
from tests.kube.faults.proxy import after, error_event

register_resources(WIDGETS)

COUNT = 6
SIZE = "example.io/size"
RELIST = after(0, error_event(410, "Expired"))


class Copies:
    """A reconciler that copies each widget's size to an annotation."""

    def __init__(self, client, within):
        self.client = client
        self.within = within
        self.known = {}
        """The last size that it has seen and written of each widget; None where it is gone."""
        self.running = set()
        self.twice = []
        self._changed = asyncio.Condition()

    async def reconcile(self, request: Request) -> None:
        if request.namespace != self.within:
            return
        if request in self.running:
            self.twice.append(request)
        self.running.add(request)
        try:
            size = await self._copied(request)
        finally:
            self.running.discard(request)
        async with self._changed:
            self.known[request.name] = size
            self._changed.notify_all()

    async def _copied(self, request):
        try:
            widget = await self.client.get(Widget, request.name, request.namespace)
        except NotFoundError:
            return None
        size = widget.spec.size
        if (widget.metadata.annotations or {}).get(SIZE) != str(size):
            await self.client.patch(widget, {"metadata": {"annotations": {SIZE: str(size)}}})
        return size

    async def become(self, sizes):
        async with self._changed, asyncio.timeout(60):
            await self._changed.wait_for(lambda: self.known == sizes)


class Shop:
    """Widgets that a user changes, past the proxy, and a manager behind it."""

    def __init__(self, user, manager, copies, within):
        self.user, self.manager, self.copies, self.within = user, manager, copies, within
        self.sizes = {}

    async def create(self):
        for n in range(COUNT):
            widget = Widget(spec=WidgetSpec(size=n + 1))
            widget.metadata.name, widget.metadata.namespace = f"w{n}", self.within
            await self.user.create(widget)
            self.sizes[f"w{n}"] = n + 1

    async def change(self, round):
        """Change some, delete one and create another."""
        for n in range(0, COUNT, 2):
            size = (7 * (round + 1) + n) % 99 + 1
            change = {"spec": {"size": size}}
            await self.user.patch(Widget, change, name=f"w{n}", namespace=self.within)
            self.sizes[f"w{n}"] = size
        gone, new = f"extra{round - 1}", f"extra{round}"
        if gone in self.sizes:
            await self.user.delete(Widget, gone, self.within)
            self.sizes[gone] = None
        widget = Widget(spec=WidgetSpec(size=round + 1))
        widget.metadata.name, widget.metadata.namespace = new, self.within
        await self.user.create(widget)
        self.sizes[new] = round + 1

    async def converge(self):
        """Wait until all was reconciled; then the server has what was to be written."""
        await self.copies.become(self.sizes)
        listed = {
            each.metadata.name: (each.spec.size, each.metadata.annotations[SIZE])
            for each in (await self.user.list(Widget, self.within)).items
        }
        assert listed == {n: (s, str(s)) for n, s in self.sizes.items() if s is not None}
        assert self.copies.twice == []


@pytest.fixture
async def shop(environment, proxy, namespace, monkeypatch):
    # Each fault would make the informer's back-off twice as long.
    monkeypatch.setattr("kube.cache.backoff.LIMIT", 0.1)
    config = replace(environment.config, server=proxy.url, ca_data=b"", token="")
    manager = Manager(config, name="test")
    copies = Copies(manager.client, namespace.name)
    manager.add(Controller(Widget, copies, max_concurrent_reconciles=4))
    running = asyncio.create_task(manager.run(handle_signals=False))
    async with AsyncClient.for_config(environment.config) as user:
        shop = Shop(user, manager, copies, namespace.name)
        await shop.create()
        yield shop
    assert [*proxy.watches, *proxy.lists, *proxy.writes] == [], "a fault was not met"
    controller = manager.controllers["widget"]
    async with asyncio.timeout(PATIENCE):  # the last list may still be on its way through
        while len(controller.queue) or controller.active:  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.01)
    assert not any(controller.queue.num_requeues(Request(n, shop.within)) for n in shop.sizes)
    manager.stop()
    await running


async def test_every_fault_of_a_watch_loses_nothing(shop, proxy, monkeypatch):
    monkeypatch.setattr("kube.cache.reflector.SILENCE", 1.0)
    await shop.converge()
    for round, fault in enumerate(WATCH_FAULTS.values()):
        proxy.watches.append(fault)
        proxy.drop()
        await shop.change(round)
        await shop.converge()


async def test_every_fault_of_a_list_loses_nothing(shop, proxy):
    await shop.converge()
    for round, fault in enumerate(LIST_FAULTS.values()):
        proxy.watches.append(RELIST)
        proxy.lists.append(fault)
        proxy.drop()
        await shop.change(round)
        await shop.converge()


async def test_every_fault_of_a_write_loses_nothing(shop, proxy):
    await shop.converge()
    for round, fault in enumerate(WRITE_FAULTS.values()):
        proxy.writes.extend([fault, fault])
        await shop.change(round)
        await shop.converge()


async def test_objects_that_went_with_their_definition_unseen_are_deleted_for_us_too(
    environment, proxy, monkeypatch
):
    """The line was down when the definition went: no event told of its objects."""
    monkeypatch.setattr("kube.cache.backoff.LIMIT", 0.1)
    config = replace(environment.config, server=proxy.url, ca_data=b"", token="")
    manager, recording = Manager(config, name="test"), Recording()
    async with AsyncClient.for_config(environment.config) as user:
        await install(user, LATES)
        await user.create(web("x", kind=Late))
        manager.add(Controller(Late, recording))
        running = asyncio.create_task(manager.run(handle_signals=False))
        await asyncio.wait_for(recording.until(1), PATIENCE)
        await proxy.stop_listening()
        proxy.drop()
        await uninstall(user, LATES)
        await proxy.listen()
        assert await asyncio.wait_for(recording.until(2), PATIENCE) == ["x", "x"]
        manager.stop()
        await running
