"""What can be measured of an informer, as a protocol that any metrics library can serve.

An informer counts what it does in plain integers, whether or not somebody looks; everything is
read when it is looked at, so following a kind costs the same with and without metrics.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class InformerMeasures:
    """An informer at one moment. All but the last three only ever grow."""

    lists: int = 0
    """Lists that were begun, streamed or not; later pages do not count."""
    relists: int = 0
    """How often the cache was replaced after the first time."""
    watches: int = 0
    """Watches that were begun."""
    events: int = 0
    """Events of watches, bookmarks among them."""
    failures: int = 0
    """Pauses of the reflector: after a failure, an expired version, a watch that was of no use."""
    skipped: int = 0
    """Objects that did not decode, or were of another kind."""
    transform_errors: int = 0
    """Objects that a transform failed on."""
    handler_errors: int = 0
    """Calls of handlers that raised."""
    objects: int = 0
    """Objects in the cache."""
    pending: int = 0
    """Calls of handlers that are queued."""
    resource_version: int = 0
    """The version up to which the cache is known to be true; 0 where it is no number."""


class Measured(Protocol):
    def measures(self) -> InformerMeasures:
        """May be called from any thread."""
        ...


class MetricsProvider(Protocol):
    def for_informer(self, api_version: str, kind: str, informer: Measured) -> Callable[[], None]:
        """An informer starts; the answer is called when it has stopped."""
        ...
