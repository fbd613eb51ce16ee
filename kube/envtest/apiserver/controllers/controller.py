"""The interface of the embedded server's controllers."""

from __future__ import annotations

from typing import Protocol

from kube.envtest.apiserver.storage.store import Change


class Controller(Protocol):
    def observe(self, storage: tuple[str, str], change: Change) -> None:
        """Record a change. The store calls it, so it must not write."""

    def due_in(self) -> float | None:
        """Seconds until there is work by time alone; None for never."""
        return None

    def settle(self) -> bool:
        """Do the pending work; returns whether there was any."""
        ...
