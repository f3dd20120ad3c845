"""Changes that the server refused because somebody else had written the object: which, and what is different now."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from k8stui.model.columns import Tone
from k8stui.model.diff import differences
from k8stui.model.document import Line
from k8stui.operations.outcomes import Outcome, Result
from k8stui.operations.previews import stands
from k8stui.screens.questions.case import Target

_DIFFERENT = 8
"""Lines of what somebody else changed meanwhile."""


def met_another(outcomes: Sequence[Outcome]) -> set[str]:
    """Objects that somebody else changed between our reading and our writing; an apply names its conflicts itself."""
    return {
        each.mutation.target.uid
        for each in outcomes
        if each.result is Result.CONFLICT and each.mutation.target.uid and each.mutation.builder != "applying.apply"
    }


def still_agreed(before: Target, after: Target) -> bool:
    """Whether it need not be asked about again."""
    return stands(before.mutation, before.found, after.mutation, after.found)


def different(before: Target, after: Target) -> list[Line]:
    """What is different since it was asked about first."""
    lines = differences(before.obj, after.obj)
    head = Line("it was changed by somebody else meanwhile; nothing was sent. The difference:", Tone.WARNING)
    if not lines:
        return [replace(head, text="it was written by somebody else meanwhile, without a difference that counts")]
    more = [Line(f"  and {len(lines) - _DIFFERENT} more lines", Tone.MUTED)] if len(lines) > _DIFFERENT else []
    return [head, *(replace(each, text=f"  {each.text}") for each in lines[:_DIFFERENT]), *more]
