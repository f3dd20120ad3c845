"""What can be done everywhere."""

from k8stui.actions.action import Action, Need, entering, opening, showing
from k8stui.actions.debug import DEBUG_SCREEN
from k8stui.actions.desk import Desk, Rows
from k8stui.actions.logs import LOGS_SCREEN
from k8stui.actions.places import EVERY_WORKLOAD, Place

LIST_PODS = Need("list", "pods")


LIST_EVENTS = Need("list", "events")


LIST_WORKLOADS = Need(
    "list",
    "deployments.apps",
    ("statefulsets.apps", "daemonsets.apps", "replicasets.apps", "jobs.batch", "cronjobs.batch"),
)


def _all_namespaces(desk: Desk, _rows: Rows) -> None:
    place = desk.place
    desk.open(Place(place.view, None, place.filter))


def _copy_or_quit(desk: Desk, _rows: Rows) -> None:
    if not desk.copy_selection():
        desk.show("quit")


EVERYWHERE = (
    Action(
        id="nodes",
        key="1",
        label="Nodes",
        needs=(Need("list", "nodes"),),
        run=opening("nodes"),
        help="the nodes of the cluster",
    ),
    Action(
        id="workloads",
        key="2",
        label="Workloads",
        needs=(LIST_WORKLOADS,),
        run=opening(EVERY_WORKLOAD),
        help="what makes the pods, the worst first",
    ),
    Action(id="pods", key="3", label="Pods", needs=(LIST_PODS,), run=opening("pods"), help="the pods of the namespace"),
    LOGS_SCREEN,
    Action(
        id="events-screen",
        key="5",
        label="Events",
        needs=(LIST_EVENTS,),
        run=opening("events"),
        help="the events of the namespace",
    ),
    DEBUG_SCREEN,
    Action(id="all-namespaces", key="0", label="All namespaces", run=_all_namespaces),
    Action(id="namespace", key="n", label="Namespace", run=showing("namespaces"), footer=4),
    Action(
        id="command",
        key=":,colon",
        label="Command",
        run=showing("command"),
        footer=3,
        help="a kind, a namespace, `ctx` and a context, or an action by name",
    ),
    Action(
        id="filter",
        key="/,slash",
        label="Filter",
        run=showing("filter"),
        footer=2,
        help="text, a regular expression, !not, label=value",
    ),
    Action(id="help", key="?,question_mark", label="Help", run=showing("help"), footer=9),
    Action(id="actions", key="a", label="Actions", run=showing("actions"), footer=5, help="every action, or why not"),
    Action(
        id="messages",
        key="!,exclamation_mark",
        label="Messages",
        run=showing("messages"),
        help="what went on, what failed",
    ),
    Action(
        id="journal",
        key="J",
        label="Jobs and journal",
        run=entering("journal"),
        help="what was done here, to take back, copy and save; and long work",
    ),
    Action(
        id="back",
        key="[,left_square_bracket",
        label="Back",
        run=lambda desk, _rows: desk.step(-1),
        help="to where I was",
    ),
    Action(id="forward", key="],right_square_bracket", label="Forward", run=lambda desk, _rows: desk.step(1)),
    Action(
        id="reconnect",
        key="ctrl+r",
        label="Reconnect",
        run=lambda desk, _rows: desk.reconnect(),
        help="ask the server now, rights included",
    ),
    Action(id="redraw", key="ctrl+l", label="Redraw", run=lambda desk, _rows: desk.redraw()),
    Action(id="context", key="", typed=":ctx", label="Context", run=showing("contexts"), help="to another cluster"),
    Action(
        id="theme",
        key="",
        typed=":theme",
        label="Theme",
        run=showing("themes"),
        help="other colours: `:theme` and dark, light or ansi",
    ),
    Action(
        id="leave",
        key="q",
        label="Leave",
        run=lambda desk, _rows: desk.leave(),
        help="leaves a dialog or a deeper view, quits from a top one",
    ),
    Action(id="quit", key="ctrl+q", label="Quit", run=lambda desk, _rows: desk.quit()),
    Action(
        id="copy", key="ctrl+c", label="Copy", run=_copy_or_quit, help="copies selected text, else asks whether to quit"
    ),
)
