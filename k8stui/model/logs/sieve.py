"""Which of some lines a query matches, many at a time."""

from collections.abc import Callable, Sequence
from typing import Any

from k8stui.model.logs.ansi import SGR, plain
from k8stui.model.logs.decoded import LEVEL, field, fields_of, shown
from k8stui.model.logs.levels import Level, level_named
from k8stui.model.logs.query import Kind, Query
from k8stui.model.logs.stamps import nanoseconds

PATIENCE = 0.05
"""Seconds a pattern may take on some lines together, and on a single one."""
PATIENCE_CHARACTER = 1e-7
"""And so much more for each character."""


def plainly(texts: Sequence[str]) -> Sequence[str]:
    """The texts without colours."""
    whole = "\n".join(texts)
    if "\x1b" not in whole:
        return texts
    parts = SGR.sub("", whole).split("\n")
    return parts if len(parts) == len(texts) else [plain(text) for text in texts]


def matching(query: Query, texts: Sequence[str]) -> list[int]:
    """The places of the plain texts that a query matches. Raises TimeoutError where its pattern takes too long."""
    found = _found(query, texts)
    if not query.inverse:
        return found
    hidden = set(found)
    return [index for index in range(len(texts)) if index not in hidden]


def _found(query: Query, texts: Sequence[str]) -> list[int]:
    if query.kind is Kind.FIELD:
        return [index for index, text in enumerate(texts) if has_field(query, text)]
    if query.kind is Kind.PLAIN:
        needle = query.needle
        if query.fold:
            return [index for index, text in enumerate(texts) if needle in text.lower()]
        return [index for index, text in enumerate(texts) if needle in text]
    if query.joined is not None and len(texts) > 1:
        return _together(query, texts)
    assert query.pattern is not None
    search = query.pattern.search
    return [index for index, text in enumerate(texts) if search(text, timeout=_patience(len(text))) is not None]


def _together(query: Query, texts: Sequence[str]) -> list[int]:
    """All lines in one search."""
    assert query.joined is not None
    whole = "\n".join(texts)
    found: list[int] = []
    line = at = 0
    for match in query.joined.finditer(whole, timeout=_patience(len(whole))):
        start = match.start()
        line += whole.count("\n", at, start)
        at = start
        if not found or found[-1] != line:
            found.append(line)
    return found


def _patience(characters: int) -> float:
    return PATIENCE + characters * PATIENCE_CHARACTER


def has_field(query: Query, text: str) -> bool:
    """Whether a line's field is as the query wants it; where it has no such field, whether the line holds the text."""
    fields = fields_of(text)
    value = field(fields, query.key) if fields is not None else None
    if value is None:
        within = text.lower() if query.fold else text
        return query.operator in ("=", "~") and query.body in within
    if query.operator == "~":
        assert query.pattern is not None
        seen = shown(value)
        return query.pattern.search(seen, timeout=_patience(len(seen))) is not None
    return _compare(query, value)


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda one, other: bool(one == other),
    "<": lambda one, other: bool(one < other),
    "<=": lambda one, other: bool(one <= other),
    ">": lambda one, other: bool(one > other),
    ">=": lambda one, other: bool(one >= other),
}


def _compare(query: Query, value: Any) -> bool:
    """As levels, as numbers or as times where both are, else as texts."""
    compare, seen = _COMPARISONS[query.operator], shown(value)
    if query.key in LEVEL:
        one, other = level_named(seen), level_named(query.needle)
        if Level.UNKNOWN not in (one, other):
            return compare(one, other)
    numbers = _number(seen), _number(query.needle)
    if None not in numbers:
        return compare(*numbers)
    times = nanoseconds(seen), nanoseconds(query.needle)
    if all(times):
        return compare(*times)
    return query.operator == "=" and (seen.lower() if query.fold else seen) == query.needle


def _number(text: str) -> float | None:
    try:
        return float(text) if len(text) < 40 else None
    except ValueError:
        return None
