"""Keeps what this run has made to debug in a record, and takes it away when the run ends."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from k8stui.cluster.listeners import Listeners
from k8stui.kube.errors import ConfigError
from k8stui.model.sentences import counted, listed
from k8stui.model.text import clean
from k8stui.operations.debugging.launch import Launch
from k8stui.operations.debugging.left import Left, Making
from k8stui.operations.debugging.record import Record
from k8stui.operations.gateway import Gateway, Journal
from k8stui.operations.mutation import Mutation

if TYPE_CHECKING:
    from k8stui.cluster.session import Session

PATIENCE: Final = 3.5
"""Seconds that the clean-up may take at the end of a run: the watchdog of the program ends it after 5."""


class _Hand(Struct):
    """A way into one cluster that stays open until the end of the run, whatever context is open on the screen."""

    session: Session
    gateway: Gateway


class Keeper:
    """One of each run (`house.work.keeper`).

    Args:
        directory: the state directory; the records are in `debug` of it.
        run: tells this run from all others.
        companion: opens a session of its own to the server of another one. Raises ConfigError.
        journal: of a context and a user.
        now: epoch seconds.
        complain: told in one sentence what cannot be kept.
    """

    def __init__(
        self,
        directory: Path,
        run: str,
        *,
        companion: Callable[[Session], Awaitable[Session]],
        journal: Callable[[str, str], Journal],
        now: Callable[[], float],
        complain: Callable[[str], None],
    ) -> None:
        self.directory = directory
        self.record = Record(directory, run, now=now, complain=complain)
        self._companion = companion
        self._journal = journal
        self._hands: dict[tuple[str, str, str], asyncio.Task[_Hand]] = {}
        self._closing: asyncio.Task[str] | None = None
        self.launches: list[Launch] = []
        """Of this run, oldest first."""
        self.listeners: Listeners[Callable[[], None]] = Listeners()
        """Called when a launch came or reads differently."""

    async def launch(self, session: Session, mutation: Mutation, making: Making) -> Launch:
        """A launch in the cluster of that session; nothing is sent yet.

        Raises ConfigError: the cluster cannot be opened once more, or the program ends.
        """
        hand = await self._hand(session)
        self._not_ending()
        launch = Launch(hand.session, hand.gateway, mutation, making, self.record, hand.session.now)
        self.launches.append(launch)
        launch.listeners.add(self._changed)
        self._changed()
        return launch

    @property
    def alive(self) -> list[Launch]:
        """Those whose pod or container is in a cluster, as far as is known."""
        return [launch for launch in self.launches if launch.alive]

    @property
    def due(self) -> list[Launch]:
        """Those that are removed when the program ends."""
        return [launch for launch in self.alive if launch.left is not None and launch.left.due]

    def against(self) -> str:
        """What quitting means for them where that is worth a question, in one sentence; "": it is not.

        That a pod in which nobody is is removed is what was agreed, and asked about once more it would only be in the
        way. Somebody may be in one; and one that is kept stays, which is forgotten easily.
        """
        inside = [launch for launch in self.alive if launch.attached]
        kept = [each for each in self.alive if each.left is not None and each.left.keep and not each.left.ephemeral]
        said = []
        if inside:
            said.append(f"Somebody is in {_named([each.left for each in inside if each.left])}: that session ends")
        if kept:
            stays = "stays" if len(kept) == 1 else "stay"
            said.append(f"{_named([each.left for each in kept if each.left])} {stays}: :sweep removes what was left")
        return ". ".join(said) + "." * bool(said)

    def words(self) -> str:
        """What is going on at the end of the program, for the screen: `removing 2 debug pods`."""
        return f"removing {counted(len(self.due), 'debug pod')}" if self.due else ""

    async def close(self) -> str:
        """Remove all that are not kept, within `PATIENCE`; returns a sentence for the terminal, "" where nothing was.

        What cannot be removed stays in the record, for the next start. Once where called several times.
        """
        if self._closing is None:
            self._closing = asyncio.ensure_future(self._close())
        return await asyncio.shield(self._closing)

    async def _close(self) -> str:
        due = self.due
        tasks = [asyncio.ensure_future(launch.remove()) for launch in due]
        if tasks:
            await asyncio.wait(tasks, timeout=PATIENCE)
        said = _outcome([launch.left for launch in due if launch.left is not None])
        for task in tasks:
            task.cancel()
        for launch in self.launches:
            launch.close()
        self.record.close()
        hands = [task.result() for task in self._hands.values() if task.done() and not _failed(task)]
        await asyncio.gather(*(hand.session.close() for hand in hands), return_exceptions=True)
        return said

    async def _hand(self, session: Session) -> _Hand:
        context = session.context
        key = (context.name, context.server, context.user)
        found = self._hands.get(key)
        if found is None or _failed(found):
            found = self._hands[key] = asyncio.ensure_future(self._opened(session))
        return await asyncio.shield(found)

    async def _opened(self, session: Session) -> _Hand:
        own = await self._companion(session)
        try:
            self._not_ending()
        except ConfigError:
            await own.close()  # the others have been closed by now
            raise
        journal = self._journal(own.context.name, own.context.user)
        return _Hand(own, Gateway(own.connection, own.access, journal))

    def _not_ending(self) -> None:
        if self._closing is not None:
            raise ConfigError("k8stui is ending: nothing more is made")

    def _changed(self) -> None:
        for listener in self.listeners:
            listener()


def _failed(task: asyncio.Task[_Hand]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)


def _named(lefts: Sequence[Left]) -> str:
    """`debug pod shop/a`, `2 debug pods (shop/a, shop/b)`."""
    names = listed([clean(str(left.ref), 120) for left in lefts])
    return f"debug pod {names}" if len(lefts) == 1 else f"{counted(len(lefts), 'debug pod')} ({names})"


def _outcome(lefts: Sequence[Left]) -> str:
    """What became of those that were to be removed."""
    gone = [left for left in lefts if left.removed]
    stay = [left for left in lefts if not left.removed]
    said = [f"{_named(gone)} removed"] if gone else []
    if stay:
        why = next((left.why for left in stay if left.why), "the server did not answer in time")
        said.append(f"{_named(stay)} not removed ({clean(why)}): the next start does it")
    return "; ".join(said)
