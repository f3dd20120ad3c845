"""Times as texts: in the zone that is asked for, with the offset of that very moment."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest

from k8stui.model.times import LOCAL, clock_time, moment, offset, rfc1123, stamped, zone_of

WINTER = datetime(2026, 1, 15, 12, 0, 7, 900_000, tzinfo=UTC).timestamp()
SUMMER = datetime(2026, 7, 15, 12, 0, 7, tzinfo=UTC).timestamp()


@pytest.fixture
def berlin() -> Iterator[None]:
    before = os.environ["TZ"]
    os.environ["TZ"] = "CET-1CEST,M3.5.0,M10.5.0/3"
    time.tzset()
    yield
    os.environ["TZ"] = before
    time.tzset()


def test_utc() -> None:
    assert stamped(WINTER, UTC) == "2026-01-15 12:00:07 +00:00"
    assert rfc1123(WINTER, UTC) == "Thu, 15 Jan 2026 12:00:07 +0000"
    assert clock_time(WINTER, UTC) == "12:00:07"
    assert offset(WINTER, UTC) == "+00:00"


@pytest.mark.usefixtures("berlin")
def test_local_with_the_offset_that_was_in_force_then() -> None:
    assert stamped(WINTER, LOCAL) == "2026-01-15 13:00:07 +01:00"
    assert stamped(SUMMER, LOCAL) == "2026-07-15 14:00:07 +02:00"
    assert rfc1123(SUMMER, LOCAL) == "Wed, 15 Jul 2026 14:00:07 +0200"


@pytest.mark.usefixtures("berlin")
def test_the_hour_that_comes_twice_is_told_apart() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC).timestamp()
    assert stamped(first, LOCAL) == "2026-10-25 02:30:00 +02:00"
    assert stamped(first + 3600, LOCAL) == "2026-10-25 02:30:00 +01:00"
    for at in (first, first + 3600, WINTER // 1, SUMMER):
        found = moment(at, LOCAL)
        assert found is not None
        assert found.timestamp() == at


def test_any_zone_and_no_calendar() -> None:
    assert stamped(WINTER, timezone(timedelta(hours=5, minutes=30))) == "2026-01-15 17:30:07 +05:30"
    for beyond in (1e18, -1e18, float("inf"), float("nan")):
        assert stamped(beyond, UTC) == rfc1123(beyond, LOCAL) == clock_time(beyond, LOCAL) == ""


def test_the_words_of_the_setting() -> None:
    assert zone_of("utc") is UTC
    assert zone_of("local") is LOCAL
    with pytest.raises(ValueError, match="local or utc"):
        zone_of("mars")
