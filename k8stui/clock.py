"""The one place that reads the wall clock; everything else takes a Clock, so that tests and the server share one."""

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """Time as the program sees it: stamps and ages, and waiting for them."""

    def now(self) -> float:
        """Seconds since the epoch."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return when `now()` has advanced by that many seconds."""
        ...


class WallClock:
    """The machine's own clock."""

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Wait in real time."""
        await asyncio.sleep(seconds)
