"""The text view: places to go, searching, selecting, and what a change repaints."""

from typing import Any

from textual.app import App, ComposeResult
from textual.geometry import Offset
from textual.selection import Selection

from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.model.kinds import NODES, PODS, Ref
from k8stui.widgets.sentences import broken
from k8stui.widgets.text_layout import TextLayout
from k8stui.widgets.text_view import TextView

NODE = Ref(NODES, "", "worker-1", "n1")
POD = Ref(PODS, "shop", "web-1", "p1")


class TextApp(App[None]):
    def __init__(self, lines: list[Line], **how: Any) -> None:
        super().__init__()
        self.view = TextView(lines, **how)
        self.opened: list[Ref] = []
        self.painted: list[int] = []

    def compose(self) -> ComposeResult:
        yield self.view

    def on_mount(self) -> None:
        self.view.focus()

    def on_text_view_opened(self, event: TextView.Opened) -> None:
        self.opened.append(event.ref)


def filler(count: int) -> list[Line]:
    return [Line(f"line {number}") for number in range(count)]


async def test_tab_goes_from_place_to_place_and_enter_opens_the_one_that_is_marked() -> None:
    app = TextApp([*filler(40), Line("Node: worker-1", target=NODE), *filler(40), Line("Pod: web-1", target=POD)])
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.press("enter")
        assert app.opened == []
        await pilot.press("tab", "enter")
        assert app.opened == [NODE]
        assert app.view.top <= 40 < app.view.top + 10
        await pilot.press("tab", "enter", "tab", "enter", "shift+tab", "enter")
        assert app.opened == [NODE, POD, NODE, POD]


async def test_a_menu_moves_from_entry_to_entry_and_begins_on_the_first() -> None:
    lines = [Line("Owners", Tone.CHANGING), Line("  node", target=NODE), Line(""), Line("  pod", target=POD)]
    app = TextApp([])
    async with app.run_test(size=(40, 10)) as pilot:
        app.view.menu = True
        app.view.show(lines)
        assert app.view.target == NODE
        await pilot.press("j", "enter", "j", "enter", "k", "enter")
        assert app.opened == [POD, POD, NODE]


async def test_the_place_that_is_marked_follows_its_object_when_lines_come_before_it() -> None:
    app = TextApp([Line("  node", target=NODE), Line("  pod", target=POD)])
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.press("tab", "tab")
        app.view.show([*filler(3), Line("  node", target=NODE), Line("  pod", target=POD)])
        assert app.view.target == POD


async def test_n_and_shift_n_go_round_the_lines_that_hold_what_was_searched() -> None:
    app = TextApp([*filler(30), Line("Crash one"), *filler(30), Line("a crash, crash")])
    async with app.run_test(size=(40, 10)) as pilot:
        assert app.view.search("crash") == 2
        tops = [app.view.top]
        for key in ("n", "n", "N"):
            await pilot.press(key)
            tops.append(app.view.top)
        assert tops[0] == tops[2]
        assert tops[1] == tops[3] != tops[0]
        assert app.view.search("nothing like it") == 0


async def test_a_selection_joins_what_was_broken_to_fit() -> None:
    text = "one two three four five six seven eight nine ten"
    app = TextApp([Line(text), Line("next")], wrap=True)
    async with app.run_test(size=(20, 10)):
        found = app.view.get_selection(Selection(Offset(0, 0), Offset(4, app.view.rows - 1)))
        assert found is not None
        assert found[0] == f"{text}\nnext"
        part = app.view.get_selection(Selection(Offset(4, 0), Offset(7, 0)))
        assert part is not None
        assert part[0] == text[4:7]


async def test_only_lines_that_read_differently_are_painted_again() -> None:
    app = TextApp(filler(8))
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        drawn: list[int] = []
        render = app.view.render_line

        def counting(y: int) -> Any:
            drawn.append(y)
            return render(y)

        app.view.render_line = counting  # type: ignore[method-assign]
        app.view.show([*filler(3), Line("another"), *filler(8)[4:]])
        await pilot.pause()
        assert drawn == [3]
        app.view.show([*filler(3), Line("another"), *filler(8)[4:]])
        await pilot.pause()
        assert drawn == [3]


async def test_spans_and_targets_are_never_read_as_markup() -> None:
    app = TextApp([Line("[red]not red[/red]", spans=((0, 5, Tone.BAD),), target=POD)])
    async with app.run_test(size=(40, 3)):
        strips = app.screen._compositor.render_strips()
        assert "".join(segment.text for segment in strips[0]).rstrip() == "[red]not red[/red]"


def test_a_line_of_a_megabyte_is_broken_at_once() -> None:
    for text in ("x" * 1_000_000, "é" * 300_000, "́" * 10_000):
        parts = broken(text, 100)
        assert "".join(parts) == text
    lines = TextLayout([Line("x" * 1_000_000)], 100, wrap=True)
    assert lines.rows == 10_000
    assert [lines.part(row) for row in (0, 9_999)] == [(0, "x" * 100), (999_900, "x" * 100)]


async def test_sentences_go_on_in_the_next_line_where_other_lines_are_cut() -> None:
    long = "It wants three pods and has none, because the quota of its namespace is used up."
    app = TextApp([Line(long, flows=True), Line("x" * 60)], wrap=False)
    async with app.run_test(size=(40, 10)) as pilot:
        shown = [app.view.render_line(y).text.rstrip() for y in range(4)]
        assert " ".join(shown[:3]) == long
        assert shown[3] == "x" * 39 + "…"
        await pilot.press("right", "right", "right")
        assert app.view.render_line(0).text.rstrip() == shown[0]
        assert app.view.render_line(3).text.rstrip() == "x" * 40
        assert app.view.place_at(5, 1) == Offset(5, 1)
        assert app.view.place_at(5, 3) == Offset(25, 3)


async def test_of_a_line_that_leads_somewhere_the_words_are_underlined_and_neither_title_nor_gaps() -> None:
    app = TextApp([Line("Node:     worker-1/10.0.0.1", target=NODE), Line("  shop  web one  2", target=POD)])
    async with app.run_test(size=(40, 10)) as pilot:

        def looks(y: int, style: str) -> list[str]:
            return [each.text for each in app.view.render_line(y) if each.style and getattr(each.style, style)]

        assert looks(0, "underline") == ["worker-1/10.0.0.1"]
        assert looks(1, "underline") == ["shop", "web one", "2"]
        await pilot.press("tab")
        assert looks(0, "reverse") == ["Node:     worker-1/10.0.0.1"]
        assert looks(0, "underline") == []
