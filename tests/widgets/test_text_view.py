"""The text view: wrapping, scrolling, literal text."""

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult

from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.widgets.sentences import broken, wrapped
from k8stui.widgets.symbols import ASCII
from k8stui.widgets.text_view import TextView

LONG = "worker-4 stopped reporting; [red]31[/red] pods will be evicted in 1m48s unless it comes back [/x"


class TextApp(App[None]):
    def __init__(self, lines: list[tuple[str, Tone]]) -> None:
        super().__init__()
        self.view = TextView([Line(*each) for each in lines])

    def compose(self) -> ComposeResult:
        yield self.view

    def on_mount(self) -> None:
        self.view.focus()

    def lines(self) -> list[str]:
        return [
            "".join(segment.text for segment in strip).rstrip() for strip in self.screen._compositor.render_strips()
        ]


def numbered(count: int) -> list[tuple[str, Tone]]:
    return [(f"line {number}", Tone.PLAIN) for number in range(count)]


async def test_keys_scroll() -> None:
    app = TextApp(numbered(100))
    async with app.run_test(size=(40, 10)) as pilot:
        for key, top in [
            ("j", 1),
            ("down", 2),
            ("k", 1),
            ("pagedown", 10),
            ("G", 90),
            ("j", 90),
            ("pageup", 81),
            ("g", 0),
        ]:
            await pilot.press(key)
            assert app.lines()[0] == f"line {top}", key
            assert app.lines()[9] == f"line {top + 9}"


async def test_long_lines_are_broken_at_blanks_and_nothing_is_lost() -> None:
    app = TextApp([(LONG, Tone.BAD), ("next", Tone.PLAIN)])
    async with app.run_test(size=(30, 12)) as pilot:
        text = [line for line in app.lines() if line]
        assert text[-1] == "next"
        assert " ".join(text[:-1]) == LONG
        await pilot.press("w")
        assert app.lines()[:2] == [LONG[:29] + "…", "next"]
        await pilot.press("right")
        assert app.lines()[0].startswith(LONG[8:30])
        await pilot.press("w")
        await pilot.resize_terminal(200, 12)
        await pilot.pause()
        assert app.lines()[:2] == [LONG, "next"]


async def test_show_keeps_the_place_or_goes_to_the_end() -> None:
    app = TextApp(numbered(100))
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.press("pagedown")
        app.view.show([Line(*each) for each in numbered(150)])
        assert app.lines()[0] == "line 9"
        app.view.show([Line(*each) for each in numbered(150)], at_end=True)
        assert app.lines()[9] == "line 149"
        app.view.show([Line(*each) for each in numbered(3)])
        assert app.lines()[:4] == ["line 0", "line 1", "line 2", ""]
        app.view.show([])
        assert "".join(app.lines()) == ""
        await pilot.press("j", "G", "w", "right")


async def test_wide_characters_and_random_sizes() -> None:
    app = TextApp([("名前が長いポッド " * 10, Tone.OK), ("x" * 3000, Tone.MUTED), ("é́́" * 50, Tone.PLAIN)])
    async with app.run_test(size=(40, 10)) as pilot:
        for size in ((1, 1), (7, 3), (60, 15), (2, 40)):
            await pilot.resize_terminal(*size)
            await pilot.press("G", "w", "w")
            await pilot.pause()
            for y in range(app.view.size.height):
                assert app.view.render_line(y).cell_length == app.view.size.width


@pytest.mark.parametrize("text", [LONG, "", "x" * 100, "  indented text that is broken", "名前" * 20, "a " * 50])
@pytest.mark.parametrize("width", [2, 3, 10, 79])
def test_broken_text_put_together_is_the_text(text: str, width: int) -> None:
    parts = broken(text, width)
    assert "".join(parts) == text
    assert parts
    assert all(cell_len(part) <= width for part in parts)


async def test_ascii_needs_no_other_character() -> None:
    app = TextApp([])
    app.view = TextView([Line("× — " + "x" * 100)], wrap=False, symbols=ASCII)
    async with app.run_test(size=(40, 10)):
        assert app.lines()[0].startswith("x - xxx")
        assert app.lines()[0].isascii()


def test_wrapped_sentences() -> None:
    assert wrapped("one two three", 7) == ["one two", "three"]
    assert wrapped("", 7) == []
    assert wrapped("abcdefghij", 5) == ["abcd…"]


async def test_a_text_with_lines_of_its_own_stays_in_its_line() -> None:
    app = TextApp([("its node a\nb is\tgone \x1b[2J", Tone.PLAIN), ("next", Tone.PLAIN)])
    async with app.run_test(size=(40, 10)):
        assert app.lines()[:2] == ["its node a b is gone �[2J", "next"]
