"""Ring, filter and wrapping together, against a view that lays out everything it has."""

import asyncio
from datetime import UTC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from k8stui.model.logs.book import HEAD, Book
from k8stui.model.logs.entry import Entry, Mark
from k8stui.model.logs.query import parse
from k8stui.model.logs.shown import Lens, Shown
from k8stui.widgets.log_view import LogView

WIDTH, HEIGHT = 13, 5
KEYS = ["j", "k", "pageup", "pagedown", "g", "G", "n", "N"]
TEXTS = ["", "ab", "hit", "hit " * 4, "x" * 30, "日本語" * 5, "e\u0301" * 15, "a日" * 6]
LENSES = [Lens(), Lens(queries=(parse("hit"),)), Lens(queries=(parse("!x"),)), Lens(queries=(parse("hit"),), before=1)]

step = st.one_of(
    st.lists(st.tuples(st.sampled_from(TEXTS), st.booleans()), min_size=1, max_size=9),
    st.sampled_from(KEYS),
    st.sampled_from(KEYS),
    st.sampled_from(LENSES),
    st.sampled_from(["wrap", "search", "mark"]),
)


class RowsApp(App[None]):
    def __init__(self, most: int) -> None:
        super().__init__()
        self.book = Book(most)
        self.shown = Shown(self.book)
        self.view = LogView(self.shown, zone=UTC, times=False)

    def compose(self) -> ComposeResult:
        yield self.view

    def on_mount(self) -> None:
        self.view.focus()

    def rows(self) -> list[str]:
        """What is on the screen, without the signs before the lines."""
        strips = self.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip)[1:].rstrip() for strip in strips]

    def settle(self) -> None:
        while not self.shown.work():
            pass
        self.view.grown()

    def all_rows(self) -> list[str]:
        """Every row there is, broken as simply as possible."""
        rows: list[str] = []
        for number in self.shown.numbers():
            entry = self.shown.entry(number)
            text = entry.text
            if not entry.mark.is_line:
                text = f"─── {text} "
                text += "─" * (WIDTH - cell_len(text))
            room = WIDTH - 1 if entry.mark.is_line else WIDTH
            parts = broken(text, room) if self.view.wrap else [cut(text, room)]
            rows += [part[0 if entry.mark.is_line else 1 :].rstrip() for part in parts]
        return rows


def broken(text: str, width: int) -> list[str]:
    parts = [""]
    for char in text:
        if cell_len(parts[-1] + char) > width:
            parts.append("")
        parts[-1] += char
    return parts


def cut(text: str, width: int) -> str:
    if cell_len(text) <= width:
        return text
    while cell_len(text) > width - 1:
        text = text[:-1]
    return text + "…"


def follows(rows: list[str], within: list[str]) -> bool:
    """Whether the rows stand there one after the other."""
    return any(within[at : at + len(rows)] == rows for at in range(len(within) - len(rows) + 1))


async def play(app: RowsApp, pilot: "Pilot[None]", each: object) -> None:
    if isinstance(each, list):
        app.book.extend([Entry(1, 0, text, Mark.LINE if line else Mark.NOTE) for text, line in each])
        app.settle()
    elif isinstance(each, Lens):
        app.shown.look(each)
        app.settle()
    elif each == "wrap":
        app.view.wrap = not app.view.wrap
    elif each == "search":
        app.view.search(parse("hit"))
        app.settle()
    elif each == "mark":
        app.view.mark()
    else:
        await pilot.press(str(each))
    await pilot.pause()


async def run(steps: list[object], most: int) -> None:
    app = RowsApp(most)
    async with app.run_test(size=(WIDTH, HEIGHT)) as pilot:
        for each in steps:
            following, before, first = app.view.following, app.rows(), app.book.first
            await play(app, pilot, each)
            rows, every = app.rows(), app.all_rows()
            held = min(HEIGHT, len(every))
            assert rows[held:] == [""] * (HEIGHT - held)
            assert follows(rows[:held], every), ascii((each, rows, every))
            if app.view.following:
                assert rows[:held] == every[len(every) - held :], each
                assert app.view.behind == 0
            elif app.shown.numbers():
                assert app.view.cursor in {key[0] for key in app.view._keys}, each
            if isinstance(each, list) and not following and app.book.first == first:
                assert rows[: len([row for row in before if row])] == before[: len([row for row in before if row])] or (
                    len(every) - held < HEIGHT
                )
            assert app.view.top is None or app.view.top == HEAD or app.view.top >= app.book.first


@pytest.mark.slow
@settings(derandomize=True, max_examples=15, deadline=None)
@given(st.lists(step, min_size=4, max_size=14), st.sampled_from([1 << 20, 1500]))
def test_what_is_on_the_screen_is_a_part_of_all_there_is(steps: list[object], most: int) -> None:
    asyncio.run(run(steps, most))
