"""Questions about rights that are under way, few at once, and those that could not be answered."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from k8stui.cluster import reviews
from k8stui.cluster.asks import Ask
from k8stui.cluster.rules import Rules
from k8stui.cluster.verdicts import No, Unknown, Yes

if TYPE_CHECKING:
    from k8stui.kube.connection import Connection

PAUSE: Final = 10.0
"""Seconds before something is asked again whose answer could not be had; doubled with each failure in a row."""
PAUSE_MOST: Final = 300.0
AT_ONCE: Final = 4
"""Questions under way."""
MOST_FAILURES: Final = 1024


class Who:
    """The key of the question who the user is."""


Key = Ask | str | type[Who]
"""A single question, the rules of a namespace, or who one is."""
Answer = Yes | No | Rules | str


class Failed(Struct, frozen=True):
    """A question that could not be answered."""

    times: int
    """How often in a row."""
    until: float
    """When it may be asked again, by the loop's clock."""
    why: Unknown


class Questions:
    """Asks each thing once for all who want to know.

    Args:
        connection: the context's.
        learnt: told of every clear answer that still counts when it comes.
        told: called after that, and after a failure.
    """

    def __init__(
        self, connection: "Connection", learnt: Callable[[Key, Answer], None], told: Callable[[], None]
    ) -> None:
        self._connection = connection
        self._learnt = learnt
        self._told = told
        self.asking: dict[Key, asyncio.Task[Answer | Unknown]] = {}
        """Those under way whose answers count."""
        self.failed: dict[Key, Failed] = {}
        self._gate = asyncio.Semaphore(AT_ONCE)

    def paused(self, key: Key) -> bool:
        """Whether its failure is still too young to ask again."""
        failed = self.failed.get(key)
        return failed is not None and asyncio.get_running_loop().time() < failed.until

    def want(self, key: Key) -> None:
        """Start it, unless so many are under way that it has to wait until somebody wants it again."""
        if key in self.asking or len(self.asking) < AT_ONCE:
            self.start(key)

    def start(self, key: Key) -> "asyncio.Task[Answer | Unknown]":
        """The one question under way; nobody may cancel it (`asyncio.shield`)."""
        task = self.asking.get(key)
        if task is None:
            task = self.asking[key] = asyncio.get_running_loop().create_task(self._question(key))
        return task

    def drop(self, key: Key) -> None:
        """Its answer does not count any more; who waits for it gets it all the same."""
        self.asking.pop(key, None)

    def clear(self) -> None:
        """Forget failures, and let no answer under way count."""
        self.asking.clear()
        self.failed.clear()

    async def _question(self, key: Key) -> Answer | Unknown:
        async with self._gate:
            answer = await self._asked(key)
        if self.asking.get(key) is asyncio.current_task():
            del self.asking[key]
            if isinstance(answer, Unknown):
                self._fail(key, answer)
            else:
                self.failed.pop(key, None)
                self._learnt(key, answer)
            self._told()
        return answer

    async def _asked(self, key: Key) -> Answer | Unknown:
        if isinstance(key, Ask):
            return await reviews.access(self._connection, key)
        if isinstance(key, str):
            return await reviews.rules(self._connection, key)
        return await reviews.identity(self._connection)

    def _fail(self, key: Key, why: Unknown) -> None:
        before = self.failed.pop(key, None)
        times = before.times if before is not None else 0
        pause = min(PAUSE * 2 ** min(times, 8), PAUSE_MOST)
        self.failed[key] = Failed(times + 1, asyncio.get_running_loop().time() + pause, why)
        if len(self.failed) > MOST_FAILURES:
            del self.failed[next(iter(self.failed))]
