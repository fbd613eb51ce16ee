"""Who wants to know what a client has written: caches that must not be older than that."""

from __future__ import annotations

from typing import Protocol

from kube.runtime.resource import Resource


class WriteObserver(Protocol):
    """Told of each write that the server has answered and stored; not of dry runs."""

    def on_written(self, resource: Resource, result: object, /) -> None:
        """An object, or a subresource of it, was created or changed: the server's answer."""

    def on_deleted(self, resource: Resource, namespace: str, name: str, body: bytes, /) -> None:
        """An object, or without a name a collection, was deleted: the body of the answer."""
