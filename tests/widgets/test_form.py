"""The rows of a form: the cursor and what it stays on, what is in sight, what is said of more."""

from textual.app import App, ComposeResult

from k8stui.model.columns import Tone
from k8stui.widgets.form import Entry, Form
from k8stui.widgets.symbols import ASCII, UNICODE, Symbols

ROWS = [Entry(name, name[0], name, f"value of {name}", "about it") for name in ("mode", "image", "profile", "name")]


class Program(App[None]):
    """One form, three rows high."""

    def __init__(self, symbols: Symbols = UNICODE) -> None:
        super().__init__()
        self.form = Form(symbols=symbols)
        self.opened: list[str] = []

    def compose(self) -> ComposeResult:
        self.form.styles.height = 3
        yield self.form

    def on_form_opened(self, event: Form.Opened) -> None:
        self.opened.append(event.field)

    def lines(self) -> list[str]:
        return [self.form.render_line(y).text.rstrip() for y in range(3)]


async def test_the_cursor_goes_through_the_rows_and_enter_opens_the_one_it_is_on() -> None:
    app = Program()
    async with app.run_test(size=(60, 5)) as pilot:
        app.form.show(ROWS)
        app.form.focus()
        await pilot.press("down", "j", "enter", "k", "enter", "G", "enter", "g", "enter")
        assert app.opened == ["profile", "image", "name", "mode"]


async def test_the_cursor_stays_on_its_field_when_rows_come_and_go() -> None:
    app = Program()
    async with app.run_test(size=(60, 5)):
        app.form.show(ROWS)
        app.form.go("profile")
        app.form.show(ROWS[1:])
        assert app.form.current is not None
        assert app.form.current.field == "profile"
        app.form.show(ROWS[:1])
        assert app.form.current.field == "mode"


async def test_rows_out_of_sight_are_told_of_and_scrolled_to() -> None:
    app = Program()
    async with app.run_test(size=(60, 5)) as pilot:
        app.form.show(ROWS)
        app.form.focus()
        await pilot.pause()
        assert app.lines()[0].startswith(">m mode")
        assert app.lines()[2].startswith("↓p profile")
        await pilot.press("G")
        assert app.lines()[2].startswith(">n name")
        assert app.lines()[0].startswith("↑i image")


async def test_what_a_value_means_is_said_whole_or_not_at_all() -> None:
    app = Program(ASCII)
    async with app.run_test(size=(60, 5)) as pilot:
        app.form.show([Entry("a", "a", "label", "one · two", "what it means", Tone.WARNING)])
        await pilot.pause()
        assert app.lines()[0].endswith("one - two  what it means")
        await pilot.resize_terminal(30, 5)
        await pilot.pause()
        assert app.lines()[0].endswith("one - two")
