from collections import Counter
from collections.abc import Callable, Sequence

import pytest

from k8stui.actions import REGISTRY, Action, Need, Place, Rows, Where, applicable, find
from k8stui.actions.debug import DEBUG_PAGE
from k8stui.actions.desk import Asking, Change
from k8stui.actions.drain import DRAIN_PAGE
from k8stui.actions.kinds import NODES, PODS
from k8stui.actions.log_page import LOG_PAGE
from k8stui.model.kinds import BUILT_IN, Ref
from k8stui.model.kinds import NODES as NODE_KIND
from k8stui.model.kinds import Row as KindRow
from k8stui.model.present import Present


class Row:
    """The least a row has."""

    def __init__(self, name: str) -> None:
        self.ref = Ref(NODE_KIND, "", name, "uid-" + name)
        self.version = "1"
        self.labels: tuple[tuple[str, str], ...] = ()


class FakeDesk:
    """Records what actions ask of the desk."""

    def __init__(self, place: Place | None = None) -> None:
        self.place = place or Place("pods", "shop")
        self.did: list[object] = []
        self.selection = ""
        self.answer: str | None = None
        self.answers: list[str] = []
        self.asked: list[Asking] = []
        self.unable: list[str] = []
        self.had_before: int | None = None

    def open(self, place: Place) -> None:
        self.did.append(place)

    def home(self, view: str) -> Place:
        return Place(view, self.place.namespace)

    def alter(self, place: Place) -> None:
        self.did.append(("altered", place.mode))

    def unfold(self, row: KindRow) -> None:
        self.did.append(("unfolded", row))

    def step(self, by: int) -> None:
        self.did.append(by)

    def show(self, what: str) -> None:
        self.did.append(what)

    def table(self, what: str) -> None:
        self.did.append(what)

    def page(self, what: str) -> None:
        self.did.append(what)

    async def enter(self, page: str, rows: Rows, typed: str = "") -> None:
        self.did.append((page, typed or tuple(rows)))

    def inspect(self, ref: Ref, tab: str = "describe") -> None:
        self.did.append((tab, ref))

    def copy_of(self, ref: Ref) -> None:
        self.did.append(("copied", ref))

    async def change(self, changes: Sequence[Change], *, typed: bool = False) -> None:
        if typed and self.unable:
            raise ValueError(self.unable.pop(0))
        self.did.extend(changes)

    async def put(self, asking: Asking) -> str | None:
        self.asked.append(asking)
        answer = self.answers.pop(0) if self.answers else self.answer
        self.answer = None  # the next one is left
        return answer

    async def before_zero(self, ref: Ref) -> int | None:
        return self.had_before

    async def present(self, builder: str, rows: Rows) -> Present:
        return Present()

    def version(self, resource: str) -> str:
        return "v2"

    async def ask(self, title: str, hint: str, judge: Callable[[str], str], initial: str = "") -> str | None:
        return self.answer

    def stamp(self) -> str:
        return "2026-11-21T20:00:00Z"

    def suffix(self) -> str:
        return "x7k2p"

    def say(self, text: str) -> None:
        self.did.append(text)

    def leave(self) -> None:
        self.did.append("leave")

    def quit(self) -> None:
        self.did.append("quit")

    def reconnect(self) -> None:
        self.did.append("reconnect")

    def redraw(self) -> None:
        self.did.append("redraw")

    def copy_selection(self) -> bool:
        return bool(self.selection)


def test_ids_are_unique_and_keys_are_unique_where_they_meet() -> None:
    assert max(Counter(action.id for action in REGISTRY).values()) == 1
    for kind in (Where.NODES, Where.PODS, Where.EVENTS):
        keys = Counter(
            key for action in applicable(Where.EVERYWHERE, Where.TABLE, kind) for key in action.key.split(",") if key
        )
        assert [key for key, times in keys.items() if times > 1] == []


def test_no_key_of_the_design_is_missing() -> None:
    everywhere = {action.shown_key for action in applicable(Where.EVERYWHERE)}
    assert set("1 2 3 4 5 6 0 n : / ? a ! J [ ] ctrl+r ctrl+l q ctrl+q ctrl+c".split()) <= everywhere
    tables = {action.shown_key for action in applicable(Where.TABLE)}
    assert set("< > ~ w d y o v Y e L ctrl+d".split()) <= tables
    assert {action.shown_key for action in NODES if action.key} == set("enter c u t D b s l".split())
    assert {action.shown_key for action in PODS if action.key} == set("l p s b F E".split())


def test_no_app_key_is_one_that_terminals_or_tmux_take_away() -> None:
    taken = {"ctrl+a", "ctrl+b", "ctrl+s", "ctrl+z"}
    assert not taken & {key for action in REGISTRY for key in action.key.split(",")}


@pytest.mark.parametrize("action", [action for action in REGISTRY if action.later], ids=lambda action: action.id)
def test_a_key_whose_screen_comes_later_says_so(action: object) -> None:
    from k8stui.actions import Action

    assert isinstance(action, Action)
    assert "not in this version" in (action.why_not([Row("a")]) or "")


@pytest.mark.parametrize(
    ("identity", "did"),
    [
        ("nodes", Place("nodes", "shop")),
        ("pods", Place("pods", "shop")),
        ("all-namespaces", Place("pods", None, "web")),
        ("pods-of-node", Place("pods", None, node="worker-1")),
        ("namespace", "namespaces"),
        ("command", "command"),
        ("filter", "filter"),
        ("help", "help"),
        ("messages", "messages"),
        ("actions", "actions"),
        ("context", "contexts"),
        ("back", -1),
        ("forward", 1),
        ("reconnect", "reconnect"),
        ("redraw", "redraw"),
        ("leave", "leave"),
        ("quit", "quit"),
        ("events-screen", Place("events", "shop")),
        ("events", Place("events", "shop", about=Row("worker-1").ref)),
        ("warnings", ("altered", "warnings")),
        ("sort-left", "previous-column"),
        ("sort-right", "next-column"),
        ("sort-reverse", "reverse"),
        ("wide", "wide"),
    ],
)
def test_what_each_action_asks_of_the_desk(identity: str, did: object) -> None:
    desk = FakeDesk(Place("pods", "shop", "web"))
    find(identity).run(desk, [Row("worker-1")])
    assert desk.did == [did]


def test_ways_of_showing_events_are_turned_on_and_off() -> None:
    desk = FakeDesk(Place("events", "shop", mode="warnings"))
    find("flat").run(desk, [])
    find("warnings").run(desk, [])
    assert desk.did == [("altered", "flat warnings"), ("altered", "")]


def test_copying_without_a_selection_asks_whether_to_quit() -> None:
    desk = FakeDesk()
    find("copy").run(desk, [])
    assert desk.did == ["quit"]
    desk = FakeDesk()
    desk.selection = "some text"
    find("copy").run(desk, [])
    assert desk.did == []


LOCAL = {
    "all-namespaces": "another namespace of the same view: what may be seen of it is shown",
    "namespace": "names may be typed",
    "copy-object": "the name can always be copied",
    "rollout-diff": "of revisions that are read already",
    "journal": "our own",
    **dict.fromkeys("open-entry copy-commands save-journal journal-tab".split(), "our own"),
    "take-back": "what it needs depends on the entry: its change is checked as any other",
    **dict.fromkeys("pause-job cancel-job resume-job".split(), "a job has its rights already, or asks for them"),
    **dict.fromkeys(
        (action.id for action in DRAIN_PAGE if action.id != "drain-start"),
        "an option of a plan, or a job that has its rights already",
    ),
    **dict.fromkeys("command filter search help actions messages theme".split(), "a dialog"),
    **dict.fromkeys("back forward leave quit".split(), "a way that was gone before"),
    **dict.fromkeys("reconnect redraw context copy".split(), "has nothing to do with rights of this context"),
    **dict.fromkeys("sort-left sort-right sort-reverse columns wide".split(), "the look of a table"),
    **dict.fromkeys("follow next-name search next-match wrap".split(), "moves in a text that is read already"),
    **dict.fromkeys("warnings flat unfold managed-fields wrap".split(), "the look of what is there already"),
    **dict.fromkeys("next-name next-match".split(), "moves in a text"),
    **dict.fromkeys(
        (action.id for action in DEBUG_PAGE if not action.target), "what is chosen; nothing is sent before it is begun"
    ),
    "follow": "what may not be read says so in its place",
    "sweep": "what may not be listed says so in its place",
    "sweep-mine": "of several namespaces: each deletion is checked by itself",
    "sweep-order": "of what is there already",
    **dict.fromkeys(
        (action.id for action in LOG_PAGE if not action.target),
        "on lines that are read already; what may not be read says so in its place",
    ),
    **dict.fromkeys("send-edit use-edit leave-edit undo-typing redo-typing".split(), "a text that is being typed"),
}
"""Actions that ask the cluster for nothing that needs a right, and why."""


@pytest.mark.parametrize("action", REGISTRY, ids=lambda action: action.id)
def test_whatever_touches_the_cluster_says_what_it_needs(action: Action) -> None:
    assert bool(action.needs) != (action.id in LOCAL), f"{action.id}: declare its needs, or say here why it has none"


@pytest.mark.parametrize("need", dict.fromkeys(need for action in REGISTRY for need in action.needs), ids=str)
def test_needs_are_named_as_rules_name_them(need: Need) -> None:
    assert need.verb in "get list watch create update patch delete deletecollection".split()
    for name in (need.resource, *need.others):
        assert not name or name.partition("/")[0] in BUILT_IN
    assert bool(need.resource) or not need.others
    assert str(need).startswith(f"{need.verb} ")


def test_a_missing_right_is_a_reason_beside_others() -> None:
    lacks = "you may not patch nodes in this cluster (user bob)"
    assert find("pods-of-node").why_not([Row("a")], lacks) == f"Pods on it: {lacks}"
    assert find("pods-of-node").why_not([Row("a")]) is None
    later = next(action for action in REGISTRY if action.later)
    assert later.why_not([Row("a")], lacks) == f"{later.label}: not in this version yet; {lacks}"


def test_an_action_on_a_row_needs_one() -> None:
    assert "nothing is selected" in (find("pods-of-node").why_not([]) or "")
    assert find("pods-of-node").why_not([Row("a")]) is None


def test_an_unknown_id_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        find("no-such-action")


async def _done(identity: str, row: object, answer: str | None = None) -> list[object]:
    """What an action asks of the desk for one row."""
    desk = FakeDesk()
    desk.answer = answer
    work = find(identity).run(desk, [row])  # type: ignore[list-item]
    assert work is not None
    await work
    return desk.did


async def test_writes_name_their_builder_and_its_arguments() -> None:
    row = Row("a")
    assert await _done("cordon", row) == [("nodes.cordon", row.ref, {"on": True})]
    assert await _done("restart", row) == [("rollout.restart", row.ref, {"at": "2026-11-21T20:00:00Z"})]
    assert await _done("trigger", row) == [("suspending.trigger", row.ref, {"suffix": "x7k2p"})]
    assert await _done("scale", row, "3") == [("scaling.scale", row.ref, {"replicas": 3})]
    assert await _done("image", row, "web=web:2") == [("images.image", row.ref, {"images": {"web": "web:2"}})]
    assert await _done("labels", row, "a=b c-") == [
        ("metadata.labels", row.ref, {"changes": {"a": "b", "c": None}, "overwrite": True})
    ]


@pytest.mark.parametrize("identity", ["scale", "image", "labels", "taints"])
async def test_a_question_that_is_left_changes_nothing(identity: str) -> None:
    assert await _done(identity, Row("a")) == []
