"""Pods on a node that is not heard of: what becomes of each by itself, and what can be done, the safe things first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from k8stui.actions import Rows
from k8stui.actions.desk import Change
from k8stui.model import refs, tree
from k8stui.model.columns import Tone
from k8stui.model.document import Line, Want
from k8stui.model.kinds import NODES, PODS, Ref
from k8stui.model.objects import Object
from k8stui.model.owning import workload
from k8stui.model.sentences import counted
from k8stui.operations.effects import dead_nodes
from k8stui.screens.questions.answered import Answered
from k8stui.screens.questions.surroundings import Surroundings
from k8stui.widgets.symbols import Symbols
from k8stui.widgets.text_view import TextView

if TYPE_CHECKING:
    from k8stui.screens.resource import ResourceScreen


async def reschedule(screen: ResourceScreen, rows: Rows) -> None:
    """Tell what becomes of the pods of a dead node (or of this one pod), and do what is chosen."""
    session = screen.session
    if session is None or not rows:
        return
    row = rows[0]
    around = Surroundings(session)
    chosen = [each.ref for each in rows if each.ref.kind.resource == PODS.resource]
    name = row.ref.name if not chosen else await _node_of(around, row.ref)
    if not name:
        screen.house.note(f"{row.ref} is on no node", Tone.WARNING)
        return
    node_want = Want.one("node", NODES, None, name)
    pods_want = Want("pods", PODS, fields=f"spec.nodeName={name}")
    await around.read([node_want, pods_want])
    missing = around.missing(node_want) or around.missing(pods_want)
    node = next(iter(around.objects(node_want)), None)
    if missing or node is None:
        screen.house.note(missing or f"{name} is gone: the garbage collector removes its pods", Tone.WARNING)
        return
    found = dead_nodes.dead(node)
    if found is None:
        screen.house.note(f"{name} is ready: evict its pods (E) or drain it, nothing needs force", Tone.WARNING)
        return
    pods = dead_nodes.stranded(node, around.objects(pods_want), around.now)
    if chosen:
        uids = {each.uid for each in chosen}
        pods = [each for each in pods if tree.uid(each[0]) in uids]
    dialog = RescheduleScreen(found, lines(found, node, pods, around.now), screen.signs)
    answer: bool | None = await screen.house.push_screen_wait(dialog)
    if answer and dialog.chosen == "taint":
        words = {"words": dead_nodes.OUT_OF_SERVICE_TAINT, "overwrite": True}
        await screen.changing.change([("taints.taint", refs.ref(NODES, node), words)])
    elif answer:
        await screen.changing.change(forced(pods))


async def _node_of(around: Surroundings, pod: Ref) -> str:
    want = Want.one("pod", PODS, pod.namespace, pod.name)
    await around.read([want])
    found = [each for each in around.objects(want) if tree.uid(each) == pod.uid]
    return tree.text(found[0], "spec", "nodeName") if found else ""


def forced(pods: Sequence[tuple[Object, Line]]) -> list[Change]:
    """Deletions by force of those that another one is waiting for: DaemonSets' pods belong to the node."""
    return [
        ("removing.delete", refs.ref(PODS, pod), {"force": True})
        for pod, _ in pods
        if workload(pod)[0] not in ("DaemonSet", "Node")
    ]


def lines(found: dead_nodes.Dead, node: Object, pods: Sequence[tuple[Object, Line]], now: float) -> list[Line]:
    """The node, what can be done, then each pod with what becomes of it."""
    rows = [dead_nodes.headline(found, now)]
    stays = sum(not dead_nodes.forced_out(node, pod) for pod, _ in pods)
    rows += [
        Line("esc  wait: the node may come back, and its pods with it"),
        Line(f"t    taint {found.name} out-of-service: pods go by force, volumes are detached;"),
        Line("     only if its machine is off for sure" + (f" ({stays} of them tolerate it)" if stays else "")),
        Line("f    delete by force, typed: only what does not run any more", Tone.WARNING),
        Line(""),
        Line(f"{counted(len(pods), 'pod')} on it:" if pods else "no pod is on it"),
    ]
    if found.out_of_service:
        rows[2:4] = [Line(f"     {found.name} is tainted out-of-service already", Tone.OK)]
    for pod, fate in pods:
        rows.append(Line(f"{tree.namespace(pod)}/{tree.name(pod)}  {fate.text}", fate.tone))
        told = dead_nodes.replaced(pod)
        rows.append(Line(f"  {told.text}", told.tone))
    return rows


class RescheduleScreen(Answered):
    """Closes with True where something is to be done: `chosen` is `taint` or `force`."""

    AUTO_FOCUS = "TextView"
    BINDINGS: ClassVar[list[Any]] = [("t", "choose('taint')", "Taint"), ("f", "choose('force')", "Force")]

    def __init__(self, found: dead_nodes.Dead, about: Sequence[Line], symbols: Symbols) -> None:
        super().__init__()
        self.chosen = ""
        self._can_taint = not found.out_of_service
        self._title = Static(Content(f"What becomes of the pods on {found.name}"), classes="dialog--title")
        self.view = TextView(about, symbols=symbols)
        taint = "[ t Taint out-of-service ]   " * self._can_taint
        self._choices = Static(Content(f"[ esc Wait ]   {taint}[ f Delete by force ]"))

    def compose(self) -> ComposeResult:
        """What there is to know over the answers."""
        with Vertical(classes="dialog--window"):
            yield self._title
            yield self.view
            yield self._choices

    def action_choose(self, what: str) -> None:
        """One of the things that can be done: its question follows."""
        if self.seen and (what != "taint" or self._can_taint):
            self.chosen = what
            self.dismiss(True)
