"""Keys handled one after the other, whatever a burst of them opens, moves or closes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final
from weakref import ReferenceType, ref

from textual import events
from textual.screen import Screen
from textual.widget import Widget

from k8stui.screens.awaiting import LOOK

if TYPE_CHECKING:
    from k8stui.app import K8sTui

GIVING_UP: Final = ("escape", "ctrl+c")
QUIT: Final = "ctrl+q"
CLOSING: Final = ("enter", "escape")
"""Keys whose effect comes by message, unlike that of all others: they open, pick, submit or close."""
BURST: Final = 0.5
"""Seconds a key holds up everything else at most, for what the key before it led to."""


class Keyboard:
    """Of the app. Leans on the private `_check_bindings` of Textual 8.2.8.

    Textual passes a key from pump to pump, so of keys typed in one burst a later one may be handled first: an action
    would hit the row that a later key moved to, and text typed after `:` would be taken for commands.
    """

    def __init__(self, house: K8sTui) -> None:
        self._house = house
        self._held: list[events.Key] = []
        """What was typed for something that takes long to open, in its order."""
        self._known: ReferenceType[Screen[Any]] | None = None
        """The screen that has had a key already."""

    async def takes(self, event: events.Key) -> bool:
        """Handle it here and now; False: nobody wanted it."""
        house = self._house
        if not house.is_running or not house.screen_stack:
            return True  # typed behind the key that ended the program
        if event.key == QUIT:
            return await self._take(event)
        if house.entering is not None:
            self._held.clear()
            if event.key in GIVING_UP:
                house.entering()
            return True
        awaiting = house.home.desk.awaiting
        if self._held or not await awaiting.there(BURST):
            self._hold(event)
            return True
        if event.time <= awaiting.refused:
            return True
        await self._stands()
        return await self._take(event)

    def _hold(self, event: events.Key) -> None:
        """Keep it until there is what it was typed for; esc gives that up."""
        house = self._house
        if event.key in GIVING_UP and house.home.desk.awaiting.give_up():
            self._held.clear()
            return
        if not self._held:
            house.note(f"{house.home.desk.awaiting.what}: on its way, keys wait for it; esc gives it up")
            house.spawn(self._wait(), "keys that wait")
        self._held.append(event)

    async def _wait(self) -> None:
        while not await self._house.home.desk.awaiting.there(BURST):
            pass
        self._house.call_later(self._release)

    async def _release(self) -> None:
        """What waited is handled before what is typed from now on; it may lead to something that takes long again."""
        held, self._held = self._held, []
        for event in held:
            await self.takes(event)

    async def _stands(self) -> None:
        """A screen that is new has its widgets, and one of them the focus, before it gets a key."""
        house = self._house
        while house.is_running and not house.screen.is_mounted:  # noqa: ASYNC110 - it may be another one by then
            await asyncio.sleep(LOOK)
        if not house.is_running:
            return
        screen = house.screen
        if self._known is None or self._known() is not screen:
            self._known = ref(screen)
            await self._heard(screen)

    async def _take(self, event: events.Key) -> bool:
        """Let the field that has the focus, or the bindings, have the key; whether one wanted it."""
        house = self._house
        house.app_focus = True
        house.typed_at = event.time
        if await house._check_bindings(event.key, priority=True):
            return True
        focused = house.focused
        press: Callable[[str, str | None], bool] | None = getattr(focused, "press", None)
        if press is not None:  # a Field, a TextEdit
            taken = press(event.key, event.character)
        else:
            taken = await house._check_bindings(event.key)
        if taken and focused is not None and event.key in CLOSING and house.message_queue_size:
            await self._heard(focused)
        return taken

    async def _heard(self, widget: Widget) -> None:
        """Wait until what a key made a widget say has reached its screen: the next key of the burst comes after it."""
        for pump in widget.ancestors_with_self:
            if pump is self._house:
                return
            handled = asyncio.Event()
            if pump.call_later(handled.set):
                with contextlib.suppress(TimeoutError):  # a handler that waits for us must not hold up the keyboard
                    await asyncio.wait_for(handled.wait(), BURST)
