"""Schedules of CronJobs: five fields of cron, or a word such as `@hourly`.

The grammar is that of robfig/cron's standard parser, which the real controller uses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_WORDS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
_HORIZON = timedelta(days=5 * 366)


class ScheduleError(ValueError):
    """A text that is not a schedule, in the words of robfig/cron."""


@dataclass(frozen=True, slots=True)
class Schedule:
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    any_day: bool
    any_weekday: bool
    every: int = 0
    """Seconds between runs, for `@every`."""

    def after(self, moment: datetime) -> datetime | None:
        """The next time after a moment, in its time zone; None where there is none in five years.

        Hours and minutes are those that pass: where a clock is put forward, times in between do
        not come, and where it is put back, they come twice.
        """
        if self.every:
            return _plus(moment.replace(microsecond=0), timedelta(seconds=self.every))
        at = _plus(moment.replace(second=0, microsecond=0), timedelta(minutes=1))
        end = moment + _HORIZON
        while at < end:
            if at.month not in self.months:
                first = at.replace(day=1, hour=0, minute=0)
                at = _midnight((first + timedelta(days=32)).replace(day=1))
            elif not self._is_day(at):
                at = _midnight(at.replace(hour=0, minute=0, fold=0) + timedelta(days=1))
            elif at.hour not in self.hours:
                at = _plus(at.replace(minute=0), timedelta(hours=1))
            elif at.minute not in self.minutes:
                at = _plus(at, timedelta(minutes=1))
            else:
                return at
        return None

    def _is_day(self, at: datetime) -> bool:
        day, weekday = at.day in self.days, (at.weekday() + 1) % 7 in self.weekdays
        return (day and weekday) if self.any_day or self.any_weekday else (day or weekday)


def _plus(moment: datetime, time: timedelta) -> datetime:
    """The moment when so much time has passed."""
    return (moment.astimezone(UTC) + time).astimezone(moment.tzinfo)


def _midnight(moment: datetime) -> datetime:
    """The beginning of a day, as the clock shows it: later, where there is no midnight."""
    return _plus(moment, timedelta(0))


def parse(text: str) -> Schedule:
    """Raises ScheduleError."""
    if text.startswith(("TZ=", "CRON_TZ=")):
        text = text.partition(" ")[2].strip()
    if text.startswith("@every "):
        return _every(text)
    words = _WORDS.get(text, text)
    if words.startswith("@"):
        raise ScheduleError(f"unrecognized descriptor: {text}")
    fields = words.split()
    if len(fields) != 5:
        raise ScheduleError(f"expected exactly 5 fields, found {len(fields)}: [{' '.join(fields)}]")
    sets = [_field(field, place) for place, field in enumerate(fields)]
    minutes, hours, days, months, weekdays = sets
    any_day, any_weekday = fields[2][0] in "*?", fields[4][0] in "*?"
    return Schedule(minutes, hours, days, months, weekdays, any_day, any_weekday)


_UNITS = {"h": 3600, "m": 60, "s": 1}


def _every(text: str) -> Schedule:
    rest, seconds, number = text.removeprefix("@every "), 0, ""
    for letter in rest:
        if letter.isdigit():
            number += letter
        elif letter in _UNITS and number:
            seconds, number = seconds + int(number) * _UNITS[letter], ""
        else:
            raise ScheduleError(f"failed to parse duration {text}: time: invalid duration")
    if number or not seconds:
        raise ScheduleError(f"failed to parse duration {text}: time: invalid duration")
    nothing: frozenset[int] = frozenset()
    return Schedule(nothing, nothing, nothing, nothing, nothing, False, False, seconds)


def _field(field: str, place: int) -> frozenset[int]:
    chosen: set[int] = set()
    for part in field.split(","):
        chosen.update(_part(part, place))
    return frozenset(chosen)


def _part(part: str, place: int) -> range:
    low, high = _RANGES[place]
    whole, *steps = part.split("/")
    if len(steps) > 1:
        raise ScheduleError(f"too many slashes: {part}")
    bounds = whole.split("-")
    if len(bounds) > 2:
        raise ScheduleError(f"too many hyphens: {part}")
    if whole in ("*", "?"):
        start, end = low, high
    else:
        start = _number(bounds[0], place)
        end = _number(bounds[1], place) if len(bounds) == 2 else start
        if steps and len(bounds) == 1:
            end = high
    step = _number(steps[0], -1) if steps else 1
    if start < low:
        raise ScheduleError(f"beginning of range ({start}) below minimum ({low}): {part}")
    if end > high:
        raise ScheduleError(f"end of range ({end}) above maximum ({high}): {part}")
    if start > end:
        raise ScheduleError(f"beginning of range ({start}) beyond end of range ({end}): {part}")
    if step == 0:
        raise ScheduleError(f"step of range should be a positive number: {part}")
    return range(start, end + 1, step)


def _number(text: str, place: int) -> int:
    names = {3: _MONTHS, 4: _DAYS}.get(place, ())
    if text.lower() in names:
        return names.index(text.lower()) + (place == 3)
    if not text.isdigit():
        raise ScheduleError(
            f'failed to parse int from {text}: strconv.Atoi: parsing "{text}": invalid syntax'
        )
    return int(text)
