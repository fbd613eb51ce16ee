"""A manager whose lists and watches fail: nothing is lost, nothing runs twice at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from kube.client import AsyncClient
from kube.controller import Controller, Manager, Request
from kube.runtime import register_resources
from kube.runtime.errors import NotFoundError
from tests.kube.faults.conftest import WIDGETS, Widget, WidgetSpec
from tests.kube.faults.proxy import after, error_event, refuses, resets, truncates

register_resources(WIDGETS)

# Few: each makes the informer's back-off twice as long.
FAULTS = [
    after(1, resets),
    refuses(503, "ServiceUnavailable"),
    after(0, error_event(410, "Expired")),
]


class Sizes:
    """A reconciler that notes the size of each widget, and who runs at once."""

    def __init__(self, client, within):
        self.client = client
        self.within = within
        self.sizes = {}
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
            size = (await self.client.get(Widget, request.name, request.namespace)).spec.size
        except NotFoundError:
            size = None
        await asyncio.sleep(0)
        self.running.discard(request)
        async with self._changed:
            self.sizes[request.name] = size
            self._changed.notify_all()

    async def become(self, sizes):
        async with self._changed, asyncio.timeout(60):
            await self._changed.wait_for(lambda: self.sizes == sizes)


@pytest.fixture
def within(namespace):
    return namespace.name


async def test_a_manager_behind_a_faulty_line_loses_nothing(environment, proxy, within):
    """The server answers lists and watches with faults; writes go past them."""
    config = replace(environment.config, server=proxy.url, ca_data=b"", token="")
    manager = Manager(config, name="test")
    sizes = Sizes(manager.client, within)
    manager.add(Controller(Widget, sizes, max_concurrent_reconciles=4))
    proxy.lists.extend([refuses(503, "ServiceUnavailable"), truncates])
    running = asyncio.create_task(manager.run(handle_signals=False))
    async with AsyncClient.for_config(environment.config) as user:
        for n in range(20):
            widget = Widget(spec=WidgetSpec(size=n + 1))
            widget.metadata.name, widget.metadata.namespace = f"w{n}", within
            await user.create(widget)
        wanted = {f"w{n}": n + 1 for n in range(20)}
        await sizes.become(wanted)
        for round, fault in enumerate(FAULTS):
            proxy.watches.append(fault)
            proxy.drop()
            for n in range(0, 20, 3):
                name = f"w{n}"
                await user.patch(
                    Widget, {"spec": {"size": 10 * round + n + 1}}, name=name, namespace=within
                )
                wanted[name] = 10 * round + n + 1
            gone = f"w{round + 1}" if (round + 1) % 3 else None
            if gone is not None:
                await user.delete(Widget, gone, within)
                wanted[gone] = None
            await sizes.become(wanted)
    assert sizes.twice == []
    manager.stop()
    await running
    assert len(manager.controllers["widget"].queue) == 0
