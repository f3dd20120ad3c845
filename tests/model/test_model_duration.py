"""Ages: what kubectl's table does not ask."""

import pytest
from hypothesis import settings

from k8stui.model.duration import UNKNOWN, age, stamp

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
