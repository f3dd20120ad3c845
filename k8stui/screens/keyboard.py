"""Keys handled one after the other, whatever a burst of them opens, moves or closes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from textual import events
from textual.widget import Widget

from k8stui.screens.base import BaseScreen

if TYPE_CHECKING:
    from k8stui.app import K8sTui

CLOSING: Final = ("enter", "escape")
"""Keys whose effect comes by message, unlike that of all others: they open, pick, submit or close."""
BURST: Final = 0.5
"""Seconds a key waits at most for what the key before it led to."""


class Keyboard:
    """Of the app. Leans on the private `_check_bindings` of Textual 8.2.8.

    Textual passes a key from pump to pump, so of keys typed in one burst a later one may be handled first: an action
    would hit the row that a later key moved to, and text typed after `:` would be taken for commands.
    """

    def __init__(self, house: K8sTui) -> None:
        self._house = house

    async def takes(self, event: events.Key) -> bool:
        """Handle it here and now; False: nobody wanted it."""
        house = self._house
        if not house.is_running or not house.screen_stack:
            return True  # typed behind the key that ended the program
        if house.entering is not None and event.key != "ctrl+q":
            if event.key in ("escape", "ctrl+c"):
                house.entering()
            return True
        return await self._take(event)

    async def _take(self, event: events.Key) -> bool:
        """Let the field that has the focus, or the bindings, have the key; whether one wanted it."""
        house = self._house
        house.app_focus = True
        house.typed_at = event.time
        await house.home.desk.opened(BURST)
        if isinstance(house.screen, BaseScreen) and house.screen.takes(event):
            return True
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
