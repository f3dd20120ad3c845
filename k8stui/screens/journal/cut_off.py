"""Told once at the start: long work of an earlier run that ended in the middle."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from k8stui.model.columns import Tone
from k8stui.model.sentences import counted

if TYPE_CHECKING:
    from k8stui.app import K8sTui
    from k8stui.operations.jobs.records import Record

TOLD = 3
"""Jobs that are told one by one."""


async def tell(house: K8sTui) -> None:
    """Say which jobs were cut off; nothing is loaded for it where no job ever ran."""
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


def _unfinished(directory: Path) -> list[Record]:
    """Blocks on the files."""
    if not (directory / "jobs").is_dir():
        return []
    from k8stui.operations.jobs.records import unfinished

    return unfinished(directory)
