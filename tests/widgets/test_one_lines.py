"""Status line, footer and note line: what stays in a narrow terminal, and that nothing is painted twice."""

from collections.abc import Sequence
from typing import Any

import pytest
from msgspec import structs
from rich.cells import cell_len
from textual.app import App, ComposeResult

from k8stui.model.columns import Tone
from k8stui.widgets.footer import Entry, Footer
from k8stui.widgets.note_line import NoteLine
from k8stui.widgets.one_line import OneLine
from k8stui.widgets.status_line import Status, StatusLine
from k8stui.widgets.symbols import ASCII

FULL = Status(
    context="prod-eu-1",
    user="alice",
    namespace="all namespaces",
    version="v1.34.4",
    title="pods (load) 10,000",
    freshness="live",
    tone=Tone.OK,
)
ENTRIES = [
    Entry("enter", "pods"),
    Entry("c", "cordon"),
    Entry("D", "drain", enabled=False),
    Entry("d", "describe"),
    Entry("y", "yaml"),
    Entry("space", "mark"),
    Entry("/", "filter"),
    Entry("?", "help", press="question_mark"),
]


def status(width: int, status: Status = FULL, **rest: Any) -> str:
    line = StatusLine(**rest)
    line._status = status
    return "".join(line.symbols.text(text) for text, _ in line.pieces(width))


def footer(width: int, entries: Sequence[Entry] = ENTRIES, hint: str = "") -> str:
    line = Footer()
    line._entries, line._hint = tuple(entries), hint
    return "".join(text for text, _ in line.pieces(width))


def test_the_whole_status_where_there_is_room() -> None:
    text = status(110)
    assert text.startswith(" prod-eu-1  alice  all namespaces  v1.34.4   ")
    assert text.endswith(" pods (load) 10,000   ● live ")
    assert cell_len(text) == 110


def test_version_and_user_go_first_and_title_and_freshness_stay() -> None:
    assert "alice" in status(70)
    assert "v1.34.4" not in status(70)
    narrow = status(60)
    assert narrow.startswith(" prod-eu-1  all ")
    assert narrow.endswith(" pods (load) 10,000   ● live ")
    assert status(30).endswith("pods (load) 10,000   ● live ")


@pytest.mark.parametrize(
    ("words", "tone", "least"),
    [
        ("syncing 4,500/13,000", Tone.CHANGING, "◐ syncing 4,500/13,000"),
        ("stale 42s (connection to 10.0.0.1:6443 refused)", Tone.WARNING, "▲ stale 42s"),
        ("denied: list nodes", Tone.BAD, "✖ denied"),
        ("polling every 10 s (watch is refused)", Tone.WARNING, "▲ polling every 10 s"),
    ],
)
def test_the_words_of_freshness_stay_at_60_columns(words: str, tone: Tone, least: str) -> None:
    text = status(60, Status(context="prod-eu-1", namespace="load", title="nodes 8", freshness=words, tone=tone))
    assert least in text
    assert "nodes 8" in text
    assert "prod-eu" in text
    assert cell_len(text) <= 60


def test_work_stands_between_title_and_freshness_and_stays_at_60_columns() -> None:
    busy = structs.replace(FULL, work="2 jobs, 1 ask")
    assert status(120, busy).endswith("pods (load) 10,000   2 jobs, 1 ask   ● live ")
    assert "   2 jobs, 1 ask   ● live " in status(60, busy)
    assert "prod" in status(60, busy)
    for width in range(60, 200):
        assert cell_len(status(width, busy)) <= width
    page = structs.replace(FULL, freshness="", work="1 job")
    assert status(80, page).endswith("pods (load) 10,000   1 job ")


def test_long_names_are_cut_in_the_middle_and_no_width_breaks_the_line() -> None:
    long = Status(
        context="arn:aws:eks:eu-central-1:123456789012:cluster/production-blue",
        user="system:serviceaccount:kube-system:operator",
        namespace="名前空間の名前がとても長い",
        version="v1.34.4",
        title="pods (load) 12 of 10,000",
        freshness="live",
        tone=Tone.OK,
    )
    assert "…" in status(100, long)
    assert "blue" in status(100, long)
    for width in range(220):
        assert cell_len(status(width, long)) <= max(width, cell_len(" pods (load) 12 of 10,000   ● live "))
    assert status(80, FULL, symbols=ASCII).isascii()


def test_the_footer_drops_from_the_right_and_keeps_help() -> None:
    assert footer(120).startswith(" enter pods  c cordon  D drain  d describe  y yaml  space mark  / filter  ? help")
    narrow = footer(40)
    assert narrow.startswith(" enter pods  c cordon  D drain  ? help")
    hinted = footer(80, hint="D: needs create pods/eviction")
    assert hinted.endswith("D: needs create pods/eviction")
    assert "? help" in hinted
    assert cell_len(hinted) == 79
    assert "? help" in footer(60, hint="x" * 200)
    assert cell_len(footer(60, hint="x" * 200)) <= 60


def test_a_disabled_entry_is_grey_as_a_whole() -> None:
    line = Footer()
    line._entries = tuple(ENTRIES)
    parts = dict(line.pieces(120))
    assert parts["D"] == parts[" drain"] == "off"
    assert parts["c"] == "key"


class LinesApp(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.status, self.note, self.footer = Counting(), NoteLine(), Footer()
        self.pressed: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.status
        yield self.note
        yield self.footer

    def on_footer_pressed(self, event: Footer.Pressed) -> None:
        self.pressed.append(event.key)

    def line(self, widget: OneLine) -> str:
        return widget.render_line(0).text


class Counting(StatusLine):
    drawn = 0

    def render_line(self, y: int) -> Any:
        self.drawn += 1
        return super().render_line(y)


async def test_a_line_that_reads_the_same_is_not_painted() -> None:
    app = LinesApp()
    async with app.run_test(size=(110, 5)) as pilot:
        app.status.show(FULL)
        await pilot.pause()
        before = app.status.drawn
        app.status.show(Status(**{name: getattr(FULL, name) for name in FULL.__struct_fields__}))
        assert not app.status.renew()
        await pilot.pause()
        assert app.status.drawn == before
        await pilot.resize_terminal(60, 5)
        await pilot.pause()
        assert "v1.34.4" not in app.line(app.status)
        assert cell_len(app.line(app.status)) == 60


async def test_a_click_on_a_footer_entry_is_its_key() -> None:
    app = LinesApp()
    async with app.run_test(size=(110, 5)) as pilot:
        app.footer.show(ENTRIES, "a hint")
        await pilot.pause()
        text = app.line(app.footer)
        for label in ("cordon", "? help", "a hint"):
            await pilot.click(app.footer, offset=(text.index(label), 0))
        assert app.pressed == ["c", "question_mark"]
        assert app.footer.plain.startswith(" enter pods")


async def test_a_note_is_one_line_and_never_markup() -> None:
    app = LinesApp()
    async with app.run_test(size=(60, 5)) as pilot:
        app.note.show("failed: [/bin/sh] [red]x[/red] " + "y" * 100, Tone.BAD, "10:42:07")
        await pilot.pause()
        text = app.line(app.note)
        assert text.startswith(" 10:42:07 ✖ failed: [/bin/sh] [red]x[/red] yyy")
        assert "…" in text
        assert cell_len(text) == 60
        app.note.show("")
        assert app.line(app.note).strip() == ""
        app.note.show("done")
        assert app.line(app.note).rstrip() == " done"


@pytest.mark.parametrize("width", [60, 80, 120])
def test_what_keeps_a_context_safe_stays_in_any_terminal(width: int) -> None:
    long = "arn:aws:eks:eu-central-1:123456789012:cluster/prod"
    guarded = structs.replace(FULL, context=long, namespace="checkout", guard="READ-ONLY")
    text = status(width, guarded)
    assert cell_len(text) == width
    assert "READ-ONLY" in text
    assert text.endswith("● live ")
