"""A server that follows a script: it answers each list and each watch as the test says.

It records what it was asked for, with the (virtual) time.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from kube.api.meta.v1 import ListOptions, ObjectMeta, Status
from kube.cache import ListPage
from kube.client.transport import TransportError
from kube.client.watch_events import Bookmark, Undecodable, WatchEvent, WatchEventType
from kube.runtime import Object, codec, field
from kube.runtime.errors import from_status
from kube.runtime.struct import Struct


class WidgetSpec(Struct):
    size: int = 0
    parts: list[str] | None = None


class Widget(Object):
    spec: WidgetSpec = field(default_factory=WidgetSpec)


def widget(name: str, version: int | str = 1, *, namespace: str = "", uid: str = "", size: int = 0):
    return Widget(
        api_version="example.io/v1",
        kind="Widget",
        metadata=ObjectMeta(
            name=name, namespace=namespace, uid=uid or f"uid-{name}", resource_version=str(version)
        ),
        spec=WidgetSpec(size=size),
    )


def added(obj):
    return WatchEvent(WatchEventType.ADDED, obj)


def modified(obj):
    return WatchEvent(WatchEventType.MODIFIED, obj)


def deleted(obj):
    return WatchEvent(WatchEventType.DELETED, obj)


def bookmark(version: int | str, *, ends_initial_events: bool = False) -> Bookmark:
    annotations = {"k8s.io/initial-events-end": "true"} if ends_initial_events else None
    return Bookmark(ObjectMeta(resource_version=str(version), annotations=annotations))


def undecodable(type: str, name: str, version: int | str, kind: str = "Widget") -> Undecodable:
    raw = codec.encode({"apiVersion": "example.io/v1", "kind": kind, "metadata": {"name": name}})
    error = codec.DecodeError("Expected `int`, got `str` - at `$.spec.size`")
    metadata = ObjectMeta(name=name, resource_version=str(version))
    return Undecodable(WatchEventType(type) if type else "", metadata, error, raw)


def page(version: int | str, *items: Any, continue_: str = "", broken: Any = ()) -> ListPage[Any]:
    return ListPage(list(items), str(version), continue_, broken)


def refusal(code: int, reason: str, retry_after: float | None = None) -> Exception:
    return from_status(Status(code=code, reason=reason, message=reason), retry_after=retry_after)


def expired() -> Exception:
    return refusal(410, "Expired")


def refused() -> Exception:
    return TransportError("connection refused", sent=False)


SILENCE = object()
"""In a watch's script: nothing comes any more, and the connection stays open."""


class Script:
    """A ListerWatcher. It answers a list by a page, a watch by a list of events, or it raises.

    In a watch, an exception is raised, a number is seconds of waiting, a callable is called. When
    the answers to lists run out, the last page is repeated; when those to watches do, they are
    silent.
    """

    def __init__(self, *lists: Any, watches: Any = ()) -> None:
        self.lists: deque[Any] = deque(lists)
        self.watches: deque[Any] = deque(watches)
        self.asked_lists: list[ListOptions] = []
        self.asked_watches: list[ListOptions] = []
        self.times: list[float] = []
        self.open_watches = 0
        self._last_page: Any = page(1)
        self._live: asyncio.Queue[Any] | None = None
        self.silent = asyncio.Event()
        """Set when the script is at its end."""

    async def list(self, options: ListOptions) -> ListPage[Any]:
        self.asked_lists.append(options.deep_copy())
        self._note_time()
        answer = self.lists.popleft() if self.lists else self._last_page
        if isinstance(answer, Exception):
            raise answer
        self._last_page = answer
        return ListPage(
            list(answer.items), answer.resource_version, answer.continue_, answer.undecodable
        )

    @asynccontextmanager
    async def watch(self, options: ListOptions) -> AsyncIterator[AsyncIterator[Any]]:
        self.asked_watches.append(options.deep_copy())
        self._note_time()
        last = not self.watches
        answer = [SILENCE] if last else self.watches.popleft()
        if isinstance(answer, Exception):
            raise answer
        self.open_watches += 1
        try:
            yield self._events(answer, last)
        finally:
            self.open_watches -= 1

    async def _events(self, events: list[Any], last: bool) -> AsyncIterator[Any]:
        for event in events:
            if event is SILENCE:
                if last:
                    self.silent.set()
                self._live = asyncio.Queue()
                while True:
                    yield await self._live.get()
            elif isinstance(event, Exception):
                raise event
            elif isinstance(event, (int, float)):
                await asyncio.sleep(event)
            elif isinstance(event, Callable):
                event()
            else:
                yield event

    def send(self, *events: Any) -> None:
        """More events, once the script is silent."""
        assert self._live is not None, "the script is not silent yet"
        for event in events:
            self._live.put_nowait(event)

    def _note_time(self) -> None:
        self.times.append(asyncio.get_running_loop().time())


class Log:
    """A handler that writes down what it hears, one line each."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def on_add(self, obj: Any) -> None:
        self.lines.append(f"add {obj.metadata.name}@{obj.metadata.resource_version}")

    def on_update(self, old: Any, new: Any) -> None:
        versions = f"{old.metadata.resource_version}→{new.metadata.resource_version}"
        self.lines.append(f"update {new.metadata.name}@{versions}")

    def on_delete(self, obj: Any) -> None:
        self.lines.append(f"delete {obj.metadata.name}@{obj.metadata.resource_version}")

    def on_initial_add(self, obj: Any) -> None:
        self.lines.append(f"initial {obj.metadata.name}@{obj.metadata.resource_version}")

    def on_tombstone(self, obj: Any) -> None:
        self.lines.append(f"tombstone {obj.metadata.name}@{obj.metadata.resource_version}")
