"""Next runs of CronJobs, by the controller's own grammar (robfig/cron v3)."""

from datetime import UTC, datetime

import pytest

from k8stui.model.cron import ScheduleError, assumed, following
from tests.support.decoded import NOW

AT = datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)


def at(schedule: str, zone: str | None = None, after: str = "") -> str:
    moment = datetime.fromisoformat(after).timestamp() if after else NOW
    found = following(schedule, zone, moment)
    return "never" if found is None else f"{datetime.fromtimestamp(found, UTC):%Y-%m-%dT%H:%M}"


@pytest.mark.parametrize(
    ("schedule", "zone", "next_"),
    [
        ("*/5 * * * *", None, "2026-09-21T14:15"),
        ("13 14 * * *", None, "2026-09-22T14:13"),
        ("14 14 * * *", None, "2026-09-21T14:14"),
        ("@hourly", None, "2026-09-21T15:00"),
        ("@daily", "Asia/Tokyo", "2026-09-21T15:00"),
        ("@weekly", None, "2026-09-27T00:00"),
        ("@monthly", None, "2026-10-01T00:00"),
        ("@yearly", None, "2027-01-01T00:00"),
        ("TZ=Asia/Tokyo 0 5 * * *", None, "2026-09-21T20:00"),
        ("CRON_TZ=Asia/Tokyo 0 5 * * *", None, "2026-09-21T20:00"),
        ("0 0 * * ?", None, "2026-09-22T00:00"),
        ("0 0 * * MON-FRI", None, "2026-09-22T00:00"),
        ("0 0 1 JAN *", None, "2027-01-01T00:00"),
        # Days and weekdays: both where one of them is a star, either where none is; `*/2` is none.
        ("0 0 13 * 5", None, "2026-09-25T00:00"),
        ("0 0 */2 * 1", None, "2026-09-23T00:00"),
        ("0 0 13 * *", None, "2026-10-13T00:00"),
        # A weekday's step ends on Saturday: 1/3 is Monday and Thursday, never Sunday.
        ("0 0 * * 1/3", None, "2026-09-24T00:00"),
        ("0 0 * * 1-1/3", None, "2026-09-28T00:00"),
        ("0 0 29 2 *", None, "2028-02-29T00:00"),
        ("0 0 30 2 *", None, "never"),
    ],
)
def test_the_next_run(schedule: str, zone: str | None, next_: str) -> None:
    assert AT.timestamp() == NOW
    assert at(schedule, zone) == next_


@pytest.mark.parametrize(
    ("schedule", "after", "next_"),
    [
        ("30 2 * * *", "2026-03-28T12:00+01:00", "2026-03-30T00:30"),  # on the 29th there is no half past two
        ("30 2 * * *", "2026-10-25T01:00+02:00", "2026-10-25T00:30"),  # and on that day there are two
        ("30 2 * * *", "2026-10-25T00:45+00:00", "2026-10-25T01:30"),
        ("0 12 * * *", "2026-03-29T00:00+01:00", "2026-03-29T10:00"),
    ],
)
def test_daylight_saving(schedule: str, after: str, next_: str) -> None:
    assert at(schedule, "Europe/Berlin", after) == next_


def test_every_counts_from_the_last_run() -> None:
    assert following("@every 1h30m", None, NOW, NOW - 1000) == NOW - 1000 + 5400
    assert following("@every 10m", None, NOW, NOW - 1000) == NOW + 200
    assert following("@every 1ms", None, NOW, NOW) == NOW + 1


@pytest.mark.parametrize(
    ("schedule", "zone"),
    [
        ("", None),
        ("x", None),
        ("* * * *", None),
        ("61 * * * *", None),
        ("*/0 * * * *", None),
        ("@sometimes", None),
        ("@every soon", None),
        ("0 0 * * MON-SUN-MON", None),
        ("0 0 * * *", "Mars/Base"),
        ("0 0 * * *", "../../etc/passwd"),
        ("TZ=Mars/Base 0 0 * * *", None),
        (" ".join(["1,"] * 400), None),
        ("١ * * * *", None),
        ("\x00 * * * *", "\x00"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(schedule: str, zone: str | None) -> None:
    with pytest.raises(ScheduleError, match=r"^The .*\.$"):
        following(schedule, zone, NOW)


@pytest.mark.parametrize(
    ("schedule", "zone", "guess"),
    [
        ("0 3 * * *", None, True),
        ("0 3 * * *", "UTC", False),
        ("TZ=UTC 0 3 * * *", None, False),
        ("@every 5m", None, False),
        ("*/5 * * * *", None, False),
        ("30 * * * *", None, True),
    ],
)
def test_when_the_time_zone_is_a_guess(schedule: str, zone: str | None, guess: bool) -> None:
    assert assumed(schedule, zone) is guess
