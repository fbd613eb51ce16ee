"""Time as an aware datetime. In JSON, whole seconds in UTC: `2026-01-02T03:04:05Z`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TypeAlias

Time: TypeAlias = datetime


class MicroTime(datetime):
    """A time that is always written with six digits of a second, as Leases and Events have it."""


def now() -> Time:
    """The current time in whole seconds, as `Time` has it."""
    return datetime.now(UTC).replace(microsecond=0)
