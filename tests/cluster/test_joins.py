from collections.abc import Iterable
from typing import Any

import msgspec
import pytest
from msgspec import structs

from k8stui.cluster.joins import NodeLines, PodLines
from k8stui.cluster.states import Live, Stale, State
from k8stui.cluster.store import Changes, Store
from k8stui.model.codec import codec
from k8stui.model.kinds import LEASES, NODES, PODS, Ref
from k8stui.model.leases import NAMESPACE, Lease
from k8stui.model.nodes import Node, NodeLine
from k8stui.model.pods import Pod, PodLine
from tests.support import objects

T = 1_000_000.0
AFTER = 40.0


class Told:
    """A feed's store whose freshness the test sets."""

    def __init__(self) -> None:
        self.store: Store[Any] = Store()
        self.state: State = Live(T)
        self.heard: float | None = T


def node(name: str, ready: str = "True", **rest: Any) -> Node:
    built = codec(NODES).event(_json(objects.node(name, ready=ready, uid=f"u-{name}", resourceVersion="1")))
    assert isinstance(built, Node)
    return structs.replace(built, heartbeat=None, changed=None, **rest)


def pod(name: str, on: str = "n1", phase: str = "Running", **rest: Any) -> Pod:
    built = codec(PODS).event(_json(objects.pod(name, node=on, phase=phase, uid=f"u-{name}", resourceVersion="1")))
    assert isinstance(built, Pod)
    return structs.replace(built, **rest)


def lease(name: str, renewed: float, namespace: str = NAMESPACE) -> Lease:
    return Lease(Ref(LEASES, namespace, name, f"l-{namespace}-{name}"), str(renewed), (), renewed)


def _json(obj: dict[str, Any]) -> bytes:
    return msgspec.json.encode(obj)


class House:
    """Nodes, pods and leases, both joins, and a clock."""

    def __init__(self, names: Iterable[str] = ("n1", "n2")) -> None:
        self.time = T
        self.nodes, self.pods, self.leases = Told(), Told(), Told()
        for name in names:
            self.nodes.store.put(node(name))
            self.leases.store.put(lease(name, T - 5))
        given = {"now": lambda: self.time, "after": AFTER}
        self.pod_lines = PodLines(self.pods, self.nodes, self.leases, **given)  # type: ignore[arg-type]
        self.node_lines = NodeLines(self.nodes, self.pods, self.leases, **given)  # type: ignore[arg-type]

    def pass_time(self, seconds: float, *, heard: bool = True) -> None:
        """Time passes; `heard`: something arrives about other leases meanwhile."""
        self.time += seconds
        if heard:
            self.leases.heard = self.time

    def review(self) -> float:
        self.node_lines.review(self.time)
        return self.pod_lines.review(self.time)

    def pod(self, name: str) -> PodLine:
        found = self.pod_lines.get(f"u-{name}")
        assert found is not None
        return found

    def node(self, name: str) -> NodeLine:
        found = self.node_lines.get(f"u-{name}")
        assert found is not None
        return found

    def watched(self) -> tuple[Changes, Changes]:
        return self.pod_lines.subscribe(lambda: None), self.node_lines.subscribe(lambda: None)


def test_node_lines_count_what_kubectl_describe_counts() -> None:
    house = House()
    house.pods.store.put(pod("a", cpu=100, memory=1_000))
    house.pods.store.put(pod("b", cpu=250, memory=2_000))
    house.pods.store.put(pod("done", phase="Succeeded", cpu=500))
    house.pods.store.put(pod("failed", phase="Failed", cpu=500))
    house.pods.store.put(pod("pending", on="", phase="Pending", cpu=500))
    house.pods.store.put(pod("far", on="n2", cpu=1))
    line = house.node("n1")
    assert (line.pods, line.cpu_requested, line.memory_requested) == (2, 350, 3_000)
    house.pods.store.put(pod("a", phase="Succeeded", cpu=100, memory=1_000, version="2"))
    house.pods.store.put(pod("b", on="n2", cpu=250, memory=2_000, version="2"))
    assert house.node("n1").pods == 0
    assert (house.node("n2").pods, house.node("n2").cpu_requested) == (2, 251)


def test_joins_made_late_know_what_was_there() -> None:
    house = House()
    house.pods.store.put(pod("a", cpu=100))
    house.time += 100
    house.leases.heard = house.time
    lines = NodeLines(house.nodes, house.pods, house.leases, now=lambda: house.time, after=AFTER)
    found = lines.rows["u-n1"]
    assert found.pods == 1
    assert found.silent_since(house.time) == T - 5


def test_a_pod_event_that_changes_no_sum_marks_no_node() -> None:
    house = House()
    house.pods.store.put(pod("a", cpu=100))
    _, nodes = house.watched()
    house.pods.store.put(pod("a", cpu=100, version="2", word="CrashLoopBackOff"))
    assert not nodes.dirty
    house.pods.store.put(pod("a", cpu=200, version="3"))
    assert nodes.take().uids == {"u-n1"}


def test_a_renewal_of_a_lease_marks_nothing() -> None:
    house = House()
    house.pods.store.put(pod("a"))
    house.pod_lines.settle()
    pods, nodes = house.watched()
    for _ in range(20):
        house.pass_time(10)
        for name in ("n1", "n2"):
            house.leases.store.put(lease(name, house.time))
        house.review()
    assert not pods.dirty
    assert not nodes.dirty
    assert house.pod("a").silent_since is None
    assert house.node("n1").silent_since(house.time) is None


def test_a_node_that_falls_silent_marks_itself_and_its_own_pods_only() -> None:
    house = House()
    for number in range(50):
        house.pods.store.put(pod(f"a{number}", on="n1"))
        house.pods.store.put(pod(f"b{number}", on="n2"))
    house.pod_lines.settle()
    pods, nodes = house.watched()
    house.pass_time(30)
    house.leases.store.put(lease("n1", house.time))
    house.review()
    assert not pods.dirty
    house.pass_time(6)
    house.review()
    assert nodes.take().uids == {"u-n2"}
    assert pods.take().uids == {f"u-b{number}" for number in range(50)}
    assert house.pod("b0").silent_since == T - 5
    assert house.pod("a0").silent_since is None
    assert house.node("n2").silent_since(house.time + 20) == T - 5
    assert house.node("n1").silent_since(house.time + 1_000) is None, "that is a review's to find"


def test_a_node_that_reports_again_is_heard_at_once_without_a_review() -> None:
    house = House()
    house.pods.store.put(pod("a"))
    house.pass_time(100)
    house.review()
    assert house.pod("a").silent_since is not None
    pods, nodes = house.watched()
    house.leases.store.put(lease("n1", house.time))
    assert pods.take().uids == {"u-a"}
    assert nodes.take().uids == {"u-n1"}
    assert house.pod("a").silent_since is None
    house.pass_time(41)
    house.review()
    assert house.pod("a").silent_since == house.time - 41


def test_our_own_deafness_is_not_the_nodes_silence() -> None:
    house = House()
    house.pods.store.put(pod("a"))
    house.pass_time(500, heard=False)
    house.leases.state = Stale(T, "the server is away")
    house.review()
    assert house.pod("a").silent_since is None
    assert house.node("n1").silent_since(house.time) is None
    house.leases.heard = house.time
    house.leases.store.put(lease("n1", house.time - 1))
    house.review()
    assert house.pod("a").silent_since is None
    assert house.node("n2").silent_since(house.time) == T - 5


def test_leases_that_may_not_be_seen_make_no_node_silent() -> None:
    house = House(names=())
    house.leases.heard = None
    house.nodes.store.put(node("n1"))
    house.pods.store.put(pod("a"))
    house.pass_time(500, heard=False)
    house.review()
    assert house.pod("a").silent_since is None
    house.nodes.store.put(node("n1", ready="Unknown", version="2"))
    assert house.pod("a").silent_since is None
    house.nodes.store.put(structs.replace(node("n1", ready="Unknown", version="3"), heartbeat=T - 77))
    assert house.pod("a").silent_since == T - 77


def test_a_node_that_its_controller_calls_unknown_is_silent_at_once() -> None:
    house = House()
    house.pods.store.put(pod("a"))
    pods, _ = house.watched()
    house.nodes.store.put(node("n1", ready="Unknown", version="2"))
    assert pods.take().uids == {"u-a"}
    assert house.pod("a").silent_since == T - 5
    house.nodes.store.put(node("n1", version="3"))
    assert house.pod("a").silent_since is None


@pytest.mark.parametrize("off", [-300.0, 300.0])
def test_a_node_whose_clock_is_off_is_judged_by_when_its_renewals_arrive(off: float) -> None:
    house = House()
    house.pods.store.put(pod("a"))
    for _ in range(3):
        house.pass_time(10)
        house.leases.store.put(lease("n1", house.time + off))
        house.review()
    assert house.pod("a").silent_since is None
    last = house.time
    house.pass_time(45)
    house.review()
    assert house.pod("a").silent_since == last


def test_a_node_that_goes_takes_its_silence_with_it() -> None:
    house = House()
    house.pods.store.put(pod("a"))
    house.pass_time(100)
    house.review()
    house.nodes.store.remove("u-n1")
    assert house.pod("a").silent_since is None
    assert house.node_lines.get("u-n1") is None
    house.nodes.store.put(node("n1"))
    assert house.pod("a").silent_since == T - 5
    house.leases.store.remove(f"l-{NAMESPACE}-n1")
    assert house.pod("a").silent_since is None


def test_leases_of_other_namespaces_are_nobodys_heartbeat() -> None:
    house = House()
    house.leases.store.put(lease("n1", T + 100, namespace="kube-system"))
    house.pass_time(100)
    house.review()
    assert house.node("n1").silent_since(house.time) == T - 5


def test_a_review_looks_at_what_is_due_only_and_says_when_to_look_again() -> None:
    house = House(names=[f"n{number}" for number in range(2_000)])
    looked: list[str] = []
    silence = house.pod_lines._silence
    judge = silence._judge
    silence._judge = lambda name, now: (looked.append(name), judge(name, now))[1]  # type: ignore[func-returns-value,method-assign]
    assert house.review() == 10.0
    house.pass_time(30)
    assert 5.0 < house.review() < 5.2
    assert not looked
    for number in range(1, 2_000):
        house.leases.store.put(lease(f"n{number}", house.time))
    house.pass_time(6)
    house.review()
    assert len(looked) == 2_000
    looked.clear()
    house.pass_time(10)
    for number in range(1, 2_000):
        house.leases.store.put(lease(f"n{number}", house.time))
    assert house.review() == 10.0
    assert not looked, "each deadline is looked at once a grace period, not at every renewal"
    house.pass_time(3, heard=False)
    assert house.review() >= 1.0


def test_closed_joins_follow_nobody() -> None:
    house = House()
    house.pod_lines.close()
    house.node_lines.close()
    house.pods.store.put(pod("a"))
    house.nodes.store.put(node("n9"))
    house.leases.store.put(lease("n1", T + 50))
    house.pod_lines.settle()
    assert not house.pod_lines.rows
    assert not house.node_lines.rows
