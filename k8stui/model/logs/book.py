"""The lines of a log view, numbered as they came and bounded by bytes: the oldest go, and how many is known."""

from array import array
from collections.abc import Sequence

from k8stui.model.logs.entry import Entry, Mark

HEAD = -1
"""The number of the line that tells what was dropped; it stands before all others."""


class Book:
    """A ring of entries. A line's number is never given to another one.

    Args:
        most_bytes: what the kept lines may take in memory, all overhead counted.
    """

    def __init__(self, most_bytes: int = 32 * 1024 * 1024) -> None:
        self.most_bytes = most_bytes
        self.first = 0
        """The number of the oldest line that is kept."""
        self.dropped = 0
        """Containers' lines that were dropped since the beginning."""
        self.lines = 0
        """Containers' lines that are kept, markers not counted."""
        self.bytes = 0
        """What the kept lines take."""
        self._texts: list[str] = []
        self._ats = array("q")
        self._sources = array("i")
        self._marks = bytearray()

    @property
    def end(self) -> int:
        """The number that the next line will get."""
        return self.first + len(self._texts)

    def extend(self, entries: Sequence[Entry]) -> None:
        """Take in what came; where it becomes too much the oldest lines go, a sixteenth of all at a time."""
        raise NotImplementedError

    def entry(self, number: int) -> Entry:
        """A line by its number; `HEAD` is a marker of what was dropped. Raises IndexError where it is not kept."""
        raise NotImplementedError

    def at(self, nanoseconds: int) -> int:
        """The number of the first line with that stamp or a later one; `end` where there is none."""
        raise NotImplementedError

    @property
    def head(self) -> str:
        """`12,345 older lines were dropped here: 32 MB are kept`; empty while nothing was dropped."""
        raise NotImplementedError


__all__ = ["HEAD", "Book", "Entry", "Mark"]
