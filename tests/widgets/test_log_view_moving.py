"""Keys and the mouse in the log view: moving, going from match to match, opening, selecting."""

from textual import events
from textual.geometry import Offset
from textual.selection import Selection

from k8stui.model.logs.entry import Entry
from k8stui.model.logs.query import parse
from k8stui.model.logs.shown import Lens
from k8stui.widgets.log_view import LogView
from tests.support.log_view import AT, LogApp, entries, styles_of, texts


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


async def test_of_all_lines_those_in_sight_are_selected() -> None:
    """A double click selects all of a widget; so does a selection that goes across it."""
    app = LogApp()
    async with app.run_test(size=(40, 5)) as pilot:
        app.add(entries(100))
        await pilot.press("g", "pagedown")
        seen = "\n".join(f"line {number}" for number in range(4, 9))
        assert app.lines() == texts(4, 8)
        assert app.view.get_selection(Selection(None, None)) == (seen, "\n")
        assert app.view.get_selection(Selection(None, Offset(6, 5))) == ("line 4\nline 5", "\n")
        assert app.view.get_selection(Selection(Offset(0, 7), None)) == ("line 7\nline 8", "\n")
        assert app.view.get_selection(Selection(Offset(0, 2), Offset(6, 3))) == ("line 2\nline 3", "\n")
