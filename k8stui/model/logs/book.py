"""The lines of a log view, numbered as they came and bounded by bytes: the oldest go, and how many is known."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from sys import getsizeof

from k8stui.model.logs.entry import Entry, Mark

HEAD = -1
"""The number of the line that tells what was dropped; it stands before all others."""

_OVERHEAD = 8 + 8 + 4 + 1
"""Bytes a line takes besides its text: the reference to it, the stamp, the source and the mark."""
_EMPTY = getsizeof("")
_CHUNK = 256
_SPARE = 16
"""So many parts of the bound are dropped at once, one of them: each drop moves all that stays."""
_LAST = 2**63 - 1
"""The latest stamp that is kept (the year 2262); what claims to be later counts as that."""


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

    def copy(self) -> Book:
        """The same lines, which stay whatever this one drops: in some milliseconds, for texts are shared."""
        other = Book(self.most_bytes)
        other.first, other.dropped, other.lines, other.bytes = self.first, self.dropped, self.lines, self.bytes
        other._texts, other._marks = self._texts[:], self._marks[:]
        other._ats, other._sources = self._ats[:], self._sources[:]
        return other

    def extend(self, entries: Sequence[Entry]) -> None:
        """Take in what came; where it becomes too much the oldest lines go, a sixteenth of all at a time.

        The newest line stays, however long it is.
        """
        if not entries:
            return
        ats = [entry.at for entry in entries]
        texts = [entry.text for entry in entries]
        try:
            self._ats.extend(ats)
        except OverflowError:
            del self._ats[len(self._texts) :]
            self._ats.extend([max(-_LAST, min(at, _LAST)) for at in ats])
        self._texts.extend(texts)
        self._sources.extend([entry.source for entry in entries])
        fresh = bytes([entry.mark for entry in entries])
        self._marks += fresh
        self.lines += _written(fresh)
        self.bytes += _weight(texts)
        if self.bytes > self.most_bytes:
            self._drop()

    def spares(self, number: int, entries: Sequence[Entry]) -> bool:
        """Whether these can be taken in without that line being dropped, or a later one."""
        whole = self.bytes + _weight([entry.text for entry in entries])
        return whole <= self.most_bytes or self._oldest(whole, number - self.first)[1] <= self._room

    @property
    def _room(self) -> int:
        """What may be left behind a drop: somewhat more goes than has to."""
        return self.most_bytes - self.most_bytes // _SPARE

    def _oldest(self, left: int, most: int) -> tuple[int, int]:
        """How many of the oldest lines go, at most so many, for the others to have room; and what these take."""
        room, texts, count = self._room, self._texts, 0
        while left > room and count < most:
            some = texts[count : min(count + _CHUNK, most)]
            weight = _weight(some)
            if left - weight < room and len(some) > 1:  # of long lines only as many as have to
                some = some[: _enough(some, left - room)]
                weight = _weight(some)
            left -= weight
            count += len(some)
        return count, left

    def _drop(self) -> None:
        """Let the oldest go."""
        texts = self._texts
        count, left = self._oldest(self.bytes, len(texts) - 1)
        gone = _written(self._marks[:count])
        del texts[:count], self._ats[:count], self._sources[:count], self._marks[:count]
        self.first += count
        self.dropped += gone
        self.lines -= gone
        self.bytes = left

    def entry(self, number: int) -> Entry:
        """A line by its number; `HEAD` is a marker of what was dropped. Raises IndexError where it is not kept."""
        if number == HEAD:
            return Entry(0, -1, self.head, Mark.GAP)
        index = self._index(number)
        return Entry(self._ats[index], self._sources[index], self._texts[index], Mark(self._marks[index]))

    def text(self, number: int) -> str:
        """The text of a line. Raises IndexError where it is not kept."""
        return self._texts[self._index(number)]

    def _index(self, number: int) -> int:
        if not self.first <= number < self.end:
            raise IndexError(f"line {number} is not kept")
        return number - self.first

    def entries(self, start: int, end: int) -> Iterator[Entry]:
        """The kept ones of the lines from one number to another (which is not among them)."""
        low, high = max(0, start - self.first), max(0, end - self.first)
        columns = (self._ats[low:high], self._sources[low:high], self._texts[low:high], self._marks[low:high])
        for at, source, text, mark in zip(*columns, strict=True):
            yield Entry(at, source, text, Mark(mark))

    def part(self, start: int, end: int) -> tuple[list[str], Sequence[int], bytes]:
        """Texts, sources and marks of the kept lines between two numbers: what filters look at."""
        low, high = max(0, start - self.first), max(0, end - self.first)
        return self._texts[low:high], self._sources[low:high], bytes(self._marks[low:high])

    def at(self, nanoseconds: int) -> int:
        """The number of the first line with that stamp or a later one; `end` where there is none."""
        ats = self._ats
        for start in range(0, len(ats), _CHUNK):
            some = ats[start : start + _CHUNK]
            if max(some) >= nanoseconds:  # ten times as fast as to look at each
                found = next((index for index, at in enumerate(some, start) if at >= nanoseconds and at), None)
                if found is not None:
                    return self.first + found
        return self.end

    @property
    def head(self) -> str:
        """`12,345 older lines were dropped here: 32 MB are kept`; empty while nothing was dropped."""
        if not self.first:
            return ""
        lines = "line was" if self.dropped == 1 else "lines were"
        return f"{self.dropped:,} older {lines} dropped here: {_size(self.most_bytes)} are kept"


def _weight(texts: Sequence[str]) -> int:
    """Bytes that some lines take."""
    whole = "".join(texts)
    if whole.isascii():
        return len(whole) + (_EMPTY + _OVERHEAD) * len(texts)
    return sum(map(getsizeof, texts)) + _OVERHEAD * len(texts)


def _enough(texts: Sequence[str], wanted: int) -> int:
    """How many of some lines, from the first, take so many bytes."""
    for count, text in enumerate(texts, 1):
        wanted -= getsizeof(text) + _OVERHEAD
        if wanted <= 0:
            return count
    return len(texts)


def _written(marks: bytes | bytearray) -> int:
    """How many of some lines were written by containers."""
    return marks.count(Mark.LINE) + marks.count(Mark.LATE)


def _size(count: int) -> str:
    """Bytes in the largest unit of which there is at least one."""
    for unit, size in (("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10)):
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return f"{count} bytes"
