"""The lines of several sources in one order: each waits a moment for earlier ones of the others.

A line is shown when the window has passed since it arrived, and before it all that are earlier by their stamps. What
comes later than that stays where it arrives, marked. Nothing happens while nothing comes: the timer runs only while
something waits.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from heapq import merge
from itertools import accumulate, islice
from typing import Final

from k8stui.model.logs.entry import Entry
from k8stui.operations.logs.hold import Hold
from k8stui.operations.logs.lanes import Batch, Lane, due_of, marked, take
from k8stui.operations.logs.turns import Turns

Sink = Callable[[list[Entry]], None]
"""Takes entries in the order in which they are to be shown; called in the loop, at most some 20 times a second."""
PACE: Final = 0.05
"""Seconds between two batches while lines flow."""
PORTION: Final = 2_000
"""Entries of one batch: putting them in order and taking them in must not hold up a key."""
HURRY: Final = 0.005
"""Seconds between two batches while more than a portion is due."""
FULL: Final = 100_000
"""Entries that wait at most; then who reads waits, and the server with him."""
FULL_BYTES: Final = 48 * 1024 * 1024
"""Bytes of them at most, as they came over the wire: lines may be long."""
FIRST: Final = 1.0
"""Seconds that the first lines of all sources wait for each other, at most,"""
PAST: Final = 5.0
"""and so many while lines come that were written before: of fifty sources, or over a slow link, that takes longer."""
NEAR: Final = 2 * 10**9
"""Nanoseconds before now in which a line is none of the past: clocks of nodes differ."""
QUIET: Final = 0.06
"""Seconds without anything new after which first lines are taken to be complete."""


class Merge:
    """Puts lines in order and hands them on.

    Args:
        sink: takes them.
        window: seconds for which lines of several sources wait for each other.
        hold: whether the sink takes them now; while it does not all stands still.
    """

    def __init__(self, sink: Sink, window: float, hold: Hold | None = None) -> None:
        self._sink = sink
        self.hold = hold or Hold()
        self.hold.released = self._go_on
        self._window = window
        self._loop = asyncio.get_running_loop()
        self._lanes: dict[int, Lane] = {}
        self._out: deque[Entry] = deque()
        self._top = 0
        """The latest stamp that was handed on."""
        self._waiting = 0
        self._bytes = 0
        """Of what waits in the lanes."""
        self._timer: asyncio.TimerHandle | None = None
        self._flushed = 0.0
        self._first: set[int] | None = None
        self._silent: set[int] = set()
        self._began = self._until = 0.0
        self._past = 0
        """A first line with an earlier stamp was there before it was asked for: more of them may be on their way."""
        self._heard = 0.0
        self._open: set[int] = set()
        self._turns = Turns()
        self._room = asyncio.Event()
        self._room.set()
        self._closed = False

    # Who takes part

    def expect(self, numbers: set[int], at: int = 0) -> None:
        """The first lines of these come now, `at` nanoseconds since the epoch: they wait for each other."""
        if len(numbers) > 1:
            self._first = set(numbers)
            self._silent = set(numbers)
            self._began = self._loop.time()
            self._until = self._began + FIRST
            self._past = at - NEAR

    def opened(self, number: int) -> None:
        """Lines of this source may come."""
        self._open.add(number)

    def settled(self, number: int) -> None:
        """None will come for now: it waits, has ended or is not reached."""
        self._open.discard(number)
        self._silent.discard(number)
        if self._first is not None:
            self._first.discard(number)
            self._schedule()

    # What comes

    def add(self, number: int, entries: list[Entry], size: int) -> None:
        """Lines of a source, in its order; `size` in bytes."""
        if not entries or self._closed:
            return
        lane = self._lanes.setdefault(number, Lane())
        keys: list[int] = [entry.at for entry in entries]
        if keys[0] < lane.key or keys != sorted(keys):
            # A clock that was set back, or no stamps: the order of a source is its own.
            keys = list(accumulate(keys, max, initial=lane.key))[1:]
        lane.key = keys[-1]
        now = self._heard = self._loop.time()
        self._silent.discard(number)
        if self._first is not None and lane.key < self._past:
            self._until = max(self._until, min(now + self._patience(), self._began + PAST))
        lane.batches.append(Batch(now, entries, keys, size))
        self._waiting += len(entries)
        self._bytes += size
        if self._room.is_set() and (self._waiting >= FULL or self._bytes >= FULL_BYTES):
            self._room.clear()
            self._unschedule()  # nobody waits for others any more
        self._schedule()

    def mark(self, entry: Entry) -> None:
        """A marker: it stands behind the lines of its source that came before it."""
        if self._closed:
            return
        lane = self._lanes.setdefault(entry.source, Lane())
        lane.batches.append(Batch(self._loop.time(), [entry], [lane.key]))
        self._waiting += 1
        self._schedule()

    def insert(self, entries: list[Entry]) -> None:
        """Lines that stay together, where they arrive."""
        if self._closed:
            return
        self._out.extend(entries)
        self._waiting += len(entries)
        self._schedule()

    async def room(self) -> None:
        """Wait while too much waits or all is held, and for a turn to bring more: who brings lines calls it after each
        piece, and reads nothing meanwhile, so that the server waits with him."""
        while self.hold.held or not self._room.is_set():
            await self.hold.over()
            await self._room.wait()
        await self._turns.take()

    def close(self) -> None:
        """Nothing is handed on any more."""
        self._closed = True
        self._unschedule()
        self._lanes.clear()
        self._out.clear()
        self._room.set()
        self.hold.end()

    def flush(self) -> None:
        """Hand on all that waits, now."""
        self._first = None
        more = True
        while (more or self._out) and not self.hold.held:
            more = self._collect(float("inf"))
            self._hand()

    # In which order it goes

    def _schedule(self, pace: float = PACE) -> None:
        if self._timer is not None or self._closed or self.hold.held or not self._waiting:
            return
        now = self._loop.time()
        due = now
        if self._first is not None and self._room.is_set():
            due = now + QUIET / 2
        elif not self._out:
            due = min(lane.batches[0].arrived for lane in self._lanes.values() if lane.batches) + self._wait()
        self._timer = self._loop.call_at(max(due, self._flushed + pace), self._tick)

    def _unschedule(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wait(self) -> float:
        """How long a line waits: one source alone has nobody to wait for."""
        return self._window if len(self._open) > 1 and self._room.is_set() else 0.0

    def _tick(self) -> None:
        self._timer = None
        now = self._loop.time()
        if self._first is not None and self._room.is_set():
            quiet = now - self._heard
            if now < self._until and not (self._heard and quiet >= self._patience()):
                self._schedule()
                return
            more = self._collect(float("inf"))
        else:
            more = self._collect(now - self._wait())
        self._first = None
        self._flushed = now
        try:
            self._hand()
        finally:
            self._schedule(HURRY if more or len(self._out) > PORTION // 2 else PACE)

    def _patience(self) -> float:
        """Seconds without anything new after which first lines are complete: more, the more have said nothing yet."""
        return min(FIRST, self._window * (1 + len(self._silent) / 4)) if self._silent else QUIET

    def _go_on(self) -> None:
        """A hold has ended: what waited goes out, and lines that come now are waited for as ever."""
        now = self._loop.time()
        for lane in self._lanes.values():
            for batch in lane.batches:
                batch.arrived = now
        self._schedule(HURRY)

    def _hand(self) -> None:
        """One portion."""
        if not self._out:
            return
        batch = list(islice(self._out, PORTION))
        if self.hold.stops(batch):
            return
        if len(batch) == len(self._out):
            self._out.clear()
        else:
            for _ in batch:
                self._out.popleft()
        self._waiting -= len(batch)
        if self._waiting <= FULL // 2 and self._bytes <= FULL_BYTES // 2:
            self._room.set()
        self._sink(batch)

    def _collect(self, arrived: float) -> bool:
        """What arrived by then, and all that is earlier by its stamp, goes out in order; True where it is more than a
        portion, of which the earliest goes."""
        top, more = self._top_of(arrived)
        entries: list[Entry] = []
        keys: list[int] = []
        lanes = 0
        for lane in self._lanes.values():
            before = len(entries)
            self._bytes -= take(lane, top, entries, keys)
            lanes += len(entries) > before
        if not entries:
            return False
        if lanes > 1:
            order = sorted(range(len(keys)), key=keys.__getitem__)
            entries = [entries[index] for index in order]
            keys = [keys[index] for index in order]
        self._out.extend(marked(entries, keys, self._top))
        self._top = max(self._top, keys[-1])
        return more

    def _top_of(self, arrived: float) -> tuple[int, bool]:
        """Up to which key a portion reaches of what arrived by then, and whether there is more."""
        top, count = -1, 0
        for key, size in merge(*(due_of(lane, arrived) for lane in self._lanes.values())):
            if count >= PORTION:
                return top, True
            top, count = key, count + size
        return top, False
