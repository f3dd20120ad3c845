"""When to paint: the first change after some quiet at once, later ones at the next mark, and never without a change."""

import asyncio
from collections.abc import Awaitable, Callable


class Pacer:
    """Turns any number of `poke()`s into at most one `paint()` per period; with nothing poked no timer runs."""

    def __init__(self, paint: Callable[[], None], *, quiet: float, every: float) -> None:
        self._paint = paint
        self._quiet = quiet
        self._every = every
        self._last = float("-inf")
        self._due: asyncio.Handle | None = None
        self._timer: asyncio.TimerHandle | None = None

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

    def later(self, seconds: float) -> None:
        """Paint in so many seconds, unless something is painted before: what is shown ages."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, self.poke)

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
        self._rest()

    @property
    def waiting(self) -> bool:
        """Whether a paint is due."""
        return self._due is not None

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _fire(self) -> None:
        self._due = None
        self._rest()
        self._last = asyncio.get_running_loop().time()
        self._paint()


class Looker:
    """Looks beside the loop's other work: paced, one look at a time, and once more where something came meanwhile.

    Args:
        look: reads and shows what has arrived.
        fault: told of an exception in it; the next change looks again.
        quiet: see Pacer.
        every: see Pacer.
        pause: seconds between two looks of which the second follows at once.
    """

    def __init__(
        self,
        look: Callable[[], Awaitable[None]],
        fault: Callable[[Exception], None],
        *,
        quiet: float,
        every: float,
        pause: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self._look, self._fault, self._pause = look, fault, pause
        self._pacer = Pacer(self.look, quiet=quiet, every=every)
        self._task: asyncio.Task[None] | None = None
        self._again = False
        self._timer: asyncio.TimerHandle | None = None

    def poke(self) -> None:
        """Something changed."""
        self._pacer.poke()

    def look(self) -> None:
        """Look now, or once more when the look that is under way has ended."""
        if self._task is not None and not self._task.done():
            self._again = True
        else:
            self._task = asyncio.get_running_loop().create_task(self._looked())

    def later(self, seconds: float) -> None:
        """Look in so many seconds, whatever was to be waited for before."""
        self.rest()
        self._timer = asyncio.get_running_loop().call_later(seconds, self.look)

    def rest(self) -> None:
        """Do not look by the clock."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def stop(self) -> None:
        """Forget what waits; a look that is under way ends by itself."""
        self._pacer.stop()
        self.rest()

    def close(self) -> None:
        """Look no more."""
        self.stop()
        if self._task is not None:
            self._task.cancel()

    async def _looked(self) -> None:
        try:
            again = True
            while again:
                self._again = False
                await self._look()
                again = self._again
                if again:
                    await asyncio.sleep(self._pause())
        except Exception as error:
            self._fault(error)
