"""The way into the journal: opened with the key, or told of at the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from k8stui.screens.journal.page import JournalScreen

if TYPE_CHECKING:
    from k8stui.screens.resource import ResourceScreen


async def open_journal(screen: ResourceScreen) -> None:
    """The journal; on its jobs where one runs or was cut off and nobody has looked at that yet."""
    session = screen.session
    if session is None:
        screen.house.note("No context is open yet: the journal opens with it")
        return
    if isinstance(screen.dialogs.page, JournalScreen):
        screen.desk.awaiting.stands()
        return
    jobs = screen.house.work.running or screen.house.work.cut_off
    await screen.house.push_screen(JournalScreen(session, screen.signs, "jobs" if jobs else "journal"))
