"""An informer behind a proxy that does harm, on both servers."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import field, replace
from random import Random

import pytest

from kube.cache import SharedInformer
from kube.cache.rest import RESTListerWatcher
from kube.client import AsyncRESTClient
from kube.runtime import Object, ObjectList, Resource, Struct
from tests.kube.conformance.conftest import (  # noqa: F401
    api,
    environment,
    environments,
    forget,
    namespace,
    pytest_generate_tests,
    server,
    widget,
    widgets,
)
from tests.kube.faults.proxy import Proxy

PAUSE = 0.02
"""Seconds of the first back-off here; what follows doubles. Upstream's 0.8 would only be slower."""


class WidgetSpec(Struct):
    size: int = 0
    free: dict[str, int] | None = None
    """The server takes anything here; a client that expects numbers may meet text."""


class Widget(Object):
    spec: WidgetSpec = field(default_factory=WidgetSpec)


WIDGETS = Resource(
    group="example.io",
    version="v1",
    kind="Widget",
    plural="widgets",
    namespaced=True,
    type=Widget,
    list_type=ObjectList[Widget],
)


@pytest.fixture(autouse=True)
def impatience(monkeypatch):
    """Short pauses and deadlines: the same code, sooner."""
    monkeypatch.setattr("kube.cache.backoff.INITIAL", PAUSE)
    monkeypatch.setattr("kube.cache.reflector.READ_MARGIN", 0.2)
    monkeypatch.setenv("KUBE_CACHE_MUTATION_DETECTOR", "true")


class Mirror:
    """What somebody knows who only listens to a handler, and what he heard that cannot be."""

    def __init__(self):
        self.versions = {}
        self.history = []
        self.impossible = []
        self._changed = asyncio.Condition()

    async def add(self, obj):
        if obj.metadata.name in self.versions:
            self.impossible.append(("added twice", obj.metadata.name))
        await self._know("add", obj)

    async def update(self, old, new):
        known = self.versions.get(new.metadata.name)
        if known != old.metadata.resource_version:
            self.impossible.append(("updated from a state never told", new.metadata.name))
        if int(new.metadata.resource_version) < int(old.metadata.resource_version):
            self.impossible.append(("updated to the past", new.metadata.name))
        await self._know("update", new)

    async def delete(self, obj):
        if obj.metadata.name not in self.versions:
            self.impossible.append(("deleted twice", obj.metadata.name))
        async with self._changed:
            self.versions.pop(obj.metadata.name, None)
            self.history.append(("delete", obj.metadata.name))
            self._changed.notify_all()

    async def _know(self, what, obj):
        async with self._changed:
            self.versions[obj.metadata.name] = obj.metadata.resource_version
            self.history.append((what, obj.metadata.name))
            self._changed.notify_all()

    async def become(self, versions):
        """Wait until that is what is known."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.versions == versions)


class Following:
    """An informer of one namespace's widgets behind the proxy; the test writes past it."""

    def __init__(self, proxy, writer, path, informer):
        self.proxy = proxy
        self.informer = informer
        self.mirror = Mirror()
        self._api = writer
        self._widgets = path
        informer.add_event_handler(self.mirror.add, self.mirror.update, self.mirror.delete)

    async def create(self, name, **spec):
        return await asyncio.to_thread(lambda: self._api.post(self._widgets, widget(name, **spec)))

    async def resize(self, name, size):
        path = f"{self._widgets}/{name}"
        patch = {"spec": {"size": size}}
        await asyncio.to_thread(lambda: self._api.patch("merge", path, patch).ok())

    async def delete(self, name):
        await asyncio.to_thread(lambda: self._api.delete(f"{self._widgets}/{name}").ok())

    async def listed(self):
        found = await asyncio.to_thread(lambda: self._api.get(self._widgets).ok())
        return {
            item["metadata"]["name"]: item["metadata"]["resourceVersion"] for item in found["items"]
        }

    async def converge(self, but=()):
        """Wait until cache and handler know what the server has, and nothing impossible was told.

        `but` are names that cannot be decoded.
        """
        wanted = await self.listed()
        for name in but:
            del wanted[name]
        async with asyncio.timeout(60):
            await self.informer.wait_for_sync()
            await self.mirror.become(wanted)
        cached = {
            obj.metadata.name: obj.metadata.resource_version for obj in self.informer.indexer.list()
        }
        assert cached == wanted
        assert self.mirror.impossible == []


@asynccontextmanager
async def informing(config, within, *, watch_list=False):
    """A running informer of the widgets in a namespace."""
    async with AsyncExitStack() as stack:
        rest = await stack.enter_async_context(AsyncRESTClient.for_config(config))
        informer = SharedInformer(
            RESTListerWatcher(rest, WIDGETS, within),
            api_version=WIDGETS.api_version,
            kind=WIDGETS.kind,
            watch_list=watch_list,
            random=Random(0),
        )
        task = asyncio.create_task(informer.run())
        try:
            yield informer
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def proxy(environment):  # noqa: F811
    async with Proxy(environment.config) as proxy:
        yield proxy


@pytest.fixture
def follow(proxy, api, namespace, widgets, environment, monkeypatch):  # noqa: F811
    """`async with follow() as f`: changes are options of the client's Config.

    A watch is asked to last `watch_seconds`, where the reflector itself would choose minutes.
    """

    @asynccontextmanager
    async def following(*, watch_list=False, watch_seconds=60, **changes):
        config = replace(
            environment.config, **{"server": proxy.url, "ca_data": b"", "token": "", **changes}
        )
        seconds = (watch_seconds, watch_seconds + 1)
        monkeypatch.setattr("kube.cache.reflector.WATCH_SECONDS", seconds)
        async with informing(config, namespace.name, watch_list=watch_list) as informer:
            yield Following(proxy, api, widgets, informer)

    return following
