"""Ages and timestamps as kubectl writes them (apimachinery util/duration)."""

import re
from datetime import datetime
from types import MappingProxyType

UNKNOWN = "<unknown>"
INVALID = "<invalid>"

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_YEAR = 365 * _DAY
_NUMBER = r"(?:\d+\.?\d*|\.\d+)"
_MICRO = ("us", "\N{MICRO SIGN}s", "\N{GREEK SMALL LETTER MU}s")
_UNITS = MappingProxyType({"h": 3600.0, "ms": 1e-3, "m": 60.0, "s": 1.0, "ns": 1e-9} | dict.fromkeys(_MICRO, 1e-6))
"""Go's, the longer before those that begin them."""


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


def whole(seconds: float) -> str:
    """A duration that somebody chose, exact to the second and as short as it can be typed: `2h`, `1h30m`, `90s`."""
    hours, rest = divmod(int(seconds), _HOUR)
    if not hours and rest < 2 * _MINUTE:
        return f"{rest}s"
    parts = ((hours, "h"), (rest // _MINUTE, "m"), (rest % _MINUTE, "s"))
    return "".join(f"{number}{unit}" for number, unit in parts if number)


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
    """A duration as kubectl's flags take it: `30`, `30s`, `2m`, `1m30s`, `.5h`, `500ms`, `2us`. Raises ValueError."""
    return float(text) if re.fullmatch(rf"{_NUMBER}", text, re.ASCII) else go(text)


def go(text: str) -> float:
    """The same with a unit after every number, as Go's ParseDuration wants it (but for a sign). Raises ValueError."""
    part = rf"({_NUMBER})({'|'.join(_UNITS)})"
    if text == "0":
        return 0.0
    if not re.fullmatch(f"({part})+", text, re.ASCII):
        raise ValueError(f"'{text}' is no duration: write it like 30s, 2m or 1m30s")
    return sum(float(number) * _UNITS[unit] for number, unit in re.findall(part, text, re.ASCII))


def _two(large: int, unit: str, small: int, part: str) -> str:
    """`3m10s`, or `3m` where nothing is left."""
    return f"{large}{unit}{small}{part}" if small else f"{large}{unit}"
