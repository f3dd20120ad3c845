"""What is seen of a log: filters over all lines that are kept, lines around those, and a search in what is seen."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from time import perf_counter, thread_time

from msgspec import structs

from k8stui.model.logs.book import HEAD, Book
from k8stui.model.logs.entry import Entry
from k8stui.model.logs.finder import Finder
from k8stui.model.logs.pace import Pace
from k8stui.model.logs.query import Query
from k8stui.model.logs.sifted import Lens, Sifted, TooSlow

__all__ = ["HEAD", "Lens", "Shown"]

Clock = Callable[[], float]


class Shown:
    """A book through a lens. Nothing is lost by looking: another lens looks at all lines that are kept again.

    Work is done by `work` or `steps`, in slices: until another lens has looked at everything the old result stays.

    Args:
        book: whose lines.
        clock: seconds that pass, for the slices.
        burden: seconds of processor time of this thread, for patterns that take too long.
    """

    def __init__(self, book: Book, *, clock: Clock = perf_counter, burden: Clock = thread_time) -> None:
        self.book = book
        self.lens = Lens()
        """What was asked for; what is seen follows when the work is done."""
        self.trouble = ""
        """One sentence where a pattern took too long: then it hides nothing, or is not searched."""
        self.turns = 0
        """How often what is seen was made anew, through another lens."""
        self._clock = clock
        self._burden = burden
        self._result = Sifted(book, self.lens)
        self._next: Sifted | None = None
        self._finder: Finder | None = None
        self._pace = Pace()
        self._first = book.first

    def look(self, lens: Lens) -> None:
        """Look through another lens."""
        if lens == self.lens and not self.trouble:
            return
        self.lens, self.trouble = lens, ""
        self._begin(lens)

    def _begin(self, lens: Lens) -> None:
        self._next, self._pace = Sifted(self.book, lens), Pace()

    def search(self, query: Query | None) -> None:
        """Search in what is seen; None ends it."""
        self.trouble = "" if self._finder is not None and self._finder.trouble else self.trouble
        self._finder = Finder(self.book, query) if query is not None and not query.empty else None

    # The work

    def work(self, seconds: float = 0.008) -> bool:
        """Take in what the book got and dropped, and go on with lens and search; True when all is done."""
        until = self._clock() + seconds
        for _ in self.steps():
            if self._clock() >= until:
                break
        return self.done

    def steps(self) -> Iterator[None]:
        """`work` for `cluster.view.in_slices`: small steps until all is done."""
        self._trim()
        while not self.done:
            sifted = self._next or self._result
            if self._next is not None and self._result.sees_all:
                self._result.take(0)
            if sifted.read < self.book.end:
                self._sift(sifted)
            elif self._finder is not None and self._next is None:
                self._find(self._finder)
            if self._next is not None and self._next.read >= self.book.end:
                self._result, self._next = self._next, None
                self.turns += 1
                self._finder = self._finder and Finder(self.book, self._finder.query)
            yield
            self._trim()

    def _sift(self, sifted: Sifted) -> None:
        """One step of looking through a lens."""
        start, begun = sifted.read, self._clock()
        spent = self._burden()
        try:
            fresh = sifted.take(self._pace.lines(self.book, start))
        except TimeoutError:
            self._pace.singly()
            return
        except TooSlow as error:
            self._without(error.query, sifted)
            return
        self._pace.took(self._clock() - begun)
        costly = next((query for query in sifted.lens.queries if query.costly), None)
        if costly is not None and self._pace.spend(self._burden() - spent, sifted.read - start):
            self._without(costly, sifted)
        elif self._finder is not None and sifted is self._result and fresh:
            self._finder.inserted(fresh)

    def _without(self, slow: Query, sifted: Sifted) -> None:
        """Begin again without a pattern that takes too long."""
        self.trouble = slow.too_slow()
        others = tuple(query for query in sifted.lens.queries if query is not slow)
        self._begin(structs.replace(sifted.lens, queries=others))

    def _find(self, finder: Finder) -> None:
        finder.step(self._result.seen, self._clock)
        if finder.trouble:
            self.trouble, self._finder = finder.trouble, None

    def _trim(self) -> None:
        """Forget what the book has dropped."""
        if self._first == self.book.first:
            return
        self._first = self.book.first
        for each in (self._result, self._next, self._finder):
            if each is not None:
                each.trim()

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        read = self._next is None and self._result.read >= self.book.end
        return read and (self._finder is None or self._finder.done(self.book.end))

    @property
    def progress(self) -> float:
        """How much of the lens's work is done, 0 to 1."""
        sifted, kept = self._next or self._result, self.book.end - self.book.first
        return max(0.0, 1 - (self.book.end - sifted.read) / kept) if kept else 1.0

    @property
    def filtered(self) -> bool:
        """Whether what is seen may lack lines."""
        return not self._result.sees_all

    @property
    def count(self) -> int:
        """Containers' lines that match: the 38 of "38 of 12,408". The other is `book.lines`."""
        self._trim()
        return self._result.count

    # Lines by their place among those that are seen

    def _numbers(self) -> Sequence[int]:
        self._trim()
        return self._result.seen

    def __len__(self) -> int:
        return len(self._numbers()) + bool(self.book.first)

    def number(self, index: int) -> int:
        """The number of the line at that place; `HEAD` at place 0 where lines were dropped."""
        numbers = self._numbers()
        if not self.book.first:
            return numbers[index]
        if not 0 <= index <= len(numbers):
            raise IndexError(index)
        return numbers[index - 1] if index else HEAD

    def index(self, number: int) -> int:
        """The place of a line, or of the next one that is seen; `len` behind all of them."""
        if number <= HEAD:
            return 0
        return bisect_left(self._numbers(), number) + bool(self.book.first)

    def numbers(self, start: int = 0, end: int | None = None) -> Sequence[int]:
        """The numbers of the lines between two places."""
        numbers, head = self._numbers(), bool(self.book.first)
        last = None if end is None else max(0, end - head)
        found = numbers[max(0, start - head) : last]
        return [HEAD, *found] if head and start <= 0 and (end is None or end > 0) else found

    def entry(self, number: int) -> Entry:
        """A line by its number. Raises IndexError where it is not kept any more."""
        return self.book.entry(number)

    def entries(self) -> Iterator[Entry]:
        """All lines that are seen; while the book grows or drops lines, it goes on with what is left."""
        numbers, at = self.numbers(), 0
        while at < len(numbers):
            for number in numbers[at : at + 1000]:
                if number == HEAD or number >= self.book.first:
                    yield self.book.entry(number)
            at += 1000

    def matches(self, number: int) -> bool:
        """Whether it is seen for its own sake, not as one around a match."""
        return self._result.is_hit(number)

    # The search

    @property
    def query(self) -> Query | None:
        """What is searched."""
        return self._finder.query if self._finder is not None else None

    @property
    def found(self) -> Sequence[int]:
        """The numbers of the lines that hold it, in order."""
        self._trim()
        return self._finder.found if self._finder is not None else ()
