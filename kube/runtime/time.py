"""Times and durations, as meta/v1 writes them in JSON."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

Time: TypeAlias = datetime
"""An aware datetime; `now()` returns whole seconds in UTC: `2026-01-02T03:04:05Z`."""

Duration: TypeAlias = str
"""A duration as Go writes it: `1h5m0s`; see `parse_duration`."""

_UNITS = {"h": 3600, "m": 60, "s": 1, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ns": 1e-9}
"""In seconds. The micro sign has two code points that look alike."""
_TERM = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|h|m|s)")


class MicroTime(datetime):
    """A time that is always written with six fractional digits, as in Leases and Events."""


def now() -> Time:
    """The current time in whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def now_micro() -> MicroTime:
    """The current time with microseconds."""
    return MicroTime.now(UTC)


def parse_duration(text: Duration) -> timedelta:
    """The value of a duration, rounded to microseconds. Raises ValueError."""
    sign, rest = (-1, text[1:]) if text[:1] == "-" else (1, text.removeprefix("+"))
    if rest == "0":
        return timedelta()
    terms = _TERM.findall(rest)
    if not terms or "".join(number + unit for number, unit in terms) != rest:
        raise ValueError(f"{text!r} is not a valid duration: write, for example, 1h5m0s")
    seconds = sum(float(number) * _UNITS[unit] for number, unit in terms)
    try:
        return timedelta(seconds=sign * seconds)
    except OverflowError:
        raise ValueError(f"{text!r} is not a valid duration: it is out of range") from None
