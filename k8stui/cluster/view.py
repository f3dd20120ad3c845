"""A store's rows in the order and through the filter of one screen."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Generic, TypeVar

from k8stui.cluster.lines import Lines, disposed, keyed, sifted, warmed
from k8stui.cluster.listeners import Listeners
from k8stui.cluster.order import DisorderError, Key, key_of, patched, position
from k8stui.cluster.sieve import PATIENCE, PATIENCE_EACH, PATIENCE_ROW, Texts
from k8stui.cluster.store import Delta, Store
from k8stui.model.filter import Filter
from k8stui.model.kinds import Row

R = TypeVar("R", bound=Row)

BIG = 20_000
"""Over so many rows a sort or a filter is done in slices."""
COSTLY = 4_000
"""The same with a regular expression, which takes some microseconds a row even if it is simple."""
Change = tuple[Key | None, Key | None]


class View(Generic[R]):
    """The lines of a table: `len()`, `window`, `find`, in O(log n) or O(height).

    Nothing moves but in `apply`, `set_order` and `set_filter`, so what was drawn stays true until the next of them.
    Over 20,000 rows a new order or filter is made in slices while the old lines stay; `wake` tells when `apply` has it.

    Args:
        store: whose rows.
        order: what is sorted; None: by namespace and name, which also part equal values.
        reverse: the other way round; unknown values stay last.
        search: the text a filter looks in.
        slice: seconds of work before the loop gets its turn (`Timing.slice`).
    """

    def __init__(
        self,
        store: Store[R],
        *,
        order: Callable[[R], Any] | None = None,
        reverse: bool = False,
        search: Callable[[R], str] = lambda row: str(row.ref),
        slice: float = 0.008,  # noqa: A002 - the name of the setting
    ) -> None:
        self._store = store
        self._reverse = reverse
        self._key = key_of(order, reverse=reverse)
        self._slice = slice
        self._lines = Lines(self._key, reverse)
        self._filter: Filter | None = None
        self._texts = Texts(search)
        self._wakes: Listeners[Callable[[], None]] = Listeners()
        self._beside: set[asyncio.Task[None]] = set()
        self._task: asyncio.Task[None] | None = None
        self._ready: Lines | None = None
        self._rekey = False
        self._moved = False
        self.problem = ""
        """One sentence where the order or the filter had to be given up; else empty."""
        self._changes = store.subscribe(self._wake)
        self._rebuild(rekey=True)

    def __len__(self) -> int:
        return len(self._lines.shown)

    @property
    def total(self) -> int:
        """How many rows there are, shown or not."""
        return len(self._lines.full)

    @property
    def filter(self) -> Filter | None:
        """The filter that was set; None also after it was given up."""
        return self._filter

    @property
    def busy(self) -> bool:
        """Whether a sort or a filter is under way or waits for `apply`."""
        return self._task is not None or self._ready is not None

    def window(self, top: int, height: int) -> Sequence[R]:
        """The rows of these lines; fewer at the end."""
        return [key[5] for key in self._lines.window(top, height)]

    def find(self, uid: str) -> int | None:
        """The line of this uid; None: it is not shown."""
        return self._lines.find(uid)

    def get(self, uid: str) -> R | None:
        """The row of this uid, shown or not, as of now."""
        return self._store.get(uid)

    def subscribe(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Call this when there is something to `apply`; the result ends it."""
        return self._wakes.add(wake)

    def apply(self) -> bool:
        """Take in what changed since the last time; whether any line or count is another one now."""
        if self._ready is not None:
            self._swap(self._ready)
        if self._task is None:
            self._take(self._changes.take())
        moved, self._moved = self._moved, False
        return moved

    def set_order(self, order: Callable[[R], Any] | None, reverse: bool = False) -> None:
        """Sort by something else."""
        self._key = key_of(order, reverse=reverse)
        self._reverse = reverse
        self.problem = ""
        self._rebuild(rekey=True)

    def set_filter(self, wanted: Filter | None) -> None:
        """Show only the rows that match; None or an empty one shows all."""
        self._filter = wanted if wanted is not None and not wanted.empty else None
        self.problem = ""
        self._rebuild()

    def warm(self) -> None:
        """A filter is about to be typed: make the texts it looks at now, in slices."""
        task = asyncio.get_running_loop().create_task(in_slices(warmed(self._lines, self._texts), self._slice))
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    async def settled(self) -> None:
        """Return when no sort and no filter is under way; `apply` then shows the result."""
        while self._task is not None:
            await asyncio.wait({self._task})

    def close(self) -> None:
        """Follow the store no more."""
        self._changes.close()
        self._wakes.clear()
        self._stop()

    def _wake(self) -> None:
        for wake in self._wakes:
            wake()

    # Changes one by one

    def _take(self, delta: Delta) -> None:
        """Bring the lines up to date."""
        rows = self._store.rows
        if delta.all and len(rows) > BIG:
            self._rebuild(rekey=True)
            return
        lines = self._lines
        uids = delta.uids
        if delta.all:
            uids = {uid for uid, row in rows.items() if (key := lines.keys.get(uid)) is None or key[5] is not row}
            uids.update(uid for uid in lines.keys if uid not in rows)
        changes = [change for uid in uids if (change := self._change(uid)) is not None]
        if not changes:
            return
        self._moved = True
        try:
            lines.full = patched(lines.full, changes)
            if lines.applied is None:
                lines.shown = lines.full
            else:
                lines.shown = patched(lines.shown, self._sifted(changes, lines.applied))
        except TimeoutError:
            self._unfilter()
        except Exception as error:
            self._unorder(error)

    def _change(self, uid: str) -> Change | None:
        """The keys before and after; None: nothing changed after all."""
        row, old = self._store.rows.get(uid), self._lines.keys.get(uid)
        if row is None:
            if old is None:
                return None
            del self._lines.keys[uid]
            self._texts.forget(uid)
            return old, None
        if old is not None and old[5] is row:
            return None
        new = self._lines.keys[uid] = self._key(row)
        self._texts.forget(uid)
        return old, new

    def _sifted(self, changes: Sequence[Change], applied: Filter) -> list[Change]:
        """The changes as the filtered lines have to make them."""
        matches = self._texts.sieve(applied, PATIENCE_EACH)
        shown = self._lines.shown
        found = []
        for old, new in changes:
            before = old if old is not None and position(shown, old) is not None else None
            after = new if new is not None and matches(new) else None
            if before is not None or after is not None:
                found.append((before, after))
        return found

    def _unfilter(self) -> None:
        """The filter takes too long: say so and show everything."""
        if self._filter is not None:
            self.problem = self._filter.too_slow()
        self._filter = self._lines.applied = None
        self._lines.shown = self._lines.full
        self._moved = True

    def _unorder(self, error: Exception) -> None:
        """The values of this order cannot be compared: sort by name and say so."""
        what = "contradict each other" if isinstance(error, DisorderError) else "cannot be compared"
        self._key = key_of(None, reverse=self._reverse)
        self._rebuild(rekey=True)
        self.problem = f"The values of this column {what}, so the rows are sorted by name: choose another column."

    # Everything anew

    def _rebuild(self, *, rekey: bool = False) -> None:
        """Make the lines anew: at once, or in slices where they are many."""
        self._stop()
        self._rekey |= rekey
        easy = self._filter is None and not self._rekey
        limit = COSTLY if self._filter is not None and self._filter.costly else BIG
        if not easy and max(self.total, len(self._store.rows)) > limit:
            try:
                loop = asyncio.get_running_loop()
            except RuntimeError:
                loop = None  # without a loop there is nobody to keep waiting
            if loop is not None:
                self._task = loop.create_task(self._run(self._steps(sliced=True)))
                return
        try:
            for _ in self._steps(sliced=False):
                pass
        except Exception as error:
            self._unorder(error)
        if self._ready is not None:
            self._swap(self._ready)

    async def _run(self, steps: Iterator[None]) -> None:
        """The same in slices."""
        try:
            await in_slices(steps, self._slice)
        except Exception as error:
            self._task = None
            self._unorder(error)
            return
        self._task = None
        self._wake()

    def _steps(self, *, sliced: bool) -> Iterator[None]:
        """The whole work in short steps; the last one leaves the result in `_ready`."""
        before, wanted = self._lines, self._filter
        made = Lines(self._key, self._reverse, before.keys, before.full, before.full)
        if self._rekey:
            self._changes.take()
            made.keys = {}
            yield from keyed(list(self._store.rows.values()), before, made, self._texts, sliced=sliced)
        if wanted is not None:
            narrower = not self._rekey and before.applied is not None and wanted.narrows(before.applied)
            base = before.shown if narrower else made.full
            sift = self._texts.sift(wanted, PATIENCE + PATIENCE_ROW * len(base))
            yield from sifted(base, sift, wanted, made)
        self._ready = made

    def _swap(self, made: Lines) -> None:
        """Show what a rebuild made."""
        self._ready = None
        before, self._lines = self._lines, made
        if before.keys is not made.keys and len(before.keys) > BIG:
            self._dispose(before)
        self._rekey = False
        self._moved = True
        if made.slow:
            self._unfilter()

    def _dispose(self, before: Lines) -> None:
        """Free old lines in slices where there is a loop to do it."""
        with suppress(RuntimeError):
            task = asyncio.get_running_loop().create_task(in_slices(disposed(before), self._slice))
            self._beside.add(task)
            task.add_done_callback(self._beside.discard)

    def _stop(self) -> None:
        """Drop the work that is under way."""
        if self._task is not None:
            self._task.cancel()
        self._task = self._ready = None


async def in_slices(steps: Iterator[None], slice: float) -> None:  # noqa: A002 - the name of the setting
    """Do all steps; the loop gets its turn whenever so many seconds of work were done."""
    loop = asyncio.get_running_loop()
    until = loop.time() + slice
    for _ in steps:
        if loop.time() >= until:
            await asyncio.sleep(0)
            until = loop.time() + slice
