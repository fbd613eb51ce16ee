"""Informers of many kinds, and handlers that keep a store of their own from what they hear."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from random import Random
from typing import Any

from kube.cache import SharedInformerFactory
from kube.client import AsyncRESTClient
from kube.runtime import Object, ObjectList, Resource, Struct, field
from tests.kube.soak.faults import FaultyTransport


class WidgetSpec(Struct):
    size: int = 0
    free: dict[str, int] | None = None
    """The server takes anything here; with text in it, an object does not decode."""


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


def key_of(obj: Any) -> str:
    return f"{obj.metadata.namespace}/{obj.metadata.name}"


class Book:
    """A handler: what it was told of, and what it was told that cannot be."""

    def __init__(self, *, slow: bool = False) -> None:
        self.versions: dict[str, str] = {}
        self.impossible: list[str] = []
        self._slow = slow

    def callbacks(self) -> tuple[Callable[..., Any], ...]:
        plain = (self.add, self.update, self.delete)
        if not self._slow:
            return plain

        def slowed(call: Callable[..., None]) -> Callable[..., Any]:
            async def slowly(*objects: Any) -> None:
                await asyncio.sleep(0.001)
                call(*objects)

            return slowly

        return tuple(map(slowed, plain))

    def add(self, obj: Any) -> None:
        if key_of(obj) in self.versions:
            self.impossible.append(f"add of {key_of(obj)}, which is there")
        self.versions[key_of(obj)] = obj.metadata.resource_version

    def update(self, old: Any, new: Any) -> None:
        if self.versions.get(key_of(new)) != old.metadata.resource_version:
            self.impossible.append(f"update of {key_of(new)} from a state never told")
        self.versions[key_of(new)] = new.metadata.resource_version

    def delete(self, obj: Any) -> None:
        if self.versions.pop(key_of(obj), None) is None:
            self.impossible.append(f"delete of {key_of(obj)}, which is not there")


class Follower:
    """One informer with its handlers, behind a faulty line of its own."""

    def __init__(
        self,
        name: str,
        transport: FaultyTransport,
        *,
        namespace: str = "",
        selector: str = "",
        **options: Any,
    ) -> None:
        self.name = name
        self.transport = transport
        self.namespace = namespace
        self.color = selector.removeprefix("color=")

        def select(options: Any) -> None:
            options.label_selector = selector

        class Clients:
            rest = AsyncRESTClient(transport, timeout=5)

        self.factory = SharedInformerFactory(
            Clients(),
            namespace=namespace,
            tweak_list_options=select if selector else None,
            **options,
        )
        self.informer = self.factory.informer_for(WIDGETS)
        self.books = [Book(), Book(slow=True)]
        for book in self.books:
            self.informer.add_event_handler(*book.callbacks())
        self._late: Any = None

    def change_handlers(self, random: Random) -> None:
        """A handler comes late, or goes again."""
        if self._late is not None:
            self._late.remove()
            self._late = None
            self.books.pop()
        elif random.random() < 0.5:
            book = Book()
            self.books.append(book)
            self._late = self.informer.add_event_handler(*book.callbacks(), resync=1)

    def expects(self, obj: dict[str, Any]) -> bool:
        meta = obj["metadata"]
        in_namespace = self.namespace in ("", meta["namespace"])
        return in_namespace and (
            not self.color or (meta.get("labels") or {}).get("color") == self.color
        )

    def cached(self) -> dict[str, str]:
        return {key_of(obj): obj.metadata.resource_version for obj in self.informer.indexer.list()}

    def difference(self, listed: list[dict[str, Any]]) -> str:
        """Why the follower is not at rest yet; empty when it is."""
        expected = {
            f"{o['metadata']['namespace']}/{o['metadata']['name']}": o["metadata"][
                "resourceVersion"
            ]
            for o in listed
            if self.expects(o)
        }
        if self.cached() != expected:
            return f"{self.name}: the store has {self.cached()}, the server {expected}"
        for number, book in enumerate(self.books):
            if book.versions != expected:
                return f"{self.name}: handler {number} has {book.versions}, the server {expected}"
        if self.transport.open_streams != 1:
            return f"{self.name}: {self.transport.open_streams} watches are open"
        return ""

    def impossible(self) -> list[str]:
        return [f"{self.name}: {found}" for book in self.books for found in book.impossible]
