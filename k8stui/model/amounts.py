"""How amounts of CPU and memory read in tables: kubectl's exact ones, short ones, shares and bars."""

from k8stui.model.columns import Comparable
from k8stui.model.top import cpu_text, memory_text, percent

UNKNOWN = "—"
"""A number that nobody tells: no metrics, nothing to compare with."""
_UNITS = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
_BAR = 6


def millicores(milli: int | None) -> str:
    """`250m`, as `kubectl top` writes CPU."""
    return UNKNOWN if milli is None else cpu_text(milli)


def mebibytes(count: int | None) -> str:
    """`120Mi`, as `kubectl top` writes memory."""
    return UNKNOWN if count is None else memory_text(count)


def cores(milli: int | None) -> str:
    """Thousandths of a core shortly: `250m`, `1.2`, `16`; truncated, for what is left must not look like more."""
    if milli is None:
        return UNKNOWN
    if abs(milli) < 1000:
        return f"{milli}m" if milli else "0"
    return _short(milli / 1000)


def size(count: int | None) -> str:
    """Bytes shortly: `512Mi`, `3.4Gi`; truncated."""
    if count is None:
        return UNKNOWN
    number, unit = float(abs(count)), 0
    while number >= 1024 and unit < len(_UNITS) - 1:
        number /= 1024
        unit += 1
    return f"{'-' if count < 0 and count else ''}{_short(number)}{_UNITS[unit]}"


def share(part: int | None, whole: int | None) -> str:
    """`61%`, in kubectl's arithmetic."""
    found = None if part is None else percent(part, whole)
    return UNKNOWN if found is None else f"{found}%"


def by_share(part: int | None, whole: int | None) -> Comparable:
    """By share, unknown last."""
    return (False, part / whole) if whole and part is not None else (True, 0.0)


def by_number(number: int | None) -> Comparable:
    """By size, unknown last."""
    return (True, 0) if number is None else (False, number)


def bar(part: int, whole: int | None) -> str:
    """`███░░░`: how full it is, in six cells; something is never nothing, and only what is full looks full."""
    if not whole:
        return ""
    filled = max(0, min(_BAR, round(_BAR * part / whole)))
    if part > 0:
        filled = max(1, filled)
    if part < whole:
        filled = min(_BAR - 1, filled)
    return "█" * filled + "░" * (_BAR - filled)


def _short(number: float) -> str:
    """One decimal below ten, where it is not 0; truncated towards zero."""
    tenths = int(number * 10 + (1e-9 if number > 0 else -1e-9))
    if abs(tenths) >= 1000 or tenths % 10 == 0:
        return str(int(tenths / 10))
    return f"{tenths / 10:.1f}"
