"""Times and durations, as meta/v1 writes them in JSON."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

Time: TypeAlias = datetime
"""An aware datetime; whole seconds in UTC where we make it: `2026-01-02T03:04:05Z`."""

Duration: TypeAlias = str
"""A length of time as Go writes it: `1h5m0s`; see `parse_duration`."""

_UNITS = {
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
    "ms": timedelta(milliseconds=1),
    "us": timedelta(microseconds=1),
    "µs": timedelta(microseconds=1),
    "μs": timedelta(microseconds=1),
    "ns": timedelta(microseconds=1) / 1000,
}
_TERM = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|h|m|s)")


class MicroTime(datetime):
    """A time that is always written with six digits of a second, as Leases and Events have it."""


def now() -> Time:
    """The current time in whole seconds, as `Time` has it."""
    return datetime.now(UTC).replace(microsecond=0)


def now_micro() -> MicroTime:
    """The current time with microseconds."""
    return MicroTime.now(UTC)


def parse_duration(text: Duration) -> timedelta:
    """From Go's form. Below a microsecond it is rounded. Raises ValueError."""
    sign, rest = (-1, text[1:]) if text[:1] == "-" else (1, text.removeprefix("+"))
    if rest == "0":
        return timedelta()
    terms = _TERM.findall(rest)
    if not terms or "".join(number + unit for number, unit in terms) != rest:
        raise ValueError(f"{text!r} is no duration: want something like 1h5m0s")
    seconds = sum(
        float(number) * 1e-9 if unit == "ns" else float(number) * _UNITS[unit].total_seconds()
        for number, unit in terms
    )
    return timedelta(seconds=sign * seconds)
