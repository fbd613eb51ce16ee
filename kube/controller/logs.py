"""Which reconcile a log line belongs to: known to all code that a reconciler calls.

The context is a contextvar, so that tasks and threads that a reconciler starts have it too. While a
manager runs, a filter on the handlers of the root logger adds it to every record.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from uuid import uuid4

FIELDS = ("controller", "controllerGroup", "controllerKind", "namespace", "object", "reconcileID")


@dataclass(frozen=True, slots=True)
class Reconcile:
    """One call of a reconciler."""

    controller: str
    group: str = ""
    kind: str = ""
    namespace: str = ""
    object: str = ""
    id: str = field(default_factory=lambda: str(uuid4()))

    @property
    def fields(self) -> dict[str, str]:
        """What log records say of it, under upstream's names."""
        values = (self.controller, self.group, self.kind, self.namespace, self.object, self.id)
        return dict(zip(FIELDS, values, strict=True))


_current: ContextVar[Reconcile | None] = ContextVar("reconcile", default=None)


def current_reconcile() -> Reconcile | None:
    """The reconcile that the running code belongs to, or None."""
    return _current.get()


@contextmanager
def reconciling(reconcile: Reconcile) -> Iterator[None]:
    """Have all code of the block belong to a reconcile."""
    token = _current.set(reconcile)
    try:
        yield
    finally:
        _current.reset(token)


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
