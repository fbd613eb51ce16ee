"""Measurements of a REST client, as a protocol that any metrics library can implement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from kube.client.config import Config


class Recorder(Protocol):
    """Receives what a REST client measures, as it happens. Times are in seconds."""

    def waited(self, method: str, seconds: float, /) -> None:
        """A request waited for the client's own rate limit; 0 where it did not."""

    def answered(self, method: str, code: int | None, seconds: float, /) -> None:
        """A request was answered (a stream: its head); `code` is None where it was not."""

    def retried(self, method: str, code: int, /) -> None:
        """A request is sent again, since its answer asked for that."""


class MetricsProvider(Protocol):
    def for_config(self, config: Config) -> Recorder:
        """The recorder of a client of this server."""
        ...
