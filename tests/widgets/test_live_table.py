"""The live table as a user meets it: cursor, marks, order, mouse, narrow terminals, hostile text."""

import random
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from rich.cells import cell_len
from textual import events
from textual.pilot import Pilot

from k8stui.model.text import clean
from k8stui.widgets.live_table import LiveTable
from k8stui.widgets.symbols import ASCII
from tests.support.tables import COLUMNS, START, Item, TableApp, item, items


def names(app: TableApp) -> list[str]:
    return [row.ref.name for row in app.source.rows]


def under(app: TableApp) -> str:
    ref = app.table.cursor_ref
    return ref.name if ref is not None else ""


def cursor_lines(app: TableApp) -> list[str]:
    return [line for line in app.lines()[1:] if line[1:2] == ">"]


async def set_rows(app: TableApp, pilot: Pilot[None], rows: list[Item], **rest: Any) -> None:
    app.source.fill(rows)
    app.table.changed(**rest)
    await pilot.pause()


async def test_keys_move_the_cursor_and_tell_of_it() -> None:
    app = TableApp(items(100))
    async with app.run_test(size=(80, 24)) as pilot:
        page = 23 - 1
        for keys, line in [
            ("j", 1),
            ("down", 2),
            ("k", 1),
            ("up", 0),
            ("up", 0),
            ("pagedown", page),
            ("G", 99),
            ("j", 99),
            ("pageup", 99 - page),
            ("g", 0),
            ("end", 99),
            ("home", 0),
        ]:
            await pilot.press(keys)
            await pilot.pause()
            assert app.table.cursor_line == line, keys
            assert under(app) == f"web-{line:06}"
            assert len(cursor_lines(app)) == 1
            assert f"web-{line:06}" in cursor_lines(app)[0]
        assert app.heard(LiveTable.Moved)[-1].ref.name == "web-000000"
        assert app.heard(LiveTable.Moved)[-1].control is app.table


async def test_the_cursor_follows_its_object_and_the_screen_stands_still() -> None:
    rows = items(200)
    app = TableApp(rows)
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(3):
            await pilot.press("pagedown")
        before = app.lines()
        name = under(app)
        app.table.forget()
        await set_rows(app, pilot, [item("aaa"), item("aab"), *rows])
        assert under(app) == name
        assert app.lines()[1:] == before[1:]
        assert app.table.drawn == [], "rows that come above the window move nothing in it"
        assert app.heard(LiveTable.Vanished) == []


async def test_a_cursor_that_was_moved_stays_in_sight_when_rows_come_before_it() -> None:
    rows = items(50)
    app = TableApp(rows)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("g")
        await set_rows(app, pilot, [*items(40, namespace="aaa"), *rows])
        assert under(app) == "web-000000"
        assert app.table.cursor_line == 40
        assert len(cursor_lines(app)) == 1


async def test_a_cursor_that_nobody_has_moved_stays_on_the_first_line() -> None:
    """Whoever has not moved it wants the worst, which is on top."""
    rows = items(50)
    app = TableApp(rows)
    async with app.run_test(size=(80, 24)) as pilot:
        await set_rows(app, pilot, [item("a"), *rows])
        assert under(app) == "a"
        await set_rows(app, pilot, [*rows, item("a")])
        assert (under(app), app.table.cursor_line) == ("web-000000", 0)
        app.table.pin()
        await set_rows(app, pilot, [item("a"), *rows])
        assert under(app) == "web-000000", "something was done with it"


async def test_a_row_that_vanishes_leaves_the_cursor_on_its_neighbour() -> None:
    rows = items(5)
    app = TableApp(rows)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("j", "j")
        await set_rows(app, pilot, rows[:2] + rows[3:])
        assert under(app) == "web-000003"
        gone = app.heard(LiveTable.Vanished)
        assert [(each.ref.name, each.neighbour.name) for each in gone] == [("web-000002", "web-000003")]
        await pilot.press("G")
        await set_rows(app, pilot, app.source.rows[:-1])
        assert under(app) == "web-000003", "behind the last row there is only the one before"
        await set_rows(app, pilot, [])
        assert app.table.cursor_ref is None
        assert app.table.cursor_row is None
        assert app.heard(LiveTable.Vanished)[-1].neighbour is None
        assert app.heard(LiveTable.Moved)[-1].ref is None
        await pilot.press("j", "space", "enter", "G", "asterisk", "right", "pagedown")
        assert app.heard(LiveTable.Opened) == []


async def test_an_object_made_anew_under_the_same_name_is_another_one() -> None:
    app = TableApp(items(3))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("space", "k")
        old = app.source.rows[0]
        new = msgspec.structs.replace(old, ref=msgspec.structs.replace(old.ref, uid="another"))
        await set_rows(app, pilot, [new, *app.source.rows[1:]])
        assert [each.ref.uid for each in app.heard(LiveTable.Vanished)] == [old.ref.uid]
        assert app.lines()[1].startswith(" > "), "the mark was the old one's"


async def test_marks_follow_uids_and_show_without_colour() -> None:
    rows = items(4)
    app = TableApp(rows)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("space", "j", "space")
        assert [line[:3] for line in app.lines()[1:5]] == ["+  ", "   ", "+  ", " > "]
        assert [ref.name for ref in app.table.marks.values()] == ["web-000000", "web-000002"]
        await set_rows(app, pilot, rows[::-1])
        assert [line[:3] for line in app.lines()[1:5]] == [" > ", "+  ", "   ", "+  "]
        app.table.unmark([rows[0].ref.uid, "unknown"])
        await pilot.pause()
        assert [line[:1] for line in app.lines()[1:5]] == [" ", "+", " ", " "]
        await pilot.press("asterisk")
        assert len(app.table.marks) == 4
        app.table.clear_marks()
        await pilot.pause()
        assert [each.count for each in app.heard(LiveTable.Marked)] == [1, 2, 1, 4, 0]
        assert not any(line.startswith("+") for line in app.lines())


async def test_mark_all_reaches_rows_out_of_sight() -> None:
    app = TableApp(items(500))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("asterisk")
        assert len(app.table.marks) == 500


async def test_enter_and_double_click_open_and_a_click_moves() -> None:
    app = TableApp(items(10))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("j", "enter")
        await pilot.click("#table", offset=(10, 4))
        assert under(app) == "web-000003"
        await pilot.double_click("#table", offset=(10, 6))
        assert [each.ref.name for each in app.heard(LiveTable.Opened)] == ["web-000001", "web-000005"]
        await pilot.click("#table", offset=(10, 20))
        assert under(app) == "web-000005", "there is no row there"


async def test_a_click_on_a_header_asks_for_its_column() -> None:
    app = TableApp(items(10))
    async with app.run_test(size=(120, 24)) as pilot:
        header = app.lines()[0]
        for title in ("STATUS", "AGE", "NAMESPACE"):
            await pilot.click("#table", offset=(header.index(title), 0))
        asked = [COLUMNS[each.index].title for each in app.heard(LiveTable.SortRequested)]
        assert asked == ["STATUS", "AGE", "NAMESPACE"]


async def test_columns_beside_go_round_those_shown_and_the_arrow_follows() -> None:
    app = TableApp(items(10))
    async with app.run_test(size=(80, 24)) as pilot:
        assert "NAME↑" in app.lines()[0]
        assert [app.table.beside(step) for step in (1, -1)] == [2, 0]
        app.table.pin()
        app.source.fill(app.source.rows[::-1])
        app.table.sorted_by(1, True)
        await pilot.pause()
        assert "NAME↓" in app.lines()[0]
        assert under(app) == "web-000000"
        assert "web-000000" in app.lines()[10]


async def test_the_wheel_scrolls_and_takes_the_cursor_along() -> None:
    app = TableApp(items(100))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("j")
        for _ in range(2):
            app.table.post_message(events.MouseScrollDown(app.table, 5, 5, 0, 0, 0, False, False, False))
        await pilot.pause()
        assert app.table.top == 6
        assert under(app) == "web-000006"
        assert len(app.heard(LiveTable.Scrolled)) == 2
        await pilot.click("#table", offset=(79, 23))
        assert app.table.top == 100 - 23, "the right edge jumps"


@pytest.mark.parametrize(
    ("width", "titles"),
    [
        (60, ["NAME↑", "STATUS", "RESTARTS", "AGE"]),
        (80, ["NAMESPACE", "NAME↑", "STATUS", "RESTARTS", "AGE", "NODE"]),
        (120, ["NAMESPACE", "NAME↑", "STATUS", "RESTARTS", "AGE", "NODE", "IP"]),
        (200, ["NAMESPACE", "NAME↑", "STATUS", "RESTARTS", "AGE", "NODE", "IP", "UID"]),
    ],
)
async def test_columns_fit_the_terminal(width: int, titles: list[str]) -> None:
    app = TableApp([item(f"payments-gateway-78f9b6c5d-{n:05}") for n in range(10)])
    async with app.run_test(size=(width, 24)):
        assert app.lines()[0].split() == titles
        assert app.lines()[1].split()[0] == ">"
        assert "● Running" in app.lines()[1]


async def test_a_long_name_is_cut_in_the_middle_and_numbers_end_in_one_column() -> None:
    rows = [item("web-" + "x" * 80 + "-end", restarts=7), item("api", "Failed", 12345)]
    app = TableApp(rows)
    async with app.run_test(size=(80, 24)):
        header, first, second = app.lines()[:3]
        assert "web-xx" in first
        assert "…" in first
        assert "-end " in first
        end = header.index("RESTARTS") + len("RESTARTS")
        assert first[:end].endswith(" 7")
        assert second[:end].endswith(" 12345")
        assert "✖ Failed" in second


async def test_wide_shows_every_column_and_scrolls_to_the_side() -> None:
    app = TableApp(items(10))
    async with app.run_test(size=(80, 24)) as pilot:
        app.table.wide = True
        await pilot.pause()
        assert app.lines()[0].endswith("›")
        assert "UID" not in app.lines()[0]
        await pilot.press("right")
        for _ in range(20):
            app.table.action_side(1)
        assert app.lines()[0].startswith("  ‹")
        assert "UID" in app.lines()[0]
        assert app.lines()[1].startswith(" > "), "the cursor's sign does not scroll away"
        assert "uid-shop-web-000000" in app.lines()[1]
        assert all(cell_len(line) <= 80 for line in app.lines())
        await pilot.press("left")
        for _ in range(20):
            app.table.action_side(-1)
        assert app.lines()[1].startswith(" > shop")
        app.table.wide = False
        await pilot.pause()
        assert "UID" not in app.lines()[0]


async def test_an_empty_table_says_why_and_reads_no_markup() -> None:
    app = TableApp(empty="no rights to list [b]pods[/b] [/oops: ask for list pods in namespace shop")
    async with app.run_test(size=(60, 15)) as pilot:
        text = " ".join(line.strip() for line in app.lines()[1:] if line.strip())
        assert text == app.sentence
        app.table.empty = "no pods"
        await pilot.pause()
        assert "   no pods" in app.lines()
        await set_rows(app, pilot, items(2))
        assert "   no pods" not in app.lines()
        assert under(app) == "web-000000"


async def test_columns_shown_over_no_rows_are_painted() -> None:
    app = TableApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.table.show(app.source, COLUMNS[:1], (0, True), empty="none")
        await pilot.pause()
        assert app.lines()[0].split() == ["NAMESPACE↓"]


HOSTILE = [
    "[bold red]x[/bold red]",
    "[/]",
    "fail: [/bin/sh] exec",
    clean("\x1b[31mred\x1b[0m\x9b31m\x1b]52;c;aGk=\x07"),
    clean("abc\u202edef\u2066"),
    "名前が長いポッド" * 6,
    "é́́́" * 20,
    "👩‍👩‍👧‍👦🇩🇪" * 5,
    "a" * 1024,
]


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_is_shown_as_it_is_and_nothing_else_moves(text: str) -> None:
    app = TableApp([item("plain"), item(text, text), item("plain2")])
    async with app.run_test(size=(120, 10)) as pilot:
        await pilot.press("j", "space")
        await pilot.pause()
        line = app.lines()[2]
        if text.isascii() and len(text) < 40:
            assert text in line
        assert "\x1b" not in "".join(app.lines())
        for y in range(10):
            assert app.table.render_line(y).cell_length == 120
            assert cell_len(app.table.render_line(y).text) == 120
        assert cell_len(line) <= 120
        assert "worker-1" in line, "columns behind it keep their place"
        assert cell_len(line[: line.index("worker-1")]) == app.lines()[1].index("worker-1")


async def test_ascii_needs_no_other_character() -> None:
    rows = [item("a" * 90), item("b", "Failed"), item("c", "Pending"), item("d", "Terminating")]
    app = TableApp(rows, symbols=ASCII, empty="nothing · here…")
    async with app.run_test(size=(80, 12)) as pilot:
        text = "\n".join(app.lines())
        assert text.isascii()
        assert all(sign in text for sign in ("* Running", "x Failed", "~ Pending", "! Terminating", "NAME^"))
        await set_rows(app, pilot, [])
        assert "\n".join(app.lines()).isascii()


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "ansi-dark", "nord"])
async def test_every_theme_gives_cursor_and_tones_a_look_of_their_own(theme: str) -> None:
    app = TableApp([item("a", "Failed"), item("b"), item("c", "Failed")])
    async with app.run_test(size=(120, 12)) as pilot:
        app.theme = theme
        await pilot.pause()
        cursor, plain = app.table.render_line(1), app.table.render_line(2)
        assert cursor._segments[0].style != plain._segments[0].style
        assert len({(segment.style.color, segment.style.bgcolor) for segment in plain if segment.style}) == 2
        bad = next(segment for segment in app.table.render_line(3) if "Failed" in segment.text)
        good = next(segment for segment in plain if "Running" in segment.text)
        assert bad.style != good.style


async def test_ages_are_repainted_only_when_they_read_differently() -> None:
    old, young = item("old", old=86400.0 * 100), item("young", old=100)
    app = TableApp([old, young])
    async with app.run_test(size=(80, 12)) as pilot:
        assert app.table.tick() == 1.0
        app.table.forget()
        app.time += 1
        app.table.tick()
        await pilot.pause()
        assert app.table.drawn == [2]
        assert "101s" in app.lines()[2]
        await set_rows(app, pilot, [old])
        app.table.forget()
        wait = app.table.tick()
        assert wait is not None
        assert wait > 3600
        app.time += 3600
        app.table.tick()
        await pilot.pause()
        assert app.table.drawn == []
        timeless = [column for column in COLUMNS if column.title != "AGE"]
        app.table.show(app.source, timeless)
        assert app.table.tick() is None, "with nothing that ages no timer is needed"


async def test_a_tick_is_never_late() -> None:
    app = TableApp([item("x", old=595.5), item("y", old=3 * 3600 - 5)])
    async with app.run_test(size=(80, 12)) as pilot:
        while app.time < START + 130:
            wait = app.table.tick()
            assert wait is not None
            await pilot.pause()
            end_of_age = app.lines()[0].index("AGE") + 3
            shown = [line[:end_of_age].split()[-1] for line in app.lines()[1:3]]
            assert shown == [COLUMNS[4].text(row, app.time) for row in app.source.rows]
            steps = int(wait)
            texts = [COLUMNS[4].text(row, app.time) for row in app.source.rows]
            for second in range(1, steps):
                assert [COLUMNS[4].text(row, app.time + second) for row in app.source.rows] == texts
            app.time += wait


async def test_widths_only_grow_while_the_same_columns_are_shown() -> None:
    app = TableApp([item("a", "Pending"), item("b" * 30, "ContainerCreating")])
    async with app.run_test(size=(140, 12)) as pilot:
        header = app.lines()[0]
        await set_rows(app, pilot, [item("a", "Pending")])
        assert app.lines()[0] == header
        await set_rows(app, pilot, [item("a", "Pending · a much longer reason")])
        assert app.lines()[0] != header


async def test_show_keeps_the_object_under_the_cursor() -> None:
    app = TableApp(items(50))
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.press("pagedown", "pagedown")
        name = under(app)
        other = type(app.source)(app.source.rows[::-1])
        app.table.show(other, COLUMNS[:3])
        await pilot.pause()
        assert under(app) == name
        assert name in cursor_lines(app)[0]
        app.table.show(type(app.source)(items(3, namespace="other")), COLUMNS)
        await pilot.pause()
        assert app.table.cursor_line == 0
        assert app.table.move_to("uid-other-web-000002")
        assert not app.table.move_to("uid-nobody")
        assert under(app) == "web-000002"


@pytest.mark.slow
async def test_forty_random_sizes_keep_the_cursor_on_its_object() -> None:
    dice = random.Random(8)
    app = TableApp(items(300))
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(5):
            await pilot.press("pagedown")
        name = under(app)
        for _ in range(40):
            await pilot.resize_terminal(dice.randint(1, 220), dice.randint(1, 70))
            await pilot.pause()
            assert under(app) == name
            if app.size.height > 1 and app.size.width >= 60:
                assert len(cursor_lines(app)) == 1
                assert name in cursor_lines(app)[0]
            assert app.table.top + app.table.page <= max(300, app.table.page)
            assert all(cell_len(line) <= app.size.width for line in app.lines())


@pytest.mark.slow
async def test_churn_under_keys_never_paints_what_is_not_there() -> None:
    """After any mixture of changes and keys the screen is what a table made afresh would show."""
    dice = random.Random(4)
    app = TableApp(items(60))
    async with app.run_test(size=(100, 16)):
        rows, table = app.source.rows, app.table
        keys: list[Callable[[], None]] = [
            lambda: table.action_move(dice.choice([-1, 1])),
            lambda: table.action_page(dice.choice([-1, 1])),
            lambda: table.action_side(dice.choice([-1, 1])),
            table.action_first,
            table.action_last,
            table.action_mark,
        ]
        for _ in range(300):
            what = dice.randrange(6)
            if what == 0 and rows:
                del rows[dice.randrange(len(rows))]
            elif what == 1:
                rows.insert(dice.randrange(len(rows) + 1), item(f"new-{dice.random()}", old=dice.random() * 1000))
            elif what == 2 and rows:
                line = dice.randrange(len(rows))
                rows[line] = msgspec.structs.replace(rows[line], status=dice.choice(["Failed", "Pending", "Running"]))
            elif what == 3:
                app.time += dice.random() * 100
            else:
                dice.choice(keys)()
            app.source.fill(rows)
            rows = app.source.rows
            app.table.changed()
            app.table.tick()
            shown = app.lines()
            app.table._painter = None
            app.table.refresh()
            assert app.lines() == shown
