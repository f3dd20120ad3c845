"""Opening contexts: the first one, another one, and what the program says about each."""

from __future__ import annotations

import asyncio
import importlib
from typing import TYPE_CHECKING

from k8stui.kube.errors import ApiError, ConfigError
from k8stui.model.columns import Tone
from k8stui.model.duration import human
from k8stui.screens.first_place import first_place, needs_discovery

if TYPE_CHECKING:
    from k8stui.cluster.session import Session
    from k8stui.screens.resource import ResourceScreen

SKEW = 2.0
"""Seconds the server's clock may be off before it is said."""
WARM = 1.0
"""Seconds after which the rooms of LATER are loaded: they take 50 ms, which their keys need not wait for."""
LATER = ("k8stui.screens.logs.opening",)


class Switch:
    """Opens a context for the table screen."""

    def __init__(self, screen: ResourceScreen) -> None:
        self._screen = screen
        self._opened = False

    def enter(self, name: str | None = None, *, typed: bool = False) -> None:
        """Open a context (None: the one to start with) and leave the one that is open.

        `typed`: keys typed behind wait for it a moment.
        """
        known = self._screen.desk.expect() if typed else asyncio.Event()
        said = f"connecting to {name}" if name else "connecting"
        turn = self._screen.pending.begin(said, anew=name is not None)
        self._screen.opening = said
        self._screen.refresh_lines()
        self._screen.house.spawn(self._enter(name, turn, known), "opening a context")

    async def _enter(self, name: str | None, turn: int, known: asyncio.Event) -> None:
        try:
            session = await self._screen.contexts.enter(name)
            if session is not None:
                await self._adopt(session, turn)
        except ConfigError as error:
            self._refused(error)
        finally:
            self._screen.pending.fail(turn)
            known.set()

    def reconnect(self) -> None:
        """Ask now: every feed that waits tries again, and rights are asked anew."""
        session = self._screen.session
        if session is None:
            self.enter()
            return
        session.connection.allow_terminal()
        session.access.refresh()
        session.feeds.retry()
        if self._screen.dialogs.page is not None:
            self._screen.dialogs.page.retry()
        self._screen.house.note("Asking the server again")

    def _refused(self, error: ConfigError) -> None:
        """The kubeconfig is wrong: without any context open there is nothing to stay for."""
        if self._opened:
            self._screen.house.note(error.sentence, Tone.BAD, toast=True)
        else:
            self._screen.house.end(2, error.sentence)

    async def _adopt(self, session: Session, turn: int) -> None:
        left, self._opened = self._opened, True
        session.on_fault = lambda error: self._screen.house.fault(error, "a feed")
        session.access.subscribe(self._screen.rights_changed)
        if left:
            self._screen.forget()
        notice = session.connection.target.notice
        if notice:
            self._screen.house.note(notice, Tone.WARNING)
        settings = self._screen.settings
        remembered = await self._screen.house.memory.enter(session.context.name)
        if self._screen.session is not session:
            return
        for name in (*reversed(remembered.namespaces), *settings.favourites_in(session.context.name)):
            self._screen.dialogs.namespaces.remember(name)
        first = needs_discovery(session, settings, remembered)
        if first:
            await self._learn(session)
        place, problem = await first_place(session, settings, remembered)
        if self._screen.session is not session:
            return
        if problem:
            self._screen.house.note(problem, Tone.WARNING, toast=True)
        self._screen.places.forget(place)
        self._screen.visit(place)
        self._screen.pending.end(turn)
        if not first:
            await self._learn(session)
        self._clean_up(session)
        if not left:
            asyncio.get_running_loop().call_later(WARM, self._warm)

    def _clean_up(self, session: Session) -> None:
        """Take away what a run that was cut off has left in this context."""
        from k8stui.screens.debug.cut_off import take_away

        house = self._screen.house
        house.spawn(take_away(house, session), "looking for debug pods that were left")

    def _warm(self) -> None:
        if self._screen.house.is_running:
            self._screen.house.spawn(self._load(), "loading what may be wanted next")

    async def _load(self) -> None:
        """Load the rooms of LATER, beside the loop."""
        for name in LATER:
            await asyncio.to_thread(importlib.import_module, name)
        self._screen.house.loaded()

    async def _learn(self, session: Session) -> None:
        """Version and kinds; what this server lacks is said once."""
        notes: list[tuple[str, Tone]] = []
        try:
            await session.learn()
        except ApiError as error:
            notes.append((error.sentence, Tone.WARNING))
        if self._screen.session is not session:
            return
        skew = session.connection.skew
        if abs(skew) > SKEW:
            direction = "ahead of" if skew > 0 else "behind"
            said = f"The server's clock is {human(abs(skew))} {direction} this machine's; ages are by the server's"
            notes.append((said, Tone.PLAIN))
        notes += [(sentence, Tone.WARNING) for sentence in session.lacks]
        for text, tone in notes:
            self._screen.house.note(text, tone)
        self._screen.refresh_lines()
