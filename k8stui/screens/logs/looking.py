"""What hides lines of a log, as the user has set it: filter, lines around, least level, containers put aside."""

from collections.abc import Callable

from k8stui.model.logs.levels import Level
from k8stui.model.logs.query import Query, parse_all
from k8stui.model.logs.shown import Lens

AROUND = (0, 1, 3, 10)
"""Lines around a match, one after the other."""
LEVELS = (Level.UNKNOWN, Level.INFO, Level.WARN, Level.ERROR)
"""The least level, one after the other."""
_NAMES = {Level.INFO: "info", Level.WARN: "warnings", Level.ERROR: "errors"}


class Looking:
    """Tells `apply` of each other lens."""

    def __init__(self, apply: Callable[[Lens], None]) -> None:
        self._apply = apply
        self.text = ""
        """The filter as it was typed."""
        self._queries: tuple[Query, ...] = ()
        self.around = 0
        self.level = Level.UNKNOWN
        self.hidden: frozenset[int] = frozenset()

    @property
    def lens(self) -> Lens:
        """All of it."""
        return Lens(self._queries, self.around, self.around, self.level, self.hidden)

    def renew(self) -> None:
        """Look at another book in the same way; its sources are others."""
        self.hidden = frozenset()
        self._apply(self.lens)

    def filter(self, text: str) -> str:
        """Show what matches all that was typed; returns what is wrong with it, or ""."""
        try:
            queries = parse_all(text)
        except ValueError as error:
            return str(error)
        self.text = text.strip() if queries else ""
        if queries != self._queries:
            self._queries = queries
            self._apply(self.lens)
        return ""

    def put_aside(self, sources: frozenset[int]) -> None:
        """Hide what these have said."""
        if sources != self.hidden:
            self.hidden = sources
            self._apply(self.lens)

    def turn_context(self) -> str:
        """More lines around each match, at last none again; in words."""
        self.around = AROUND[(AROUND.index(self.around) + 1) % len(AROUND)]
        self._apply(self.lens)
        if not self._queries:
            return f"Lines around a match: {self.around or 'none'}; there is no filter yet"
        return f"Lines around each match, of the same container: {self.around or 'none'}"

    def turn_level(self) -> str:
        """A higher least level, at last all again; in words."""
        self.level = LEVELS[(LEVELS.index(self.level) + 1) % len(LEVELS)]
        self._apply(self.lens)
        return f"Only {self.least}" if self.level else "All levels"

    @property
    def least(self) -> str:
        """`warnings and worse`; empty where all levels are shown."""
        return f"{_NAMES[self.level]} and worse" if self.level else ""

    def clear(self) -> bool:
        """Take the last thing away that hides lines: the filter, then the level; False where nothing does."""
        if self._queries:
            self.filter("")
        elif self.level:
            self.level = Level.UNKNOWN
            self._apply(self.lens)
        else:
            return False
        return True
