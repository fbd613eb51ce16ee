"""What to do when a watch has ended: watch again or list again, and how long to wait first.

Pure. The rules are client-go's, with two additions. A watch that the server refuses time after time
leads to a new list, because a cache that nothing updates must not pass for a current one. And
watches that end at once, time after time, are slowed down though each of them had an event, which
may have been a bookmark or an object that does not decode.

| the watch ended                                   | next         | after              |
|---------------------------------------------------|--------------|--------------------|
| by itself                                         | watch        | nothing            |
| by itself, within a second and without an event   | watch        | a growing delay    |
| by itself, within a second, for the third time    | watch        | a growing delay    |
| because its version has expired (410)             | list         | the shortest delay |
| because its version is ahead of the server's      | list         | nothing            |
| for one of these two reasons again, soon          | list         | a growing delay    |
| by 429, or the connection was refused             | watch        | a growing delay    |
| by 502 to 504, a broken or a silent connection    | watch        | a growing delay    |
| for such a reason, three times without an event   | list         | a growing delay    |
| by any other refusal                              | list         | a growing delay    |
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from kube.client.credentials import CredentialsError
from kube.client.transport import TransportError
from kube.runtime.errors import (
    APIError,
    GoneError,
    ResourceVersionTooLargeError,
    TooManyRequestsError,
)

SHORT_WATCH = 1.0
"""A watch without an event that ended within so many seconds counts as a failure."""
SHORT_WATCHES = 3
"""Watches in a row that ended within `SHORT_WATCH`, after which their events do not count."""
STEADY_WATCH = 30.0
"""A watch that lived for so many seconds shows that expired versions are not the rule."""
FRUITLESS_WATCHES = 3
"""Watches in a row that failed without an event, after which a list follows."""
TRANSIENT_CODES = frozenset({502, 503, 504})
"""HTTP codes of failures that pass: the last version still holds."""


class Delay(Enum):
    NONE = auto()
    SHORTEST = auto()
    GROWING = auto()


@dataclass(frozen=True, slots=True)
class WatchEnd:
    """How a watch ended. `error` is None where the server ended it in order."""

    error: Exception | None
    events: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Step:
    """What comes next: a list, or else a watch from the last version."""

    lists: bool
    delay: Delay


class Recovery:
    """Decides after each watch of a reflector; it remembers how the last ones ended."""

    def __init__(self) -> None:
        self._fruitless = 0
        self._expired = 0
        self._short = 0

    def after(self, end: WatchEnd) -> Step:
        error = end.error
        self._short = self._short + 1 if end.seconds < SHORT_WATCH else 0
        if end.seconds >= STEADY_WATCH:
            self._expired = 0
        if end.events or error is None:
            self._fruitless = 0
        if isinstance(error, (GoneError, ResourceVersionTooLargeError)):
            return Step(True, self._after_expiry(error))
        if error is None:
            useful = (end.events and self._short < SHORT_WATCHES) or end.seconds >= SHORT_WATCH
            return Step(False, Delay.NONE if useful else Delay.GROWING)
        if is_overload(error):
            return Step(False, Delay.GROWING)
        if not _is_transient(error):
            return Step(True, Delay.GROWING)
        if not end.events:
            self._fruitless += 1
        if self._fruitless < FRUITLESS_WATCHES:
            return Step(False, Delay.GROWING)
        self._fruitless = 0
        return Step(True, Delay.GROWING)

    def _after_expiry(self, error: Exception) -> Delay:
        self._expired += 1
        if self._expired > 1:
            return Delay.GROWING
        return Delay.SHORTEST if isinstance(error, GoneError) else Delay.NONE


def is_overload(error: Exception) -> bool:
    """Whether the server takes no requests at present, so that another kind of one is no help."""
    if isinstance(error, TransportError):
        return not error.sent
    return isinstance(error, (TooManyRequestsError, CredentialsError))


def _is_transient(error: Exception) -> bool:
    if isinstance(error, APIError):
        return error.code in TRANSIENT_CODES
    return isinstance(error, (TransportError, TimeoutError))
