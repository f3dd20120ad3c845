"""What happens when: a heap of timers over an injected clock, so that a test can step through hours at once."""

import asyncio
import heapq
from collections.abc import Callable
from itertools import count

from k8stui.demo.clock import Clock

Action = Callable[[], None]

MISSED = 120.0
"""Seconds: after a longer gap (a suspended machine) the agenda goes on from now and does not make up for it."""
BATCH = 64
"""Actions in a row before other tasks have their turn."""


class Agenda:
    """Actions with their due times, carried out in that order, each seeing its own due time as `now`.

    Equal steps or one leap of the clock therefore come to the same. An action that raises is kept in `failures` and
    ends nothing: users may write what they like into the store.
    """

    def __init__(self, clock: Clock, speed: float = 1.0) -> None:
        """`speed` divides every delay; stamps stay the clock's."""
        self.clock = clock
        self.speed = speed
        self.now = clock.now()
        self.failures: list[str] = []
        self._heap: list[tuple[float, int, Action]] = []
        self._numbers = count()

    def after(self, seconds: float, action: Action) -> None:
        """Do it once, so many seconds from now."""
        heapq.heappush(self._heap, (self.now + seconds / self.speed, next(self._numbers), action))

    def every(self, seconds: float, action: Action, *, first: float | None = None) -> None:
        """Do it again and again, `first` seconds from now for the first time."""

        def again() -> None:
            self.after(seconds, again)
            action()

        self.after(seconds if first is None else first, again)

    def due(self) -> float | None:
        """The time of the next action; None without one."""
        return self._heap[0][0] if self._heap else None

    def catch_up(self, most: int | None = None) -> int:
        """Carry out what is due by now, at most so many actions; returns how many."""
        present = self.clock.now()
        if self._heap and present - self._heap[0][0] > MISSED:
            self._skip(present - self._heap[0][0])
        done = 0
        while self._heap and self._heap[0][0] <= present and done != most:
            due, _, action = heapq.heappop(self._heap)
            self.now = due
            done += 1
            self.attempt(action)
        if not self._heap or self._heap[0][0] > present:
            self.now = present
        return done

    def attempt(self, action: Action) -> None:
        """Do it at once; what it raises is kept in `failures`."""
        try:
            action()
        except Exception as error:  # whatever a user wrote: the rest of the cluster lives on
            self._failed(error)

    async def run(self) -> None:
        """Carry out actions until cancelled."""
        while True:
            if self.catch_up(BATCH) == BATCH:
                await asyncio.sleep(0)
                continue
            due = self.due()
            await self.clock.sleep(3600.0 if due is None else max(0.0, due - self.clock.now()))

    def _skip(self, seconds: float) -> None:
        self._heap = [(due + seconds, number, action) for due, number, action in self._heap]
        heapq.heapify(self._heap)

    def _failed(self, error: Exception) -> None:
        frame = error.__traceback__
        while frame is not None and frame.tb_next is not None:
            frame = frame.tb_next
        where = f"{frame.tb_frame.f_code.co_name}:{frame.tb_lineno}" if frame else "?"
        self.failures.append(f"{type(error).__name__} in {where}: {error}"[:300])
        del self.failures[:-100]
