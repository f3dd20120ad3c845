"""Ages: what kubectl's table does not ask."""

import pytest
from hypothesis import settings

from k8stui.model.duration import UNKNOWN, age, go, seconds, stamp, whole

PROPERTY = settings(derandomize=True, max_examples=50, deadline=None)
YEAR = 365 * 86400.0


def test_an_unknown_time_has_no_age() -> None:
    assert age(None, 100.0) == UNKNOWN
    assert age(40.0, 100.0) == "60s"


def test_clock_skew_of_two_seconds_is_forgiven() -> None:
    assert age(101.9, 100.0) == "0s"
    assert age(102.0, 100.0) == "<invalid>"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2026-11-21T09:29:16Z", 1795253356.0),
        ("2026-11-21T09:29:16.832521Z", 1795253356.832521),
        ("2026-11-21T10:29:16+01:00", 1795253356.0),
        ("2026-11-21T09:29:16.832521999Z", 1795253356.832521),
        ("1969-12-31T23:59:59Z", -1.0),
    ],
)
def test_stamp(text: str, seconds: float) -> None:
    assert stamp(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "yesterday",
        "2026-11-21",
        "2026-11-21T09:29:16",
        "2026-13-41T09:29:16Z",
        "0001-01-01T00:00:00Z",
        "Z" * 40,
    ],
)
def test_what_is_no_time_is_unknown(text: str | None) -> None:
    assert stamp(text) is None


@pytest.mark.parametrize(
    ("text", "long"),
    [
        ("0", 0),
        ("1h2m3.5s", 3723.5),
        (".5h", 1800),
        ("2.m", 120),
        ("500ms", 0.5),
        ("3us", 3e-6),
        ("3\u00b5s", 3e-6),
        ("9ns", 9e-9),
    ],
)
def test_durations_as_go_reads_them(text: str, long: float) -> None:
    assert go(text) == seconds(text) == pytest.approx(long)


@pytest.mark.parametrize(
    ("long", "text"),
    [
        (7200, "2h"),
        (5400, "1h30m"),
        (34200, "9h30m"),
        (90, "90s"),
        (0, "0s"),
        (120, "2m"),
        (3661, "1h1m1s"),
        (604800, "168h"),
    ],
)
def test_a_chosen_duration_reads_back_as_it_was_chosen(long: float, text: str) -> None:
    assert whole(long) == text
    assert seconds(text) == long


def test_a_number_without_a_unit_is_seconds_only_where_that_is_allowed() -> None:
    assert seconds("90") == 90
    with pytest.raises(ValueError, match="'90' is no duration"):
        go("90")


@pytest.mark.parametrize("text", ["", "1d", "h", "1h ", "-1s", "1e3s", "\u0663s", "."])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="is no duration: write it like 30s, 2m or 1m30s"):
        seconds(text)
