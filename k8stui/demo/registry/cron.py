"""Schedules of CronJobs: five fields or a word, and the next time that they mean.

The grammar, the bounds and the wordings are those of `github.com/robfig/cron/v3` ParseStandard, which validation and
the controller of a real cluster use.
"""

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
_WORDS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_LONGEST = 366 * 5
"""Days within which a schedule has to come true, or it never does."""
_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_PART = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)")


class _Bounds(Struct, frozen=True):
    low: int
    high: int
    names: dict[str, int] = {}


_MINUTE = _Bounds(0, 59)
_HOUR = _Bounds(0, 23)
_DAY = _Bounds(1, 31)
_MONTH = _Bounds(1, 12, {name: number for number, name in enumerate(_MONTHS, 1)})
_WEEKDAY = _Bounds(0, 6, {name: number for number, name in enumerate(_DAYS)})


class Schedule(Struct, frozen=True):
    """When something is to happen, in one time zone."""

    minutes: tuple[int, ...] = ()
    hours: tuple[int, ...] = ()
    days: frozenset[int] = frozenset()
    months: frozenset[int] = frozenset()
    weekdays: frozenset[int] = frozenset()
    """Sunday is 0."""
    either: bool = False
    """Neither days nor weekdays were `*`: one of the two is enough."""
    every: float = 0.0
    """Seconds, of `@every`; the fields mean nothing then."""
    zone: str = "UTC"

    def next(self, after: float) -> float | None:
        """The first time after this one (seconds since the epoch, in whole seconds); None when there is none."""
        if self.every:
            return float(int(after) + max(1, int(self.every)))
        zone = ZoneInfo(self.zone)
        start = datetime.fromtimestamp(after, zone)
        day, first = start.date(), start.hour
        for _ in range(_LONGEST):
            if self._falls_on(day.month, day.day, day.isoweekday() % 7):
                times = self._times(datetime.combine(day, time.min), zone, first)
                found = next((at for at in times if at > after), None)
                if found is not None:
                    return found
            day, first = day + timedelta(days=1), 0
        return None

    def _falls_on(self, month: int, day: int, weekday: int) -> bool:
        if month not in self.months:
            return False
        rows = (day in self.days, weekday in self.weekdays)
        return any(rows) if self.either else all(rows)

    def _times(self, midnight: datetime, zone: ZoneInfo, first: int) -> Iterator[float]:
        """The times of one day from an hour on: none in the hour that daylight saving skips, two in one it repeats."""
        for hour in self.hours:
            if hour < first:
                continue
            folds = [[self._moment(midnight, zone, hour, minute, fold) for minute in self.minutes] for fold in (0, 1)]
            yield from sorted({moment for row in folds for moment in row if moment is not None})

    def _moment(self, midnight: datetime, zone: ZoneInfo, hour: int, minute: int, fold: int) -> float | None:
        moment = midnight.replace(hour=hour, minute=minute, fold=fold, tzinfo=zone).timestamp()
        back = datetime.fromtimestamp(moment, zone)
        return moment if (back.hour, back.minute) == (hour, minute) else None


@lru_cache(maxsize=256)
def parse(text: str, zone: str = "") -> Schedule:
    """A schedule in a time zone (`spec.timeZone`; UTC without). Raises ValueError in the parser's words."""
    if not text:
        raise ValueError("empty spec string")
    if text.startswith(("TZ=", "CRON_TZ=")):
        given, _, text = text.partition(" ")
        zone, text = given.partition("=")[2], text.strip()
    zone = checked_zone(zone or "UTC")
    if text.startswith("@"):
        if text.startswith("@every "):
            return Schedule(every=max(1.0, _duration(text.removeprefix("@every "))), zone=zone)
        if text not in _WORDS:
            raise ValueError(f"unrecognized descriptor: {text}")
        text = _WORDS[text]
    fields = text.split()
    if len(fields) != 5:
        raise ValueError(f"expected exactly 5 fields, found {len(fields)}: [{' '.join(fields)}]")
    bounds = (_MINUTE, _HOUR, _DAY, _MONTH, _WEEKDAY)
    minutes, hours, days, months, weekdays = (_field(row, limits) for row, limits in zip(fields, bounds, strict=True))
    starred = any(_is_star(part) for row in (fields[2], fields[4]) for part in row.split(","))
    return Schedule(
        minutes=tuple(sorted(minutes)),
        hours=tuple(sorted(hours)),
        days=days,
        months=months,
        weekdays=weekdays,
        either=not starred,
        zone=zone,
    )


def checked_zone(name: str) -> str:
    """The name of a time zone. Raises ValueError for one that is not known."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"unknown time zone {name}") from None
    return name


def _duration(text: str) -> float:
    """A duration as Go writes it: 1h30m."""
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        unit = re.fullmatch(r"[0-9.]+([^0-9.]+)", text)
        why = f'unknown unit "{unit[1]}" in duration "{text}"' if unit else f'invalid duration "{text}"'
        raise ValueError(f"failed to parse duration @every {text}: time: {why}")
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


def _is_star(part: str) -> bool:
    """Whether it leaves the choice to the other of day and weekday; `*/2` does not (robfig/cron v3, getRange)."""
    ends, _, step = part.partition("/")
    return ends in ("*", "?") and step in ("", "1")


def _field(text: str, bounds: _Bounds) -> frozenset[int]:
    found: set[int] = set()
    for part in filter(None, text.split(",")):
        found |= _range(part, bounds)
    return frozenset(found)


def _range(text: str, bounds: _Bounds) -> set[int]:
    """One of `*`, `n`, `n-m`, each with `/step`."""
    ends, *steps = text.split("/")
    low_text, *highs = ends.split("-")
    single = not highs
    if low_text in ("*", "?"):
        low, high = bounds.low, bounds.high
    else:
        low = _number(low_text, bounds)
        if len(highs) > 1:
            raise ValueError(f"too many hyphens: {text}")
        high = low if single else _number(highs[0], bounds)
    step = 1
    if len(steps) > 1:
        raise ValueError(f"too many slashes: {text}")
    if steps:
        step = _whole(steps[0])
        if single:
            high = bounds.high
    _check(text, low, high, step, bounds)
    return set(range(low, high + 1, step))


def _check(text: str, low: int, high: int, step: int, bounds: _Bounds) -> None:
    if low < bounds.low:
        raise ValueError(f"beginning of range ({low}) below minimum ({bounds.low}): {text}")
    if high > bounds.high:
        raise ValueError(f"end of range ({high}) above maximum ({bounds.high}): {text}")
    if low > high:
        raise ValueError(f"beginning of range ({low}) beyond end of range ({high}): {text}")
    if step == 0:
        raise ValueError(f"step of range should be a positive number: {text}")


def _number(text: str, bounds: _Bounds) -> int:
    named = bounds.names.get(text.lower())
    return _whole(text) if named is None else named


def _whole(text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]+", text):
        raise ValueError(f'failed to parse int from {text}: strconv.Atoi: parsing "{text}": invalid syntax')
    number = int(text)
    if number < 0:
        raise ValueError(f"negative number ({number}) not allowed: {text}")
    return number
