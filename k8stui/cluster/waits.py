"""Waiting that somebody else may end: work that is cut short, and an answer that is overdue."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Cuttable:
    """Does one piece of work at a time, which `cut` ends."""

    def __init__(self) -> None:
        self._scope: asyncio.Timeout | None = None

    async def do(self, work: Coroutine[Any, Any, T], seconds: float | None = None) -> T | None:
        """Do this, at most so long; None where the time was up or `cut` ended it."""
        try:
            async with asyncio.timeout(seconds) as scope:
                self._scope = scope
                return await work
        except TimeoutError:
            if not scope.expired():
                raise
            return None
        finally:
            self._scope = None

    async def pause(self, seconds: float) -> None:
        """Do nothing for so long, or until `cut`."""
        await self.do(_for_ever(), seconds)

    def keep(self) -> None:
        """What is being done is not cut short any more."""
        self._scope = None

    def cut(self) -> None:
        """End what is being done, if anything is; the second of two in a row is no mistake."""
        if self._scope is not None and not self._scope.expired():
            self._scope.reschedule(asyncio.get_running_loop().time())


class Overdue:
    """Calls `tell` when something that was begun has not ended after so many seconds."""

    def __init__(self, seconds: float, tell: Callable[[], None]) -> None:
        self._seconds = seconds
        self._tell = tell
        self._timer: asyncio.TimerHandle | None = None

    @property
    def running(self) -> bool:
        """Begun and not ended."""
        return self._timer is not None

    def begin(self) -> None:
        """From now on."""
        self.end()
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self._tell)

    def end(self) -> None:
        """It came, or is not waited for any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


async def _for_ever() -> None:
    await asyncio.get_running_loop().create_future()
