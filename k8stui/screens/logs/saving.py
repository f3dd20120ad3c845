"""Saving lines of a log: which, where to, and writing them beside the screen. A file that is there is never touched."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
from collections.abc import Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import IO, TYPE_CHECKING

from k8stui.actions.desk import Asking
from k8stui.model.columns import Tone
from k8stui.model.logs.book import HEAD
from k8stui.model.logs.entry import Entry
from k8stui.model.logs.saving import saved
from k8stui.model.sentences import counted
from k8stui.model.times import moment
from k8stui.screens.pick import PickScreen
from k8stui.widgets.picker import Entry as Offer

if TYPE_CHECKING:
    from k8stui.model.logs.book import Book
    from k8stui.screens.logs.page import LogsScreen

PORTION = 10_000
"""Lines that are written at once; between two portions the screen has its turn."""


async def save(screen: LogsScreen) -> None:
    """Ask for what and where, and write it; what goes wrong is said, and the name stays to be mended.

    The lines are those that were there when it was asked for: what memory drops while a name is typed is saved.
    """
    book, found = screen.logs.book.copy(), _found(screen)
    what = await _what(screen, found)
    if what is None:
        return
    named, error = await asyncio.to_thread(_proposed, _called(screen), screen.house.state), ""
    while True:
        hint = "a new file, readable by you alone; ~ is your home directory"
        asking = Asking(title=f"Save {what.value}", hint=hint, judge=_judged, initial=named, error=error)
        typed = await screen.house.home.desk.put(asking)
        if typed is None:
            return
        named, error = await asyncio.to_thread(_free, typed)
        if not error:
            error = await _written(screen, typed, book, found[what])
            named = typed
        if not error:
            return


class What(Enum):
    """What may be saved."""

    MARKED = "the marked lines"
    SHOWN = "the lines that are shown"
    ALL = "all lines"


def _found(screen: LogsScreen) -> dict[What, Sequence[int]]:
    """What there is to be saved now, as the numbers of lines; a marker of what was dropped stands before all lines."""
    shown, book = screen.logs.shown, screen.logs.book
    found: dict[What, Sequence[int]] = {}
    if screen.view.marks:
        found[What.MARKED] = list(screen.view.marks)
    if shown.filtered:
        found[What.SHOWN] = shown.numbers()
    kept = range(book.first, book.end)
    return {**found, What.ALL: [HEAD, *kept] if book.first else kept}


async def _what(screen: LogsScreen, found: Mapping[What, Sequence[int]]) -> What | None:
    """Which of them, where there is a choice; None: none."""
    if not screen.logs.book.lines:
        screen.say("There are no lines to save yet")
        return None
    if len(found) == 1:
        return What.ALL
    entries = [Offer(what.name, what.value, f"{len(numbers):,}") for what, numbers in found.items()]
    chosen = await screen.house.push_screen_wait(PickScreen("Save", lambda: entries, screen.signs))
    return What[chosen] if chosen else None


async def _written(screen: LogsScreen, name: str, book: Book, numbers: Sequence[int]) -> str:
    """Write these lines into a new file; returns what went wrong, or ""."""
    log, times = screen.logs, screen.view.times
    sources = log.names if len(log.names) > 1 or log.viewed.options.prefix else None
    missed = 0
    try:
        path, file = await asyncio.to_thread(new_file, name)
    except (OSError, ValueError) as error:
        return _trouble(name, error)
    try:
        for start in range(0, len(numbers), PORTION):
            entries = _entries(book, numbers[start : start + PORTION])
            missed += len(numbers[start : start + PORTION]) - len(entries)
            await asyncio.to_thread(_write, file, entries, times, sources)
            _tell(screen, f"saving, {min(1.0, (start + PORTION) / len(numbers)):.0%}")
        await asyncio.to_thread(file.close)
    except OSError as error:
        with contextlib.suppress(OSError):
            file.close()
            path.unlink()
        return _trouble(name, error)
    finally:
        _tell(screen, "")
    lost = f"; {counted(missed, 'line')} had been dropped from memory before they were written" if missed else ""
    said = f"{counted(len(numbers) - missed, 'line')} saved in {name}, readable by you alone{lost}"
    screen.house.note(said, Tone.WARNING if missed else Tone.OK)
    return ""


def _tell(screen: LogsScreen, progress: str) -> None:
    screen.progress = progress
    screen.refresh_lines()


def _entries(book: Book, numbers: Sequence[int]) -> list[Entry]:
    """Those that are kept: a line that was marked may have been dropped."""
    found = []
    for number in numbers:
        with contextlib.suppress(IndexError):
            found.append(book.entry(number))
    return found


def _write(file: IO[str], entries: Sequence[Entry], times: bool, sources: Mapping[int, tuple[str, str]] | None) -> None:
    file.writelines(f"{line}\n" for line in saved(entries, times=times, sources=sources))


def new_file(name: str) -> tuple[Path, IO[str]]:
    """A new file for nobody else's eyes. Blocks.

    Raises OSError (FileExistsError among them), and ValueError for a name that no file can have.
    """
    path = Path(name).expanduser()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    return path, os.fdopen(descriptor, "w", encoding="utf-8", errors="replace")


def _trouble(name: str, error: Exception) -> str:
    return f"{name} cannot be written: {getattr(error, 'strerror', None) or error}"


# Names


def _called(screen: LogsScreen) -> str:
    """`web-20261121-1430.log`."""
    title = re.sub(r"[^A-Za-z0-9._-]+", "-", screen.logs.viewed.target.title).strip("-.")[:60]
    at = moment(screen.session.now(), screen.zone)
    return f"{title or 'log'}-{at:%Y%m%d-%H%M}.log" if at is not None else f"{title or 'log'}.log"


def _proposed(name: str, state: Path) -> str:
    """In the current directory, or where that cannot be written, in k8stui's own; one that is not taken."""
    try:
        here = Path.cwd()
    except OSError:
        here = state
    return _other(str((here if os.access(here, os.W_OK) else state) / name))


def _other(name: str) -> str:
    """The name itself, or with the first number behind it that makes it one that nothing has."""
    path = Path(name).expanduser()
    found, number = path, 1
    while os.path.lexists(found):
        number += 1
        found = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return name if found == path else str(found)


def _free(name: str) -> tuple[str, str]:
    """Another name and why it is offered, where the one that was typed is taken; the name and why it cannot be
    written; else the name and ""."""
    try:
        path = Path(name).expanduser()
        if path.is_dir():
            return name, f"{name} is a directory: name a file in it"
        if os.path.lexists(path):
            return _other(name), f"{name} is there already, and nothing is overwritten: this name is free"
        if not path.parent.is_dir():
            return name, f"{name} cannot be written: there is no directory {path.parent}; make it, or name another one"
    except (OSError, ValueError, RuntimeError) as error:  # a name with a NUL, a home that nobody knows
        return name, _trouble(name, error)
    return name, ""


def _judged(text: str) -> str:
    return "" if text else "type the name of a file"
