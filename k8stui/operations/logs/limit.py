"""How long a stream is read whose container is known to have ended: servers do not always end it."""

import asyncio
from collections.abc import Awaitable
from math import inf
from typing import Final

AFTER: Final = 10.0
"""Seconds without a byte after which a stream is ended by us, when its container is known to have ended."""
LAST: Final = 30.0
"""Seconds for which a stream is read on whose pod is gone, while it brings lines: as long as a container that was
deleted by force usually has to end."""


class Limit:
    """Of one run. Time in which it is us who do not read does not count."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._scope: asyncio.Timeout | None = None
        self._until = inf
        """When it is read no longer, by the loop's clock."""
        self._resting = False
        self._over = False

    def begin(self, scope: asyncio.Timeout) -> None:
        """A stream is read within this scope, which has no end yet."""
        self._scope, self._over = scope, False

    def end(self) -> None:
        """It is not read any more."""
        self._scope = None

    @property
    def passed(self) -> bool:
        """The pod is gone, and that was long enough."""
        return self._loop.time() >= self._until

    def over(self) -> None:
        """The container has ended: what still comes is waited for, but not for ever."""
        if self._scope is not None and not self._over:
            self._over = True
            self.heard()

    def gone(self) -> None:
        """The pod is not there any more: what still comes is read for a while, and no longer."""
        self._until = min(self._until, self._loop.time() + LAST)
        self.over()

    def heard(self) -> None:
        """Something came."""
        if self._scope is not None and self._over and not self._resting:
            self._scope.reschedule(min(self._until, self._loop.time() + AFTER))

    async def rest(self, what: Awaitable[None]) -> None:
        """Wait for something before more is read: meanwhile no time passes."""
        began = self._loop.time()
        self._resting = True
        if self._scope is not None and self._over:
            self._scope.reschedule(None)
        try:
            await what
        finally:
            self._resting = False
        if self._until < inf:
            self._until += self._loop.time() - max(began, self._until - LAST)
        self.heard()
