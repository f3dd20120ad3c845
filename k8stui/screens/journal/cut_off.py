"""Told once at the start: what an earlier run left in the middle, long work and texts that were not sent."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from k8stui.model.columns import Tone
from k8stui.model.sentences import counted

if TYPE_CHECKING:
    from k8stui.app import K8sTui
    from k8stui.operations.drafts import About
    from k8stui.operations.jobs.records import Record

TOLD = 3
"""Jobs and texts that are told one by one."""


async def tell(house: K8sTui) -> None:
    """Say what was left; nothing is loaded for it where nothing was."""
    await _tell_jobs(house)
    await _tell_texts(house)


async def _tell_texts(house: K8sTui) -> None:
    texts = await asyncio.to_thread(_unsent, house.state)
    if texts:
        named = ", ".join(f"{about.title} ({about.context})" for about in texts[:TOLD])
        more = f" and {len(texts) - TOLD} more" if len(texts) > TOLD else ""
        house.note(f"Not sent yet: {named}{more}; e on the object goes on with its text", Tone.WARNING, toast=True)


async def _tell_jobs(house: K8sTui) -> None:
    records = await asyncio.to_thread(_unfinished, house.state)
    if not records:
        return
    from k8stui.operations.jobs.texts import progress

    house.work.cut_off = len(records)
    for record in records[-TOLD:]:
        house.note(
            f"{record.title} in {record.context} was cut off at {progress(record)}: J goes on or takes it back",
            Tone.WARNING,
            toast=True,
        )
    if len(records) > TOLD:
        house.note(f"{counted(len(records), 'job')} were cut off: J shows all of them", Tone.WARNING)


def _unsent(directory: Path) -> list[About]:
    """Blocks on the files. A text to apply is of no object: it is told where it was kept."""
    if not (directory / "edits").is_dir():
        return []
    from k8stui.operations.drafts import unsent

    return [about for about in unsent(directory) if about.kind is not None]


def _unfinished(directory: Path) -> list[Record]:
    """Blocks on the files."""
    if not (directory / "jobs").is_dir():
        return []
    from k8stui.operations.jobs.records import unfinished

    return unfinished(directory)
