"""Which keys mean something on the page of a drain that runs or ran."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from msgspec import structs

from k8stui.actions import Action, find
from k8stui.operations.drain.rows import Phase
from k8stui.operations.jobs.jobs import JobState

if TYPE_CHECKING:
    from k8stui.operations.drain.job import Drain
    from k8stui.screens.drain.rows import Live

TRIED: Final = frozenset({Phase.WAITING, Phase.REFUSED})
"""Phases in which an eviction can be tried before it is due."""
_OVER: Final = ("leave", "drain-pod", "actions", "help")


def shown(job: Drain, row: Live | None) -> Sequence[Action]:
    """What means something now; `row`: the one under the cursor."""
    if job.state.over:
        return [find(identity) for identity in _OVER]
    first = ("drain-yes", "drain-no") if job.asking else ("drain-pause",)
    evict = ("drain-evict",) if row is not None and not row.held and row.row.phase in TRIED else ()
    failed = ("drain-retry",) if any(each.phase is Phase.FAILED for each in job.rows.values()) else ()
    found = (*first, "drain-cancel", *evict, *failed, *_OVER)
    label = "Go on" if job.state is JobState.PAUSED else "Pause"
    return [structs.replace(each, label=label) if each.id == "drain-pause" else each for each in map(find, found)]
