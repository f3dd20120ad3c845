"""The way into the rollout page, or why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from k8stui.actions import Rows
from k8stui.model.columns import Tone
from k8stui.model.kinds import DEPLOYMENTS, REPLICA_SETS, Ref, Row
from k8stui.model.kubectl import quoted
from k8stui.model.workloads import WorkloadLine
from k8stui.operations.builders.rollout import ROLLED
from k8stui.screens.rollout.page import RolloutScreen

if TYPE_CHECKING:
    from k8stui.screens.resource import ResourceScreen


async def open_rollout(screen: ResourceScreen, rows: Rows) -> None:
    """The page of the row's workload; a ReplicaSet leads to its Deployment, other kinds have no rollout."""
    session = screen.session
    if session is None or not rows:
        return
    found = _rolled(rows[0])
    if found is None:
        said = f"{quoted(rows[0].ref)} has no rollout: only Deployments, StatefulSets and DaemonSets do"
        screen.house.note(said, Tone.WARNING)
        return
    await screen.house.push_screen(RolloutScreen(session, found, screen.signs))


def _rolled(row: Row) -> Ref | None:
    """What rolls: the row itself, or the Deployment that made it."""
    if row.ref.kind.resource in ROLLED:
        return row.ref
    if isinstance(row, WorkloadLine) and row.ref.kind.resource == REPLICA_SETS.resource:
        owner = row.workload
        if owner.owner_kind == DEPLOYMENTS.kind:
            return Ref(DEPLOYMENTS, row.ref.namespace, owner.owner_name, owner.owner_uid)
    return None
