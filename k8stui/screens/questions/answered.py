"""Questions: what is asked, what yes and no mean, and that nothing typed before it was seen counts as an answer."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from k8stui.screens.base import Dialog
from k8stui.widgets.field import Field


class Answered(Dialog[bool]):
    """A question over its answers, `_title` and `_choices`; what was typed before both were painted is no answer."""

    _title: Static
    _choices: Static
    _seen_at = float("inf")
    _tasks: frozenset[asyncio.Task[None]] = frozenset()

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside the question, as long as it is open; a fault in it becomes a message."""
        task = asyncio.get_running_loop().create_task(self._guarded(work))
        self._tasks = frozenset((*(each for each in self._tasks if not each.done()), task))

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:  # the question stays, and says what it knows
            self.house.fault(error, "a question")

    def on_unmount(self) -> None:
        """What is under way is of no use any more."""
        for task in self._tasks:
            task.cancel()

    def painted(self, at: float) -> None:
        """Answers count from the first frame on that holds the question."""
        if self._title.region and self._choices.region:
            self._seen_at = min(self._seen_at, at)

    def unseen(self) -> None:
        """Something else is asked now: answers count from the next frame on."""
        self._seen_at = float("inf")

    @property
    def seen(self) -> bool:
        """Whether the key that is being handled was typed at a question that could be read."""
        return self.house.typed_at >= self._seen_at


class Guarded(Field):
    """A field of a question: what was typed before that was painted is not taken.

    Args:
        question: whose.
        keys: the question's own keys in it.
        edited: called whenever the user changed the text.
    """

    def __init__(
        self, question: Answered, keys: Mapping[str, Callable[[], None]], edited: Callable[[str], None]
    ) -> None:
        super().__init__(keys, edited)
        self._question = question

    def press(self, key: str, character: str | None) -> bool:
        """Handle a key now; one that was on its way before is swallowed, but for esc."""
        if not self._question.seen and key != "escape":
            return True
        return super().press(key, character)


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
