"""The filter bar and the command line: typed text, bursts of keys, errors, history."""

from typing import Any, ClassVar

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.pilot import Pilot
from textual.widgets import Input

from k8stui.widgets.command_line import Candidate, CommandLine
from k8stui.widgets.field import Field
from k8stui.widgets.filter_bar import FilterBar
from k8stui.widgets.matching import rank
from tests.support.tables import TableApp, items

WORDS = {"pods": "the pods view", "nodes": "the nodes view", "ns": "choose a namespace", "drain node": ""}


def provide(text: str) -> list[Candidate]:
    ranked = sorted((rank(text, word), word) for word in WORDS)
    return [Candidate(word, WORDS[word]) for place, word in ranked if place < 9]


class InputApp(TableApp):
    """Handles keys at once when no input has the focus, as the program does; `direct`: also when one has it."""

    BINDINGS: ClassVar[list[Any]] = [
        Binding("slash", "filter"),
        Binding("colon", "command"),
        Binding("escape", "say('escape')"),
        Binding("q", "say('q')"),
        Binding("ctrl+r", "say('reconnect')"),
    ]
    direct = False

    def __init__(self) -> None:
        super().__init__(items(30))
        self.filter_bar = FilterBar()
        self.command_line = CommandLine(lambda: self)
        self.heard_text: list[str] = []
        self.past: list[str] = []

    def offers(self, text: str) -> list[Candidate]:
        return provide(text)

    def submit(self, text: str) -> None:
        self.heard_text.append(f":{text}")

    def compose(self) -> ComposeResult:
        yield self.table
        yield self.filter_bar
        yield self.command_line

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and not event.is_forwarded:
            focused = self.focused
            if isinstance(focused, Field) and self.direct:
                if focused.press(event.key, event.character):
                    return
            elif not isinstance(focused, Input) and await self._check_bindings(event.key):
                return
        await super().on_event(event)

    def action_filter(self) -> None:
        self.filter_bar.open("")

    def action_command(self) -> None:
        self.command_line.open()

    def action_say(self, what: str) -> None:
        self.heard_text.append(what)

    def on_filter_bar_changed(self, event: FilterBar.Changed) -> None:
        self.heard_text.append(f"{type(event).__name__} {event.text}")

    on_filter_bar_submitted = on_filter_bar_changed
    on_filter_bar_cancelled = on_filter_bar_changed

    def on_input_changed(self) -> None:
        raise AssertionError("Textual's own messages end in the widgets")

    on_input_submitted = on_input_changed


async def burst(app: App[None], pilot: Pilot[None], keys: str) -> None:
    """All keys before anything else happens, as one read from the terminal gives them."""
    names = {":": "colon", "/": "slash", "\r": "enter", "\x1b": "escape", "\t": "tab", " ": "space"}
    for char in keys:
        app.post_message(events.Key(names.get(char, char), char if char.isprintable() else None))
    for _ in range(3):
        await pilot.pause()


async def test_every_key_reaches_the_filter_and_none_the_screen() -> None:
    app = InputApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", "q", "slash", "colon", "j")
        assert isinstance(app.focused, Field)
        assert app.heard_text == ["Changed q", "Changed q/", "Changed q/:", "Changed q/:j"]
        assert any(line.startswith(" /q/:j") for line in app.lines())
        await pilot.press("ctrl+r")
        assert app.heard_text[-1] == "reconnect", "what is no text still works"
        await pilot.press("enter")
        assert app.heard_text[-1] == "Submitted q/:j"
        assert not app.filter_bar.is_open
        assert not isinstance(app.focused, Field)


async def test_escape_closes_the_filter_and_says_so_once() -> None:
    app = InputApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", "a", "escape")
        await pilot.pause()
        assert app.heard_text == ["Changed a", "Cancelled a"], "the screen's own escape is for the next press"
        await pilot.press("escape")
        assert app.heard_text[-1] == "escape"
        assert not any(line.startswith(" /") for line in app.lines())


async def test_an_error_stands_at_the_field_and_the_text_stays() -> None:
    app = InputApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", "left_square_bracket", "a")
        app.filter_bar.error = "no regular expression: [/b] unterminated [red]set"
        await pilot.pause()
        line = next(line for line in app.lines() if line.startswith(" /"))
        assert line.startswith(" /[a")
        assert line.endswith("no regular expression: [/b] unterminated [red]set")
        await pilot.press("enter")
        assert app.filter_bar.is_open, "what is wrong cannot be submitted"
        app.filter_bar.error = "x" * 200
        await pilot.pause()
        line = next(line for line in app.lines() if line.startswith(" /"))
        assert line.startswith(" /[a")
        app.filter_bar.error = ""
        await pilot.press("b", "enter")
        assert app.heard_text[-1] == "Submitted [ab"


async def test_editing_keys() -> None:
    app = InputApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.filter_bar.open("web cart")
        app.filter_bar.open("web cart", "reopened")
        assert app.filter_bar.error == "reopened"
        await pilot.press("backspace", "ctrl+a", "x", "right", "delete", "end", "!", "ctrl+w", "ctrl+a", "ctrl+k", "y")
        await pilot.pause()
        assert [text.removeprefix("Changed ") for text in app.heard_text] == [
            "web car",
            "xweb car",
            "xwb car",
            "xwb car!",
            "xwb ",
            "",
            "y",
        ]
        app.filter_bar.field.post_message(events.Paste("名前\x1b[31m\nsecond line"))
        await pilot.pause()
        assert app.filter_bar.text.startswith("y名前")
        assert "second" not in app.filter_bar.text


@pytest.mark.parametrize("direct", [False, True])
async def test_a_command_typed_in_one_burst(direct: bool) -> None:
    app = InputApp()
    app.direct = direct
    async with app.run_test(size=(80, 24)) as pilot:
        await burst(app, pilot, "j:pods load\rj")
        assert app.heard_text == [":pods load"]
        assert app.table.cursor_line == 2, "what is typed behind enter belongs to the table again"
        app.heard_text.clear()
        await burst(app, pilot, ":nodes\r:ns\r/web\rjj")
        # Two widgets have two queues: what each of them says is in order.
        assert [text for text in app.heard_text if text.startswith(":")] == [":nodes", ":ns"]
        assert [text for text in app.heard_text if not text.startswith(":")] == [
            "Changed w",
            "Changed we",
            "Changed web",
            "Submitted web",
        ]
        assert app.table.cursor_line == 4
        app.heard_text.clear()
        await burst(app, pilot, "/x\x1b:\x1bq")
        assert sorted(app.heard_text) == ["Cancelled x", "Changed x", "q"]
        assert not app.command_line.is_open


async def test_tab_goes_through_the_candidates_an_exact_one_first() -> None:
    app = InputApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("colon")
        assert set(app.command_line.candidates) == set(WORDS)
        await pilot.press("n")
        assert app.command_line.candidates[:2] == ["nodes", "ns"]
        await pilot.press("s")
        assert app.command_line.candidates == ["ns"] + [word for word in app.command_line.candidates if word != "ns"]
        assert any("choose a namespace" in line for line in app.lines())
        await pilot.press("backspace", "tab", "tab")
        assert app.command_line.text == "ns"
        await pilot.press("shift+tab")
        assert app.command_line.text == "nodes"
        await pilot.press("enter")
        assert app.heard_text == [":nodes"]


def test_an_exact_match_wins_over_what_the_provider_put_first() -> None:
    class Given:
        def __init__(self) -> None:
            self.past: list[str] = []

        def offers(self, _text: str) -> list[Candidate]:
            return [Candidate("pods -A"), Candidate("POD"), Candidate("pod")]

        def submit(self, text: str) -> None:
            raise AssertionError(text)

    line = CommandLine(Given)
    line._offer("pod")
    assert line.candidates == ["POD", "pod", "pods -A"]


async def test_up_and_down_walk_the_history_and_come_back_to_what_was_typed() -> None:
    app = InputApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await burst(app, pilot, ":pods\r:nodes\r:pods\r:  \r")
        assert app.command_line.history == ("nodes", "pods")
        assert app.heard_text == [":pods", ":nodes", ":pods"], "an empty line is none"
        await pilot.press("colon", "d", "up")
        assert app.command_line.text == "pods"
        await pilot.press("up", "up")
        assert app.command_line.text == "nodes"
        await pilot.press("down", "down", "down")
        assert app.command_line.text == "d"
        app.command_line.open("podz", "'podz' is nothing; did you mean pods?")
        await pilot.pause()
        assert any("did you mean pods?" in line for line in app.lines())
        await pilot.press("backspace")
        assert app.command_line.error == "", "typing on takes the error away"
        await pilot.click(app.command_line.choices, offset=(5, 5))
        assert app.command_line.text in WORDS


async def test_an_open_field_writes_nothing_while_nobody_types() -> None:
    app = InputApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", "a")
        await pilot.pause()
        visible = app.filter_bar.field._cursor_visible
        for _ in range(3):
            await pilot.pause(0.3)
            assert app.filter_bar.field._cursor_visible is visible


async def test_opening_and_closing_does_not_change_the_columns() -> None:
    app = InputApp()
    async with app.run_test(size=(80, 24)) as pilot:
        before = app.lines()
        await pilot.press("colon")
        await pilot.pause()
        assert app.lines()[0] == before[0]
        await pilot.press("escape")
        await pilot.pause()
        assert app.lines() == before


async def test_random_sizes_under_an_open_command_line() -> None:
    app = InputApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("colon", "p")
        for size in ((60, 15), (20, 5), (1, 1), (200, 60), (60, 15)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        assert any(line.startswith(" :p") for line in app.lines())
        assert app.focused is app.command_line.field


def test_ranks() -> None:
    assert [rank("pod", name) for name in ("pod", "pods", "get pods", "xpod", "p-o-d", "dop")] == [0, 1, 2, 3, 4, 9]
    assert rank("POD", "pod") == 0
