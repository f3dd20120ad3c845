"""The picker: thousands of entries, typing to filter, entries that cannot be chosen."""

from collections.abc import Sequence

from textual.app import App, ComposeResult

from k8stui.widgets.picker import Entry, Picker
from k8stui.widgets.symbols import ASCII, UNICODE, Symbols


class PickerApp(App[None]):
    def __init__(self, entries: Sequence[Entry], current: str = "", symbols: Symbols = UNICODE) -> None:
        super().__init__()
        self.picker = Picker("Namespace [b]x", entries, current=current, symbols=symbols)
        self.said: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.picker

    def on_picker_picked(self, event: Picker.Picked) -> None:
        self.said.append(f"picked {event.id}")

    def on_picker_refused(self, event: Picker.Refused) -> None:
        self.said.append(f"refused {event.id}: {event.why}")

    def on_picker_cancelled(self) -> None:
        self.said.append("cancelled")

    def text(self) -> str:
        return "\n".join(
            "".join(segment.text for segment in strip) for strip in self.screen._compositor.render_strips()
        )


def entries(count: int) -> list[Entry]:
    return [Entry(f"id-{number}", f"team-{number}") for number in range(count)]


async def test_type_to_filter_and_enter_to_pick() -> None:
    app = PickerApp([*entries(5000), Entry("all", "all namespaces")])
    async with app.run_test(size=(80, 24)) as pilot:
        assert "Namespace [b]x" in app.text()
        await pilot.press(*"4321")
        await pilot.pause()
        assert app.picker.shown == ["team-4321"]
        await pilot.press("enter")
        await pilot.press("escape")
        await pilot.pause()
        assert app.said == ["picked id-4321", "cancelled"]


async def test_an_exact_name_comes_before_longer_ones() -> None:
    app = PickerApp(entries(200))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"team-1")
        assert app.picker.shown[0] == "team-1"
        assert len(app.picker.shown) > 100
        await pilot.press("down", "down", "up", "enter")
        await pilot.pause()
        assert app.said == ["picked id-10"]


async def test_an_entry_that_cannot_be_chosen_says_why() -> None:
    app = PickerApp([Entry("a", "drain [red]", why_not="needs create pods/eviction"), Entry("b", "cordon")])
    async with app.run_test(size=(80, 24)) as pilot:
        assert "drain [red]" in app.text()
        assert "needs create pods/eviction" in app.text()
        await pilot.press("enter")
        await pilot.pause()
        assert app.said == ["refused a: needs create pods/eviction"]
        assert app.picker.row.error == "needs create pods/eviction"
        await pilot.press("down", "enter")
        await pilot.pause()
        assert app.said[-1] == "picked b"


async def test_it_starts_on_the_current_one_and_keeps_it_when_more_become_known() -> None:
    app = PickerApp(entries(50), current="id-30")
    async with app.run_test(size=(80, 24)) as pilot:
        assert app.picker.chosen == Entry("id-30", "team-30")
        assert "team-30" in app.text()
        await pilot.press("down")
        app.picker.show([Entry("new", "a-team"), *entries(60)])
        await pilot.pause()
        assert app.picker.chosen == Entry("id-31", "team-31")


async def test_nothing_matches_and_pages_and_mouse() -> None:
    app = PickerApp(entries(300))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("x", "y")
        await pilot.pause()
        assert "nothing holds that" in app.text()
        await pilot.press("enter", "backspace", "backspace", "pagedown")
        await pilot.pause()
        chosen = app.picker.chosen
        assert chosen is not None
        assert chosen.text == f"team-{app.picker.choices.page}"
        top = app.picker.choices.top
        await pilot.click(app.picker.choices, offset=(4, 2))
        await pilot.pause()
        assert app.said == [f"picked id-{top + 2}"]
        for size in ((60, 15), (30, 6), (120, 40)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        chosen = app.picker.chosen
        assert chosen is not None
        assert chosen.text in app.text()


async def test_ascii_needs_no_other_character() -> None:
    app = PickerApp([Entry("a", "x" * 100), Entry("b", "y" * 20, help="z · " * 40)], symbols=ASCII)
    async with app.run_test(size=(80, 24)):
        assert app.text().isascii()
