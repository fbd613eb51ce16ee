"""The loop that all controllers share: names off a queue, failures again later and later."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from kube.runtime import Object
from kube.workqueue import Workqueue

log = logging.getLogger(__name__)


class Controller:
    """Reconciles names, one at a time.

    `reconcile` brings the world nearer to what an object of that name asks for. It answers the
    seconds after which to look again, or None; what it raises is logged and tried again with
    back-off.
    """

    def __init__(self, name: str, reconcile: Callable[[str], Awaitable[float | None]]) -> None:
        self.name = name
        self._reconcile = reconcile
        self._queue = Workqueue[str](name=name)

    def enqueue(self, obj: Object) -> None:
        """For handlers of objects that bear the name to be reconciled."""
        self._queue.add(obj.metadata.name)

    def enqueue_changed(self, old: Object, new: Object) -> None:
        """For `on_update`, resyncs included: they are what makes us look at files again."""
        self._queue.add(new.metadata.name)

    async def run(self) -> None:
        """Work until cancelled."""
        async for name in self._queue:
            try:
                look_again = await self._reconcile(name)
            except Exception as error:
                self._queue.add_rate_limited(name)
                log.warning("%s: %s: %s; will try again", self.name, name, error)
            else:
                self._queue.forget(name)
                if look_again is not None:
                    self._queue.add_after(name, look_again)
