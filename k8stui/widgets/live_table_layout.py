"""Which columns a table shows in a given width, and how wide each of them is. Pure."""

from collections.abc import Sequence
from typing import Any, Final

from msgspec import Struct

from k8stui.model.columns import Column

GAP: Final = 2
"""Blank cells after every column."""
GUTTER: Final = 3
"""Cells at the left of every line: mark, cursor, blank."""
BAR: Final = 84
"""The cursor's colour covers at most so many cells: two repainted lines then stay under 300 bytes."""
_NAME: Final = 20
"""A name is not squeezed below this while another column can go instead."""
_STATE: Final = 19
"""The same for a column with a tone: `◐ ContainerCreating`."""
_WORDS: Final = 14
"""The same for other text."""
_ALWAYS: Final = 9


class Slot(Struct, frozen=True):
    """A column as shown; `start` counts cells from the end of the gutter."""

    index: int
    start: int
    width: int

    @property
    def end(self) -> int:
        """The first cell after it, without the gap."""
        return self.start + self.width


class Layout(Struct, frozen=True):
    """The columns shown, their whole width, and how far (gutter included) the cursor's colour goes."""

    slots: tuple[Slot, ...]
    width: int
    bar: int

    def at(self, x: int) -> int | None:
        """The index of the column at cell `x` from the end of the gutter."""
        for slot in self.slots:
            if slot.start <= x < slot.end + GAP:
                return slot.index
        return None


def lay_out(columns: Sequence[Column[Any]], measured: Sequence[int], room: int, *, wide: bool) -> Layout:
    """Choose columns and widths for `room` cells. `measured` is the widest text (title included) seen in each column.

    Narrow: the columns with the least `keep` go first, then texts are cut, and what still does not fit is reached by
    horizontal scrolling. With `wide` nothing goes: whoever asked for more scrolls to it.
    """
    natural = [_clamp(size, column) for size, column in zip(measured, columns, strict=True)]
    if wide:
        widths = dict(enumerate(natural))
        _widen(columns, widths, room)
        return _place(columns, widths)
    least = [_least(size, column) for size, column in zip(natural, columns, strict=True)]
    shown = _add(columns, _choose(columns, least, room), natural, room)
    widths = {index: least[index] for index in shown}
    slack = room - _total(widths)
    if slack < 0:
        _squeeze(columns, widths, -slack)
    else:
        _grow(columns, widths, natural, slack)
        _widen(columns, widths, room)
    return _place(columns, widths)


def _clamp(size: int, column: Column[Any]) -> int:
    title = len(column.title)
    return max(column.width, title, min(size, max(column.most, title)))


def _least(natural: int, column: Column[Any]) -> int:
    """Numbers are never cut; text may be, to something that can still be read."""
    if column.right:
        return natural
    enough = _WORDS if column.tone is None else _STATE
    if column.middle:
        enough = _NAME if column.keep >= _ALWAYS else _WORDS
    return min(natural, max(column.width, len(column.title), enough))


def _total(widths: dict[int, int]) -> int:
    return sum(widths.values()) + GAP * max(0, len(widths) - 1)


def _choose(columns: Sequence[Column[Any]], least: Sequence[int], room: int) -> list[int]:
    """Drop columns, the least kept first and of equals the rightmost, until the rest fits."""
    shown = [index for index, column in enumerate(columns) if not column.wide]
    while _total({index: least[index] for index in shown}) > room:
        droppable = [index for index in shown if columns[index].keep < _ALWAYS]
        if not droppable or len(shown) == 1:
            break
        shown.remove(min(droppable, key=lambda index: (columns[index].keep, -index)))
    return shown


def _add(columns: Sequence[Column[Any]], shown: list[int], natural: Sequence[int], room: int) -> list[int]:
    """In a broad terminal, where nothing had to go: those for `wide` that fit uncut, the most kept first."""
    if len(shown) < sum(not column.wide for column in columns):
        return shown
    more = [index for index, column in enumerate(columns) if column.wide and not column.aside]
    for index in sorted(more, key=lambda index: (-columns[index].keep, index)):
        wanted = [*shown, index]
        if _total({each: natural[each] for each in wanted}) <= room:
            shown = wanted
    return sorted(shown)


def _names_first(columns: Sequence[Column[Any]], widths: dict[int, int]) -> list[int]:
    return sorted(widths, key=lambda index: (not columns[index].middle, -columns[index].keep, index))


def _squeeze(columns: Sequence[Column[Any]], widths: dict[int, int], missing: int) -> None:
    """Nothing may go any more: cut text down to each column's own least width."""
    order = _names_first(columns, widths)
    order.reverse()
    for index in sorted(order, key=lambda index: columns[index].tone is not None):
        if missing > 0 and not columns[index].right:
            give = min(missing, max(0, widths[index] - max(columns[index].width, 4)))
            widths[index] -= give
            missing -= give


def _grow(columns: Sequence[Column[Any]], widths: dict[int, int], natural: Sequence[int], slack: int) -> None:
    """What it is and how it is (names that always stay, columns with a tone) share the room; then others.

    A state grows twice as fast: its end says why, a name can be told by its beginning and its end. Where one of them
    has enough, the other gets all.
    """
    order = _names_first(columns, widths)
    chief = [n for n in order if columns[n].tone is not None or (columns[n].middle and columns[n].keep >= _ALWAYS)]
    turns = [index for index in chief for _ in range(1 if columns[index].tone is None else 2)]
    while slack > 0 and any(widths[index] < natural[index] for index in turns):
        for index in turns:
            take = min(slack, 1, natural[index] - widths[index])
            widths[index] += take
            slack -= take
    for index in order:
        take = min(slack, natural[index] - widths[index])
        widths[index] += take
        slack -= take


def _widen(columns: Sequence[Column[Any]], widths: dict[int, int], room: int) -> None:
    """Give what is left to the most kept name: longer names that come later then move nothing."""
    names = [index for index in _names_first(columns, widths) if columns[index].middle]
    if names and (slack := room - _total(widths)) > 0:
        widths[names[0]] += max(0, min(slack, columns[names[0]].most - widths[names[0]]))


def _place(columns: Sequence[Column[Any]], widths: dict[int, int]) -> Layout:
    slots, start = [], 0
    for index in sorted(widths):
        slots.append(Slot(index, start, widths[index]))
        start += widths[index] + GAP
    names = [slot for slot in slots if columns[slot.index].middle]
    last = max(names, key=lambda slot: columns[slot.index].keep) if names else slots[0] if slots else None
    bar = min(BAR, GUTTER + last.end + 1) if last else GUTTER
    return Layout(tuple(slots), max(0, start - GAP), bar)


def thumb(top: int, height: int, count: int) -> range:
    """The lines of the screen at whose right edge a sign says which part of all is in sight."""
    if count <= height:
        return range(0)
    size = max(1, height * height // count)
    start = round(top * (height - size) / (count - height))
    return range(start, start + size)
