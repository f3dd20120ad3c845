"""Streams that were cut and taken up again: one line for all that one trouble has cut, not one for each of fifty."""

import asyncio
from collections.abc import Callable
from typing import Final

from k8stui.model import duration
from k8stui.model.logs.entry import Entry, Mark
from k8stui.operations.logs.merging import Merge
from k8stui.operations.logs.sources import Source

GATHER: Final = 2.0
"""Seconds in which those that were cut together are waited for, once the first of them is back with something new."""


class Cuts:
    """What is cut now, and what came back and was not told of.

    Args:
        now: the server's time, epoch seconds.
        merge: takes the lines about it.
    """

    def __init__(self, now: Callable[[], float], merge: Merge) -> None:
        self._now = now
        self._merge = merge
        self._cut: dict[int, float] = {}
        """Since when, by source."""
        self._back: dict[int, tuple[Source, float, float]] = {}
        """Source, since when and until when it was cut; nothing is missing."""
        self._timer: asyncio.TimerHandle | None = None

    def began(self, source: Source) -> None:
        """Its stream has ended, and it is taken up again."""
        self._cut.setdefault(source.number, self._now())

    def over(self, source: Source) -> None:
        """It was no cut, or what is missing of it is said for itself."""
        self._cut.pop(source.number, None)
        if self._timer is not None and not self._cut:
            self._tell()

    def back(self, source: Source, *, fresh: bool) -> None:
        """It goes on where it was cut. Told of where there is something `fresh` to read, before that."""
        since = self._cut.pop(source.number, None)
        if since is not None:
            self._back.setdefault(source.number, (source, since, self._now()))
        if not fresh:
            return
        if source.number not in self._back:
            return
        if not self._cut:
            self._tell()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(GATHER, self._tell)

    def close(self) -> None:
        """Tell of nothing more."""
        if self._timer is not None:
            self._timer.cancel()

    def _tell(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        back, self._back = list(self._back.values()), {}
        if not back:
            return
        seconds = max(until - since for _, since, until in back)
        span = f" for {duration.human(seconds)}" if seconds >= 1 else ""
        one = back[0][0]
        who, number = (f"{one.name} was", one.number) if len(back) == 1 else (f"{len(back)} streams were", -1)
        text = f"{who} cut{span} and taken up again; nothing is missing"
        self._merge.mark(Entry(int(self._now() * 10**9), number, text, Mark.RECONNECTED))
