"""When to paint: the first change after some quiet at once, later ones at the next mark, and never without a change."""

import asyncio
from collections.abc import Callable


class Pacer:
    """Turns any number of `poke()`s into at most one `paint()` per period; with nothing poked no timer runs."""

    def __init__(self, paint: Callable[[], None], *, quiet: float, every: float) -> None:
        self._paint = paint
        self._quiet = quiet
        self._every = every
        self._last = float("-inf")
        self._due: asyncio.Handle | None = None

    def poke(self) -> None:
        """Something changed. Cheap, and may be called from any callback of the loop."""
        if self._due is not None:
            return
        loop = asyncio.get_running_loop()
        now = loop.time()
        if now - self._last >= self._quiet:
            self._due = loop.call_soon(self._fire)
        else:
            self._due = loop.call_at(self._last + self._every, self._fire)

    def flush(self) -> None:
        """Paint now what waits for its mark, if anything does."""
        if self._due is not None:
            self._due.cancel()
            self._fire()

    def stop(self) -> None:
        """Forget what waits."""
        if self._due is not None:
            self._due.cancel()
            self._due = None

    @property
    def waiting(self) -> bool:
        """Whether a paint is due."""
        return self._due is not None

    def _fire(self) -> None:
        self._due = None
        self._last = asyncio.get_running_loop().time()
        self._paint()
