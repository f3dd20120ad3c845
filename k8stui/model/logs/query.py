"""What is typed to filter or to search a log: plain text, a regular expression, `key=value`; `!` for the opposite."""

from enum import Enum

import regex
from msgspec import Struct


class Kind(Enum):
    """How a query looks at a line."""

    PLAIN = "plain"
    PATTERN = "pattern"
    FIELD = "field"


class Query(Struct, frozen=True):
    """One query, ready to be used (`sieve`)."""

    text: str
    """As it was typed, trimmed; empty: it hides nothing."""
    kind: Kind = Kind.PLAIN
    inverse: bool = False
    needle: str = ""
    """PLAIN: what is looked for; in lower case where the case does not count."""
    pattern: "regex.Pattern[str] | None" = None
    """PATTERN: what is searched; FIELD with `~`: what is searched in the field."""
    key: str = ""
    """FIELD: the field's name."""
    operator: str = ""
    """FIELD: one of = != ~ !~ < <= > >=."""
    fold: bool = True
    """Whether upper and lower case are alike: where nothing was typed in upper case."""

    @property
    def empty(self) -> bool:
        """Whether it hides nothing."""
        raise NotImplementedError

    def places(self, text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
        """What is to be marked in a line's plain text between two of its characters."""
        raise NotImplementedError

    def too_slow(self) -> str:
        """The sentence for a pattern that took too long."""
        raise NotImplementedError


def parse(text: str) -> Query:
    """The query that was typed.

    Raises:
        ValueError: one sentence saying what is wrong and how to mend it.
    """
    raise NotImplementedError


def parse_all(text: str) -> tuple[Query, ...]:
    """Several queries with ` && ` between them, without empty ones: a line has to match them all. Raises ValueError."""
    raise NotImplementedError
