"""A drain's plan: kubectl's tables and recordings, and what kubectl does not tell."""

from datetime import UTC, datetime
from typing import Any

import pytest

from k8stui.model.columns import Tone
from k8stui.operations.building import UnableError
from k8stui.operations.drain_filters import Fate
from k8stui.operations.drain_options import Options, typed
from k8stui.operations.drain_plan import Plan, plan
from tests.support.golden import needed, recorded, table

Case = dict[str, Any]
NOW = 1_790_000_000.0
KUBECTL = Options(ignore_daemonsets=False)
FLAGS = {
    "--force": "force",
    "--ignore-daemonsets": "ignore_daemonsets",
    "--delete-emptydir-data": "delete_emptydir",
    "--disable-eviction": "disable_eviction",
}
VALUES = {"--grace-period": "grace", "--timeout": "timeout", "--pod-selector": "pod_selector"}


def options(args: list[str], **rest: Any) -> Options:
    """kubectl's flags."""
    given: dict[str, Any] = {"ignore_daemonsets": False}
    for arg in args:
        flag, _, value = arg.partition("=")
        if flag in FLAGS:
            given[FLAGS[flag]] = value in ("", "true")
        elif flag in VALUES:
            kind = int if flag == "--grace-period" else str
            given[VALUES[flag]] = float(value.removesuffix("s")) if flag == "--timeout" else kind(value)
    return Options(**given | rest)


def node(name: str = "n1", **spec: Any) -> Case:
    return {"metadata": {"name": name, "uid": name}, "spec": spec}


def pod(
    name: str,
    owner: str = "ReplicaSet/web-5f6",
    *,
    on: str = "n1",
    app: str = "web",
    phase: str = "Running",
    **meta: Any,
) -> Case:
    """A ready pod of a workload; `volumes` and `spec` go into its spec."""
    kind, _, called = owner.partition("/")
    owners = [{"kind": kind, "name": called, "uid": called, "controller": True}] if owner else []
    spec = {"nodeName": on, "volumes": meta.pop("volumes", [])} | meta.pop("spec", {})
    ready = "True" if meta.pop("ready", phase == "Running") else "False"
    labels = {"app": app, "pod-template-hash": "5f6"}
    metadata = {"name": name, "namespace": "shop", "uid": name, "labels": labels, "ownerReferences": owners} | meta
    status = {"phase": phase, "conditions": [{"type": "Ready", "status": ready}]}
    return {"metadata": metadata, "spec": spec, "status": status}


def budget(name: str, allowed: int, *, app: str = "web", needed: int = 1, total: int = 1, **rest: Any) -> Case:
    status = {"disruptionsAllowed": allowed, "currentHealthy": needed + allowed, "desiredHealthy": needed}
    return {
        "metadata": {"name": name, "namespace": "shop", "uid": name, "generation": 1},
        "spec": {"selector": {"matchLabels": {"app": app}}} | rest.pop("spec", {}),
        "status": status | {"expectedPods": total, "observedGeneration": 1} | rest,
    }


DAEMONSETS = [{"metadata": {"name": "agent", "namespace": "shop"}}]
SCRATCH = [{"name": "scratch", "emptyDir": {}}]
MIRROR = {"kubernetes.io/config.mirror": "x"}


def planned(*pods: Case, budgets: list[Case] | None = None, nodes: tuple[str, ...] = ("n1",), **given: Any) -> Plan:
    return plan([node(name) for name in nodes], pods, DAEMONSETS, budgets or [], Options(**given), NOW)


def texts(found: Plan) -> dict[str, str]:
    return {row.ref.name: row.text for row in found.rows}


# ---- kubectl's tables and recordings


@needed
@pytest.mark.parametrize("case", table("drain", "TestDrain"))
def test_drain(case: Case) -> None:
    sets = [
        {"metadata": dict(zip(("namespace", "name"), each.split("/"), strict=True))}
        for each in case["daemonSetsOnServer"]
    ]
    # Where a server has no evictions kubectl deletes without a word; here that has to be chosen.
    chosen = options(case["args"], disable_eviction=not case["serverSupportsEviction"])
    (found,) = plan([case["node"]], case["pods"], sets, [], chosen, NOW).nodes
    assert bool(found.errors) is (case["expectedFatal"] and not case["failUponEvictionOrDeletion"])
    assert any(row.sends for row in found.rows) is (case["expectedMethod"] is not None)
    for row in found.rows:
        if row.sends and row.fate is Fate.EVICT:
            assert row.text.startswith(str(case["expectedMethod"]))
    if case["expectedStderrContains"]:
        for warning in case["expectedStderrContains"].removeprefix("Warning: ").split("; "):
            assert warning in found.warnings


@needed
@pytest.mark.parametrize("case", table("drain", "TestSkipDeletedFilter"))
def test_skip_deleted_filter(case: Case) -> None:
    asked = NOW - case["deletionTimestampAgeSeconds"]
    found = plan(
        [node()], [pod("web", deletionTimestamp=stamped(asked))], [], [],
        Options(skip_wait=case["skipWaitForDeleteTimeoutSeconds"]), NOW,
    )  # fmt: skip
    assert found.rows[0].goes is case["expectedDelete"]


def stamped(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")


def default(name: str, *owner: str, **spec: Any) -> Case:
    """A pod of the scripted server."""
    owners = [{"kind": owner[0], "name": owner[1], "controller": True}] if owner else []
    meta = {"name": name, "namespace": "default", "uid": name, "labels": {"app": "web"}, "ownerReferences": owners}
    return {"metadata": meta, "spec": {"nodeName": "n1"} | spec, "status": {"phase": spec.pop("phase", "Running")}}


DS1, ED1, NAKED, P1 = (
    default("ds1", "DaemonSet", "agent"),
    default("ed1", "ReplicaSet", "rs", volumes=SCRATCH),
    default("naked"),
    default("p1", "ReplicaSet", "rs"),
)
DONE = default("done", "Job", "j") | {"status": {"phase": "Succeeded"}}
SCRIPTED = {
    "drain without flags (errors)": (DS1, ED1, NAKED, P1),
    "drain all flags": (DS1, ED1, NAKED, P1, DONE),
    "drain dry-run server": (NAKED, P1),
    "drain with PDB 429 twice": (P1,),
    "drain orphan DS without force": (default("d1", "DaemonSet", "missing"), P1),
    "drain orphan DS with force": (default("d1", "DaemonSet", "missing"), P1),
    "drain pod-selector + chunk-size 0": (P1, {**NAKED, "metadata": {**NAKED["metadata"], "labels": {"app": "db"}}}),
    "drain disable-eviction": (P1,),
}


@pytest.mark.parametrize("title", SCRIPTED)
def test_recorded_drains(title: str) -> None:
    recording = recorded("drain", title)
    sets = [{"metadata": {"name": "agent", "namespace": "default"}}]
    chosen = options(recording["command"].split())
    found = plan([node()], SCRIPTED[title], sets, [], chosen, NOW)
    removed = sorted(
        request["path"].split("/")[6] for request in recording["requests"] if request["method"] in ("POST", "DELETE")
    )
    sends = sorted(row.ref.name for row in found.rows if row.sends)
    if recording["exitCode"]:
        (refusal,) = found.refusals
        said = recording["stderr"].splitlines()[0].replace("cannot delete cannot delete", "cannot delete")
        assert said == f"error: {_ordered(said, refusal)}, continuing command..."
        assert not removed
        return
    assert sends == sorted(set(removed))
    warned = [line for line in recording["stderr"].splitlines() if line.startswith("Warning: ")]
    ours = found.nodes[0].warnings
    for text in warned[0].removeprefix("Warning: ").split("; ") if warned else ():
        assert text in ours
    flags = {flag for flag in recording["command"].split()[3:] if not flag.startswith(("--dry-run", "--chunk"))}
    assert set(found.command.split()[3:]) == flags


def _ordered(said: str, ours: str) -> str:
    """Ours with its groups in the order in which kubectl named them: that is random there."""
    if "[" not in ours:
        return ours
    head, _, rest = ours.partition("[")
    groups = rest.removesuffix("]").split(", cannot ")
    groups = [groups[0], *(f"cannot {each}" for each in groups[1:])]
    return f"{head}[{', '.join(sorted(groups, key=said.index))}]"


# ---- what it says of each pod


def test_every_class_has_its_text() -> None:
    found = planned(
        pod("web-1"), pod("web-2", on="n9"),
        pod("cart-1", "ReplicaSet/cart-5f6", app="cart"),
        pod("cache-0", "StatefulSet/cache", app="cache", volumes=SCRATCH),
        pod("hand", "", app="hand"),
        pod("agent-x", "DaemonSet/agent", app="agent"),
        pod("kube-proxy", "", app="proxy", annotations=MIRROR),
        pod("ended", "Job/night", app="night", phase="Succeeded", volumes=SCRATCH),
        pod("going", app="going", deletionTimestamp=stamped(NOW + 18)),
        pod("job-1", "Job/night", app="night", spec={"terminationGracePeriodSeconds": 5}),
        budgets=[budget("cart", 0, app="cart"), budget("web", 1, needed=1, total=2)],
        delete_emptydir=True,
    )  # fmt: skip
    assert texts(found) == {
        "cart-1": "blocked: budget cart allows 0 (1 of 1 needed); waiting will not help: scale cart up",
        "hand": "needs force: nothing will recreate it",
        "cache-0": "evict (30s grace); emptyDir `scratch` is lost; no ready pod of cache is left meanwhile",
        "web-1": "evict (30s grace); web keeps 1 of 2",
        "job-1": "evict (5s grace)",
        "ended": "evict: it has ended (Succeeded)",
        "agent-x": "stays",
        "kube-proxy": "stays: a static pod, kept by a file on the node",
        "going": "terminating, 18s left: waited for",
    }
    assert found.summary == (
        "9 pods: 2 evict · 1 finished · 1 terminating · 1 stay (DaemonSet) · 1 static · 1 blocked"
        " · 1 loses data · 1 needs force"
    )
    assert [row.tone for row in found.rows[:3]] == [Tone.BAD, Tone.BAD, Tone.WARNING]
    cells = {row.ref.name: row.budget for row in found.rows}
    assert (cells["web-1"], cells["cart-1"], cells["job-1"]) == ("web 1", "cart 0", "-")
    going = next(row for row in found.rows if row.ref.name == "going")
    assert (going.goes, going.sends) == (True, False)
    assert found.refusals == [
        'unable to drain node "n1" due to error: cannot delete Pods that declare no controller'
        " (use --force to override): shop/hand"
    ]


@pytest.mark.parametrize(
    ("given", "made", "says", "fate"),
    [
        ({}, pod("x", volumes=SCRATCH), "needs 'delete emptyDir data': `scratch` would be lost", Fate.DATA),
        (
            {},
            pod("x", "", volumes=SCRATCH),
            "needs 'delete emptyDir data': `scratch` would be lost, and force: nothing will recreate it",
            Fate.DATA,
        ),
        ({"force": True}, pod("x", ""), "evict (30s grace); nothing will recreate it", Fate.LONELY),
        ({}, pod("x", "DaemonSet/old"), "needs force: its DaemonSet old is gone", Fate.NEEDS_FORCE),
        (
            {"force": True},
            pod("x", "DaemonSet/old"),
            'evict (30s grace); daemonsets "old" not found',
            Fate.EVICT,
        ),
        (
            {"ignore_daemonsets": False},
            pod("x", "DaemonSet/agent"),
            "needs 'ignore DaemonSets': DaemonSet agent would put it back at once",
            Fate.DAEMON,
        ),
        (
            {"skip_wait": 60},
            pod("x", deletionTimestamp=stamped(NOW - 90)),
            "terminating, overdue by 90s: not waited for",
            Fate.OVERDUE,
        ),
        (
            {"grace": 0},
            pod("x", "StatefulSet/db"),
            "evict (0s grace); no ready pod of db is left meanwhile",
            Fate.EVICT,
        ),
    ],
)
def test_options_decide(given: dict[str, Any], made: Case, says: str, fate: Fate) -> None:
    (row,) = planned(made, **given).rows
    assert (row.text, row.fate) == (says, fate)
    assert row.goes is not (bool(row.error) or fate is Fate.OVERDUE)


def test_a_deletion_asks_no_budget_and_says_so() -> None:
    (row,) = planned(pod("web-1"), budgets=[budget("web", 0)], disable_eviction=True).rows
    assert row.text == "delete (30s grace); budget web is not asked; no ready pod of web is left meanwhile"
    assert (row.fate, row.tone) == (Fate.EVICT, Tone.WARNING)


def test_daemonsets_that_cannot_be_read_refuse_their_pods() -> None:
    why = {"daemonsets": "You may not list daemonsets.apps", "budgets": "You may not list budgets"}
    found = plan([node()], [pod("x", "DaemonSet/agent"), pod("y")], [], [], Options(), NOW, missing=why)
    assert texts(found)["x"] == "not known whether its DaemonSet agent is there: You may not list daemonsets.apps"
    assert found.nodes[0].errors == ["cannot delete You may not list daemonsets.apps: shop/x"]
    assert found.nodes[0].remarks == ("Which budgets there are is not known: You may not list budgets.",)


# ---- budgets


def test_one_budget_is_shared_by_the_pods_of_a_node() -> None:
    pods = [pod(f"web-{number}") for number in range(3)] + [pod("web-9", on="n9")]
    found = planned(*pods, budgets=[budget("web", 1, needed=3, total=4)])
    assert [(row.turn, row.text) for row in found.rows] == [
        (1, "evict (30s grace); web keeps 3 of 4"),
        (2, "evict (30s grace) in turn 2: budget web allows 1 at a time; web keeps 3 of 4"),
        (3, "evict (30s grace) in turn 3: budget web allows 1 at a time; web keeps 3 of 4"),
    ]


@pytest.mark.parametrize(("at_once", "turns", "waves"), [(1, [1, 2, 1, 2], [0, 1]), (2, [1, 2, 3, 4], [0, 0])])
def test_nodes_share_a_budget_when_they_are_drained_at_once(at_once: int, turns: list[int], waves: list[int]) -> None:
    pods = [pod(f"web-{number}", on="n1" if number < 2 else "n2") for number in range(4)]
    found = planned(*pods, budgets=[budget("web", 1, needed=3, total=4)], nodes=("n1", "n2"), at_once=at_once)
    assert [row.turn for row in found.rows] == turns
    assert [each.wave for each in found.nodes] == waves


def test_the_order_of_the_nodes_is_the_one_that_was_asked_for() -> None:
    pods = [pod("web-1", on="n1"), pod("web-2", on="n2")]
    found = planned(*pods, budgets=[budget("web", 1, needed=1, total=2)], nodes=("n2", "n1"), at_once=2)
    assert [(row.node, row.turn) for row in found.rows] == [("n2", 1), ("n1", 2)]
    assert found.command == "kubectl drain n2 n1 --ignore-daemonsets"


def test_two_budgets_over_one_pod_are_never_evictable() -> None:
    found = planned(pod("web-1"), budgets=[budget("b", 1), budget("a", 1)])
    (row,) = found.rows
    assert row.text == "not evictable: budgets a, b all select it, and the server evicts no such pod"
    assert (row.fate, found.summary) == (Fate.BROKEN, "1 pod: 1 not evictable")


@pytest.mark.parametrize(
    ("made", "rule", "fate"),
    [
        (pod("x", ready=False), budget("web", 0, needed=1, total=2, currentHealthy=0), Fate.BLOCKED),
        (pod("x", ready=False), budget("web", 0, needed=1, total=2, currentHealthy=1), Fate.EVICT),
        (
            pod("x", ready=False),
            budget("web", 0, needed=2, currentHealthy=0, spec={"unhealthyPodEvictionPolicy": "AlwaysAllow"}),
            Fate.EVICT,
        ),
        (pod("x", phase="Pending"), budget("web", 0), Fate.EVICT),
        (pod("x"), budget("web", 5, observedGeneration=0), Fate.BLOCKED),
        (pod("x"), budget("web", -1), Fate.BROKEN),
        (pod("x"), budget("web", 1, disruptedPods={str(number): "t" for number in range(2001)}), Fate.BROKEN),
        (pod("x"), budget("web", 0, app="other"), Fate.EVICT),
        (pod("x"), budget("web", 0, spec={"selector": {}}), Fate.BLOCKED),
        (pod("x"), budget("web", 0, spec={"selector": None}), Fate.EVICT),
        (pod("x", labels={}), budget("web", 0, spec={"selector": {}}), Fate.EVICT),
        (pod("x", namespace="other"), budget("web", 0), Fate.EVICT),
    ],
)
def test_budgets_are_read_as_the_server_reads_them(made: Case, rule: Case, fate: Fate) -> None:
    (row,) = planned(made, budgets=[rule]).rows
    assert row.fate is fate


def test_why_a_budget_refuses() -> None:
    sync = [{"type": "DisruptionAllowed", "status": "False", "reason": "SyncFailed", "message": "found no controllers"}]
    stale = planned(pod("x"), budgets=[budget("web", 1, observedGeneration=0)])
    failed = planned(pod("x"), budgets=[budget("web", 0, conditions=sync)])
    low = planned(pod("x"), budgets=[budget("web", 0, needed=3, total=4, currentHealthy=2)])
    assert texts(stale)["x"] == "blocked: budget web has not been counted since it was changed"
    assert texts(failed)["x"].startswith("blocked: budget web cannot be counted: found no controllers")
    assert texts(low)["x"] == "blocked: budget web allows 0 (3 of 4 needed, 2 healthy)"


# ---- options, nodes


def test_pods_that_are_not_selected_are_left_and_counted() -> None:
    found = planned(pod("web-1"), pod("db-1", app="db"), pod_selector="app=web")
    assert [row.ref.name for row in found.rows] == ["web-1"]
    assert found.nodes[0].remarks == ("1 pod without app=web is left.",)


def test_a_silent_node_is_told() -> None:
    silent = node() | {"status": {"conditions": [{"type": "Ready", "status": "Unknown"}]}}
    remarks = [
        plan([silent], [], [], [], chosen, NOW).nodes[0].remarks for chosen in (Options(), Options(skip_wait=60))
    ]
    assert remarks == [
        ("The node does not answer: its pods will not end before it does; 'skip wait' goes on without those that are"
         " overdue.",),
        ("The node does not answer: its pods will not end before it does.",),
    ]  # fmt: skip


def test_an_empty_node_and_a_cordoned_one() -> None:
    found = plan([node(unschedulable=True)], [], [], [], Options(), NOW)
    assert (found.summary, found.refusals, found.nodes[0].cordoned) == ("no pods", [], True)


def test_the_command_names_every_option() -> None:
    chosen = Options(
        force=True, delete_emptydir=True, grace=0, timeout=90, disable_eviction=True,
        pod_selector="app in (a,b)", skip_wait=60,
    )  # fmt: skip
    assert chosen.command(["n1", "n2"]) == (
        "kubectl drain n1 n2 --ignore-daemonsets --delete-emptydir-data --force --disable-eviction --grace-period=0"
        " --timeout=90s '--pod-selector=app in (a,b)' --skip-wait-for-delete-timeout=60"
    )


def test_options_are_read_from_fields() -> None:
    given = {"grace": "10", "timeout": "5m", "pod_selector": "app=web", "skip_wait": "", "at_once": "3"}
    found = typed(Options(skip_wait=9, force=True), given)
    assert found == Options(grace=10, timeout=300, pod_selector="app=web", at_once=3, force=True)
    assert typed(found, {"grace": "", "timeout": "", "at_once": "", "pod_selector": ""}) == Options(force=True)


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("grace", "soon", "grace: 'soon' is no whole number"),
        ("timeout", "5 days", "timeout: '5 days' is no duration: write it like 30s, 2m or 1m30s"),
        ("at_once", "0", "0 nodes at once: a number from 1 to 50 is needed"),
        ("skip_wait", "-3", "The seconds after which a deletion is not waited for are below 0"),
        ("pod_selector", "a=(", "--pod-selector=a=( must be a valid label selector: "),
    ],
)
def test_wrong_options_get_a_sentence(field: str, text: str, says: str) -> None:
    with pytest.raises(UnableError) as caught:
        typed(Options(), {field: text})
    assert str(caught.value).startswith(says)


def test_hostile_names_are_cleaned() -> None:
    found = planned(pod("x", "Job/a\x1b[2J", volumes=[{"name": "b\x1b[2J", "emptyDir": {}}]))
    assert all(each.isprintable() for row in found.rows for each in (row.text, row.owner, row.budget))
