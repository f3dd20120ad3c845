"""A search in the lines that are seen: which of them hold it, kept up with what comes and goes."""

from array import array
from bisect import bisect_left, insort
from collections.abc import Callable, Sequence

from k8stui.model.logs.book import Book
from k8stui.model.logs.pace import Pace, bounded
from k8stui.model.logs.query import Query
from k8stui.model.logs.sieve import matching, plainly


class Finder:
    """The matches of one query, in order of their numbers."""

    def __init__(self, book: Book, query: Query) -> None:
        self.query = query
        self.found = array("q")
        self.trouble = ""
        """One sentence where its pattern takes too long."""
        self._book = book
        self._next = book.first
        """Lines before this one have been searched."""
        self._between: list[int] = []
        """Lines that came to be seen before that one afterwards."""
        self._pace = Pace()

    def done(self, end: int) -> bool:
        """Whether all lines before that number have been searched."""
        return self._next >= end and not self._between

    def inserted(self, fresh: Sequence[int]) -> None:
        """These lines came to be seen."""
        self._between += [number for number in fresh if number < self._next]

    def trim(self) -> None:
        """Forget what the book has dropped."""
        first = self._book.first
        self._next = max(self._next, first)
        self._between = [number for number in self._between if number >= first]
        if self.found and self.found[0] < first:
            del self.found[: bisect_left(self.found, first)]

    def step(self, seen: Sequence[int], clock: Callable[[], float]) -> None:
        """Search some more of the lines that are seen."""
        begun = clock()
        start = bisect_left(seen, self._next)
        numbers = self._between[: self._pace.size] or list(seen[start : start + self._pace.size])
        texts = [self._book.text(number) for number in numbers]
        count = bounded(texts)
        numbers, texts = numbers[:count], texts[:count]
        try:
            found = matching(self.query, plainly(texts))
        except TimeoutError:
            if count == 1:
                self.trouble = self.query.too_slow(searched=True)
            self._pace.singly()
            return
        self._keep([numbers[at] for at in found], numbers)
        spent = clock() - begun
        self._pace.took(spent)
        if self.query.costly and self._pace.spend(spent, count):
            self.trouble = self.query.too_slow(searched=True)

    def _keep(self, found: list[int], searched: list[int]) -> None:
        if self._between:
            for number in found:
                insort(self.found, number)
            del self._between[: len(searched)]
        else:
            self.found.extend(found)
            self._next = searched[-1] + 1 if searched else self._book.end
