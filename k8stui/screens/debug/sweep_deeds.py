"""What is done with debug pods that were left behind: the ordinary question, which says who made each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from k8stui.actions.desk import Change
from k8stui.model.objects import ObjectRow
from k8stui.operations.builders.debug_options import COPY
from k8stui.operations.debugging.left import GRACE
from k8stui.operations.debugging.leftovers import Leftover
from k8stui.screens.debug.sweep_rows import said_before

if TYPE_CHECKING:
    from k8stui.screens.resource import ResourceScreen


async def delete(screen: ResourceScreen, pods: Sequence[Leftover], now: float) -> list[str]:
    """Delete debug pods, asked about together; returns the uids of those that were."""
    lines = {line.pod.uid: line for line in pods}

    def look(found: ObjectRow) -> Sequence[str]:
        line = lines.get(found.ref.uid)
        return [said_before(line, now)] if line is not None else []

    changes: list[Change] = [("removing.delete", line.pod, _how(line)) for line in pods]
    outcomes = await screen.changing.change(changes, look)
    return [each.mutation.target.uid for each in outcomes if each.done]


async def restart(screen: ResourceScreen, line: Leftover) -> None:
    """Evict the pod of an ephemeral container, within its budget: whoever owns it makes it again without that."""
    await screen.changing.change([("removing.evict", line.pod, {})])


def _how(line: Leftover) -> dict[str, object]:
    """A debug pod ends at once; a copy that writes to claims as it says."""
    return {} if line.mode == COPY and not line.quick else {"grace": GRACE}
