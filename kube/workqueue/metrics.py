"""What can be measured of a workqueue, as a protocol that any metrics library can serve.

Gauges are read when they are looked at, so a queue that nobody measures pays nothing for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Gauges(Protocol):
    """What a queue knows of itself at any time."""

    def __len__(self) -> int:
        """Keys that are queued."""
        ...

    def depths(self) -> Mapping[int, int]:
        """Keys that are queued, by priority."""
        ...

    def unfinished_seconds(self) -> float:
        """The time that the keys in process have been so, together."""
        ...

    def longest_running_seconds(self) -> float:
        """The time that the longest of them has been."""
        ...


class Recorder(Protocol):
    """What a queue tells of, as it happens. Times are in seconds."""

    def added(self) -> None: ...

    def retried(self) -> None: ...

    def started(self, latency: float, /) -> None:
        """A key was handed out, this long after it was queued."""

    def finished(self, duration: float, /) -> None:
        """A key is done, this long after it was handed out."""


class MetricsProvider(Protocol):
    def for_queue(self, name: str, gauges: Gauges) -> Recorder:
        """A queue begins. A controller's has the controller's name."""
        ...
