"""SIGTERM and SIGINT: the first stops the manager in order, the second ends the process."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Self

SIGNALS = (signal.SIGTERM, signal.SIGINT)

log = logging.getLogger("kube.controller")


class Signals:
    """Handles signals within its block; `on_first` is called for the first one.

    None handles nothing, and neither does another thread than the main one, where Python does not
    allow it.
    """

    def __init__(self, on_first: Callable[[], None] | None) -> None:
        self._on_first = on_first
        self._count = 0
        self.are_handled = False

    def __enter__(self) -> Self:
        if self._on_first is None or threading.current_thread() is not threading.main_thread():
            return self
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            loop.add_signal_handler(number, self._note, number)
        self.are_handled = True
        return self

    def __exit__(self, *_: object) -> None:
        if self.are_handled:
            loop = asyncio.get_running_loop()
            for number in SIGNALS:
                loop.remove_signal_handler(number)
            self.are_handled = False

    def _note(self, number: signal.Signals) -> None:
        self._count += 1
        fields = {"signal": number.name}
        if self._count > 1:
            log.critical("%s, the second signal: ending at once", number.name, extra=fields)
            os._exit(1)
        log.info("%s: stopping", number.name, extra=fields)
        assert self._on_first is not None
        self._on_first()
