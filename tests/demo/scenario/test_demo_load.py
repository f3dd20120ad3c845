"""Load: so many pods, so many changes a second, and the same as any other object to whoever reads them."""

import json
import re
import time
from collections import Counter
from typing import Any

from k8stui.demo.clock import stamp
from k8stui.demo.controllers.agenda import Agenda
from k8stui.demo.life import Life
from k8stui.demo.scenario.load import BATCH, Load
from k8stui.demo.storage.catalog import Catalog
from k8stui.demo.storage.fields import index_fields
from k8stui.demo.storage.objects import state
from k8stui.demo.storage.store import Store
from tests.support.clock import ManualClock
from tests.support.shop import look


def made(clock: ManualClock, **options: int) -> tuple[Store, Load]:
    store = Store(clock, Catalog())
    store.create({"kind": "Namespace", "apiVersion": "v1", "metadata": {"name": "kube-node-lease"}})
    load = Load(store, **options)
    load.seed()
    return store, load


def test_ten_thousand_pods_are_made_in_a_blink(clock: ManualClock) -> None:
    began = time.perf_counter()
    store, _ = made(clock, pods=10_000)
    took = time.perf_counter() - began
    pods = store.table(store.catalog.named("pods")).within("load")
    assert len(pods) == 10_000
    assert len({pod.uid for pod in pods}) == 10_000
    assert took < 5.0  # 0.25 s on an idle core; the bench row has the budget
    nodes = Counter(pod.fields["spec.nodeName"] for pod in pods)
    assert len(nodes) == 100
    assert set(nodes.values()) == {100}
    names = {node["metadata"]["name"] for node in store.list("nodes")}
    assert names == set(nodes)
    assert len(store.list("leases.coordination.k8s.io")) == 100
    assert [found["spec"]["replicas"] for found in store.list("deployments.apps")] == [500] * 20
    sizes = [len(pod.raw) for pod in pods]
    assert 3_000 < sum(sizes) / len(sizes) < 3_600


def test_a_pod_of_load_is_whole_and_indexed_as_if_it_were_created(clock: ManualClock) -> None:
    store, _ = made(clock, pods=3)
    kind = store.catalog.named("pods")
    for entry in store.table(kind).within("load"):
        obj: dict[str, Any] = store.decode(kind, entry)
        assert not re.search(r"@\w+@", json.dumps(obj))
        meta = obj["metadata"]
        assert (meta["name"], meta["uid"], meta["resourceVersion"]) == (entry.name, entry.uid, str(entry.version))
        assert entry.fields == index_fields(kind, obj)
        assert entry.labels == meta["labels"]
        assert look(obj) == ("Running", 1, 0, False)
        owner = store.get("replicasets.apps", meta["ownerReferences"][0]["name"], "load")
        assert owner["metadata"]["uid"] == meta["ownerReferences"][0]["uid"]


def test_the_last_app_has_what_is_left(clock: ManualClock) -> None:
    store, _ = made(clock, pods=1_234, nodes=7)
    assert [found["spec"]["replicas"] for found in store.list("deployments.apps")] == [500, 500, 234]
    assert len(store.list("nodes")) == 7
    assert len(store.list("pods", "load")) == 1_234


def test_churn_is_as_asked_and_spread_evenly(clock: ManualClock) -> None:
    store, load = made(clock, pods=500, churn=300)
    agenda = Agenda(clock)
    load.start(agenda)
    steps = []
    for _ in range(200):
        clock.advance(BATCH)
        before = load.changes
        agenda.catch_up()
        steps.append(load.changes - before)
    assert abs(load.changes - 300 * 200 * BATCH) <= 10
    assert max(steps) <= 16
    assert agenda.failures == []
    words = Counter(look(pod)[0] for pod in store.list("pods", "load"))
    assert set(words) == {"Running", "OOMKilled", "CrashLoopBackOff"}
    assert words["Running"] >= 470
    assert any(look(pod)[2] for pod in store.list("pods", "load"))


def test_speed_does_not_change_the_rate(clock: ManualClock) -> None:
    _, load = made(clock, pods=100, churn=40)
    agenda = Agenda(clock, speed=5.0)
    load.start(agenda)
    for _ in range(80):
        clock.advance(BATCH)
        agenda.catch_up()
    assert abs(load.changes - 80) <= 2


def test_what_somebody_changed_or_deleted_is_left_alone(clock: ManualClock) -> None:
    store, load = made(clock, pods=4, churn=1_000)
    first, second, *_ = [pod["metadata"]["name"] for pod in store.list("pods", "load")]
    store.modify("pods", first, "load", change=lambda pod: pod["metadata"]["labels"].update(mine="yes"))
    store.delete("pods", second, "load")
    agenda = Agenda(clock)
    load.start(agenda)
    for _ in range(10):
        clock.advance(BATCH)
        agenda.catch_up()
    assert load.changes > 50
    assert store.get("pods", first, "load")["metadata"]["labels"]["mine"] == "yes"
    assert len(store.list("pods", "load")) == 3


def test_a_watcher_sees_the_changes_in_order(clock: ManualClock) -> None:
    store, load = made(clock, pods=50, churn=200)
    since = store.revision
    agenda = Agenda(clock)
    load.start(agenda)
    for _ in range(40):
        clock.advance(BATCH)
        agenda.catch_up()
    changes = store.table(store.catalog.named("pods")).log.after(since)
    assert len(changes) == load.changes > 150
    assert all(change.type == "MODIFIED" for change in changes)
    versions = [change.version for change in changes]
    assert versions == sorted(set(versions))


def test_beside_a_scenario_its_nodes_beat_and_its_pods_end_when_they_are_asked_to(clock: ManualClock) -> None:
    """Deleted, evicted or drained: they go, and nobody makes others in their place."""
    store = Store(clock, Catalog())
    life = Life(store, scenario="quiet", load=Load(store, pods=40, nodes=2))
    life.seed()
    registry = life.world.registry

    def step(seconds: float) -> None:
        clock.advance(seconds)
        life.agenda.catch_up()

    step(11)
    leases = {each["metadata"]["name"]: each["spec"]["renewTime"] for each in store.list("leases.coordination.k8s.io")}
    assert {"load-1", "load-2", "node-a1"} <= leases.keys()
    assert min(leases.values()) > stamp(clock.now() - 11)
    first, second, *rest = [pod["metadata"]["name"] for pod in store.list("pods", "load")]
    registry.delete("pods", first, "load")
    registry.evict(second, "load")
    assert len(store.list("pods", "load")) == 40  # they are given the time to end
    step(5)
    assert [pod["metadata"]["name"] for pod in store.list("pods", "load")] == rest
    step(60)
    assert len(store.list("pods", "load")) == 38
    assert store.get("deployments.apps", "app-1", "load")["spec"]["replicas"] == 40
    assert {state(node, "Ready") for node in store.list("nodes")} == {"True"}
    assert life.agenda.failures == []
