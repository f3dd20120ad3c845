"""The partial container that is laid over the debug container, typed in the user's editor or in ours."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from k8stui.model.columns import Tone
from k8stui.operations.builders.debug_custom import parse
from k8stui.operations.builders.debug_options import EPHEMERAL
from k8stui.operations.building import UnableError
from k8stui.operations.drafts import About, Draft
from k8stui.screens.editing.writing import Writing

if TYPE_CHECKING:
    from k8stui.screens.debug.page import DebugScreen

START: Final = """\
# A part of the debug container, laid over it last, as kubectl's --custom takes it.
# name, image, command, lifecycle and volumeDevices may not stand here. Nothing but comments: none.
#
# env:
# - name: DEBUG
#   value: "1"
# volumeMounts:
# - name: data
#   mountPath: /data
"""
"""What stands there at first."""


async def edit_custom(page: DebugScreen) -> None:
    """Type it; what is wrong with it is said there, and nothing typed is lost. Nothing is sent by it."""
    plan, house = page.plan, page.house
    about = About(
        context=page.session.context.name,
        at=house.clock.now(),
        what="a partial container",
        original=plan.choice.options.custom or START,
    )
    try:
        draft = await asyncio.to_thread(Draft.begin, house.state, about)
    except OSError as error:
        house.note(f"The text cannot be kept in {house.state} ({error.strerror}): nothing was begun", Tone.WARNING)
        return

    async def taken(text: str) -> str:
        bare = _bare(text)
        try:
            _try(bare, plan.choice.mode)
        except UnableError as error:
            return str(error)
        await asyncio.to_thread(draft.end)
        plan.choose(plan.choice.having(custom=bare), "custom")
        return ""

    await Writing(house.home, page.session, draft, taken).work()


def _bare(text: str) -> str:
    """Without comments; "" where nothing else stands there."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return "\n".join(lines) + "\n" if lines else ""


def _try(text: str, mode: str) -> None:
    """Raises UnableError: what is wrong with it. What is wrong with other rows stands on the page."""
    if text:
        parse(text, ephemeral=mode == EPHEMERAL)
