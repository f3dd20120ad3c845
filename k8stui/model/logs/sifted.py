"""The lines of a book that a lens lets through: made part by part, kept up with what comes and what is dropped."""

from array import array
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Sequence

from msgspec import Struct

from k8stui.model.logs.book import Book
from k8stui.model.logs.jsonline import level_of
from k8stui.model.logs.levels import Level
from k8stui.model.logs.query import Query
from k8stui.model.logs.sieve import matching, plainly


class Lens(Struct, frozen=True):
    """What hides lines. Markers are always seen."""

    queries: tuple[Query, ...] = ()
    """A line has to match all of them."""
    before: int = 0
    """Lines of the same source that are seen before each match."""
    after: int = 0
    level: Level = Level.UNKNOWN
    """Lines below it are hidden; a line that says none counts as the one of its source before it."""
    hidden: frozenset[int] = frozenset()
    """Sources whose lines are hidden."""

    @property
    def empty(self) -> bool:
        """Whether it hides nothing."""
        return not (self.level or self.hidden or any(not query.empty for query in self.queries))


class TooSlow(Exception):
    """A pattern took too long on a single line."""

    def __init__(self, query: Query) -> None:
        super().__init__(query.text)
        self.query = query


class Sifted:
    """The numbers of the lines that are seen through one lens. `take` looks at the next lines."""

    def __init__(self, book: Book, lens: Lens) -> None:
        self.book = book
        self.lens = lens
        self.read = book.first
        """The number of the first line that was not looked at."""
        self._all = lens.empty
        self._queries = sorted((query for query in lens.queries if not query.empty), key=lambda query: query.costly)
        self._seen = array("q")
        self._hits = array("q")
        self._levels: dict[int, Level] = {}
        """The level that was said last, by source."""
        self._earlier: dict[int, deque[int]] = {}
        """Lines that a match would bring along, by source."""
        self._rest: dict[int, int] = {}
        """How many more lines the last match brings along, by source."""

    @property
    def sees_all(self) -> bool:
        """Whether the lens hides nothing."""
        return self._all

    @property
    def seen(self) -> Sequence[int]:
        """The numbers of the lines that are seen, in order."""
        return range(min(self.book.first, self.read), self.read) if self._all else self._seen

    @property
    def count(self) -> int:
        """Containers' lines that match."""
        return self.book.lines if self._all else len(self._hits)

    def is_hit(self, number: int) -> bool:
        """Whether a line that is seen matches; markers do."""
        if self._all or not (self.lens.before or self.lens.after):
            return True
        index = bisect_left(self._hits, number)
        if index < len(self._hits) and self._hits[index] == number:
            return True
        return self.book.first <= number < self.book.end and not self.book.entry(number).mark.is_line

    def trim(self) -> None:
        """Forget what the book has dropped."""
        first = self.book.first
        self.read = max(self.read, first)
        for numbers in (self._seen, self._hits):
            if numbers and numbers[0] < first:
                del numbers[: bisect_left(numbers, first)]

    def take(self, most: int) -> list[int]:
        """Look at so many lines more; which of those looked at so far are seen now and were not.

        Raises:
            TimeoutError: a pattern took too long on them together; take fewer.
            TooSlow: on one of them.
        """
        book, start = self.book, self.read
        if self._all:
            self.read = book.end
            return []
        end = min(start + most, book.end)
        texts, sources, marks = book.part(start, end)
        lines = (
            list(range(len(texts)))
            if marks.count(0) == len(marks)
            else [i for i, mark in enumerate(marks) if mark <= 1]
        )
        if self.lens.hidden:
            lines = [i for i in lines if sources[i] not in self.lens.hidden]
        seen = plainly(texts)
        levels = dict(self._levels)
        hits = self._by_level(lines, seen, sources, levels) if self.lens.level else lines
        for query in self._queries:
            hits = self._by_query(query, hits, seen)
        self._levels, self.read = levels, end
        self._hits.extend([start + i for i in hits])
        if self.lens.before or self.lens.after:
            return self._with_others(start, lines, set(hits), sources, marks)
        fresh = [start + i for i in hits]
        if len(lines) < len(texts):
            fresh = sorted(fresh + [start + i for i, mark in enumerate(marks) if mark > 1])
        self._seen.extend(fresh)
        return fresh

    def _by_level(
        self, lines: list[int], texts: Sequence[str], sources: Sequence[int], levels: dict[int, Level]
    ) -> list[int]:
        found, least = [], self.lens.level
        for i in lines:
            level = level_of(texts[i])
            if level:
                levels[sources[i]] = level
            else:
                level = levels.get(sources[i], least)
            if level >= least:
                found.append(i)
        return found

    def _by_query(self, query: Query, hits: list[int], texts: Sequence[str]) -> list[int]:
        some = texts if len(hits) == len(texts) else [texts[i] for i in hits]
        try:
            return [hits[at] for at in matching(query, some)]
        except TimeoutError:
            if len(texts) == 1:
                raise TooSlow(query) from None
            raise

    def _with_others(
        self, start: int, lines: list[int], hits: set[int], sources: Sequence[int], marks: bytes
    ) -> list[int]:
        """The matches with the lines of their sources around them; each is seen once."""
        before, after, fresh, seen = self.lens.before, self.lens.after, [], self._seen
        among = set(lines)
        for i, mark in enumerate(marks):
            number, source = start + i, sources[i]
            if mark > 1:
                fresh.append(number)
                seen.append(number)
            elif i in hits:
                for other in self._earlier.pop(source, ()):
                    fresh.append(other)
                    insort(seen, other)
                self._rest[source] = after
                fresh.append(number)
                seen.append(number)
            elif i in among:
                if self._rest.get(source, 0) > 0:
                    self._rest[source] -= 1
                    fresh.append(number)
                    seen.append(number)
                elif before:
                    self._earlier.setdefault(source, deque(maxlen=before)).append(number)
        return [number for number in fresh if number >= self.book.first]
