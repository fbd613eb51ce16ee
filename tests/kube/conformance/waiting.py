"""Waiting for what a server does in the background, of which it sends no word."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE = 60
"""Seconds; only a test that fails waits so long."""


def eventually(holds: Callable[[], bool]) -> None:
    """Return once it holds."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "still not so"
        time.sleep(0.05)
