"""Times that are typed to go to."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from k8stui.screens.logs.moments import parse

NOW = datetime(2026, 11, 21, 14, 30, 15, 500_000, UTC).timestamp()
BERLIN = timezone(timedelta(hours=1))


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * 10**9


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("14:05", at("2026-11-21T14:05:00Z")),
        ("14:05:30", at("2026-11-21T14:05:30Z")),
        ("9:00", at("2026-11-21T09:00:00Z")),
        ("14:05:30.25", at("2026-11-21T14:05:30Z") + 250_000_000),
        ("14:31", at("2026-11-20T14:31:00Z")),  # not of a day to come
        ("2026-11-20T14:05:30Z", at("2026-11-20T14:05:30Z")),
        ("2026-11-20T14:05:30.123456789Z", at("2026-11-20T14:05:30Z") + 123_456_789),
        ("2026-11-20T14:05:30+02:00", at("2026-11-20T12:05:30Z")),
        ("2026-11-20 14:05", at("2026-11-20T14:05:00Z")),
        ("-10m", at("2026-11-21T14:20:15Z") + 500_000_000),
        (" -1h30m ", at("2026-11-21T13:00:15Z") + 500_000_000),
        ("-90", at("2026-11-21T14:28:45Z") + 500_000_000),
    ],
)
def test_what_a_text_means(typed: str, meant: int) -> None:
    assert parse(typed, NOW, UTC) == meant


def test_clock_times_are_of_the_zone_that_is_shown() -> None:
    assert parse("15:05", NOW, BERLIN) == at("2026-11-21T14:05:00Z")
    assert parse("2026-11-20T15:05:00", NOW, BERLIN) == at("2026-11-20T14:05:00Z")


@pytest.mark.parametrize("typed", ["", "25:00", "14:61", "soon", "-", "-1x", "2026-13-01T00:00:00Z", "1\x1b:00"])
def test_what_is_no_time_says_how_to_write_one(typed: str) -> None:
    with pytest.raises(ValueError, match="is no time: 14:05") as raised:
        parse(typed, NOW, UTC)
    assert "\x1b" not in str(raised.value)
