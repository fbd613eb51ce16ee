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

    In another thread than the main one it handles nothing, because Python does not allow it.
    """

    def __init__(self, on_first: Callable[[], None]) -> None:
        self._on_first = on_first
        self._count = 0
        self.are_handled = False
        """Whether the program has left its signals, and so its end, to us; for good."""

    def __enter__(self) -> Self:
        if threading.current_thread() is not threading.main_thread():
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

    def _note(self, number: signal.Signals) -> None:
        self._count += 1
        fields = {"signal": number.name}
        if self._count > 1:
            log.critical("%s, the second signal: ending at once", number.name, extra=fields)
            os._exit(1)
        log.info("%s: stopping", number.name, extra=fields)
        self._on_first()
