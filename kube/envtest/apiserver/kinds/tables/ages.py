"""Durations as people read them."""

from __future__ import annotations

from datetime import UTC, datetime


def since(timestamp: object, now: datetime) -> str:
    """The time since a timestamp, `<unknown>` where there is none."""
    return age(timestamp, now) if timestamp else "<unknown>"


def age(value: object, now: datetime) -> str:
    """A timestamp as the time since then, in the two largest units that matter: `5m`, `3d4h`."""
    then = moment(value)
    return "<invalid>" if then is None else human_duration((now - then).total_seconds())


def moment(value: object) -> datetime | None:
    try:
        then = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return then.replace(tzinfo=UTC) if then.tzinfo is None else then


def human_duration(seconds: float) -> str:
    """As apimachinery's HumanDuration: 90s, 4m30s, 45m, 5h20m, 30h → 30h, 3d4h, 20d, 2y30d."""
    whole = int(seconds)
    if whole < -1:
        return "<invalid>"
    if whole <= 0:
        return "0s"
    if whole < 120:
        return f"{whole}s"
    minutes = whole // 60
    if minutes < 10:
        return _two(minutes, "m", whole % 60, "s")
    if minutes < 180:
        return f"{minutes}m"
    hours = whole // 3600
    if hours < 8:
        return _two(hours, "h", minutes % 60, "m")
    if hours < 48:
        return f"{hours}h"
    days = hours // 24
    if hours < 24 * 8:
        return _two(days, "d", hours % 24, "h")
    if hours < 24 * 365 * 2:
        return f"{days}d"
    years = days // 365
    if hours < 24 * 365 * 8:
        return _two(years, "y", days % 365, "d")
    return f"{years}y"


def _two(large: int, unit: str, small: int, small_unit: str) -> str:
    return f"{large}{unit}{small}{small_unit}" if small else f"{large}{unit}"
