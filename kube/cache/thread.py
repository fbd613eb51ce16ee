"""Informers for a synchronous program: the factory runs in a background thread.

Listers are plain calls that read memory, from any thread. Handlers run each in a thread of its
own, so they may block.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from typing import Self

    from kube.cache.factory import SharedInformerFactory

R = TypeVar("R")


class InformerThread:
    """A factory's informers in a thread and an event loop of their own. A context manager.

        factory = SharedInformerFactory(AsyncClientset.for_config(config))
        clusters = factory.clusterprovisioner.v1alpha1.clusters
        clusters.informer.add_event_handler(on_add=print)
        with factory.run_in_thread() as informers:
            informers.wait_for_cache_sync()
            clusters.lister.list()

    The connections of the factory's clients belong to that loop: leaving the block closes them.
    """

    def __init__(self, factory: SharedInformerFactory) -> None:
        factory.handlers_in_threads = True
        self._factory = factory
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="informers", daemon=True)

    def start(self) -> None:
        """Start every informer asked for and not yet started."""
        self._call(self._start())

    def wait_for_cache_sync(self, timeout: float | None = None) -> dict[type[Any], bool]:
        """Start what is not started and wait until every cache holds its first list.

        Says for each type whether it does; not, where it took longer than `timeout` seconds.
        """
        return self._call(self._factory.wait_for_cache_sync(timeout))

    def shutdown(self) -> None:
        """Stop all informers and wait for the calls of handlers that are at hand. Idempotent.

        Raises CacheMutationError where the mutation detector is on and found something.
        """
        if not self._thread.is_alive():
            return
        try:
            self._call(self._stop())
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()

    def __enter__(self) -> Self:
        self._thread.start()
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()

    async def _start(self) -> None:
        self._factory.start()

    async def _stop(self) -> None:
        try:
            await self._factory.shutdown()
        finally:
            await self._factory.clients.rest.close()

    def _call(self, coroutine: Coroutine[Any, Any, R]) -> R:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()
