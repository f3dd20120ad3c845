"""The one input of the page of logs, which asks for several things: filter, search, time, fields, options."""

from __future__ import annotations

from collections.abc import Callable

from k8stui.widgets.field import FieldRow
from k8stui.widgets.filter_bar import FilterBar

PROMPTS = {
    "filter": " /",
    "search": " search: ",
    "jump": " go to: ",
    "fields": " fields: ",
    "options": " options: ",
}
"""What stands before the input, by what it asks for."""


class LogBar(FilterBar):
    """Open for one thing at a time.

    Args:
        judge: does what is typed, at each edit, and says what is wrong with it.
    """

    row: FieldRow

    def __init__(self, judge: Callable[[str, str], str]) -> None:
        super().__init__(lambda text: judge(self.asks, text))
        self.asks = ""
        """What it was opened for last."""

    def ask(self, what: str, text: str = "", error: str = "") -> None:
        """Open it for this, with this text."""
        self.asks = what
        self.row.prompt = PROMPTS[what]
        self.open(text, error)
