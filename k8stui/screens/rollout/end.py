"""How rollouts end, told once; also after their page was left."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from k8stui.model.columns import Tone
from k8stui.model.kinds import Ref
from k8stui.model.objects import TooDeepError
from k8stui.screens.rollout.feed import Reading, RolloutFeed

if TYPE_CHECKING:
    from k8stui.cluster.session import Session

LOOK = 5.0
"""Seconds after which a rollout that nothing is heard of is looked at again: deadlines pass without an event."""
LONGEST = 3600.0
"""Seconds for which a rollout is followed after its page was left."""


class Endings:
    """What was told of one workload: each change of it comes to its end once."""

    def __init__(self) -> None:
        self._told: set[tuple[int, bool, bool]] = set()
        self._last: Reading | None = None

    @property
    def open(self) -> bool:
        """Whether the last that was seen is a rollout on its way."""
        return self._last is not None and not (self._last.standing.done or self._last.standing.failed)

    def hear(self, reading: Reading) -> tuple[str, Tone] | None:
        """The sentence where a rollout has come to its end, in kubectl's words; None of one that had ended before."""
        stand = reading.standing
        end = (reading.workload.generation, stand.done, stand.failed)
        first, self._last = self._last is None, reading
        if not (stand.done or stand.failed) or end in self._told:
            return None
        self._told.add(end)
        if first:
            return None
        name = "" if stand.failed else f"{reading.workload.ref.name}: "
        return f"{name}{stand.kubectl or stand.words}", Tone.BAD if stand.failed else Tone.OK


async def followed(session: Session, ref: Ref, endings: Endings) -> tuple[str, Tone] | None:
    """Wait for the end of a rollout whose page was left.

    None where it was given up: the context was left, the workload went, or it takes too long.
    """
    news = asyncio.Event()
    feed = RolloutFeed(session, ref, news.set)
    loop = asyncio.get_running_loop()
    until = loop.time() + LONGEST
    try:
        while loop.time() < until and not session.closed and not feed.notice:
            news.clear()
            with contextlib.suppress(TooDeepError):
                reading = await feed.read()
                if reading is not None and feed.settled and (said := endings.hear(reading)):
                    return said
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(news.wait(), LOOK)
    finally:
        feed.close()
    return None
