"""What a column of a view is: how a row's cell reads, sorts and is coloured."""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from types import MappingProxyType
from typing import Any, Generic, Protocol, TypeVar

from msgspec import Struct, structs


class Tone(Enum):
    """How a cell feels; the theme decides colour, the table the symbol."""

    PLAIN = "plain"
    OK = "ok"
    CHANGING = "changing"
    WARNING = "warning"
    BAD = "bad"
    MUTED = "muted"


RANK: Mapping[Tone, int] = MappingProxyType(
    {Tone.BAD: 0, Tone.WARNING: 1, Tone.CHANGING: 2, Tone.PLAIN: 3, Tone.OK: 3, Tone.MUTED: 4}
)
"""How rows are sorted by how they are: the worst first, what is over last."""


class Comparable(Protocol):
    """What can be sorted."""

    def __lt__(self, other: Any, /) -> bool: ...


R = TypeVar("R")


class Column(Struct, Generic[R], frozen=True, kw_only=True):
    """One column over rows of type R. `now` is seconds since the epoch by the server's clock."""

    title: str
    text: Callable[[R, float], str]
    """Ages are computed when a line is drawn, never stored."""
    order: Callable[[R], Comparable]
    """What is sorted: numbers as numbers, unknown last."""
    tone: Callable[[R, float], Tone] | None = None
    """None: plain. A column with a tone shows its symbol before the text."""
    right: bool = False
    width: int = 4
    """Cells it has at least (without the gap)."""
    most: int = 40
    """Cells it has at most; a longer text is cut."""
    keep: int = 5
    """0 to 9: where the terminal is narrow the columns with the least go first; 9 never goes."""
    middle: bool = False
    """Cut in the middle (names) instead of at the end."""
    wide: bool = False
    """Shown only after `w`, or where there is room for it."""
    aside: bool = False
    """Shown only after `w`, however much room there is: the user has chosen others."""


ALWAYS = ("NAMESPACE", "NAME")
"""Columns that tell one object from another: no choice leaves them out."""


def arranged(columns: "Sequence[Column[R]]", titles: Sequence[str]) -> "Sequence[Column[R]]":
    """The columns with these titles first and in that order; the others are shown only after `w`.

    Titles that there are not are passed over; where none of them is there, or none is given, all stays as it is.
    """
    found = {column.title: column for column in columns}
    chosen = [title for title in dict.fromkeys(titles) if title in found]
    if not chosen:
        return columns
    chosen = [title for title in ALWAYS if title in found and title not in chosen] + chosen
    front = [structs.replace(found[title], wide=False) for title in chosen]
    rest = [structs.replace(column, wide=True, aside=True) for column in columns if column.title not in chosen]
    return [*front, *rest]
