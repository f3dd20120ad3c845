"""When a CronJob runs next.

The grammar is that of the controller (github.com/robfig/cron/v3, ParseStandard); the library that walks the calendar
reads Debian's, so a schedule is written over before it gets it: `*/n` is no star in the rule that joins days and
weekdays, a weekday's `n/m` ends on Saturday, and daylight saving skips or repeats what it skips or repeats.
"""

import re
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

_WORDS = MappingProxyType(
    {
        "@yearly": "0 0 1 1 *",
        "@annually": "0 0 1 1 *",
        "@monthly": "0 0 1 * *",
        "@weekly": "0 0 * * 0",
        "@daily": "0 0 * * *",
        "@midnight": "0 0 * * *",
        "@hourly": "0 * * * *",
    }
)
_BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
_UNITS = MappingProxyType({"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0})
_PART = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)", re.ASCII)
_EVERY = "@every "
_LONGEST = 100
"""Characters of a schedule: longer ones are not read."""


class ScheduleError(ValueError):
    """The schedule or its time zone cannot be read: one sentence."""


def following(schedule: str, zone: str | None, after: float, since: float | None = None) -> float | None:
    """The first run after a moment, both in epoch seconds; None when there will never be one.

    Args:
        schedule: `spec.schedule`: five fields, a word such as `@hourly`, or `@every 1h30m`; with `TZ=` before it.
        zone: `spec.timeZone`; None: the controller's own, which nobody tells: UTC is assumed.
        after: that moment.
        since: when it last ran or, before that, was created: `@every` counts from there (the controller's own rule).

    Raises:
        ScheduleError: either cannot be read.
    """
    if schedule.startswith(_EVERY):
        step = _seconds(schedule.removeprefix(_EVERY))
        begin = float(int(after if since is None else min(since, after)))
        return begin + (int((after - begin) // step) + 1) * step
    return _following(schedule, zone, int(after // 60) * 60)


def assumed(schedule: str, zone: str | None) -> bool:
    """Whether the next run rests on the assumption that the controller's time zone is UTC."""
    if zone is not None or schedule.startswith((_EVERY, "TZ=", "CRON_TZ=")):
        return False
    fields = schedule.split()
    return not (len(fields) == 5 and fields[0].startswith("*") and fields[1:] == ["*"] * 4)


@lru_cache(maxsize=4096)
def _following(schedule: str, zone: str | None, minute: int) -> float | None:
    """The same; runs begin with a minute, so all moments of one have the same next run."""
    if schedule.startswith(("TZ=", "CRON_TZ=")):
        given, _, schedule = schedule.partition(" ")
        zone, schedule = given.partition("=")[2], schedule.strip()
    if len(schedule) > _LONGEST:
        raise ScheduleError("The schedule is too long to be read.")
    if schedule.startswith("@") and schedule not in _WORDS:
        raise ScheduleError(f"The schedule {schedule!r} cannot be read: there is no such word.")
    fields = _WORDS.get(schedule, schedule).split()
    if len(fields) != 5:
        raise ScheduleError(f"The schedule {schedule!r} cannot be read: it has {len(fields)} fields instead of 5.")
    # With a field for seconds the library leaves out Debian's own ways with daylight saving.
    written = ["0", *map(_written, fields, _BOUNDS)]
    start = datetime.fromtimestamp(minute, _zone(zone))
    try:
        return next(CronSim(" ".join(written), start)).timestamp()
    except StopIteration:
        return None
    except (CronSimError, ValueError, OverflowError) as error:
        if _readable([*written[:4], "*", written[5]], start):
            return None  # such as the 30th of February
        raise ScheduleError(f"The schedule {schedule!r} cannot be read: {str(error).lower()}.") from None


def _readable(fields: list[str], start: datetime) -> bool:
    try:
        CronSim(" ".join(fields), start)
    except (CronSimError, ValueError):
        return False
    return True


def _zone(name: str | None) -> tzinfo:
    """The time zone of that name."""
    if not name or name in ("UTC", "Etc/UTC"):
        return UTC
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise ScheduleError(f"The time zone {name!r} is not known here.") from None


def _written(field: str, bounds: tuple[int, int]) -> str:
    """A field as the library has to read it."""
    parts = [part for part in field.replace("?", "*").split(",") if part]
    if any(part in ("*", "*/1") for part in parts):
        return "*"
    return ",".join(_stepped(part, *bounds) for part in parts)


def _stepped(part: str, low: int, high: int) -> str:
    """`*/n` and `a/n` with both ends written out; `a-a/n` is `a` alone, which the library takes for `a/n`."""
    ends, slash, step = part.partition("/")
    first, dash, last = ends.partition("-")
    if slash and dash and first == last and step.strip("0").isdecimal():
        return first
    if not slash or dash:
        return part
    return f"{low}-{high}/{step}" if ends == "*" else f"{ends}-{high}/{step}"


def _seconds(text: str) -> float:
    """A duration as Go writes it (`1h30m`), a second at least."""
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ScheduleError(f"The duration {text!r} cannot be read.")
    return float(max(1, int(sum(float(number) * _UNITS[unit] for number, unit in parts))))
