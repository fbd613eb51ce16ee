"""The controllers that benchmarks/controllers.py compares, each a program of its own.

Each gets SERVER OBJECTS CHANGES WORKERS, patches the status of a Web whose spec has changed, and
prints what benchmarks/go-controller/main.go prints.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

BEGAN = time.perf_counter()


class Progress:
    """Counts patches, and prints a line when a phase is over."""

    def __init__(self, objects: int, changes: int) -> None:
        self._targets = [objects, 2 * objects, 2 * objects + changes]
        self._patched = 0
        self._soonest = 0.0
        self._is_started = False

    def reconciling(self, color: str) -> None:
        """A reconcile begins; `color` is when the change was written, in ns, or empty."""
        if not self._is_started:
            self._is_started = True
            _print({"started": time.perf_counter() - BEGAN})
        if color.isdecimal():
            waited = time.time() - int(color) / 1e9
            self._soonest = min(self._soonest or waited, waited)

    def patched(self) -> bool:
        """An object was patched. True when that was the last one."""
        self._patched += 1
        if self._patched == self._targets[0]:
            self._targets.pop(0)
            usage = resource.getrusage(resource.RUSAGE_SELF)
            _print(
                {
                    "patched": self._patched,
                    "cpu": usage.ru_utime + usage.ru_stime,
                    "memory": _memory(),
                    "soonest": self._soonest,
                }
            )
        return not self._targets


def _memory() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0


def _print(values: dict[str, float]) -> None:
    print(json.dumps(values), flush=True)
    sys.stdout.flush()
