"""Questions: what is asked, what yes and no mean, and that nothing typed before it was seen counts as an answer."""

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from k8stui.screens.base import Dialog


class Question(Dialog[bool]):
    """Closes with True for `y`, with False for `n`, and with None for `esc`. `enter` never confirms."""

    BINDINGS: ClassVar[list[Any]] = [("y", "answer(True)", "Yes"), ("n", "answer(False)", "No")]

    def __init__(self, title: str, yes: str, no: str = "Cancel") -> None:
        super().__init__()
        self._title = title
        self._choices = f"[ y {yes} ]   [ n {no} ]"
        self._seen = False

    def compose(self) -> ComposeResult:
        """The question over its answers."""
        with Vertical(classes="dialog--question"):
            yield Static(Content(self._title), classes="dialog--title")
            yield Static(Content(self._choices))

    def on_mount(self) -> None:
        """Answers count from the first paint on."""
        self.call_after_refresh(setattr, self, "_seen", True)

    def action_answer(self, yes: bool) -> None:
        """A key that was on its way before the question was painted is no answer."""
        if self._seen:
            self.dismiss(yes)
