"""The log view while lines come and go: the end is followed, leaving it pauses, the place stays."""

from k8stui.model.logs.book import HEAD
from k8stui.model.logs.query import parse
from k8stui.model.logs.shown import Lens
from tests.support.log_view import LogApp, entries, texts


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
