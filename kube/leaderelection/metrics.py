"""What can be measured of a leader election, as a protocol that any metrics library can serve."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class MetricsProvider(Protocol):
    def for_lease(self, name: str) -> Callable[[bool], None]:
        """A candidate for a lease, by `namespace/name`. Call the answer with whether it leads."""
        ...
