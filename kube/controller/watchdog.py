"""Notices an event loop that something blocks, and logs where it is.

A blocked loop stops watches, reconciles and probes alike. A thread looks whether the loop still
answers, and logs the stack of the loop's thread where it does not.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Self

BLOCKED_SECONDS = 1.0

log = logging.getLogger("kube.controller")


class Watchdog:
    """A context manager, for the event loop that it is entered in. It says so once a blockage."""

    def __init__(self, seconds: float = BLOCKED_SECONDS) -> None:
        self._seconds = seconds
        self._over = threading.Event()
        self._answered = threading.Event()

    def __enter__(self) -> Self:
        loop, thread = asyncio.get_running_loop(), threading.get_ident()
        threading.Thread(
            target=self._watch, args=(loop, thread), name="watchdog", daemon=True
        ).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()

    def _watch(self, loop: asyncio.AbstractEventLoop, thread: int) -> None:
        while not self._over.wait(self._seconds):
            self._answered.clear()
            try:
                loop.call_soon_threadsafe(self._answered.set)
            except RuntimeError:
                return  # the loop is closed
            if self._answered.wait(self._seconds) or self._over.is_set():
                continue
            frame = sys._current_frames().get(thread)
            stack = "".join(traceback.format_stack(frame)) if frame is not None else ""
            log.error(
                "the event loop has been blocked for over %g s: nothing is watched or reconciled "
                "meanwhile. Make the reconciler a plain function, which runs in a thread, or await "
                "kube.leaderelection.to_thread\n%s",
                self._seconds,
                stack,
                extra={"seconds": self._seconds},
            )
            while not (self._answered.wait(self._seconds) or self._over.is_set()):
                pass
