"""Each thing that is wrong in the shop: that it is there, that it stays, and that it can be mended."""

import pytest

from k8stui.demo.clock import stamp
from tests.support.shop import Object, Shop, condition, look


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_a_node_whose_kubelet_stopped_is_unknown_and_its_pods_still_say_running(shop: Shop) -> None:
    for _ in range(2):
        node = shop.store.get("nodes", "worker-c1")
        assert {row["status"] for row in node["status"]["conditions"]} == {"Unknown"}
        assert condition(node, "Ready")["reason"] == "NodeStatusUnknown"
        assert [(row["key"], row["effect"]) for row in node["spec"]["taints"]] == [
            ("node.kubernetes.io/unreachable", "NoSchedule"),
            ("node.kubernetes.io/unreachable", "NoExecute"),
        ]
        lease = shop.store.get("leases.coordination.k8s.io", "worker-c1", "kube-node-lease")
        assert lease["spec"]["renewTime"] < stamp(shop.clock.now() - 60)
        here = [pod for pod in shop.pods() if pod["spec"].get("nodeName") == "worker-c1"]
        assert len(here) >= 5
        for pod in here:
            assert look(pod) == ("Running", 1, 0, False)
            assert condition(pod, "Ready")["status"] == "False"
        shop.step(120)


def test_after_their_toleration_its_pods_are_deleted_stay_terminating_and_are_replaced(shop: Shop) -> None:
    """Except those that tolerate it without limit: daemons, and a database that must not start twice."""
    shop.step(330, by=5)
    here = [pod for pod in shop.pods() if pod["spec"].get("nodeName") == "worker-c1"]
    going = {pod["metadata"]["name"].split("-")[0] for pod in here if look(pod)[3]}
    staying = {pod["metadata"]["name"].rpartition("-")[0] for pod in here if not look(pod)[3]}
    assert going == {"catalog", "search", "gateway"}
    assert staying == {"kube-proxy", "node-exporter", "sessions"}
    assert all(condition(pod, "DisruptionTarget")["reason"] == "DeletionByTaintManager" for pod in here if look(pod)[3])
    alive = [pod for pod in shop.pods("catalog", "shop") if not look(pod)[3] and pod["status"]["phase"] == "Running"]
    assert len(alive) == 4
    shop.step(120)
    assert {pod["metadata"]["name"].split("-")[0] for pod in shop.pods() if look(pod)[3]} >= going


def test_a_node_is_under_disk_pressure(shop: Shop) -> None:
    node = shop.store.get("nodes", "worker-c2")
    assert condition(node, "DiskPressure")["status"] == "True"
    assert condition(node, "Ready")["status"] == "True"
    assert node["spec"]["taints"][0]["key"] == "node.kubernetes.io/disk-pressure"
    evicted = [pod for pod in shop.pods() if pod["status"].get("reason") == "Evicted"]
    assert [pod["spec"]["nodeName"] for pod in evicted] == ["worker-c2"]


def test_a_node_is_cordoned_and_gets_no_pods(shop: Shop) -> None:
    node = shop.store.get("nodes", "worker-b3")
    assert node["spec"]["unschedulable"] is True
    assert [row["key"] for row in node["spec"]["taints"]] == ["node.kubernetes.io/unschedulable"]

    def here() -> set[str]:
        return {pod["metadata"]["uid"] for pod in shop.pods() if pod["spec"].get("nodeName") == "worker-b3"}

    before = here()
    shop.step(300, by=10)
    assert here() <= before


def test_a_pod_is_oom_killed_again_and_again(shop: Shop) -> None:
    first = look(shop.pod("settlement"))
    words, restarts = set(), []
    for _ in range(180):
        shop.step(1)
        word, _, count, _ = look(shop.pod("settlement", "payments"))
        words.add(word)
        restarts.append(count)
    assert first[0] == "CrashLoopBackOff"
    assert first[2] == 23
    assert words >= {"Running", "OOMKilled", "CrashLoopBackOff"}
    assert restarts == sorted(restarts)
    assert restarts[-1] >= first[2] + 2
    row = shop.pod("settlement")["status"]["containerStatuses"][0]
    ended = row["lastState"]["terminated"]
    assert (ended["exitCode"], ended["reason"]) == (137, "OOMKilled")


def test_with_more_memory_it_lives(shop: Shop) -> None:
    def change(found: Object) -> None:
        found["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"]["memory"] = "512Mi"

    shop.store.modify("deployments.apps", "settlement", "payments", change=change)
    shop.step(30)
    alive = shop.pod("settlement")
    assert look(alive) == ("Running", 1, 0, False)
    shop.step(200, by=10)
    assert look(shop.pod("settlement")) == ("Running", 1, 0, False)


def test_a_pending_pod_says_in_the_schedulers_words_why(shop: Shop) -> None:
    for _ in range(2):
        pod = shop.pod("recommender")
        assert "nodeName" not in pod["spec"]
        row = condition(pod, "PodScheduled")
        assert (row["status"], row["reason"]) == ("False", "Unschedulable")
        assert row["message"].startswith("0/8 nodes are available: ")
        assert "node(s) didn't match Pod's node affinity/selector" in row["message"]
        assert row["message"].endswith(
            "no new claims to deallocate, preemption: 0/8 nodes are available: "
            "8 Preemption is not helpful for scheduling."
        )
        shop.step(60)


def test_it_runs_once_a_node_has_what_it_asks_for(shop: Shop) -> None:
    shop.store.modify(
        "nodes", "worker-b2", change=lambda node: node["metadata"]["labels"].update(accelerator="nvidia-l4")
    )
    shop.step(40)
    pod = shop.pod("recommender")
    assert pod["spec"]["nodeName"] == "worker-b2"
    assert look(pod) == ("Running", 1, 0, False)


def test_an_image_cannot_be_pulled(shop: Shop) -> None:
    words = set()
    for _ in range(60):
        shop.step(1)
        words.add(look(shop.pod("fraud-model", "payments"))[0])
    assert words == {"ErrImagePull", "ImagePullBackOff"}
    waiting = shop.pod("fraud-model")["status"]["containerStatuses"][0]["state"]["waiting"]
    assert "registry.shop.example/payments/fraud-model:2026-11-1O" in waiting["message"]
    assert shop.pod("fraud-model")["status"]["phase"] == "Pending"


def test_with_the_right_image_it_runs(shop: Shop) -> None:
    def change(found: Object) -> None:
        first = found["spec"]["template"]["spec"]["containers"][0]
        first["image"] = "registry.shop.example/payments/fraud-model:2026-11-10"

    shop.store.modify("deployments.apps", "fraud-model", "payments", change=change)
    shop.step(30)
    assert look(shop.pod("fraud-model")) == ("Running", 1, 0, False)


def test_a_terminating_pod_waits_for_its_finalizer(shop: Shop) -> None:
    def going() -> list[Object]:
        return [pod for pod in shop.pods("checkout") if look(pod)[3]]

    shop.step(300, by=10)
    (stuck,) = going()
    assert stuck["metadata"]["finalizers"] == ["shop.example/drain-connections"]
    assert stuck["metadata"]["deletionTimestamp"] < stamp(shop.clock.now() - 1200)
    assert len(shop.pods("checkout")) == 4
    name = stuck["metadata"]["name"]
    shop.store.modify("pods", name, "shop", change=lambda pod: pod["metadata"].pop("finalizers"))
    shop.step(10)
    assert going() == []
    assert len(shop.pods("checkout")) == 3


def test_a_deleted_pod_goes_gracefully_and_is_replaced(shop: Shop) -> None:
    victim = shop.pods("catalog")[1]
    shop.delete(victim)
    shop.step(1)
    assert look(shop.store.get("pods", victim["metadata"]["name"], "shop"))[3]
    shop.step(20)
    names = {pod["metadata"]["name"] for pod in shop.pods("catalog")}
    assert victim["metadata"]["name"] not in names
    assert sum(look(pod)[0] == "Running" for pod in shop.pods("catalog")) == 4


def test_scaling_and_deleting_a_stateful_pod_are_answered(shop: Shop) -> None:
    def names() -> list[str]:
        return [pod["metadata"]["name"] for pod in shop.pods("prometheus")]

    shop.scale("statefulsets.apps", "prometheus", "monitoring", 4)
    shop.step(40)
    assert names() == [f"prometheus-{number}" for number in range(4)]
    shop.scale("statefulsets.apps", "prometheus", "monitoring", 1)
    shop.step(60)
    assert names() == ["prometheus-0"]
    shop.delete(shop.pod("prometheus-0"))
    shop.step(40)
    assert look(shop.pod("prometheus-0")) == ("Running", 1, 0, False)


def test_an_ordered_set_does_not_grow_past_a_pod_that_is_not_ready(shop: Shop) -> None:
    """sessions-2 is on the node whose kubelet stopped, and tolerates that: nothing follows it until it is back."""
    shop.scale("statefulsets.apps", "sessions", "shop", 4)
    shop.step(40)
    assert [pod["metadata"]["name"] for pod in shop.pods("sessions")] == [f"sessions-{number}" for number in range(3)]
    found = shop.store.get("statefulsets.apps", "sessions", "shop")
    assert (found["status"]["replicas"], found["status"]["readyReplicas"]) == (3, 2)


def test_a_pod_that_no_controller_can_read_disturbs_nobody(shop: Shop) -> None:
    """The store takes anything; the rest of the cluster lives on beside it."""
    poison: tuple[Object, ...] = ({}, {"spec": "no"}, {"spec": {}, "status": {}}, {"spec": {"containers": 7}})
    for number, rest in enumerate(poison):
        shop.store.create({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": f"bad-{number}"}, **rest})
    references = {"name": "bad-owner", "ownerReferences": "nobody"}
    shop.store.create({"apiVersion": "v1", "kind": "Pod", "metadata": references, "spec": {"containers": []}})
    shop.delete(shop.pods("catalog")[1])
    shop.step(30)
    assert sum(look(pod)[0] == "Running" for pod in shop.pods("catalog")) == 4
    assert len(shop.life.agenda.failures) < 20
