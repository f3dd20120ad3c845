"""Sorted lines of rows: unique keys, so that bisect finds, inserts and removes; big sorts in steps."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from heapq import merge
from itertools import islice
from typing import Any

from k8stui.model.kinds import Row

Key = tuple[int, Any, str, str, str, Any]
"""(rank, value, namespace, name, uid, row). The uid is unique: a comparison never reaches the row."""

RowKey = Callable[[Any], Key]

STEP = 500
"""Keys a step of a long work handles: well under a millisecond."""
FEW = 150
"""Changes that are made in place."""
RUN = 2_000
"""Keys that are sorted at once in a long work: about two milliseconds."""

_INFINITE = (float("inf"), float("-inf"))


class DisorderError(Exception):
    """A key is not where its order says: the values of this order contradict each other."""


def key_of(order: Callable[[Any], Any] | None, *, reverse: bool) -> RowKey:
    """What makes a row's key.

    Unknown values come last, also where the lines are shown reversed: None, NaN, an infinite number, a tuple that
    begins with True (as those of `model.order`: `(unknown, value)`), and whatever an order that raises had in mind.
    Values of different families (numbers, texts, others) are never compared with each other.
    """
    unknown = -1 if reverse else 9

    def key(row: Row) -> Key:
        ref = row.ref
        rank: int = unknown
        value: Any = 0
        if order is not None:
            try:
                found = order(row)
                rank, value = _ranked(found, unknown)
            except Exception:
                rank, value = unknown, 0
        return (rank, value, ref.namespace, ref.name, ref.uid, row)

    return key


def _ranked(value: Any, unknown: int) -> tuple[int, Any]:
    """The family of a value, and the value."""
    if isinstance(value, str):
        return 1, value
    if isinstance(value, int | float):
        # NaN is the one number that differs from itself.
        return (unknown, 0) if value != value or value in _INFINITE else (0, value)
    if isinstance(value, tuple) and value and isinstance(value[0], bool):
        return (unknown if value[0] else 2), value
    return (unknown, 0) if value is None else (2, value)


def position(lines: Sequence[Key], key: Key) -> int | None:
    """Where this key stands; None: nowhere."""
    at = bisect_left(lines, key[:5])
    return at if at < len(lines) and lines[at][4] == key[4] else None


def patched(lines: list[Key], changes: Sequence[tuple[Key | None, Key | None]]) -> list[Key]:
    """The lines with each (old, new) replaced, removed (new None) or inserted (old None); the list may be changed.

    What is fastest was measured: few changes are made in place, more in a copy that moves each line once, and from an
    eighth of the lines on one sort of two sorted runs is faster than finding each place.

    Raises:
        DisorderError: an old key was not found.
        Exception: whatever comparing the values raises.
    """
    if len(changes) > max(8, len(lines) // 8):
        return _sorted(lines, changes)
    if len(changes) > FEW:
        gone = sorted(_place(lines, old) for old, _ in changes if old is not None)
        return _with(_without(lines, gone), sorted(new for _, new in changes if new is not None))
    for old, new in changes:
        if old is not None:
            at = _place(lines, old)
            if new is not None and new[:5] == old[:5]:
                lines[at] = new
                continue
            del lines[at]
        if new is not None:
            lines.insert(bisect_left(lines, new[:5]), new)
    return lines


def _place(lines: list[Key], key: Key) -> int:
    at = position(lines, key)
    if at is None:
        raise DisorderError
    return at


def _without(lines: list[Key], gone: list[int]) -> list[Key]:
    """A copy without these positions (ascending)."""
    kept: list[Key] = []
    start = 0
    for at in gone:
        kept += lines[start:at]
        start = at + 1
    return kept + lines[start:]


def _with(lines: list[Key], come: list[Key]) -> list[Key]:
    """A copy with these keys (ascending) in their places."""
    grown: list[Key] = []
    start = 0
    for key in come:
        at = bisect_left(lines, key[:5], start)
        grown += lines[start:at]
        grown.append(key)
        start = at
    return grown + lines[start:]


def _sorted(lines: list[Key], changes: Sequence[tuple[Key | None, Key | None]]) -> list[Key]:
    gone = {old[4] for old, _ in changes if old is not None}
    kept = [key for key in lines if key[4] not in gone]
    if len(kept) != len(lines) - len(gone):
        raise DisorderError
    kept.extend(sorted(new for _, new in changes if new is not None))
    kept.sort()
    return kept


def sort_steps(kept: list[Key], come: list[Key]) -> Iterator[None]:
    """Sort `come` into the sorted `kept` in short steps; the result is in `come` at the end."""
    runs = [kept] if kept else []
    for start in range(0, len(come), RUN):
        runs.append(sorted(come[start : start + RUN]))
        yield
    come.clear()
    if len(runs) == 1:
        come.extend(runs[0])
        return
    keys = merge(*runs)
    while chunk := list(islice(keys, STEP)):
        come.extend(chunk)
        yield
