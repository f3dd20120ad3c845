"""What can be done with objects of one kind."""

from k8stui.actions.action import Action, Need, entering, later
from k8stui.actions.debug import NODE_DEBUG, POD_DEBUG, WORKLOAD_DEBUG
from k8stui.actions.desk import Desk, Rows
from k8stui.actions.drain import NODE_DRAIN
from k8stui.actions.everywhere import LIST_PODS
from k8stui.actions.logs import NODE_LOGS, POD_LOGS, WORKLOAD_LOGS
from k8stui.actions.places import Place, Where
from k8stui.actions.reschedule import NODE_RESCHEDULE, POD_RESCHEDULE
from k8stui.actions.terminals import POD_TERMINALS
from k8stui.actions.writes_nodes import NODE_WRITES
from k8stui.actions.writes_pods import POD_WRITES
from k8stui.actions.writes_tables import NAMESPACE_WRITES
from k8stui.actions.writes_workloads import WORKLOAD_WRITES


def _pods_of_node(desk: Desk, rows: Rows) -> None:
    desk.open(Place("pods", None, node=rows[0].ref.name))


def _pods_of_workload(desk: Desk, rows: Rows) -> None:
    desk.open(Place("pods", desk.place.namespace, owner=rows[0].ref))


def _pods_of_namespace(desk: Desk, rows: Rows) -> None:
    desk.open(Place("pods", rows[0].ref.name))


def _instances(desk: Desk, rows: Rows) -> None:
    desk.open(Place(rows[0].ref.name, desk.place.namespace))


NODES = (
    Action(
        id="pods-of-node",
        key="enter",
        label="Pods on it",
        needs=(LIST_PODS,),
        where=Where.NODES,
        target=True,
        footer=1,
        run=_pods_of_node,
        help="the pods of this node",
    ),
    *NODE_WRITES,
    NODE_DRAIN,
    NODE_RESCHEDULE,
    NODE_LOGS,
    *NODE_DEBUG,
)


WORKLOADS = (
    Action(
        id="pods-of-workload",
        key="enter",
        label="Its pods",
        needs=(LIST_PODS,),
        where=Where.WORKLOADS,
        target=True,
        footer=1,
        run=_pods_of_workload,
        help="the pods of this workload, those of its newest rollout as they come",
    ),
    *WORKLOAD_WRITES,
    Action(
        id="rollout",
        key="R",
        label="Rollout and revisions",
        needs=(Need("get", ""),),
        where=Where.WORKLOADS,
        target=True,
        run=entering("rollout"),
        help="how it changes, live; revisions and what lies between them; undo to any",
    ),
    WORKLOAD_LOGS,
    WORKLOAD_DEBUG,
)


PODS = (
    *POD_LOGS,
    *POD_TERMINALS,
    POD_DEBUG,
    later("port-forward", "F", "Port-forward", Where.PODS, Need("create", "pods/portforward")),
    *POD_WRITES,
    POD_RESCHEDULE,
)


OTHERS = (
    Action(
        id="pods-of-namespace",
        key="enter",
        label="Pods in it",
        needs=(LIST_PODS,),
        where=Where.NAMESPACES,
        target=True,
        footer=1,
        run=_pods_of_namespace,
        help="the pods of this namespace",
    ),
    *NAMESPACE_WRITES,
    Action(
        id="instances",
        needs=(Need("list", "", named=True),),
        key="enter",
        label="Objects of it",
        where=Where.DEFINITIONS,
        target=True,
        footer=1,
        run=_instances,
        help="the objects of this kind",
    ),
)
