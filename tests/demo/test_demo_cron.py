"""Schedules of CronJobs: what they mean, and how wrong ones are refused."""

import re
from datetime import UTC, datetime

import pytest

from k8stui.demo.registry import cron


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def following(schedule: str, after: str, zone: str = "") -> str | None:
    found = cron.parse(schedule, zone).next(at(after))
    return None if found is None else datetime.fromtimestamp(found, UTC).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("schedule", "after", "expected"),
    [
        ("* * * * *", "2026-09-21 14:13:20", "2026-09-21 14:14"),
        ("* * * * *", "2026-09-21 14:13:00", "2026-09-21 14:14"),
        ("*/15 * * * *", "2026-09-21 14:45:00", "2026-09-21 15:00"),
        ("7/20 * * * *", "2026-09-21 14:13:00", "2026-09-21 14:27"),
        ("0 3 * * 1-5", "2026-09-25 03:00:00", "2026-09-28 03:00"),  # Friday to Monday
        ("0 3 * * Sun,sat", "2026-09-21 00:00:00", "2026-09-26 03:00"),
        ("30 6 1 */3 *", "2026-09-21 00:00:00", "2026-10-01 06:30"),
        ("0 0 29 feb *", "2026-09-21 00:00:00", "2028-02-29 00:00"),
        ("0 0 31 2 *", "2026-09-21 00:00:00", None),
        ("0 0 1,15 * 3", "2026-09-21 00:00:00", "2026-09-23 00:00"),  # either the day or the weekday
        ("0 0 */2 * 1", "2026-09-22 00:00:00", "2026-09-23 00:00"),  # a star with a step is none
        ("0 0 1 * ?", "2026-09-21 00:00:00", "2026-10-01 00:00"),  # a star on one side: both
        ("@hourly", "2026-09-21 14:13:20", "2026-09-21 15:00"),
        ("@daily", "2026-12-31 14:13:20", "2027-01-01 00:00"),
        ("@weekly", "2026-09-21 14:13:20", "2026-09-27 00:00"),
        ("@every 1h30m", "2026-09-21 14:00:00", "2026-09-21 15:30"),
        ("5-10/5,59 0 * * *", "2026-09-21 00:05:00", "2026-09-21 00:10"),
    ],
)
def test_the_next_time(schedule: str, after: str, expected: str | None) -> None:
    assert following(schedule, after) == expected


def test_a_time_zone_with_daylight_saving() -> None:
    berlin = "Europe/Berlin"
    assert following("0 9 * * *", "2026-07-01 08:00:00", berlin) == "2026-07-02 07:00"
    assert following("0 9 * * *", "2026-01-01 07:59:59", berlin) == "2026-01-01 08:00"
    assert following("30 2 * * *", "2026-03-28 12:00:00", berlin) == "2026-03-30 00:30"  # there is no 02:30 on the 29th
    assert following("30 2 * * *", "2026-10-24 12:00:00", berlin) == "2026-10-25 00:30"
    assert following("30 2 * * *", "2026-10-25 00:30:00", berlin) == "2026-10-25 01:30"  # the hour comes twice
    assert following("CRON_TZ=Asia/Tokyo 0 9 * * *", "2026-01-01 00:00:00") == "2026-01-02 00:00"


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        ("", "empty spec string"),
        ("* * * *", "expected exactly 5 fields, found 4: [* * * *]"),
        ("60 * * * *", "end of range (60) above maximum (59): 60"),
        ("* * 0 * *", "beginning of range (0) below minimum (1): 0"),
        ("5-2 * * * *", "beginning of range (5) beyond end of range (2): 5-2"),
        ("*/0 * * * *", "step of range should be a positive number: */0"),
        ("1-2-3 * * * *", "too many hyphens: 1-2-3"),
        ("1/2/3 * * * *", "too many slashes: 1/2/3"),
        ("x * * * *", 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'),
        ("* * * * 7", "end of range (7) above maximum (6): 7"),
        ("@noon", "unrecognized descriptor: @noon"),
        ("@every 5x", 'failed to parse duration @every 5x: time: unknown unit "x" in duration "5x"'),
        ("@every soon", 'failed to parse duration @every soon: time: invalid duration "soon"'),
    ],
)
def test_what_is_no_schedule(schedule: str, words: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        cron.parse(schedule)


def test_an_unknown_time_zone() -> None:
    with pytest.raises(ValueError, match="unknown time zone Mars/Base"):
        cron.parse("* * * * *", "Mars/Base")
