"""What a reconciler is asked, and what it may answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import msgspec

from kube.runtime.keys import make_key


class Cause(msgspec.Struct, frozen=True):
    """Why a key was queued: an event of an object, and how it led to the key.

    `event` is `create`, `update`, `delete` or `generic`, or what followed from an earlier
    reconcile: `requeue` or `retry`, which have no object.
    """

    event: str
    kind: str = ""
    object: str = ""
    via: str = ""

    def __str__(self) -> str:
        of = f" of {self.kind} {self.object}" if self.kind else ""
        return f"{self.event}{of}{f' by {self.via}' if self.via else ''}"


@dataclass(frozen=True, slots=True, order=True)
class Request:
    """Asks to reconcile one object. Requests for one object are equal, whatever caused them.

    `causes` are the last ones since the object was last reconciled, oldest first.
    """

    name: str
    namespace: str = ""
    causes: tuple[Cause, ...] = field(default=(), compare=False, repr=False)

    def __str__(self) -> str:
        return make_key(self.name, self.namespace)

    def caused_by(self, causes: tuple[Cause, ...]) -> Request:
        """The same request with its causes."""
        return Request(self.name, self.namespace, causes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What is to follow a successful reconcile.

    `requeue_after`, in seconds or as a timedelta, reconciles again then, or earlier on an event.
    `priority` is that of this requeue; without it the key keeps the one that it had.

    Raises ValueError for a `requeue_after` that is negative or not a number.
    """

    requeue_after: float | timedelta = 0.0
    priority: int | None = None

    def __post_init__(self) -> None:
        if not self.seconds >= 0:
            raise ValueError(f"requeue_after is not a time to wait: {self.requeue_after}")

    @property
    def seconds(self) -> float:
        """`requeue_after` in seconds; 0 for no requeue."""
        after = self.requeue_after
        return after.total_seconds() if isinstance(after, timedelta) else after


class TerminalError(Exception):
    """An error that a retry cannot mend: the object is not reconciled until its next event.

    It counts where it is raised itself, where it is the cause of what is raised, and inside an
    exception group.
    """
