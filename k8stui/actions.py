"""The one list of what a user can do: key, label, where it applies, what it needs, why not, and what it does.

Footer, `?`, the `a` menu, the command line and the key bindings are made from it. Knows nothing of Textual: an action
speaks to a Desk, and a fake of that tests every action without a terminal.
"""

from collections.abc import Awaitable, Callable, Sequence
from enum import Enum
from typing import Protocol

from msgspec import Struct, structs

from k8stui.model.events import EventLine
from k8stui.model.kinds import Ref, Row


class Where(Enum):
    """Where a key applies: a table's keys are those of everywhere, of tables and of its own kind."""

    EVERYWHERE = "everywhere"
    TABLE = "tables"
    NODES = "nodes"
    WORKLOADS = "workloads"
    PODS = "pods"
    EVENTS = "events"
    SECRETS = "secrets"
    NAMESPACES = "namespaces"
    DEFINITIONS = "custom resource definitions"
    OTHER = "other kinds"
    """A kind without keys of its own."""
    TEXT = "texts"
    """Inspect, and every other text."""


class Place(Struct, frozen=True):
    """Where the user is, as one value: open(), back and forward, `--view` and the command line all use it."""

    view: str
    """`workloads`, or a kind as kubectl names it: `pods`, `deployments.apps`."""
    namespace: str | None = None
    """None: all namespaces."""
    filter: str = ""
    node: str = ""
    """Only pods of this node."""
    owner: Ref | None = None
    """Only what this object owns, however far down: the pods of a Deployment."""
    about: Ref | None = None
    """Only events of this object."""
    mode: str = ""
    """How the view shows its rows, where there is more than one way; empty: the first one."""

    @property
    def deep(self) -> bool:
        """Whether it is a part of a view that was entered from somewhere: `q` leads back."""
        return bool(self.node or self.owner or self.about)


class Need(Struct, frozen=True):
    """A right that an action wants: a verb on a resource, `patch nodes`."""

    verb: str
    resource: str
    """As kubectl names it, a subresource behind a slash; empty: the kind of the row."""
    others: tuple[str, ...] = ()
    """Resources of which one is as good."""
    current: bool = False
    """In the current namespace, whatever the row's is."""
    about: bool = False
    """Of the object that the row is about (an event's), instead of the row."""
    named: bool = False
    """Of the resource that the row is named after (a definition's)."""

    def __str__(self) -> str:
        names = (self.resource or "this kind", *self.others)
        return f"{self.verb} {' or '.join(names) if len(names) < 3 else f'{names[0]} or the like'}"


class Desk(Protocol):
    """What the app offers an action."""

    @property
    def place(self) -> Place:
        """Where the user is."""
        ...

    def open(self, place: Place) -> None:
        """Go there; the way back is remembered."""
        ...

    def inspect(self, ref: Ref, tab: str = "describe") -> None:
        """Read one object: its description, `yaml` or `related`."""
        ...

    def home(self, view: str) -> Place:
        """A view in the namespace that is current."""
        ...

    def alter(self, place: Place) -> None:
        """Show the place where the user is another way: no step that leads back."""
        ...

    def unfold(self, row: Row) -> None:
        """Show one by one what this row stands for, or fold it again."""
        ...

    def step(self, by: int) -> None:
        """Back (-1) or forward (1) in the places visited."""
        ...

    def show(self, what: str) -> None:
        """Open a dialog or an input: help, messages, actions, command, filter, namespaces, contexts, themes, columns, quit."""
        ...

    def table(self, what: str) -> None:
        """Change the table: next-column, previous-column, reverse, wide."""
        ...

    def text(self, what: str) -> None:
        """Change the text that is read: managed, reveal."""
        ...

    def say(self, text: str) -> None:
        """One line about what went on, kept in the messages."""
        ...

    def leave(self) -> None:
        """Leave a pushed screen, quit from a top one."""
        ...

    def quit(self) -> None:
        """End the program."""
        ...

    def reconnect(self) -> None:
        """Ask the server again at once, rights included."""
        ...

    def redraw(self) -> None:
        """Paint the whole screen anew."""
        ...

    def copy_of(self, ref: Ref) -> None:
        """Ask what to copy of an object, and copy it."""
        ...

    def copy_selection(self) -> bool:
        """Copy the selected text; False when nothing is selected."""
        ...


Rows = Sequence[Row]
Run = Callable[[Desk, Rows], Awaitable[None] | None]
"""What an action does: at once, or as a task when it returns an awaitable."""


class Action(Struct, frozen=True, kw_only=True):
    """One thing a user can do."""

    id: str
    key: str
    """As Textual names it; several separated by commas, the first is shown."""
    label: str
    typed: str = ""
    """What to type instead, where it has no key."""
    where: Where = Where.EVERYWHERE
    help: str = ""
    """One line for `?`, more than the label where that is not enough."""
    needs: tuple[Need, ...] = ()
    target: bool = False
    """Acts on the row under the cursor."""
    footer: int = 0
    """Its rank in the footer, the lowest first; 0: not there."""
    later: bool = False
    """Its screen is not built yet: the key is kept free for it and says so."""
    run: Run = lambda _desk, _rows: None

    def why_not(self, rows: Rows, lacks: str = "") -> str | None:
        """Why it cannot be done now, in words; None when it can.

        Args:
            rows: what it would act on.
            lacks: which right the user lacks for it, in words (`k8stui.screens.rights`).
        """
        reasons = [
            "not in this version yet" if self.later else "",
            "nothing is selected" if self.target and not rows and not self.later else "",
            lacks,
        ]
        why = "; ".join(reason for reason in reasons if reason)
        return f"{self.label}: {why}" if why else None

    @property
    def shown_key(self) -> str:
        """The key as a person reads it."""
        first = self.key.split(",")[0] or self.typed
        return {"question_mark": "?", "exclamation_mark": "!", "escape": "esc"}.get(first, first)


def _open(view: str) -> Run:
    return lambda desk, _rows: desk.open(desk.home(view))


def _show(what: str) -> Run:
    return lambda desk, _rows: desk.show(what)


def _table(what: str) -> Run:
    return lambda desk, _rows: desk.table(what)


def _all_namespaces(desk: Desk, _rows: Rows) -> None:
    place = desk.place
    desk.open(Place(place.view, None, place.filter))


def _pods_of_node(desk: Desk, rows: Rows) -> None:
    desk.open(Place("pods", None, node=rows[0].ref.name))


def _pods_of_workload(desk: Desk, rows: Rows) -> None:
    desk.open(Place("pods", desk.place.namespace, owner=rows[0].ref))


def _inspect(tab: str) -> Run:
    return lambda desk, rows: desk.inspect(rows[0].ref, tab)


def _pods_of_namespace(desk: Desk, rows: Rows) -> None:
    desk.open(Place("pods", rows[0].ref.name))


def _instances(desk: Desk, rows: Rows) -> None:
    desk.open(Place(rows[0].ref.name, desk.place.namespace))


def _events_of(desk: Desk, rows: Rows) -> None:
    row = rows[0]
    about = row.about if isinstance(row, EventLine) else row.ref
    desk.open(Place("events", desk.place.namespace, about=about))


def _event_object(desk: Desk, rows: Rows) -> None:
    row = rows[0]
    if isinstance(row, EventLine) and row.objects == 1:
        desk.inspect(row.about)
    else:
        desk.unfold(row)


def _mode(word: str) -> Run:
    """Turn one of the words of the place's mode on or off."""

    def run(desk: Desk, _rows: Rows) -> None:
        place = desk.place
        desk.alter(structs.replace(place, mode=" ".join(sorted({*place.mode.split()} ^ {word}))))

    return run


def _copy_or_quit(desk: Desk, _rows: Rows) -> None:
    if not desk.copy_selection():
        desk.show("quit")


def _later(identity: str, key: str, label: str, where: Where, *needs: Need) -> Action:
    return Action(
        id=identity, key=key, label=label, where=where, needs=needs, later=True, target=where is not Where.EVERYWHERE
    )


LIST_PODS = Need("list", "pods")
LIST_EVENTS = Need("list", "events")
LIST_WORKLOADS = Need(
    "list",
    "deployments.apps",
    ("statefulsets.apps", "daemonsets.apps", "replicasets.apps", "jobs.batch", "cronjobs.batch"),
)

EVERYWHERE = (
    Action(
        id="nodes",
        key="1",
        label="Nodes",
        needs=(Need("list", "nodes"),),
        run=_open("nodes"),
        help="the nodes of the cluster",
    ),
    Action(
        id="workloads",
        key="2",
        label="Workloads",
        needs=(LIST_WORKLOADS,),
        run=_open("workloads"),
        help="what makes the pods, the worst first",
    ),
    Action(id="pods", key="3", label="Pods", needs=(LIST_PODS,), run=_open("pods"), help="the pods of the namespace"),
    _later("logs-screen", "4", "Logs", Where.EVERYWHERE, Need("get", "pods/log")),
    Action(
        id="events-screen",
        key="5",
        label="Events",
        needs=(LIST_EVENTS,),
        run=_open("events"),
        help="the events of the namespace",
    ),
    _later("debug-screen", "6", "Debug", Where.EVERYWHERE, LIST_PODS),
    Action(id="all-namespaces", key="0", label="All namespaces", run=_all_namespaces),
    Action(id="namespace", key="n", label="Namespace", run=_show("namespaces"), footer=4),
    Action(
        id="command",
        key=":,colon",
        label="Command",
        run=_show("command"),
        footer=3,
        help="a kind, a namespace, `ctx` and a context, or an action by name",
    ),
    Action(
        id="filter",
        key="/,slash",
        label="Filter",
        run=_show("filter"),
        footer=2,
        help="text, a regular expression, !not, label=value",
    ),
    Action(id="help", key="?,question_mark", label="Help", run=_show("help"), footer=9),
    Action(id="actions", key="a", label="Actions", run=_show("actions"), footer=5, help="every action, or why not"),
    Action(
        id="messages",
        key="!,exclamation_mark",
        label="Messages",
        run=_show("messages"),
        help="what went on, what failed",
    ),
    _later("journal", "J", "Jobs and journal", Where.EVERYWHERE),
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
    Action(id="context", key="", typed=":ctx", label="Context", run=_show("contexts"), help="to another cluster"),
    Action(
        id="theme",
        key="",
        typed=":theme",
        label="Theme",
        run=_show("themes"),
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

TABLES = (
    Action(
        id="sort-left",
        key="<,less_than_sign",
        label="Sort by the column before",
        where=Where.TABLE,
        run=_table("previous-column"),
    ),
    Action(
        id="sort-right",
        key=">,greater_than_sign",
        label="Sort by the next column",
        where=Where.TABLE,
        run=_table("next-column"),
    ),
    Action(id="sort-reverse", key="~,tilde", label="Reverse the order", where=Where.TABLE, run=_table("reverse")),
    Action(
        id="columns",
        key="",
        typed=":columns",
        label="Columns",
        where=Where.TABLE,
        run=_show("columns"),
        help="`:columns` and titles: these, in this order; `:columns -`: the view's own",
    ),
    Action(id="wide", key="w", label="Wide", where=Where.TABLE, run=_table("wide"), help="more columns, or fewer"),
    Action(
        id="describe",
        key="d",
        label="Describe",
        where=Where.TABLE,
        target=True,
        footer=6,
        needs=(Need("get", ""),),
        run=_inspect("describe"),
        help="the object in words, live, and why it is not well",
    ),
    Action(
        id="yaml",
        key="y",
        label="YAML",
        where=Where.TABLE,
        target=True,
        footer=7,
        needs=(Need("get", ""),),
        run=_inspect("yaml"),
        help="the whole object",
    ),
    Action(
        id="related",
        key="o",
        label="Owner and related",
        where=Where.TABLE,
        target=True,
        needs=(Need("get", ""),),
        run=_inspect("related"),
        help="owners, what it owns, services, budgets, configuration, volumes",
    ),
    Action(
        id="events",
        key="v",
        label="Events of this",
        where=Where.TABLE,
        target=True,
        needs=(LIST_EVENTS,),
        run=_events_of,
        help="the events about this object",
    ),
    Action(
        id="copy-object",
        key="Y",
        label="Copy name, YAML or command",
        where=Where.TABLE,
        target=True,
        run=lambda desk, rows: desk.copy_of(rows[0].ref),
        help="its name, its YAML, or the kubectl command for it, to the terminal's clipboard",
    ),
    _later("edit", "e", "Edit", Where.TABLE, Need("get", ""), Need("patch", "")),
    _later("labels", "L", "Labels and annotations", Where.TABLE, Need("patch", "")),
    _later("delete", "ctrl+d", "Delete", Where.TABLE, Need("delete", "")),
)

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
    _later("cordon", "c", "Cordon", Where.NODES, Need("patch", "nodes")),
    _later("uncordon", "u", "Uncordon", Where.NODES, Need("patch", "nodes")),
    _later("taints", "t", "Taints", Where.NODES, Need("patch", "nodes")),
    _later("drain", "D", "Drain", Where.NODES, Need("patch", "nodes"), Need("create", "pods/eviction")),
    _later("node-debug", "b", "Debug", Where.NODES, Need("create", "pods", current=True)),
    _later("node-shell", "s", "Shell", Where.NODES, Need("create", "pods", current=True)),
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
    _later("restart", "r", "Restart", Where.WORKLOADS, Need("patch", "")),
    _later("rollout", "R", "Rollout and revisions", Where.WORKLOADS, Need("get", "")),
    _later("undo", "U", "Undo the rollout", Where.WORKLOADS, Need("patch", "")),
    _later("pause", "z", "Pause or suspend, and resume", Where.WORKLOADS, Need("patch", "")),
    _later("scale", "s", "Scale", Where.WORKLOADS, Need("patch", "")),
    _later("image", "i", "Image", Where.WORKLOADS, Need("patch", "")),
    _later("trigger", "t", "Trigger", Where.WORKLOADS, Need("create", "jobs.batch", current=True)),
    _later("workload-logs", "l", "Logs of its pods", Where.WORKLOADS, Need("get", "pods/log", current=True)),
    _later("workload-debug", "b", "Debug", Where.WORKLOADS, Need("patch", "pods/ephemeralcontainers", current=True)),
)

PODS = (
    _later("logs", "l", "Logs", Where.PODS, Need("get", "pods/log")),
    _later("previous-logs", "p", "Previous log", Where.PODS, Need("get", "pods/log")),
    _later("shell", "s", "Shell", Where.PODS, Need("create", "pods/exec")),
    _later("debug", "b", "Debug", Where.PODS, Need("patch", "pods/ephemeralcontainers")),
    _later("port-forward", "F", "Port-forward", Where.PODS, Need("create", "pods/portforward")),
    _later("evict", "E", "Evict", Where.PODS, Need("create", "pods/eviction")),
)

TEXTS = (
    Action(
        id="managed-fields",
        key="m",
        label="managedFields",
        where=Where.TEXT,
        footer=1,
        run=lambda desk, _rows: desk.text("managed"),
        help="show managedFields in the YAML, or fold them",
    ),
    Action(
        id="reveal",
        key="x",
        label="Reveal",
        where=Where.TEXT,
        footer=2,
        needs=(Need("get", ""),),
        run=lambda desk, _rows: desk.text("reveal"),
        help="show the values of a Secret, or mask them",
    ),
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

EVENTS = (
    Action(
        id="event-object",
        needs=(Need("get", "", about=True),),
        key="enter",
        label="Object",
        where=Where.EVENTS,
        target=True,
        footer=1,
        run=_event_object,
        help="goes to the object; unfolds a storm",
    ),
    Action(
        id="warnings",
        key="W",
        label="Warnings",
        where=Where.EVENTS,
        footer=2,
        run=_mode("warnings"),
        help="warnings only, or all again; `:events reason=BackOff kind=Pod` and `/reason=BackOff,kind=Pod` narrow "
        "further (also type, name, namespace)",
    ),
    Action(
        id="flat",
        key="f",
        label="Flat",
        where=Where.EVENTS,
        footer=3,
        run=_mode("flat"),
        help="every event in the order of time, or grouped again by reason and object",
    ),
    Action(
        id="unfold",
        key="u",
        label="Unfold",
        where=Where.EVENTS,
        target=True,
        footer=4,
        run=lambda desk, rows: desk.unfold(rows[0]),
        help="shows the objects of a storm one by one, or folds them again",
    ),
)

REGISTRY: tuple[Action, ...] = (*EVERYWHERE, *TABLES, *NODES, *WORKLOADS, *PODS, *EVENTS, *OTHERS, *TEXTS)
"""Every action of the program, once."""


def find(identity: str) -> Action:
    """The action of that id. Raises KeyError for one that is not registered."""
    for action in REGISTRY:
        if action.id == identity:
            return action
    raise KeyError(identity)


def applicable(*where: Where) -> tuple[Action, ...]:
    """The actions that apply in any of these places, in the registry's order."""
    return tuple(action for action in REGISTRY if action.where in where)
