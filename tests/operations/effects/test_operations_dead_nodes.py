"""Pods on nodes that are not heard of: what happens to them when."""

from typing import Any

from k8stui.model.kinds import PODS
from k8stui.operations.effects import dead_nodes
from tests.support.drained import NOW, pod, stamped
from tests.support.settings import as_row, said, setting

Case = dict[str, Any]
UNREACHABLE = "node.kubernetes.io/unreachable"


def node(ready: str = "Unknown", *, added: float | None = NOW - 100, taints: list[Case] | None = None) -> Case:
    since = {"timeAdded": stamped(added)} if added is not None else {}
    have = [{"key": UNREACHABLE, "effect": "NoExecute", **since}] if taints is None else taints
    conditions = [{"type": "Ready", "status": ready, "lastTransitionTime": stamped(NOW - 120)}]
    return {"metadata": {"name": "n1"}, "spec": {"taints": have}, "status": {"conditions": conditions}}


def tolerates(seconds: int | None = 300) -> Case:
    """As the admission plugin of every cluster adds it."""
    after = {} if seconds is None else {"tolerationSeconds": seconds}
    return {"tolerations": [{"key": UNREACHABLE, "operator": "Exists", "effect": "NoExecute", **after}]}


def fate(found: Case, of: Case | None = None) -> str:
    return dead_nodes.fate(found, of or node(), NOW).text


def test_a_ready_node_is_not_dead() -> None:
    assert dead_nodes.dead(node("True")) is None
    found = dead_nodes.dead(node())
    assert found is not None
    assert dead_nodes.headline(found, NOW).text == "n1 has counted as unreachable for 2m"
    answering = dead_nodes.dead(node("False"))
    assert answering is not None
    assert dead_nodes.headline(answering, NOW).text == "n1 has not been ready for 2m"


def test_the_countdown_is_exact_from_timeadded_and_tolerationseconds() -> None:
    assert fate(pod("web", spec=tolerates())) == "will be evicted in 3m20s: it tolerates unreachable:NoExecute for 5m"
    assert fate(pod("web", spec=tolerates(60))) == "is being evicted: it tolerates unreachable:NoExecute for 60s"
    assert fate(pod("web")) == "is being evicted: it does not tolerate unreachable:NoExecute"
    assert fate(pod("web", spec=tolerates()), node(added=None)).startswith("will be evicted in 5m")


def test_what_tolerates_for_ever_waits_for_somebody() -> None:
    assert fate(pod("db-0", spec=tolerates(None))).startswith("stays until somebody decides")


def test_without_a_taint_nothing_is_evicted_as_yet() -> None:
    assert fate(pod("web"), node(taints=[])) == "is not evicted as yet: the node has no NoExecute taint"


def test_what_was_deleted_already_says_since_when() -> None:
    meta: Case = {"deletionTimestamp": stamped(NOW - 60), "deletionGracePeriodSeconds": 30}
    assert fate(pod("web", **meta)) == "was deleted 90s ago, and ends when its node answers, or by force"


def test_a_stateful_pod_warns_that_two_may_run() -> None:
    sts = pod("db-0", "StatefulSet/db", spec=tolerates())
    forced = said(setting("removing.delete", as_row(PODS, sts), {"node": [node()]}, force=True))
    assert "two db-0 may run and write to the same data: be sure that n1 is off" in forced
    assert any(line.startswith("Immediate deletion does not wait for confirmation") for line in forced)
    graceful = said(setting("removing.delete", as_row(PODS, sts), {"node": [node()]}))
    assert graceful[1:] == [
        "n1 has counted as unreachable for 2m",
        "left alone it will be evicted in 3m20s: it tolerates unreachable:NoExecute for 5m",
        "once deleted it stays Terminating until the node answers; safe choices first:",
        "  1. wait: the node may come back",
        "  2. its machine is off for sure: taint n1 out-of-service (:reschedule)",
        "  3. f: delete by force, the name typed: only if it does not run any more",
    ]


def test_a_pod_of_a_ready_node_is_told_nothing_of_it() -> None:
    assert said(setting("removing.delete", as_row(PODS, pod("web")), {"node": [node("True")]})) == [
        "Deployment web makes another one"
    ]


def test_a_pod_whose_node_is_gone_is_collected() -> None:
    lines = said(setting("removing.delete", as_row(PODS, pod("web")), {"node": []}))
    assert lines[-1] == "its node n1 is gone: the garbage collector removes it within a minute"


def test_those_that_wait_for_somebody_come_first() -> None:
    pods = [
        pod("agent", "DaemonSet/agent"),
        pod("web"),
        pod("db-0", "StatefulSet/db"),
        pod("alone", ""),
        pod("done", phase="Succeeded"),
        pod("elsewhere", on="n2"),
    ]
    found = dead_nodes.stranded(node(), pods, NOW)
    assert [each["metadata"]["name"] for each, _ in found] == ["db-0", "alone", "web", "agent"]


def test_an_out_of_service_taint_sends_away_whatever_does_not_tolerate_it() -> None:
    assert dead_nodes.forced_out(node(), pod("web", spec=tolerates(None)))
    assert not dead_nodes.forced_out(node(), pod("proxy", spec={"tolerations": [{"operator": "Exists"}]}))
    marked = node(taints=[{"key": dead_nodes.OUT_OF_SERVICE, "value": "nodeshutdown", "effect": "NoExecute"}])
    found = dead_nodes.dead(marked)
    assert found is not None
    assert found.out_of_service
    assert [line.text for line in dead_nodes.choices(found)][1].startswith("  2. f: delete by force")
