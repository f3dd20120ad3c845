"""What can be done on the page of a drain: while it is planned, and while it runs."""

from typing import Final

from k8stui.actions.action import Action, Need, entering, on_page, paging
from k8stui.actions.places import Where
from k8stui.actions.writes import PATCH_NODES

NEEDS: Final = (*PATCH_NODES, Need("create", "pods/eviction"))

NODE_DRAIN = Action(
    id="drain",
    key="D",
    label="Drain",
    where=Where.NODES,
    needs=NEEDS,
    target=True,
    many=True,
    run=entering("drain"),
    help="what would happen to each of its pods; then it is done, or not",
)


def _change(identity: str, key: str, label: str, about: str, footer: int = 0) -> Action:
    return on_page(Where.DRAIN, identity, key, label, paging(identity.removeprefix("drain-")), about, footer)


PLAN = (
    Action(
        id="drain-start",
        key="D",
        label="Drain",
        where=Where.DRAIN,
        needs=NEEDS,
        footer=1,
        run=paging("start"),
        help="asks once more, and begins",
    ),
    _change("drain-delete_emptydir", "e", "emptyDir data", "take pods whose emptyDir is lost with them, or not", 2),
    _change("drain-force", "f", "Force", "take pods that nothing will recreate, or not", 3),
    _change("drain-ignore_daemonsets", "i", "DaemonSets", "leave the pods of DaemonSets where they are, or refuse"),
    _change("drain-disable_eviction", "v", "Delete", "delete the pods without asking their budgets, or evict them"),
    _change("drain-grace", "s", "Grace", "seconds that each pod has to end; 0 is at once"),
    _change("drain-timeout", "t", "Timeout", "how long a node may take; empty: no end"),
    _change("drain-skip_wait", "w", "Skip wait", "go on without pods whose deletion is overdue for so many seconds"),
    _change("drain-pod_selector", "l", "Labels", "only pods with these labels"),
    _change("drain-at_once", "m", "At once", "how many nodes are drained at the same time"),
)
"""Before it begins."""

RUNNING = (
    _change("drain-pause", "p", "Pause", "begin nothing new; once more: go on", 1),
    _change("drain-cancel", "x", "Cancel", "begin nothing new and end; what was sent stands", 2),
    _change("drain-evict", "E", "Evict now", "try the eviction of this pod now, not when it is due", 3),
    _change("drain-retry", "r", "Retry failed", "try again what has failed"),
    _change("drain-yes", "y", "Yes", "the answer to what the drain asks"),
    _change("drain-no", "n", "No", "the answer to what the drain asks"),
)
"""While it runs, and after."""

DRAIN_PAGE = (
    Action(
        id="drain-pod",
        key="enter",
        label="The pod",
        where=Where.DRAIN,
        run=paging("pod"),
        footer=4,
        help="the pod of this line, described",
    ),
    *PLAN,
    *RUNNING,
)
"""Everything with a key of its own there."""
