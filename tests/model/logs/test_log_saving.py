"""Lines as text, as kubectl prints them."""

from k8stui.model.logs.entry import Entry, Mark
from k8stui.model.logs.saving import saved, stamp

LINES = [
    Entry(1_790_000_000_000_000_123, 0, "\x1b[31mred\x1b[0m line"),
    Entry(0, -1, "gap: 3 lines rotated away", Mark.GAP),
    Entry(0, 1, "no stamp", Mark.LATE),
]


def test_plain() -> None:
    assert list(saved(LINES)) == ["red line", "--- gap: 3 lines rotated away ---", "no stamp"]


def test_with_times_and_sources_as_kubectl_writes_them() -> None:
    sources = {0: ("web-1", "app"), 1: ("web-2", "app")}
    assert list(saved(LINES, times=True, sources=sources)) == [
        "[pod/web-1/app] 2026-09-21T14:13:20.000000123Z red line",
        "--- gap: 3 lines rotated away ---",
        "[pod/web-2/app] no stamp",
    ]


def test_stamps() -> None:
    assert stamp(1) == "1970-01-01T00:00:00.000000001Z"
    assert stamp(-1) == "1969-12-31T23:59:59.999999999Z"
    assert stamp(0) == stamp(10**30) == ""
