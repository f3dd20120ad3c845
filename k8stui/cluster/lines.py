"""The lines of a view as one value, and making them anew in short steps."""

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from k8stui.cluster.order import STEP, Key, RowKey, position, sort_steps
from k8stui.cluster.sieve import Texts
from k8stui.model.filter import Filter
from k8stui.model.kinds import Row


class Lines(Struct):
    """Which rows are shown where."""

    made_by: RowKey
    """What made the keys."""
    reverse: bool = False
    """The last key is the first line."""
    keys: dict[str, Key] = {}
    """Of every row, by uid."""
    full: list[Key] = []
    """The same, sorted."""
    shown: list[Key] = []
    """Those that pass the filter; without one it is `full` itself."""
    applied: Filter | None = None
    """That filter."""
    slow: bool = False
    """The filter that was wanted took too long and was given up."""

    def window(self, top: int, height: int) -> list[Key]:
        """The keys of these lines; fewer at the end."""
        top = max(0, top)
        if not self.reverse:
            return self.shown[top : top + height]
        end = len(self.shown) - top
        return self.shown[max(0, end - height) : max(0, end)][::-1]

    def find(self, uid: str) -> int | None:
        """The line of a uid; None: it is not shown."""
        key = self.keys.get(uid)
        at = position(self.shown, key) if key is not None else None
        if at is None:
            return None
        return len(self.shown) - 1 - at if self.reverse else at


def keyed(rows: Sequence[Row], before: Lines, made: Lines, texts: Texts, *, sliced: bool) -> Iterator[None]:
    """Fill `made.keys` and `made.full` for these rows; a key of `before` that still holds is used again.

    Raises what comparing the values raises.
    """
    make, known, keys = made.made_by, before.keys, made.keys
    same = make is before.made_by
    kept: set[str] = set()
    come: list[Key] = []
    for start in range(0, len(rows), STEP):
        for row in rows[start : start + STEP]:
            uid = row.ref.uid
            old = known.get(uid)
            if old is not None and old[5] is not row:
                texts.forget(uid)
            elif old is not None and same:
                keys[uid] = old
                kept.add(uid)
                continue
            key = keys[uid] = make(row)
            come.append(key)
        yield
    run: list[Key] = []
    for start in range(0, len(before.full), STEP):
        for key in before.full[start : start + STEP]:
            uid = key[4]
            if uid in kept:
                run.append(key)
            elif uid not in keys:
                texts.forget(uid)
        yield
    if sliced:
        yield from sort_steps(run, come)
        made.full = come
    else:
        made.full = run + sorted(come)
        made.full.sort()
    made.shown = made.full


def sifted(
    base: Sequence[Key], sift: Callable[[Sequence[Key]], list[Key]], wanted: Filter, made: Lines
) -> Iterator[None]:
    """Fill `made.shown` with what passes, out of `base`; where that takes too long everything is shown."""
    shown: list[Key] = []
    try:
        for start in range(0, len(base), STEP):
            shown += sift(base[start : start + STEP])
            yield
    except TimeoutError:
        made.slow = True
    else:
        made.shown, made.applied = shown, wanted


def disposed(lines: Lines) -> Iterator[None]:
    """Let go of lines that are no longer shown: freeing 100,000 keys at once would take 25 ms."""
    lines.shown = []
    while lines.full:
        del lines.full[-STEP:]
        for _ in range(min(STEP, len(lines.keys))):
            lines.keys.popitem()
        yield


def warmed(lines: Lines, texts: Texts) -> Iterator[None]:
    """Make the texts that a filter will look at."""
    for start in range(0, len(lines.full), STEP):
        for key in lines.full[start : start + STEP]:
            texts.of(key)
        yield
