"""What can be measured of a REST client, as a protocol that any metrics library can serve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from kube.client.config import Config


class Recorder(Protocol):
    """What a REST client tells of, as it happens. Times are in seconds."""

    def waited(self, method: str, seconds: float, /) -> None:
        """A request had to wait so long for the client's own rate limit; 0 for not at all."""

    def answered(self, method: str, code: int | None, seconds: float, /) -> None:
        """A request was answered (a stream: its head), or not, where `code` is None."""

    def retried(self, method: str, code: int, /) -> None:
        """A request is sent again, because its answer asked for that."""


class MetricsProvider(Protocol):
    def for_config(self, config: Config) -> Recorder:
        """The recorder of a client of this server."""
        ...
