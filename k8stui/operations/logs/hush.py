"""Lines came, and then none: a server that hangs and a network that is gone end no stream, so somebody has to look."""

import asyncio
from collections.abc import Callable

from k8stui.operations.logs.hold import Hold


class Hush:
    """Calls `look` once, when nothing was heard for a while of what was heard before. Close it.

    Args:
        after: seconds.
        look: sees whether the server still answers.
        hold: while it lasts nothing is heard because nobody listens.
    """

    def __init__(self, after: float, look: Callable[[], None], hold: Hold) -> None:
        self._after = after
        self._look = look
        self._hold = hold
        self._loop = asyncio.get_running_loop()
        self._at = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False

    def heard(self) -> None:
        """Something came; O(1), however often."""
        self._at = self._loop.time()
        if self._timer is None and not self._closed:
            self._timer = self._loop.call_at(self._at + self._after, self._due)

    def _due(self) -> None:
        self._timer = None
        until = max(self._at, self._hold.until) + self._after
        if until > self._loop.time():
            self._timer = self._loop.call_at(until, self._due)
        else:
            self._look()

    def close(self) -> None:
        """Look no more."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
