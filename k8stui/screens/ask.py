"""A question that is answered by one line of text; what is wrong with it is said at the field, and the text stays."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from k8stui.screens.base import Dialog
from k8stui.widgets.field import Field, FieldRow


class AskScreen(Dialog[str]):
    """Closes with the text, or None.

    Args:
        title: what is asked.
        hint: how it is written.
        judge: what is wrong with a text; "": nothing.
        initial: what stands there at first.
    """

    AUTO_FOCUS = ""

    def __init__(self, title: str, hint: str, judge: Callable[[str], str], initial: str = "") -> None:
        super().__init__()
        self._judge = judge
        self._initial = initial
        self._title = Static(Content(title), classes="dialog--title")
        self._hint = Static(Content(hint))
        self.field = Field({"enter": self._submit, "escape": self.action_close}, self._edited)
        self.row = FieldRow("> ", self.field)

    def compose(self) -> ComposeResult:
        """Title, field, hint."""
        with Vertical(classes="dialog--question"):
            yield self._title
            yield self.row
            yield self._hint

    def on_mount(self) -> None:
        """Take the keys."""
        self.field.put(self._initial)
        self.set_focus(self.field, scroll_visible=False)

    def _edited(self, text: str) -> None:
        self.row.error = ""

    def _submit(self) -> None:
        text = self.field.value.strip()
        problem = self._judge(text)
        if problem:
            self.row.error = problem
        elif self.is_current:
            self.dismiss(text)
