"""What can be measured of an informer, as a protocol that any metrics library can implement.

An informer always counts what it does in plain integers, and a provider reads them when metrics are
collected, so that an event costs the same with and without metrics.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class InformerMeasures:
    """The numbers of an informer at one moment. All but the last three only grow."""

    lists: int = 0
    """Lists that were begun, streamed or not; later pages do not count."""
    relists: int = 0
    """How often the cache was replaced after the first time."""
    watches: int = 0
    """Watches that were begun."""
    events: int = 0
    """Events of watches, bookmarks included."""
    failures: int = 0
    """Pauses of the reflector: after a failure, an expired version, or a watch without use."""
    skipped: int = 0
    """Objects that did not decode, were of another kind, or older than the version reached."""
    transform_errors: int = 0
    """Objects that a transform failed on."""
    handler_errors: int = 0
    """Calls of handlers that raised."""
    objects: int = 0
    """Objects in the cache."""
    pending: int = 0
    """Calls of handlers that are queued."""
    resource_version: int = 0
    """The version up to which the cache is known to be true; 0 where it is not a number."""


class Measured(Protocol):
    def measures(self) -> InformerMeasures:
        """May be called from any thread."""
        ...


class MetricsProvider(Protocol):
    def for_informer(self, api_version: str, kind: str, informer: Measured) -> Callable[[], None]:
        """Called when an informer starts; returns what is called when it has stopped."""
        ...
