"""What was asked for and is not there yet: keys typed behind it wait, and go to what opens, or nowhere."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from textual.screen import Screen
    from textual.widget import Widget

    from k8stui.app import K8sTui

LOOK: Final = 0.005
"""Seconds between two looks whether it is there."""


class Awaited(asyncio.Event):
    """One thing: set when it takes the keys, or when it is over.

    Args:
        house: the app; another screen on top than now is what was waited for.
        what: its name, for messages.
        give_up: ends the work that opens it; None: keys wait a moment only, then they go on.
    """

    def __init__(self, house: K8sTui, what: str = "", give_up: Callable[[], object] | None = None) -> None:
        super().__init__()
        self._house = house
        self._before = self._now
        self.what, self.give_up = what, give_up

    @property
    def lasting(self) -> bool:
        """Keys wait as long as it takes."""
        return self.give_up is not None

    @property
    def _now(self) -> tuple[Screen[Any] | None, Widget | None]:
        """What takes the keys; nothing does when the program ends."""
        stack = self._house.screen_stack if self._house.is_running else []
        return (stack[-1], stack[-1].focused) if stack else (None, None)

    @property
    def opened(self) -> bool:
        """Something takes the keys that did not before: another screen, or an input."""
        return self._now != self._before

    @property
    def over(self) -> bool:
        """A page is open long before the action that opened it has ended."""
        if not self.is_set() and self._now[0] is not self._before[0]:
            self.set()
        return self.is_set()


class Awaiting:
    """One thing at a time; the newest counts."""

    def __init__(self, house: Callable[[], K8sTui]) -> None:
        self._house = house
        self._awaited: Awaited | None = None
        self.refused = 0.0
        """When something was asked for that did not open (monotonic seconds): keys that were typed before it was told
        were meant for what did not come."""

    def expect(self, what: str = "", give_up: Callable[[], object] | None = None) -> Awaited:
        """Keys wait until this is set: a moment, or as long as it takes where `give_up` ends it."""
        self._awaited = Awaited(self._house(), what, give_up)
        return self._awaited

    def stands(self) -> None:
        """What was asked for takes the keys, or wants none."""
        if self._awaited is not None:
            self._awaited.set()

    def refuse(self) -> None:
        """It does not open: what was typed for it is dropped."""
        self.refused = time.monotonic()
        self.stands()

    def end(self, awaited: Awaited) -> None:
        """The work that was to open it has ended."""
        if not awaited.over and not awaited.opened:
            self.refused = time.monotonic()
        awaited.set()

    async def there(self, limit: float) -> bool:
        """Wait (seconds at most) until it is; whether keys may go on."""
        awaited = self._awaited
        until = time.monotonic() + limit
        while awaited is not None and not awaited.over:
            if time.monotonic() >= until:
                if awaited.lasting:
                    return False
                break
            await asyncio.sleep(LOOK)
        if self._awaited is awaited:
            self._awaited = None
        return True

    @property
    def what(self) -> str:
        """The name of what keys wait for."""
        return self._awaited.what if self._awaited is not None else ""

    @property
    def busy(self) -> bool:
        """Something is on its way for which keys wait as long as it takes."""
        return self._awaited is not None and self._awaited.lasting and not self._awaited.over

    def give_up(self) -> bool:
        """Esc, while keys wait: it is not wanted any more; whether there was something to give up."""
        awaited = self._awaited
        if awaited is None or awaited.give_up is None or awaited.over:
            return False
        self._house().note(f"{awaited.what}: given up")
        self.refuse()
        awaited.give_up()
        return True
