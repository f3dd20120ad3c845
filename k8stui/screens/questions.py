"""Questions: what is asked, what yes and no mean, and that nothing typed before it was seen counts as an answer."""

import time
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from k8stui.screens.base import Dialog


class Answered(Dialog[bool]):
    """A question over its answers, `_title` and `_choices`; what was typed before both were painted is no answer."""

    _title: Static
    _choices: Static
    _seen_at = float("inf")

    def painted(self) -> None:
        """Answers count from the first frame on that holds the question."""
        if self._title.region and self._choices.region:
            self._seen_at = min(self._seen_at, time.monotonic())

    @property
    def seen(self) -> bool:
        """Whether the key that is being handled was typed at a question that could be read."""
        return self.house.typed_at >= self._seen_at


class Question(Answered):
    """Closes with True for `y`, with False for `n`, and with None for `esc`. `enter` never confirms."""

    BINDINGS: ClassVar[list[Any]] = [("y", "answer(True)", "Yes"), ("n", "answer(False)", "No")]

    def __init__(self, title: str, yes: str, no: str = "Cancel") -> None:
        super().__init__()
        self._title = Static(Content(title), classes="dialog--title")
        self._choices = Static(Content(f"[ y {yes} ]   [ n {no} ]"))

    def compose(self) -> ComposeResult:
        """The question over its answers."""
        with Vertical(classes="dialog--question"):
            yield self._title
            yield self._choices

    def action_answer(self, yes: bool) -> None:
        """A key that was on its way before the question was painted is no answer."""
        if self.seen:
            self.dismiss(yes)
