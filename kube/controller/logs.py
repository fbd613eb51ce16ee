"""Which reconcile a log line belongs to: known to all code that a reconciler calls.

The context is a contextvar, so that tasks and threads that a reconciler starts have it too. While a
manager runs, a filter on the handlers of the root logger adds it to every record.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import uuid4

FIELDS = ("controller", "controllerGroup", "controllerKind", "namespace", "object", "reconcileID")


class Reconcile:
    """One call of a reconciler."""

    __slots__ = ("_id", "controller", "group", "kind", "namespace", "object")

    def __init__(
        self,
        controller: str,
        group: str = "",
        kind: str = "",
        namespace: str = "",
        object: str = "",
        *,
        id: str = "",
    ) -> None:
        self.controller = controller
        self.group = group
        self.kind = kind
        self.namespace = namespace
        self.object = object
        self._id = id

    @property
    def id(self) -> str:
        """Tells this call from all others. Most calls are asked by nobody, and then make none."""
        if not self._id:
            with _making_id:
                self._id = self._id or str(uuid4())
        return self._id

    @property
    def fields(self) -> dict[str, str]:
        """What log records say of it, under upstream's names."""
        values = (self.controller, self.group, self.kind, self.namespace, self.object, self.id)
        return dict(zip(FIELDS, values, strict=True))


_making_id = threading.Lock()

_current: ContextVar[Reconcile | None] = ContextVar("reconcile", default=None)


def current_reconcile() -> Reconcile | None:
    """The reconcile that the running code belongs to, or None."""
    return _current.get()


class reconciling:
    """Has all code of the block belong to a reconcile."""

    __slots__ = ("_reconcile", "_token")

    def __init__(self, reconcile: Reconcile) -> None:
        self._reconcile = reconcile

    def __enter__(self) -> None:
        self._token = _current.set(self._reconcile)

    def __exit__(self, *_: object) -> None:
        _current.reset(self._token)


class ReconcileFilter(logging.Filter):
    """Adds `reconcileID`, `controller` and the object to log records; empty outside of reconciles.

    A manager adds it to the handlers of the root logger while it runs; add it to handlers of your
    own where they are not there.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        reconcile = _current.get()
        values = reconcile.fields if reconcile is not None else dict.fromkeys(FIELDS, "")
        for name, value in values.items():
            if name not in record.__dict__:
                record.__dict__[name] = value
        return True


@contextmanager
def reconciles_in_logs() -> Iterator[None]:
    """Add the filter to the handlers of the root logger for as long as the block runs."""
    added = ReconcileFilter()
    handlers = list(logging.root.handlers)
    for handler in handlers:
        handler.addFilter(added)
    try:
        yield
    finally:
        for handler in handlers:
            handler.removeFilter(added)
