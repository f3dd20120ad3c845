"""How many lines one step looks at, and how long the user's patterns may take in all."""

from collections.abc import Sequence
from itertools import accumulate

from k8stui.model.logs.book import Book

_SHORT = 0.002
"""Below so many seconds a step takes twice as many lines next time, over the double half as many."""
_BEGIN = 64
_MOST = 8192
_CHARACTERS = 1 << 18
"""One step joins no more text than this."""

PATIENCE = 0.5
"""Seconds of processor time the patterns of one lens may take in all."""
PATIENCE_LINE = 0.000_025
"""And so much more for each line that was looked at."""


class Pace:
    """The size of the next step."""

    def __init__(self) -> None:
        self._size = _BEGIN
        self._spent = 0.0
        self._lines = 0

    def lines(self, book: Book, start: int) -> int:
        """How many lines from that one on; at least one."""
        return bounded(book.part(start, start + self._size)[0])

    @property
    def size(self) -> int:
        """How many lines, however long they are."""
        return self._size

    def took(self, seconds: float) -> None:
        """So long did the last step take."""
        if seconds < _SHORT:
            self._size = min(_MOST, self._size * 2)
        elif seconds > 2 * _SHORT:
            self._size = max(1, self._size // 2)

    def singly(self) -> None:
        """The last step took far too long: one line at a time."""
        self._size = 1

    def spend(self, seconds: float, lines: int) -> bool:
        """So long did a pattern take on so many lines; True where it is too long in all."""
        self._spent += seconds
        self._lines += lines
        return self._spent > PATIENCE + self._lines * PATIENCE_LINE


def bounded(texts: Sequence[str]) -> int:
    """How many of the texts one step may join."""
    total = 0
    for count, total in enumerate(accumulate(map(len, texts)), 1):
        if total > _CHARACTERS:
            return max(1, count - 1)
    return max(1, len(texts))
