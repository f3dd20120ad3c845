"""Budgets in a drain's plan: read as the server reads them, and shared by pods and nodes."""

import pytest

from k8stui.operations.drain.filters import Fate
from tests.support.drained import Case, budget, planned, pod, texts


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
