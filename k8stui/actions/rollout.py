"""What can be done on the page of a rollout."""

from msgspec import structs

from k8stui.actions.action import Action, Need, paging
from k8stui.actions.desk import Desk, Rows
from k8stui.actions.everywhere import LIST_EVENTS, LIST_PODS
from k8stui.actions.logs import ROLLOUT_LOGS
from k8stui.actions.places import Place, Where
from k8stui.actions.writes import PATCH
from k8stui.actions.writes_workloads import WORKLOAD_WRITES

_HERE = ("z", "r", "s", "i")
"""Keys of changes of a workload that are at hand here, too: pause, restart, scale, image."""


def _events(desk: Desk, rows: Rows) -> None:
    ref = rows[0].ref
    desk.open(Place("events", ref.namespace, about=ref))


def _here(action: Action) -> Action:
    rank = {"z": 2, "r": 3}.get(action.key, 0)
    label = "Pause/resume" if action.key == "z" else action.label
    given = {"id": f"rollout-{action.id}", "label": label, "footer": rank}
    return structs.replace(action, where=Where.ROLLOUT, many=False, usage="", line=None, **given)


ROLLOUTS = (
    Action(
        id="rollout-undo",
        key="U",
        label="Undo",
        where=Where.ROLLOUT,
        needs=PATCH,
        target=True,
        footer=1,
        run=paging("undo"),
        help="back to the revision under the cursor; from the current one to the one before",
    ),
    *(_here(action) for action in WORKLOAD_WRITES if action.key in _HERE),
    Action(
        id="rollout-diff",
        key="d",
        label="Diff",
        where=Where.ROLLOUT,
        footer=4,
        run=paging("diff"),
        help="all that lies between two revisions: the selected and the current one, or two marked with space",
    ),
    Action(
        id="rollout-pods",
        key="enter",
        label="Pods",
        where=Where.ROLLOUT,
        needs=(LIST_PODS,),
        target=True,
        footer=5,
        run=paging("pods"),
        help="the pods of the workload",
    ),
    Action(
        id="rollout-pod",
        key="p",
        label="Failing pod",
        where=Where.ROLLOUT,
        needs=(Need("get", "pods"),),
        target=True,
        footer=6,
        run=paging("pod"),
        help="describes the pod that tells why",
    ),
    Action(
        id="rollout-events",
        key="v",
        label="Events",
        where=Where.ROLLOUT,
        needs=(LIST_EVENTS,),
        target=True,
        run=_events,
        help="the events about the workload",
    ),
    ROLLOUT_LOGS,
)
