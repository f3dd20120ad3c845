"""Quitting while work runs or a text is not saved: what would become of it is said, and asked about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from k8stui.screens.questions.answered import Question

if TYPE_CHECKING:
    from k8stui.app import K8sTui


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
