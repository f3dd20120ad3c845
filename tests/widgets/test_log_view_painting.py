"""What stands on the screen of the log view, and in which colours; only what reads differently is painted."""

import pytest
from rich.cells import cell_len
from textual.geometry import Region

from k8stui.model.logs.ansi import safe
from k8stui.model.logs.entry import Entry, Mark
from k8stui.model.logs.query import parse
from k8stui.model.logs.shown import Lens
from k8stui.widgets.symbols import ASCII, UNICODE, Symbols
from tests.support.log_view import AT, LogApp, entries, styles_of


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
