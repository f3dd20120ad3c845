"""What happens when: a heap of timers over an injected clock, so that a test can step through hours at once."""

import asyncio
import heapq
from collections.abc import Callable
from itertools import count

from k8stui.demo.clock import Clock

Action = Callable[[], None]

MISSED = 120.0
"""Seconds: after a longer gap (a suspended machine) the agenda goes on from now and does not make up for it."""
TURN = 0.005
"""Seconds of real time before other tasks have their turn: actions may be many, and slow ones."""


class Agenda:
    """Actions with their due times, carried out in that order, each seeing its own due time as `now`.

    Equal steps or one leap of the clock therefore come to the same. An action that raises is kept in `failures` and
    ends nothing: users may write what they like into the store.
    """

    def __init__(self, clock: Clock, speed: float = 1.0) -> None:
        """`speed` divides every delay; stamps stay the clock's."""
        self.clock = clock
        self.speed = speed
        self.failures: list[str] = []
        self._acting: float | None = None
        self._heap: list[tuple[float, int, Action]] = []
        self._numbers = count()
        self._earlier = asyncio.Event()

    @property
    def now(self) -> float:
        """The due time of the action that is being carried out, else the clock's."""
        return self.clock.now() if self._acting is None else self._acting

    def after(self, seconds: float, action: Action) -> None:
        """Do it once, so many seconds from now."""
        due = self.now + seconds / self.speed
        if not self._heap or due < self._heap[0][0]:
            self._earlier.set()
        heapq.heappush(self._heap, (due, next(self._numbers), action))

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
            self._acting = due
            done += 1
            self.attempt(action)
            self._acting = None
        return done

    def attempt(self, action: Action) -> None:
        """Do it at once; what it raises is kept in `failures`."""
        try:
            action()
        except Exception as error:  # whatever a user wrote: the rest of the cluster lives on
            self._failed(error)

    async def run(self) -> None:
        """Carry out actions until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            until = loop.time() + TURN
            while self.catch_up(1) and loop.time() < until:
                pass
            due = self.due()
            if due is not None and due <= self.clock.now():
                await asyncio.sleep(0)
            else:
                await self._rest(3600.0 if due is None else due - self.clock.now())

    async def _rest(self, seconds: float) -> None:
        """Until so much time has passed, or until something earlier is due."""
        self._earlier.clear()
        ends = [asyncio.create_task(self.clock.sleep(seconds)), asyncio.create_task(self._earlier.wait())]
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in ends:
                end.cancel()

    def leap(self, to: float) -> None:
        """The clock is about to leap (a played past): what was due until then is due then, once; the rest stays."""
        self._heap = [(max(due, to), number, action) for due, number, action in self._heap]
        heapq.heapify(self._heap)

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


class AgendaClock:
    """The time as an action of the agenda sees it; outside of one, the clock's."""

    def __init__(self, agenda: Agenda) -> None:
        self._agenda = agenda

    def now(self) -> float:
        """Seconds since the epoch."""
        return self._agenda.now

    async def sleep(self, seconds: float) -> None:
        """Return when the clock has advanced by so many seconds."""
        await self._agenda.clock.sleep(seconds)
