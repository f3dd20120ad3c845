"""The log view: what stands on the screen, following and pausing, moving, searching, and what is painted."""

from collections.abc import Iterable
from datetime import UTC

import pytest
from rich.cells import cell_len
from textual import events
from textual.app import App, ComposeResult
from textual.geometry import Offset, Region
from textual.selection import Selection

from k8stui.model.logs.ansi import safe
from k8stui.model.logs.book import HEAD, Book
from k8stui.model.logs.entry import Entry, Mark
from k8stui.model.logs.query import parse
from k8stui.model.logs.shown import Lens, Shown
from k8stui.widgets.log_view import LogView
from k8stui.widgets.symbols import ASCII, UNICODE, Symbols

AT = 1_790_000_000_000_000_000
"""2026-09-21T14:13:20Z."""


class LogApp(App[None]):
    def __init__(
        self, *, wrap: bool = False, times: bool = False, most: int = 1 << 25, symbols: Symbols = UNICODE
    ) -> None:
        super().__init__()
        self.book = Book(most)
        self.shown = Shown(self.book)
        self.view = LogView(self.shown, zone=UTC, wrap=wrap, times=times, symbols=symbols)
        self.told: list[str] = []
        self.painted: list[Region | None] = []

    def compose(self) -> ComposeResult:
        yield self.view

    def on_mount(self) -> None:
        self.view.focus()
        refresh = self.view.refresh

        def noted(*regions: Region, **options: bool) -> LogView:
            self.painted += regions or [None]
            refresh(*regions, **options)
            return self.view

        self.view.refresh = noted  # type: ignore[method-assign]

    def on_log_view_paused(self, event: LogView.Paused) -> None:
        self.told.append("paused")

    def on_log_view_resumed(self, event: LogView.Resumed) -> None:
        self.told.append("resumed")

    def on_log_view_opened(self, event: LogView.Opened) -> None:
        self.told.append(f"opened {event.number}")

    def on_log_view_matched(self, event: LogView.Matched) -> None:
        self.told.append("matched")

    def on_log_view_moved(self, event: LogView.Moved) -> None:
        self.told.append(f"moved {event.number}")

    def on_log_view_vanished(self, event: LogView.Vanished) -> None:
        self.told.append(f"vanished {event.count}")

    def lines(self) -> list[str]:
        return [
            "".join(segment.text for segment in strip).rstrip() for strip in self.screen._compositor.render_strips()
        ]

    def add(self, entries: Iterable[Entry]) -> None:
        self.book.extend(list(entries))
        self.settle()

    def look(self, lens: Lens) -> None:
        self.shown.look(lens)
        self.settle()

    def settle(self) -> None:
        while not self.shown.work():
            pass
        self.view.grown()


def entries(count: int, start: int = 0, mark: Mark = Mark.LINE) -> list[Entry]:
    return [Entry(AT + number * 10**6, 0, f"line {number}", mark) for number in range(start, start + count)]


def texts(first: int, last: int) -> list[str]:
    return [f" line {number}" for number in range(first, last + 1)]


async def test_the_end_is_followed() -> None:
    app = LogApp()
    async with app.run_test(size=(40, 5)) as pilot:
        assert app.lines() == [""] * 5
        app.add(entries(3))
        await pilot.pause()
        assert app.lines() == [*texts(0, 2), "", ""]
        app.add(entries(100, 3))
        await pilot.pause()
        assert app.lines() == texts(98, 102)
        assert app.view.following
        assert app.view.cursor == 102


async def test_keys_move_and_leaving_the_end_pauses() -> None:
    app = LogApp()
    async with app.run_test(size=(40, 5)) as pilot:
        app.add(entries(100))
        for key, top, cursor, following in [
            ("j", 95, 99, True),
            ("k", 95, 98, False),
            ("up", 95, 97, False),
            ("pageup", 91, 93, False),
            ("k", 91, 92, False),
            ("k", 91, 91, False),
            ("k", 90, 90, False),
            ("g", 0, 0, False),
            ("k", 0, 0, False),
            ("pageup", 0, 0, False),
            ("pagedown", 4, 4, False),
            ("j", 4, 5, False),
            ("G", 95, 99, True),
            ("pagedown", 95, 99, True),
            ("k", 95, 98, False),
            ("j", 95, 99, False),
            ("j", 95, 99, True),
            ("home", 0, 0, False),
            ("end", 95, 99, True),
            ("pageup", 91, 95, False),
            ("pagedown", 95, 99, False),
            ("pagedown", 95, 99, True),
        ]:
            await pilot.press(key)
            assert (app.view.top, app.view.cursor, app.view.following) == (top, cursor, following), key
            assert app.lines() == texts(top, top + 4)


async def test_pausing_loses_no_lines() -> None:
    """Trap 15 of the peers: lines that come while paused are counted and all there afterwards."""
    app = LogApp()
    async with app.run_test(size=(40, 5)) as pilot:
        app.add(entries(10))
        app.view.pause()
        await pilot.pause()
        before, app.painted = app.lines(), []
        for start in range(10, 322, 6):
            app.add(entries(6, start))
        await pilot.pause()
        assert app.lines() == before
        assert app.painted == []
        assert app.view.behind == 312
        await pilot.press("j")
        await pilot.press("pagedown")
        assert app.lines()[-1] == " line 14"
        await pilot.press("G")
        assert app.lines() == texts(317, 321)
        assert app.view.behind == 0
        await pilot.press("g")
        assert app.lines() == texts(0, 4)
        assert app.told.count("paused") == 2
        assert app.told.count("resumed") == 1
        seen = list(app.shown.numbers())
        assert seen == list(range(322))


async def test_toggling_a_filter_keeps_the_place() -> None:
    app = LogApp()
    async with app.run_test(size=(40, 5)) as pilot:
        app.add(entries(100))
        await pilot.press("g")
        app.view.go(50)
        await pilot.pause()
        assert "line 50" in "".join(app.lines())
        app.look(Lens(queries=(parse("line [0-9]*5$"),)))
        await pilot.pause()
        assert app.view.cursor == 55
        assert " line 55" in app.lines()
        app.look(Lens())
        await pilot.pause()
        assert app.view.cursor == 55
        assert [line for line in app.lines() if line == " line 55"]
        assert not app.view.following
        await pilot.press("G")
        app.look(Lens(queries=(parse("nothing like it"),)))
        await pilot.pause()
        assert app.lines() == [""] * 5
        assert [app.view.cursor, app.view.top] == [None, None]
        for key in ("k", "j", "g", "G", "pageup", "pagedown", "n", "N", "enter", "left", "right"):
            await pilot.press(key)
        app.look(Lens())
        app.view.follow()
        await pilot.pause()
        assert app.lines() == texts(95, 99)


async def test_only_rows_that_differ_are_painted() -> None:
    app = LogApp()
    async with app.run_test(size=(40, 10)) as pilot:
        app.add(entries(3))
        await pilot.pause()
        app.painted = []
        app.add(entries(1, 3))
        assert app.painted == [Region(0, 3, 40, 1)]
        app.painted = []
        app.add([])
        assert app.painted == []
        await pilot.press("k")
        app.painted = []
        await pilot.press("k")
        assert app.painted == [Region(0, 1, 40, 1), Region(0, 2, 40, 1)]
        app.view.mark()
        assert app.painted[2:] == [Region(0, 1, 40, 1)]


async def test_growing_lays_out_nothing() -> None:
    app = LogApp()
    async with app.run_test(size=(40, 10)) as pilot:
        app.add(entries(50))
        await pilot.pause()
        laid_out: list[object] = []
        app.screen._refresh_layout = lambda *_: laid_out.append(1)  # type: ignore[method-assign]
        for start in range(50, 500, 50):
            app.add(entries(50, start))
            await pilot.pause()
        assert laid_out == []
        assert app.lines()[-1] == " line 499"


async def test_what_was_looked_at_has_gone() -> None:
    app = LogApp(most=10_000)
    async with app.run_test(size=(60, 5)) as pilot:
        app.add(entries(50))
        await pilot.press("g")
        await pilot.press("j")
        app.view.mark()
        app.add(entries(500, 50))
        await pilot.pause()
        first = app.book.first
        assert app.lines()[0].startswith(f"─── {first:,} older lines were dropped here: 9.77 kB are kept ──")
        assert app.lines()[1] == f" line {first}"
        assert (app.view.top, app.view.cursor) == (HEAD, first)
        assert f"vanished {first}" in app.told
        assert app.view.marks == []
        await pilot.press("pagedown")
        app.view.go(app.book.end - 30)
        await pilot.pause()
        before = app.lines()
        app.add(entries(20, 550))
        await pilot.pause()
        assert app.lines() == before


async def test_times_sources_markers_and_late_lines() -> None:
    app = LogApp(times=True)
    async with app.run_test(size=(80, 6)) as pilot:
        app.view.name_sources({0: ("web-7f9c5d-8lw2b", "app"), 1: ("web-7f9c5d-xk9jm", "app")})
        app.add([
            Entry(AT + 120_000_000, 0, "one"),
            Entry(AT + 7, 1, "two", Mark.LATE),
            Entry(0, -1, "web-7f9c5d-8lw2b/app exited 137 OOMKilled, restarted after 10 s", Mark.RESTARTED),
            Entry(0, 7, "of nobody"),
        ])  # fmt: skip
        await pilot.pause()
        assert app.lines() == [
            " 14:13:20.120 web-…8lw2b one",
            "‹14:13:20.000 web-…xk9jm two",
            "─── web-7f9c5d-8lw2b/app exited 137 OOMKilled, restarted after 10 s ────────────",
            "                         of nobody",
            "",
            "",
        ]
        app.view.times = False
        await pilot.pause()
        assert app.lines()[0] == " web-…8lw2b one"
        app.view.name_sources({0: ("web-7f9c5d-8lw2b", "app")})
        await pilot.pause()
        assert app.lines()[0] == " one"
        await pilot.press("k")
        await pilot.press("k")
        app.view.mark()
        await pilot.pause()
        assert app.lines()[1] == "+two"
        assert app.view.marks == [1]
        assert app.view.to_mark(1)
        app.view.mark()
        assert not app.view.to_mark(1)


async def test_plain_ascii() -> None:
    app = LogApp(symbols=ASCII, times=True)
    async with app.run_test(size=(30, 3)) as pilot:
        app.view.name_sources({0: ("web-7f9c5d-8lw2b", "app"), 1: ("web-7f9c5d-xk9jm", "app")})
        app.add([Entry(0, -1, "gap: 3 lines", Mark.GAP), Entry(AT, 0, "é日 and more than fits", Mark.LATE)])
        await pilot.pause()
        assert all(line.isascii() for line in app.lines())
        assert app.lines()[0] == "--- gap: 3 lines -------------"
        assert app.lines()[1].startswith("<14:13:20.000 web~")


async def test_wrapping_and_the_side() -> None:
    app = LogApp()
    long = "".join(f"{number:02d}" for number in range(60))
    async with app.run_test(size=(41, 5)) as pilot:
        app.add([Entry(0, 0, long), Entry(0, 0, "end")])
        await pilot.pause()
        assert app.lines()[0] == " " + long[:39] + "…"
        await pilot.press("right")
        assert app.lines()[0] == " " + long[8:47] + "…"
        for _ in range(20):
            await pilot.press("right")
        assert app.lines()[0] == " " + long[80:]
        assert app.lines()[1] == ""
        app.view.wrap = True
        await pilot.pause()
        assert app.lines() == [" " + long[:40], " " + long[40:80], " " + long[80:], " end", ""]
        await pilot.resize_terminal(31, 4)
        await pilot.pause()
        assert app.lines() == [" " + long[30:60], " " + long[60:90], " " + long[90:], " end"]
        await pilot.press("pageup")
        assert app.lines()[0] == " " + long[:30]


async def test_wide_and_combining_characters_keep_their_cells() -> None:
    app = LogApp(wrap=True)
    text = "日本語" * 9 + "e\u0301x" * 11
    async with app.run_test(size=(12, 12)) as pilot:
        app.add([Entry(0, 0, text)])
        await pilot.pause()
        assert "".join(line.removeprefix(" ") for line in app.lines()) == text
        assert all(cell_len(line) <= 12 for line in app.lines())
        app.view.wrap = False
        for _ in range(12):
            await pilot.press("right")
            assert all(cell_len(line) <= 12 for line in app.lines())
        assert app.lines()[0].endswith("x")


async def test_a_megabyte_in_a_line() -> None:
    app = LogApp(wrap=True)
    async with app.run_test(size=(100, 20)) as pilot:
        app.add([*entries(3), Entry(0, 0, "x" * 1_000_000 + "END"), Entry(0, 0, "日" * 300_000), *entries(3)])
        await pilot.pause()
        assert app.lines()[-1] == " line 2"
        for _ in range(5):
            await pilot.press("pageup")
        assert "日" in app.lines()[0]
        await pilot.press("g")
        await pilot.press("pagedown")
        assert app.lines()[0] == " " + "x" * 99
        app.view.search(parse("END"))
        app.settle()
        await pilot.pause()
        assert app.view.place == "1 of 1"
        app.view.wrap = False
        await pilot.press("g")
        await pilot.press("right")
        assert app.lines()[3] == " " + "x" * 98 + "…"


async def test_json_columns() -> None:
    app = LogApp(times=True)
    async with app.run_test(size=(80, 5)) as pilot:
        app.add([
            Entry(AT, 0, '{"ts":"2026-01-02T03:04:05.678Z","level":"error","msg":"timeout",'
                         '"host":"cart","status":504}'),
            Entry(AT, 0, "plain text"),
            Entry(AT, 0, '{"msg":"\\u001b[2Jno level"}'),
        ])  # fmt: skip
        app.view.columns = True
        await pilot.pause()
        assert app.lines()[:3] == [
            " 03:04:05.678 ERROR timeout  host=cart  status=504",
            " 14:13:20.000 plain text",
            " 14:13:20.000       no level",
        ]
        app.view.fields = ["status", "nosuch"]
        await pilot.pause()
        assert app.lines()[0] == " 03:04:05.678 ERROR timeout  status=504"
        app.view.columns = False
        await pilot.pause()
        assert app.lines()[0].startswith(' 14:13:20.000 {"ts"')


def styles_of(app: LogApp, y: int) -> list[tuple[str, str]]:
    """Each piece of a row with what stands out of its style."""
    return [
        (piece.text.strip(), str(piece.style))
        for piece in app.view.render_line(y)
        if piece.text.strip() and piece.style
    ]


async def test_colours_of_the_line_itself_and_of_its_level() -> None:
    app = LogApp()
    async with app.run_test(size=(60, 5)) as pilot:
        app.add([
            Entry(0, 0, safe(b"\x1b[31mred\x1b[0m \x1b[1;48;5;200mbold\x1b[0m \x1b[32;42mseen\x1b[0m ERROR")),
            Entry(0, 0, "WARN careful"),
            Entry(0, 0, "[red]no markup[/red]"),
        ])  # fmt: skip
        await pilot.pause()
        found = dict(styles_of(app, 0))
        assert found["red"].startswith("color(1)")
        assert "bold" in found["bold"]
        assert "on color(200)" in found["bold"]
        assert "on color(2)" not in found["seen"]
        warning = app.view.get_component_rich_style("log-view--warning", partial=True)
        assert dict(styles_of(app, 1))["WARN"].startswith(str(warning).split(" ", maxsplit=1)[0])
        assert app.lines()[2] == " [red]no markup[/red]"


@pytest.mark.parametrize("symbols", [UNICODE, ASCII])
async def test_a_line_changes_its_style_only_where_it_looks_otherwise(symbols: Symbols) -> None:
    app = LogApp(times=True, symbols=symbols)
    async with app.run_test(size=(80, 10)):
        app.view.name_sources({1: ("web-1", "app"), 2: ("web-2", "app")})
        app.add([Entry(AT, 1, "INFO  all is well"), Entry(AT, 2, "WARN  not quite"), Entry(AT, 2, "quiet")])
        strips = [list(app.view.render_line(y)) for y in range(3)]
        # Time, name and text; the level where it has a colour of its own. Blanks take the style beside them.
        assert [len(strip) for strip in strips] == [3, 4, 3]
        assert all(sum(cell_len(segment.text) for segment in strip) == 80 for strip in strips)


async def test_search_goes_to_matches_and_counts_them() -> None:
    app = LogApp()
    async with app.run_test(size=(40, 5)) as pilot:
        app.add(entries(100))
        await pilot.press("g")
        app.view.search(parse("7"))
        app.settle()
        await pilot.pause()
        assert (app.view.cursor, app.view.place) == (7, "1 of 19")
        await pilot.press("n")
        assert (app.view.cursor, app.view.place) == (17, "2 of 19")
        await pilot.press("N")
        await pilot.press("N")
        assert (app.view.cursor, app.view.place) == (97, "19 of 19")
        await pilot.press("k")
        assert app.view.place == "19"
        app.add(entries(10, 100))
        assert app.view.place == "20"
        assert "matched" in app.told
        match = app.view.get_component_rich_style("log-view--match", partial=True)
        assert match.reverse
        row = app.lines().index(" line 97")
        assert [text for text, style in styles_of(app, row) if "reverse" in style and "not reverse" not in style] == [
            "7"
        ]
        app.view.search(None)
        await pilot.pause()
        assert app.view.place == ""
        assert not app.view.find(1)
        app.view.search(parse("nosuch"))
        app.settle()
        assert app.view.place == "0"
        await pilot.press("n")


async def test_what_a_filter_found_is_marked_and_lines_around_are_muted() -> None:
    app = LogApp()
    async with app.run_test(size=(40, 5)) as pilot:
        app.add(entries(20))
        app.look(Lens(queries=(parse("e 1[0-9]"), parse("!5"), parse("8")), before=1))
        await pilot.pause()
        assert app.lines()[:2] == [" line 17", " line 18"]
        assert {text for text, style in styles_of(app, 1) if "underline" in style} == {"e 18"}
        assert {text for text, style in styles_of(app, 0) if "underline" in style} == {"e 17"}
        assert styles_of(app, 0)[0][1] != styles_of(app, 1)[0][1]


async def test_enter_and_the_mouse() -> None:
    app = LogApp()
    async with app.run_test(size=(40, 5)) as pilot:
        app.add(entries(100))
        await pilot.press("enter")
        assert app.told == ["paused", "opened 99"]
        assert not app.view.following
        await pilot.click(LogView, offset=(3, 1))
        assert app.view.cursor == 96
        await pilot.click(LogView, offset=(3, 2), times=2)
        assert app.told[-1] == "opened 97"
        await pilot._post_mouse_events([events.MouseScrollUp], LogView, offset=(1, 1))
        assert app.view.top == 92
        for _ in range(3):
            await pilot._post_mouse_events([events.MouseScrollDown], LogView, offset=(1, 1))
        assert app.view.following


async def test_selected_text_is_that_of_the_lines() -> None:
    app = LogApp(wrap=True, times=True)
    async with app.run_test(size=(34, 6)) as pilot:
        app.view.name_sources({0: ("a", "x"), 1: ("b", "x")})
        app.add([Entry(AT, 0, "first line is long"), Entry(AT, 1, "second"), Entry(AT, 0, "日本 third")])
        await pilot.pause()
        assert app.view.place_at(20, 0) == Offset(4, 0)
        assert app.view.place_at(16, 1).y == 0 or app.view.place_at(16, 1).y == 1
        assert app.view.place_at(0, 0) == Offset(0, 0)
        y = next(y for y, line in enumerate(app.lines()) if "日" in line)
        assert app.view.place_at(app.lines()[y].index("日") + 2, y) == Offset(1, 2)
        found = app.view.get_selection(Selection(Offset(6, 0), Offset(2, 2)))
        assert found == ("line is long\nsecond\n日本", "\n")
        app.look(Lens(queries=(parse("!second"),)))
        found = app.view.get_selection(Selection(Offset(6, 0), Offset(2, 2)))
        assert found == ("line is long\n日本", "\n")
        assert app.view.get_selection(Selection(None, None)) == ("first line is long\n日本 third", "\n")


async def test_a_frame_between_growing_and_telling_is_not_torn() -> None:
    """The follower's sink fills the book while a frame is made: nothing is shown before it was told."""
    app = LogApp(most=10_000)
    async with app.run_test(size=(40, 5)) as pilot:
        app.add(entries(50))
        await pilot.pause()
        app.book.extend(entries(10, 50))
        app.view.refresh()
        await pilot.pause()
        assert app.lines() == texts(45, 49)
        app.book.extend(entries(1000, 60))
        app.view._strips.clear()
        app.view._laid.clear()
        app.view.refresh()
        await pilot.pause()
        assert app.lines() == [""] * 5
        app.settle()
        await pilot.pause()
        assert app.lines() == texts(1055, 1059)


@pytest.mark.parametrize("size", [(60, 15), (20, 3), (10, 2), (3, 1)])
async def test_small_windows(size: tuple[int, int]) -> None:
    app = LogApp(wrap=True, times=True)
    async with app.run_test(size=size) as pilot:
        app.view.name_sources({each: (f"pod-{each}", "app") for each in range(3)})
        app.add([Entry(AT, each % 3, f"line {each} 日本語 and so on") for each in range(50)])
        app.add([Entry(0, -1, "a marker", Mark.NOTE)])
        for key in ("k", "pageup", "g", "pagedown", "right", "j", "G"):
            await pilot.press(key)
            assert all(cell_len(line) <= size[0] for line in app.lines())
