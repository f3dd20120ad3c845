"""The times that are typed to go to: a clock time of the last day, a date with its time, or how long ago."""

import re
from datetime import datetime, timedelta, tzinfo

from k8stui.model.duration import seconds
from k8stui.model.text import clean

HINT = "14:05, 14:05:30, 2026-11-21T14:05Z, -10m"
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d)(\.\d{1,9})?)?")


def parse(text: str, now: float, zone: tzinfo) -> int:
    """The moment that a text names, in nanoseconds since the epoch.

    Args:
        text: `14:05`, `14:05:30.25`, RFC 3339 (without an offset: in `zone`), `-10m`.
        now: epoch seconds; a clock time is the last moment before it at which clocks showed that.
        zone: of the times shown.

    Raises ValueError with one sentence.
    """
    text = text.strip()
    try:
        if text.startswith("-"):
            return round((now - seconds(text[1:].strip())) * 1e9)
        clock = _CLOCK.fullmatch(text)
        if clock is not None:
            return _last(clock, now, zone)
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise ValueError(f"'{clean(text, 20)}' is no time: {HINT}") from None
    return _nanoseconds(found if found.tzinfo is not None else found.replace(tzinfo=zone), text)


def _last(clock: re.Match[str], now: float, zone: tzinfo) -> int:
    """The last time before now at which clocks showed that. Raises ValueError: they never do."""
    hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
    today = datetime.fromtimestamp(now // 1, zone)
    found = today.replace(hour=hour, minute=minute, second=second, microsecond=0, fold=0)
    if found.timestamp() > now:
        day = found.date() - timedelta(days=1)
        found = found.replace(year=day.year, month=day.month, day=day.day)
    return _whole(found) + int(((clock[4] or ".0")[1:] + "0" * 9)[:9])


def _whole(found: datetime) -> int:
    return int(found.timestamp() // 1) * 10**9


def _nanoseconds(found: datetime, text: str) -> int:
    """With the digits that a datetime has no room for."""
    digits = re.search(r"\.(\d+)", text)
    try:
        return _whole(found) + int(((digits[1] if digits else "") + "0" * 9)[:9])
    except (ValueError, OverflowError):
        raise ValueError(f"'{clean(text, 20)}' is no time: {HINT}") from None
