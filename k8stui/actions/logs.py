"""The ways to logs."""

from msgspec import structs

from k8stui.actions.action import Action, Need, entering, entering_typed
from k8stui.actions.places import Where

LOGS = Need("get", "pods/log")
LOGS_HERE = Need("get", "pods/log", current=True)


LOGS_SCREEN = Action(
    id="logs-screen",
    key="4",
    label="Logs",
    needs=(LOGS_HERE,),
    run=entering("last-log"),
    also=("logs", "log"),
    usage="POD|KIND/NAME|-l SELECTOR [-c CONTAINER] [-p] [--since 10m] [--tail 100] ...",
    line=entering_typed("logs"),
    help="of what is under the cursor, else the log that was last open",
)


NODE_LOGS = Action(
    id="node-logs",
    key="l",
    label="Logs of its pods",
    where=Where.NODES,
    needs=(LOGS_HERE,),
    target=True,
    run=entering("logs"),
    help="of all pods on the node, merged in time order",
)


WORKLOAD_LOGS = Action(
    id="workload-logs",
    key="l",
    label="Logs of its pods",
    where=Where.WORKLOADS,
    needs=(LOGS,),
    target=True,
    run=entering("logs"),
    help="of all its pods, merged in time order; pods that join are followed",
)


ROLLOUT_LOGS = structs.replace(WORKLOAD_LOGS, id="rollout-logs", where=Where.ROLLOUT)


TEXT_LOGS = Action(
    id="text-logs",
    key="l",
    label="Logs",
    where=Where.TEXT,
    needs=(LOGS,),
    target=True,
    run=entering("logs"),
    help="of the pod, of a workload's pods or of a node's",
)


POD_LOGS = (
    Action(
        id="logs",
        key="l",
        label="Logs",
        where=Where.PODS,
        needs=(LOGS,),
        target=True,
        many=True,
        footer=2,
        run=entering("logs"),
        help="of all its containers, live; of all marked pods, merged in time order",
    ),
    Action(
        id="previous-logs",
        key="p",
        label="Previous log",
        where=Where.PODS,
        needs=(LOGS,),
        target=True,
        many=True,
        run=entering("previous-logs"),
        help="what its containers said before they were started again",
    ),
)
