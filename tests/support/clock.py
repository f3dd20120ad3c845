"""A clock that stands still until a test moves it."""

import asyncio

START = 1_790_000_000.0
"""2026-09-21T14:13:20Z."""


class ManualClock:
    """`now()` is fixed; `advance()` moves it and wakes the sleepers that are due, in the order of their times."""

    def __init__(self, start: float = START) -> None:
        self._now = start
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        sleeper = (self._now + seconds, future)
        self._sleepers.append(sleeper)
        try:
            await future
        finally:
            if sleeper in self._sleepers:
                self._sleepers.remove(sleeper)

    @property
    def due(self) -> float | None:
        """When the next sleeper wakes; None when nobody sleeps."""
        return min((when for when, _ in self._sleepers), default=None)

    def advance(self, seconds: float) -> None:
        """Move on, waking whoever is due."""
        self._now += seconds
        for when, future in sorted(self._sleepers, key=lambda sleeper: sleeper[0]):
            if when <= self._now and not future.done():
                future.set_result(None)

    async def next(self) -> float:
        """Move to the next sleeper's time and let it run; returns by how many seconds. Fails when nobody sleeps."""
        due = self.due
        assert due is not None, "nobody sleeps on this clock"
        step = max(due - self._now, 0.0)
        self.advance(step)
        for _ in range(8):
            await asyncio.sleep(0)
        return step
