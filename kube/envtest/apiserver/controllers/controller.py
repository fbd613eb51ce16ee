"""What a controller of the embedded server is: it observes changes, and settles what follows."""

from __future__ import annotations

from typing import Protocol

from kube.envtest.apiserver.storage.store import Change


class Controller(Protocol):
    def observe(self, storage: tuple[str, str], change: Change) -> None:
        """Take note of a change; called by the store, so without writing anything."""

    def settle(self) -> bool:
        """Do what is due; whether anything was."""
        ...
