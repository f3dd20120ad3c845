"""A drain's plan: kubectl's tables and recordings, and what kubectl does not tell."""

from typing import Any

import pytest

from k8stui.model.columns import Tone
from k8stui.operations.drain.filters import Fate
from k8stui.operations.drain.options import Options
from k8stui.operations.drain.plan import plan
from tests.support.drained import MIRROR, NOW, SCRATCH, Case, budget, node, planned, pod, stamped, texts
from tests.support.golden import needed, recorded, table

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


@pytest.mark.parametrize(("late", "goes"), [(60.0, True), (60.9, True), (61.0, False)])
def test_whole_seconds_count_for_overdue_deletions(late: float, goes: bool) -> None:
    (row,) = planned(pod("x", deletionTimestamp=stamped(NOW - late)), skip_wait=60).rows
    assert row.goes is goes


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


def test_hostile_names_are_cleaned() -> None:
    found = planned(pod("x", "Job/a\x1b[2J", volumes=[{"name": "b\x1b[2J", "emptyDir": {}}]))
    assert all(each.isprintable() for row in found.rows for each in (row.text, row.owner, row.budget))
