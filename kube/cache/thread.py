"""Informers for a synchronous program: the factory runs in a background thread.

Listers are plain calls that read memory, from any thread. Each handler runs in a thread of its own,
so it may block.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from kube.cache.errors import InformerFailedError, InformerStateError
from kube.cache.shared_informer import STOP_SECONDS, SharedInformer

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

    The connections of the factory's clients belong to that loop: leaving the block closes them. An
    instance is used once. All methods raise InformerStateError outside of the block, and in the
    thread itself, where async handlers run.
    """

    def __init__(self, factory: SharedInformerFactory) -> None:
        factory.handlers_in_threads = True
        self._factory = factory
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready = threading.Event()
        self._ending = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="informers", daemon=True)

    def start(self) -> None:
        """Start every informer asked for and not yet started."""
        self._call(self._start)

    def wait_for_cache_sync(self, timeout: float | None = None) -> dict[type[Any], bool]:
        """Start what is not started and wait until every cache holds its first list.

        Returns for each type whether it does: not, where it took longer than `timeout` seconds.
        Raises InformerFailedError where an informer cannot go on.
        """
        return self._call(lambda: self._factory.wait_for_cache_sync(timeout))

    def stop(self, informer: SharedInformer[Any], timeout: float | None = STOP_SECONDS) -> None:
        """Stop one of the factory's informers. Raises InformerStateError within its handlers."""
        self._call(lambda: informer.stop(timeout))

    def shutdown(self, timeout: float | None = STOP_SECONDS) -> None:
        """Stop all informers and wait for their handlers' calls in progress. Idempotent.

        A handler whose call takes longer than `timeout` seconds is left behind in its thread, and
        logged. Raises InformerFailedError where an informer could not go on, and
        CacheMutationError where the mutation detector is on and has found something.
        """
        self._factory.check_not_in_handler()
        with self._ending:
            if not self._thread.is_alive():
                return
            try:
                self._call(lambda: self._stop(timeout))
            finally:
                assert self._loop is not None
                self._loop.call_soon_threadsafe(self._loop.stop)
                self._thread.join()

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        try:
            self.start()
        except BaseException:
            self.shutdown()
            raise
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        try:
            self.shutdown()
        except InformerFailedError as failure:
            if error is not failure:
                raise

    async def _start(self) -> None:
        self._factory.start()

    async def _stop(self, timeout: float | None) -> None:
        try:
            await self._factory.shutdown(timeout)
        finally:
            await self._factory.clients.rest.close()

    def _call(self, function: Callable[[], Coroutine[Any, Any, R]]) -> R:
        if self._loop is None or not self._thread.is_alive():
            raise InformerStateError("the informers' thread is not running: use it in a with block")
        if threading.current_thread() is self._thread:
            raise InformerStateError("the informers' thread cannot wait for itself")
        return asyncio.run_coroutine_threadsafe(function(), self._loop).result()

    def _run(self) -> None:
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)
        self._ready.set()
        try:
            self._loop.run_forever()
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()
