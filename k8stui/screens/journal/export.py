"""Saving the journal as Markdown: where to is asked, and nothing is overwritten unasked."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from k8stui.model.columns import Tone
from k8stui.model.sentences import counted
from k8stui.model.times import moment
from k8stui.operations.journal.journal import Entry
from k8stui.operations.journal.texts import markdown
from k8stui.screens.questions.answered import Question

if TYPE_CHECKING:
    from k8stui.screens.journal.page import JournalScreen


async def save(screen: JournalScreen, entries: Sequence[Entry]) -> None:
    """Ask for a file and write it; what goes wrong is said, and the name stays to be mended."""
    house, now = screen.house, screen.session.now()
    text = markdown(entries, now, screen.zone, house.journals.sessions)
    at = moment(now, screen.zone)
    name = f"k8stui-journal-{at:%Y%m%d-%H%M}.md" if at is not None else "k8stui-journal.md"
    wanted = await asyncio.to_thread(_proposed, name, house.state)
    title = f"Save {counted(len(entries), 'change')} as Markdown"
    while True:
        typed = await house.home.desk.ask(title, "the name of a file; ~ is your home directory", _judged, wanted)
        if typed is None:
            return
        wanted = typed
        problem = await asyncio.to_thread(written, typed, text, overwrite=False)
        if problem is None:
            replace = Question(f"{typed} is there already", "Overwrite it", "Another name")
            if await house.push_screen_wait(replace) is not True:
                continue
            problem = await asyncio.to_thread(written, typed, text, overwrite=True)
        if not problem:
            house.note(f"{counted(len(entries), 'change')} saved in {typed}", Tone.OK)
            return
        house.note(problem, Tone.BAD, toast=True)


def written(name: str, text: str, *, overwrite: bool) -> str | None:
    """Write it: "" for done, one sentence for what went wrong, None: there is such a file. Blocks."""
    try:
        path = Path(name).expanduser()
        if path.is_dir():
            return f"{name} is a directory: name a file in it"
        with path.open("w" if overwrite else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        return None
    except (OSError, ValueError, RuntimeError) as error:  # a name with a NUL, a home that nobody knows
        return f"{name} cannot be written: {getattr(error, 'strerror', None) or error}"
    return ""


def _judged(text: str) -> str:
    return "" if text else "type the name of a file"


def _proposed(name: str, state: Path) -> str:
    """In the current directory, or where that cannot be written, in k8stui's own."""
    try:
        here = Path.cwd()
    except OSError:
        here = state
    return str((here if os.access(here, os.W_OK) else state) / name)
