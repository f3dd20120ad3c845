"""Lines that are not taken for now: they and all streams stand still, and the servers keep what comes next."""

import asyncio
from collections.abc import Callable, Sequence

from k8stui.model.logs.entry import Entry


class Hold:
    """Of one view. Nobody polls it: who makes room for lines says so (`review`).

    Args:
        fits: whether these lines may be handed on now.
        changed: called when a hold begins or ends.
    """

    def __init__(
        self,
        fits: Callable[[Sequence[Entry]], bool] = lambda _entries: True,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self.held = False
        """Nothing is handed on, and nothing more is read."""
        self.released: Callable[[], None] = lambda: None
        """Called when it ends, for who hands lines on."""
        self._fits = fits
        self._changed = changed
        self._next: Sequence[Entry] = ()
        self._until = 0.0
        self._free = asyncio.Event()
        self._free.set()

    def stops(self, entries: Sequence[Entry]) -> bool:
        """Whether these lines, which are next, have to wait: then all that comes behind them waits, too."""
        if not self.held and not self._fits(entries):
            self.held = True
            self._next = entries
            self._free.clear()
            self._changed()
        return self.held

    def review(self) -> None:
        """There may be room by now: let go if there is."""
        if self.held and self._fits(self._next):
            self.end()

    def end(self) -> None:
        """Let go."""
        if self.held:
            self.held = False
            self._next = ()
            self._until = asyncio.get_running_loop().time()
            self._free.set()
            self.released()
            self._changed()

    @property
    def until(self) -> float:
        """When it ended last, by the loop's clock: now while it lasts, 0 where there was none. No silence of a server
        counts before that."""
        return asyncio.get_running_loop().time() if self.held else self._until

    async def over(self) -> None:
        """Wait while it lasts."""
        await self._free.wait()
