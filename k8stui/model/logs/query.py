"""What is typed to filter or to search a log: plain text, a regular expression, `key=value`; `!` for the opposite."""

import re
import warnings
from enum import Enum

import regex
from msgspec import Struct

from k8stui.model.logs.decoded import LEVEL
from k8stui.model.logs.joined import joinable
from k8stui.model.logs.levels import level_named
from k8stui.model.logs.stamps import nanoseconds
from k8stui.model.text import clean

LONGEST = 500
"""Characters a regular expression has at most."""
PATIENCE = 0.02
"""Seconds that marking what a pattern found may take in one line."""
AND = " && "
"""Between two queries in one text."""

_META = re.compile(r"[\\^$*+?{}\[\]|()]")
"""What makes a text a regular expression, as in `model.filter`."""
_FIELD = re.compile(r'([A-Za-z_@][\w.@/-]*)(!=|!~|==?|<=|>=|<|>|~)("[^"]*"|[^\s"<>=]\S*|)', re.DOTALL)
_NUMBER = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?")


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
    """PLAIN: what is looked for; FIELD: what the field is compared with."""
    pattern: "regex.Pattern[str] | None" = None
    """PATTERN: what is searched; FIELD with `~`: what is searched in the field."""
    joined: "regex.Pattern[str] | None" = None
    """PATTERN: the same for many lines at once, if it can be made so (`joined.joinable`); it takes the line's rest."""
    key: str = ""
    """FIELD: the field's name."""
    operator: str = ""
    """FIELD: one of = ~ < <= > >=; `!=` and `!~` are the opposite of the first two."""
    fold: bool = True
    """Whether upper and lower case are alike: where nothing was typed in upper case."""
    body: str = ""
    """What was typed without `!`, as a line that has no such field may hold it."""

    @property
    def empty(self) -> bool:
        """Whether it hides nothing."""
        return self.kind is Kind.PLAIN and not self.needle

    @property
    def costly(self) -> bool:
        """Whether its time depends on what the user wrote."""
        return self.pattern is not None

    def places(self, text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
        """What is to be marked in a line's plain text between two of its characters."""
        end = len(text) if end is None else min(end, len(text))
        if self.inverse:
            return []
        if self.kind is Kind.PATTERN and self.pattern is not None:
            try:
                found = self.pattern.finditer(text, start, end, timeout=PATIENCE)
                return [match.span() for match in found if match.end() > match.start()]
            except TimeoutError:
                return []
        needle = self.needle if self.kind is Kind.PLAIN else self.body
        return _all(text[start:end], needle, start, fold=self.fold)

    def too_slow(self, searched: bool = False) -> str:
        """The sentence for a pattern that took too long, as a filter or as what is `searched`."""
        so = "it is not searched" if searched else "it hides nothing"
        return f"The pattern {clean(self.text, 80)} takes too long, so {so}: write a simpler one."


def _all(text: str, needle: str, offset: int, *, fold: bool) -> list[tuple[int, int]]:
    """Where a needle stands."""
    if fold:
        lowered = text.lower()
        if len(lowered) != len(text):  # a few letters become two in lower case: their neighbours would be marked
            lowered = "".join([char.lower() if len(char.lower()) == 1 else char for char in text])
        text = lowered
    found: list[tuple[int, int]] = []
    at = text.find(needle) if needle else -1
    while at >= 0:
        found.append((offset + at, offset + at + len(needle)))
        at = text.find(needle, at + len(needle))
    return found


def parse(text: str) -> Query:
    """The query that was typed.

    - `timeout`: lines that hold the text, in upper or lower case; `Timeout` only so.
    - `took [0-9]+ms`: a regular expression, as soon as it holds a special character other than `.` and `-`.
    - `"[error]"`: in quotes any character stands for itself.
    - `level=error`, `status>=500`, `path~^/cart`, `user.name!=bob`: fields of structured lines; of another line `=` and
      `~` want the text itself.
    - `!timeout`: lines that the rest does not match.

    Raises:
        ValueError: one sentence saying what is wrong and how to mend it.
    """
    text = text.strip()
    inverse = text.startswith("!") and len(text) > 1
    body = text[1:].strip() if inverse else text
    if not body or body == "!":
        return Query("")
    quoted = len(body) > 2 and body[0] == body[-1] == '"'
    if quoted:
        return _plain(text, body[1:-1], inverse)
    field = _FIELD.fullmatch(body)
    if field and _is_field(*field.groups()):
        return _field(text, body, inverse, *field.groups())
    if not _META.search(body):
        return _plain(text, body, inverse)
    pattern, fold = _pattern(body)
    joined = joinable(body)
    return Query(
        text,
        Kind.PATTERN,
        inverse,
        pattern=pattern,
        joined=_compiled(joined, fold) if joined else None,
        fold=fold,
        body=body,
    )


def parse_all(text: str) -> tuple[Query, ...]:
    """Several queries with ` && ` between them, without empty ones: a line has to match them all. Raises ValueError."""
    return tuple(query for query in map(parse, text.split(AND)) if not query.empty)


def _plain(text: str, needle: str, inverse: bool) -> Query:
    fold = needle == needle.lower()
    return Query(text, Kind.PLAIN, inverse, needle, fold=fold, body=needle)


def _is_field(key: str, operator: str, value: str) -> bool:
    """Whether a text that looks like a question for a field is one: of `<` and `>` only with something to compare."""
    value = value.strip('"')
    if operator in ("<", "<=", ">", ">="):
        known_level = key in LEVEL and bool(level_named(value))
        return known_level or bool(_NUMBER.fullmatch(value)) or bool(nanoseconds(value))
    return bool(value) or operator in ("=", "==", "!=")


def _field(text: str, body: str, inverse: bool, key: str, operator: str, value: str) -> Query:
    value = value[1:-1] if value.startswith('"') else value
    if operator in ("!=", "!~"):
        inverse, operator = not inverse, operator[1:]
        body = f"{key}{operator}{value}"
    pattern, fold = _pattern(value) if operator == "~" else (None, value == value.lower())
    return Query(
        text, Kind.FIELD, inverse, value, pattern, key=key, operator=operator[:1] if operator == "==" else operator,
        fold=fold, body=body.lower() if fold else body,
    )  # fmt: skip


def _pattern(text: str) -> "tuple[regex.Pattern[str], bool]":
    """The regular expression, and whether case does not count. Raises ValueError."""
    if len(text) > LONGEST:
        raise ValueError(f"The regular expression has {len(text)} characters: write one of at most {LONGEST}.")
    letters = re.sub(r"\\.", "", text)
    fold = letters == letters.lower()
    try:
        return _compiled(text, fold), fold
    except regex.error as error:
        raise ValueError(
            f"{clean(text, 80)} is no regular expression ({clean(str(error), 120) or 'it cannot be read'}): "
            'mend it, or put it in "quotes" to look for the text itself.'
        ) from None
    except (RecursionError, OverflowError, MemoryError):
        raise ValueError("The regular expression is too big: write a shorter one.") from None


def _compiled(text: str, fold: bool) -> "regex.Pattern[str]":
    # VERSION0 is Python's own syntax. Its warnings (a set in a set) would be printed over the screen.
    with warnings.catch_warnings(action="ignore"):
        flags = regex.VERSION0 | regex.MULTILINE | (regex.IGNORECASE if fold else 0)
        return regex.compile(text, flags)
