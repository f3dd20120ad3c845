"""What is seen of a log: filters over all lines that are kept, lines around those, and a search in what is seen."""

from collections.abc import Callable, Iterator, Sequence
from time import perf_counter

from msgspec import Struct

from k8stui.model.logs.book import Book
from k8stui.model.logs.entry import Entry
from k8stui.model.logs.levels import Level
from k8stui.model.logs.query import Query


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
        raise NotImplementedError


class Shown:
    """A book through a lens. Nothing is lost by looking: another lens looks at all lines that are kept again.

    Work is done by `work` or `steps`, in slices: until another lens has looked at everything the old result stays.
    """

    def __init__(self, book: Book, *, clock: Callable[[], float] = perf_counter) -> None:
        self.book = book
        self.lens = Lens()
        """What was asked for; what is seen follows when the work is done."""
        self.trouble = ""
        """One sentence where a pattern took too long: then it hides nothing, or is not searched."""

    def look(self, lens: Lens) -> None:
        """Look through another lens."""
        raise NotImplementedError

    def search(self, query: Query | None) -> None:
        """Search in what is seen; None ends it."""
        raise NotImplementedError

    def work(self, seconds: float = 0.008) -> bool:
        """Take in what the book got and dropped, and go on with lens and search; True when all is done."""
        raise NotImplementedError

    def steps(self) -> Iterator[None]:
        """`work` for `cluster.view.in_slices`: small steps until all is done."""
        raise NotImplementedError

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        raise NotImplementedError

    @property
    def progress(self) -> float:
        """How much of the work is done, 0 to 1."""
        raise NotImplementedError

    @property
    def filtered(self) -> bool:
        """Whether what is seen may lack lines."""
        raise NotImplementedError

    @property
    def count(self) -> int:
        """Containers' lines that match: the 38 of "38 of 12,408". The other is `book.lines`."""
        raise NotImplementedError

    # Lines by their place among those that are seen

    def __len__(self) -> int:
        raise NotImplementedError

    def number(self, index: int) -> int:
        """The number of the line at that place; `HEAD` at place 0 where lines were dropped."""
        raise NotImplementedError

    def index(self, number: int) -> int:
        """The place of a line, or of the next one that is seen; `len` behind all of them."""
        raise NotImplementedError

    def numbers(self, start: int = 0, end: int | None = None) -> Sequence[int]:
        """The numbers of the lines between two places."""
        raise NotImplementedError

    def entry(self, number: int) -> Entry:
        """A line by its number. Raises IndexError where it is not kept any more."""
        raise NotImplementedError

    def matches(self, number: int) -> bool:
        """Whether it is seen for its own sake, not as one around a match."""
        raise NotImplementedError

    # The search

    @property
    def query(self) -> Query | None:
        """What is searched."""
        raise NotImplementedError

    @property
    def found(self) -> Sequence[int]:
        """The numbers of the lines that hold it, in order."""
        raise NotImplementedError
