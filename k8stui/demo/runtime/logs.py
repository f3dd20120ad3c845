"""The log books of containers: what they wrote, when, and who reads along.

A book belongs to one run of one container: `attempt` is the container's restartCount while that run lasts. The kubelet
keeps the book of the present run and of the one before, as a real one does (`--maximum-dead-containers-per-container`
is 1). Nothing is queued for a reader: each holds a position, and whoever falls behind a book's bound loses lines.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from msgspec import Struct

History = Callable[[], Iterable[tuple[float, bytes | str]]]
"""Makes the lines that a container wrote before the cluster began: seconds since the epoch and a line without its end;
oldest first, and the same whenever it is asked."""

BOOK = 1024 * 1024
"""Bytes that one run of a container keeps."""
TOTAL = 32 * 1024 * 1024
"""Bytes that all of them keep together."""
_COST = 100
"""What a line costs beside its text."""


class Line(Struct, frozen=True):
    """One line of a log."""

    at: int
    """Nanoseconds since the epoch, greater than that of the line before."""
    text: bytes
    """Without a line end."""


class Book:
    """What one run of one container wrote."""

    def __init__(self) -> None:
        self.ended = False
        """The container terminated: nothing more will come."""
        self.size = 0
        self._history: History | None = None
        self._lines: deque[Line] = deque()
        self._first = 0
        self._last = 0
        self._waiting: set[asyncio.Event] = set()

    @property
    def next(self) -> int:
        """The position behind the last line."""
        return self._first + len(self._lines)

    def add(self, text: bytes, at: float) -> None:
        """Append a line."""
        self._last = max(_nanoseconds(at), self._last + 1)
        self._lines.append(Line(self._last, text))
        self.size += len(text) + _COST
        if self.size > BOOK:
            self.forget(BOOK)
        self._wake()

    def forget(self, size: int) -> None:
        """Drop the oldest lines until no more than so many bytes are left."""
        while self.size > size and self._lines:
            self.size -= len(self._lines.popleft().text) + _COST
            self._first += 1

    def end(self) -> None:
        """Nothing more will come."""
        self.ended = True
        self._wake()

    def recall(self, make: History) -> None:
        """What was written before the first line that is kept."""
        self._history = make

    def lines(self) -> Iterator[Line]:
        """Every line, those of the history first."""
        last = 0
        for at, text in self._history() if self._history else ():
            last = max(_nanoseconds(at), last + 1)
            yield Line(last, text if isinstance(text, bytes) else text.encode())
        yield from list(self._lines)

    def since(self, position: int, limit: int = 1000) -> tuple[list[Line], int]:
        """At most `limit` lines from a position on, and the position behind them."""
        start = max(position - self._first, 0)
        found = list(islice(self._lines, start, start + limit))
        return found, self._first + start + len(found)

    @property
    def followed(self) -> bool:
        """Whether somebody waits for the next line."""
        return bool(self._waiting)

    def wait(self, event: asyncio.Event) -> None:
        """The next line, or the end, sets this event (once)."""
        self._waiting.add(event)

    def leave(self, event: asyncio.Event) -> None:
        """Whoever waited with this event waits no longer."""
        self._waiting.discard(event)

    def _wake(self) -> None:
        for event in self._waiting:
            event.set()
        self._waiting.clear()


def _nanoseconds(at: float) -> int:
    """A float of today holds no more than microseconds."""
    return round(at * 1e6) * 1000


class Logs:
    """The books of all containers of a cluster."""

    def __init__(self, total: int = TOTAL) -> None:
        """`total` bounds the bytes of all books together."""
        self.on_read: Callable[[str, str, int], None] | None = None
        """Called with uid, container and attempt before a book is read: a kubelet may write what is due by then."""
        self._total = total
        self._size = 0
        self._pods: dict[str, dict[str, dict[int, Book]]] = {}

    def write(self, uid: str, container: str, attempt: int, line: bytes | str, at: float) -> None:
        """A container of the pod with this uid wrote a line (or several, in one piece) at `at`, in epoch seconds."""
        book = self._open(uid, container, attempt)
        before = book.size
        for text in (line.encode() if isinstance(line, str) else line).removesuffix(b"\n").split(b"\n"):
            book.add(text, at)
        self._size += book.size - before
        if self._size > self._total:
            self._shrink()

    def end(self, uid: str, container: str, attempt: int) -> None:
        """This run of the container is over: followers get the rest and are done."""
        self._open(uid, container, attempt).end()

    def history(self, uid: str, container: str, attempt: int, make: History) -> None:
        """What this run wrote before: asked for when somebody reads, and kept nowhere."""
        self._open(uid, container, attempt).recall(make)

    def drop(self, uid: str) -> None:
        """The pod is gone, and its logs with it."""
        for runs in self._pods.pop(uid, {}).values():
            for book in runs.values():
                self._size -= book.size
                book.end()

    def book(self, uid: str, container: str, attempt: int) -> Book:
        """The book of a run, which is empty when it wrote nothing."""
        if self.on_read is not None:
            self.on_read(uid, container, attempt)
        found = self._pods.get(uid, {}).get(container, {}).get(attempt)
        return found if found is not None else self._open(uid, container, attempt)

    def followed(self, uid: str, container: str, attempt: int) -> bool:
        """Whether somebody waits for the next line of a run."""
        book = self._pods.get(uid, {}).get(container, {}).get(attempt)
        return book is not None and book.followed

    def _open(self, uid: str, container: str, attempt: int) -> Book:
        runs = self._pods.setdefault(uid, {}).setdefault(container, {})
        if (book := runs.get(attempt)) is None:
            book = runs[attempt] = Book()
            for old in [number for number in runs if number < max(runs) - 1]:
                gone = runs.pop(old)
                self._size -= gone.size
                gone.end()
        return book

    def _shrink(self) -> None:
        """Every book loses its older half: rare, and so of no cost for a single line."""
        books = [book for runs in self._pods.values() for each in runs.values() for book in each.values()]
        for book in books:
            book.forget(book.size // 2)
        self._size = sum(book.size for book in books)
