"""The order of keys in kubectl's YAML: letters by code after everything else, numbers by what they count (go-yaml)."""

from collections.abc import Iterable
from functools import cmp_to_key


def in_order(keys: Iterable[str]) -> list[str]:
    """The keys as `kubectl get -o yaml` orders them: `a2` before `a10`, `a-b` before `ab`."""
    found = sorted(keys)
    if all(key.isalpha() for key in found):
        return found
    return sorted(found, key=cmp_to_key(_compare))


def _compare(left: str, right: str) -> int:
    """Below zero: left first."""
    for at, (one, other) in enumerate(zip(left, right, strict=False)):
        if one == other:
            continue
        letters = one.isalpha(), other.isalpha()
        if any(letters):
            return (-1 if one < other else 1) if all(letters) else (-1 if letters[1] else 1)
        return _by_number(left, right, at)
    return len(left) - len(right)


def _by_number(left: str, right: str, at: int) -> int:
    """Where the first difference is among digits, the whole numbers decide, else the characters."""
    ends = _end(left, at), _end(right, at)
    # A zero is no leading one where a digit other than zero stands before it.
    lead = "1" if "0" in (left[at], right[at]) and left[_begin(left, at) : at].strip("0") else ""
    counts = int(lead + left[at : ends[0]] or "0"), int(lead + right[at : ends[1]] or "0")
    if counts[0] != counts[1]:
        return -1 if counts[0] < counts[1] else 1
    if ends[0] != ends[1]:
        return ends[0] - ends[1]
    return -1 if left[at] < right[at] else 1


def _end(text: str, at: int) -> int:
    """Behind the digits that begin there; at most eighteen of them, what int64 holds."""
    end = at
    while end < len(text) and end < at + 18 and text[end] in "0123456789":
        end += 1
    return end


def _begin(text: str, at: int) -> int:
    """Where the digits that end there begin."""
    while at > 0 and text[at - 1] in "0123456789":
        at -= 1
    return at
