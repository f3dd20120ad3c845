"""Schedules of CronJobs, in the words of the parser that Kubernetes uses (robfig/cron v3, standard fields)."""

import re
from zoneinfo import available_timezones

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS: tuple[tuple[int, int, dict[str, int]], ...] = (
    (0, 59, {}),
    (0, 23, {}),
    (1, 31, {}),
    (1, 12, {name: index + 1 for index, name in enumerate(_MONTHS)}),
    (0, 6, {name: index for index, name in enumerate(_DAYS)}),
)
_DESCRIPTORS = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")
_DURATION = re.compile(r"([0-9]*\.?[0-9]+(ns|us|µs|ms|s|m|h))+")


class BadSchedule(ValueError):
    """Says what is wrong."""


def check_schedule(text: str) -> None:
    """Raises BadSchedule."""
    if text.startswith("@"):
        _descriptor(text)
        return
    fields = text.split()
    if len(fields) != len(_FIELDS):
        raise BadSchedule(f"expected exactly 5 fields, found {len(fields)}: [{' '.join(fields)}]")
    for field, (low, high, names) in zip(fields, _FIELDS, strict=True):
        for part in field.split(","):
            _range(part, low, high, names)


def known_zone(name: str) -> bool:
    """Is there such a time zone?"""
    return name in available_timezones()


def _descriptor(text: str) -> None:
    if text in _DESCRIPTORS:
        return
    if not text.startswith("@every "):
        raise BadSchedule(f"unrecognized descriptor: {text}")
    length = text.removeprefix("@every ")
    if not _DURATION.fullmatch(length):
        unit = re.fullmatch(r"[0-9.]+([^0-9.]+)", length)
        why = f'time: unknown unit "{unit[1]}" in duration "{length}"' if unit else f'time: invalid duration "{length}"'
        raise BadSchedule(f"failed to parse duration {text}: {why}")


def _range(part: str, low: int, high: int, names: dict[str, int]) -> None:
    span, *steps = part.split("/")
    ends = span.split("-")
    if ends[0] in ("*", "?"):
        if len(ends) > 1:
            raise BadSchedule(f"too many hyphens: {part}")
        start, end = low, high
    else:
        if len(ends) > 2:
            raise BadSchedule(f"too many hyphens: {part}")
        start = _number(ends[0], names)
        end = _number(ends[1], names) if len(ends) == 2 else start
    step = 1
    if len(steps) > 1:
        raise BadSchedule(f"too many slashes: {part}")
    if steps:
        step = _number(steps[0], {})
        end = high if len(ends) == 1 else end
    if start < low:
        raise BadSchedule(f"beginning of range ({start}) below minimum ({low}): {part}")
    if end > high:
        raise BadSchedule(f"end of range ({end}) above maximum ({high}): {part}")
    if start > end:
        raise BadSchedule(f"beginning of range ({start}) beyond end of range ({end}): {part}")
    if step == 0:
        raise BadSchedule(f"step of range should be a positive number: {part}")


def _number(text: str, names: dict[str, int]) -> int:
    if (known := names.get(text.lower())) is not None:
        return known
    try:
        number = int(text) if text.isascii() and text.strip("+-").isdigit() else None
    except ValueError:
        number = None
    if number is None:
        raise BadSchedule(f'failed to parse int from {text}: strconv.Atoi: parsing "{text}": invalid syntax')
    if number < 0:
        raise BadSchedule(f"negative number ({number}) not allowed: {text}")
    return number
