"""Ages and timestamps as kubectl writes them (apimachinery util/duration)."""

import re
from datetime import datetime

UNKNOWN = "<unknown>"
INVALID = "<invalid>"

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_YEAR = 365 * _DAY


def human(seconds: float) -> str:
    """HumanDuration: what AGE columns show. Down to two seconds in the future are `0s`, more is `<invalid>`."""
    whole = int(seconds)
    if whole < 2 * _MINUTE:
        return f"{max(0, whole)}s" if whole >= -1 else INVALID
    if whole < 10 * _MINUTE:
        return _two(whole // _MINUTE, "m", whole % _MINUTE, "s")
    if whole < 180 * _MINUTE:
        return f"{whole // _MINUTE}m"
    if whole < 8 * _HOUR:
        return _two(whole // _HOUR, "h", whole // _MINUTE % 60, "m")
    if whole < 48 * _HOUR:
        return f"{whole // _HOUR}h"
    if whole < 8 * _DAY:
        return _two(whole // _DAY, "d", whole // _HOUR % 24, "h")
    if whole < 2 * _YEAR:
        return f"{whole // _DAY}d"
    if whole < 8 * _YEAR:
        return _two(whole // _YEAR, "y", whole // _DAY % 365, "d")
    return f"{whole // _YEAR}y"


def short(seconds: float) -> str:
    """ShortHumanDuration: the largest unit alone."""
    whole = int(seconds)
    if whole < _MINUTE:
        return f"{max(0, whole)}s" if whole >= -1 else INVALID
    if whole < _HOUR:
        return f"{whole // _MINUTE}m"
    if whole < _DAY:
        return f"{whole // _HOUR}h"
    if whole < _YEAR:
        return f"{whole // _DAY}d"
    return f"{whole // _YEAR}y"


def age(created: float | None, now: float) -> str:
    """`human` of the time since `created` (both in epoch seconds), `<unknown>` where that is not known."""
    return UNKNOWN if created is None else human(now - created)


def stamp(text: str | None) -> float | None:
    """An RFC 3339 time as epoch seconds, exact to the microsecond; None when absent, malformed or Go's zero time."""
    if not text or len(text) < 20 or text[10] not in "Tt":
        return None
    try:
        moment = datetime.fromisoformat(text)
        return None if moment.tzinfo is None or moment.year == 1 else moment.timestamp()
    except (ValueError, OverflowError):
        return None


def seconds(text: str) -> float:
    """A duration as kubectl's flags take it: `30`, `30s`, `2m`, `1m30s`, `500ms`. Raises ValueError."""
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text)
    units = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
    if not re.fullmatch(r"(\d+(\.\d+)?(h|ms|m|s))+", text):
        raise ValueError(f"'{text}' is no duration: write it like 30s, 2m or 1m30s")
    return sum(float(number) * units[unit] for number, _, unit in re.findall(r"(\d+(\.\d+)?)(h|ms|m|s)", text))


def _two(large: int, unit: str, small: int, part: str) -> str:
    """`3m10s`, or `3m` where nothing is left."""
    return f"{large}{unit}{small}{part}" if small else f"{large}{unit}"
