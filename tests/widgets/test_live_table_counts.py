"""What the live table does is counted, and must not depend on how many rows there are."""

import msgspec
import pytest
from textual.pilot import Pilot

from tests.support.tables import TableApp, item, items

SIZES = [1_000, 100_000]
PAGE = 49


async def quiet(app: TableApp, pilot: Pilot[None]) -> None:
    await pilot.pause()
    app.table.forget()
    app.source.windows.clear()
    app.source.finds = 0


@pytest.mark.parametrize("count", SIZES)
async def test_a_cursor_move_paints_two_lines(count: int) -> None:
    app = TableApp(items(count))
    async with app.run_test(size=(160, 50)) as pilot:
        await quiet(app, pilot)
        await pilot.press("j")
        await pilot.pause()
        assert sorted(app.table.drawn) == [1, 2]
        assert [line for line, _ in app.table.asked] == [1, 2]
        assert max(width for _, width in app.table.asked) < 84
        assert app.source.windows == [PAGE]
        assert app.source.finds == 0


@pytest.mark.parametrize("count", SIZES)
async def test_one_changed_row_paints_one_line_up_to_what_differs(count: int) -> None:
    app = TableApp(items(count))
    async with app.run_test(size=(160, 50)) as pilot:
        await quiet(app, pilot)
        app.source.rows[7] = msgspec.structs.replace(app.source.rows[7], status="Failed")
        app.table.changed()
        await pilot.pause()
        assert app.table.drawn == [8]
        assert app.table.asked == [(8, app.lines()[0].index("RESTARTS") - 2)]
        assert (app.source.windows, app.source.finds) == ([PAGE], 1)


@pytest.mark.parametrize("count", SIZES)
async def test_a_new_row_that_reads_the_same_paints_nothing(count: int) -> None:
    app = TableApp(items(count))
    async with app.run_test(size=(160, 50)) as pilot:
        await quiet(app, pilot)
        app.source.rows[3] = msgspec.structs.replace(app.source.rows[3], version="2", labels=(("a", "b"),))
        app.table.changed()
        await pilot.pause()
        assert (app.table.drawn, app.table.asked) == ([], [])
        assert app.table.tick() is not None


@pytest.mark.parametrize("count", SIZES)
async def test_changes_out_of_sight_paint_nothing(count: int) -> None:
    app = TableApp(items(count))
    async with app.run_test(size=(160, 50)) as pilot:
        await quiet(app, pilot)
        app.source.rows[90] = msgspec.structs.replace(app.source.rows[90], status="Failed")
        app.table.changed()
        app.source.rows.append(item("zzz"))
        app.table.changed()
        await pilot.pause()
        assert (app.table.drawn, app.table.asked) == ([], [])
        assert (app.source.windows, app.source.finds) == ([PAGE, PAGE], 2)


@pytest.mark.parametrize("count", SIZES)
async def test_every_way_to_move_asks_for_one_window(count: int) -> None:
    app = TableApp(items(count))
    async with app.run_test(size=(160, 50)) as pilot:
        for key in ("pagedown", "G", "k", "pageup", "g", "space"):
            await quiet(app, pilot)
            await pilot.press(key)
            await pilot.pause()
            assert app.source.windows == [PAGE], key
            assert app.source.finds == 0, key
            assert len(app.table.drawn) <= PAGE + 1, key
        await quiet(app, pilot)
        app.table.tick()
        assert (app.source.windows, app.source.finds) == ([], 0)


async def test_lines_scrolled_back_into_sight_are_not_kept_from_before() -> None:
    """Only the lines in sight are kept: an age painted an hour ago must not come back."""
    app = TableApp(items(100, old=100))
    async with app.run_test(size=(160, 12)) as pilot:
        app.table.tick()
        await pilot.press("G")
        app.time += 60
        app.table.tick()
        assert len(app.table._window) == app.table.page
        await pilot.press("g")
        await pilot.pause()
        assert "2m40s" in app.lines()[1]


async def test_each_start_and_each_resize_paints_a_line_once() -> None:
    app = TableApp(items(100))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for size in ((100, 24), (100, 30), (60, 15)):
            app.table.forget()
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert sorted(app.table.drawn) == list(range(size[1]))


async def test_losing_and_taking_the_focus_paints_nothing() -> None:
    app = TableApp(items(100))
    async with app.run_test(size=(80, 24)) as pilot:
        await quiet(app, pilot)
        app.screen.set_focus(None)
        await pilot.pause()
        app.screen.set_focus(app.table)
        await pilot.pause()
        assert app.table.drawn == []


async def test_the_table_has_no_timer() -> None:
    app = TableApp(items(100, old=5))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert list(app.table._timers) == []


async def test_a_table_that_was_taken_away_paints_no_more_and_breaks_nothing() -> None:
    app = TableApp(items(3))
    async with app.run_test(size=(80, 24)) as pilot:
        table = app.table
        await table.remove()
        app.source.fill([item("a-name-that-is-longer-than-every-one-before-it")])
        table.changed()
        table.tick()
        await pilot.pause()
        assert app.is_running
