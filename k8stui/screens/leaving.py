"""Quitting: what would be cut off or lost is said and asked about; what was made to debug is taken away before."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from k8stui.screens.questions.answered import Question

if TYPE_CHECKING:
    from k8stui.app import K8sTui
    from k8stui.display.restore import Terminal


class Quitting(Question):
    """Whether to quit, over what would be cut off or lost: one sentence each."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__("Quit k8stui?", "Quit", "Stay")
        self._sentences = sentences

    def compose(self) -> ComposeResult:
        """The question, what stands against it, and the answers."""
        with Vertical(classes="dialog--change" if self._sentences else "dialog--question"):
            yield self._title
            for sentence in self._sentences:
                yield Static(Content(sentence), classes="dialog--sentence")
            yield self._choices


class Ending:
    """The way out, taken once.

    What was made to debug goes before Textual ends: from then on all may wait for a terminal that takes nothing.
    """

    def __init__(self, house: K8sTui, terminal: Terminal | None) -> None:
        self._house = house
        self._terminal = terminal
        self._task: asyncio.Task[None] | None = None

    def begin(self, code: int, sentence: str) -> None:
        """Leave, with this exit code and a sentence on the terminal afterwards."""
        leaving = self._house.work.leaving
        if self._task is not None:
            return
        if not leaving:
            self._end(code, sentence)
            return
        self._house.note(f"Ending: {leaving}")
        self._task = asyncio.get_running_loop().create_task(self._leave_nothing(code, sentence))

    async def _leave_nothing(self, code: int, sentence: str) -> None:
        said = ""
        try:
            said = await self._house.work.leave_nothing()
        finally:
            self._end(code, "; ".join(each for each in (sentence, said) if each))

    def _end(self, code: int, sentence: str) -> None:
        if self._terminal is not None and not self._terminal.there:
            sentence = ""  # written to nobody it would make another exit code
        begin = "\n" if self._house.handed_over else ""  # behind what stands on the line of a session
        self._house.exit(return_code=code, message=Text(f"{begin}k8stui: {sentence}") if sentence else None)


def leave(house: K8sTui, *, ask: bool = False) -> None:
    """End the program; asked first where something stands against it, or in any case (`ask`)."""
    sentences = house.work.against()
    if not sentences and not ask:
        house.end()
    elif not isinstance(house.screen, Quitting):

        def answered(yes: bool | None) -> None:
            if yes:
                house.end()

        house.push_screen(Quitting(sentences), answered)
