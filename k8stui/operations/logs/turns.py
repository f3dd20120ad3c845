"""Streams of one view take turns: together they hold the loop for a slice, then keys and frames have theirs.

Each stream alone rests after a slice; but of fifty that have something to read each would take its own.
"""

import asyncio
from collections import deque
from typing import Final

from k8stui.settings import Timing

SLICE: Final = Timing().slice


class Turns:
    """A turn is one piece of one stream. Where nobody waits it costs nothing and is had at once.

    Args:
        slice: seconds of the loop that all of them may take one after the other.
    """

    def __init__(self, slice: float = SLICE) -> None:  # noqa: A002 - the name of the setting
        self._slice = slice
        self._loop = asyncio.get_running_loop()
        self._until = 0.0
        """When the slice that is under way is used up, by the loop's clock; 0: there is none."""
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def take(self) -> None:
        """Wait until somebody may work on one more piece; in the order in which it was asked for."""
        if not self._waiting and self._free():
            return
        turn = self._loop.create_future()
        self._waiting.append(turn)
        await turn

    def _free(self) -> bool:
        """Whether there is time left; the slice ends in any case with this round of the loop."""
        now = self._loop.time()
        if not self._until:
            self._until = now + self._slice
            self._loop.call_soon(self._renew)
        return now < self._until

    def _renew(self) -> None:
        """Another round of the loop: what else there was to do has had its turn, now the next one has his."""
        self._until = 0.0
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():  # who waited was cancelled
                turn.set_result(None)
                self._free()
                return
