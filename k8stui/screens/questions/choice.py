"""A question with several answers, each by a letter of its own."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from k8stui.screens.questions.answered import Answered

if TYPE_CHECKING:
    from k8stui.app import K8sTui


class Choice(Answered):
    """Closes with True where `chosen` was, and with None for `esc`. A letter typed before it was painted is no answer.

    Args:
        title: what is asked.
        lines: what there is to know, one sentence each.
        answers: letters and what they mean, the safest first.
    """

    BINDINGS: ClassVar[list[Any]] = [(letter, f"answer({letter!r})", "Answer") for letter in "adefgknrsy"]

    def __init__(self, title: str, lines: Sequence[str], answers: Mapping[str, str]) -> None:
        super().__init__()
        self.chosen = ""
        self._letters = frozenset(answers)
        self._title = Static(Content(title), classes="dialog--title")
        self._lines = [Static(Content(line), classes="dialog--line") for line in lines]
        self._choices = Static(Content("   ".join(f"[ {letter} {label} ]" for letter, label in answers.items())))

    def compose(self) -> ComposeResult:
        """The question, what there is to know, the answers."""
        with Vertical(classes="dialog--choice"):
            yield self._title
            yield from self._lines
            yield self._choices

    def action_answer(self, letter: str) -> None:
        """One of the letters."""
        if self.seen and letter in self._letters:
            self.chosen = letter
            self.dismiss(True)


async def choose(house: "K8sTui", title: str, lines: Sequence[str], answers: Mapping[str, str]) -> str:
    """Ask, and return the letter of the answer; "" when the question was closed."""
    choice = Choice(title, lines, answers)
    await house.push_screen_wait(choice)
    return choice.chosen
