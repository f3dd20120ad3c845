"""The shop on a bad day: what stands there at the beginning, and what moves."""

import json
from collections import Counter

import pytest

from k8stui.demo.clock import stamp
from k8stui.demo.scenario.releases import is_through, next_version
from tests.support.clock import ManualClock
from tests.support.shop import Object, Shop, condition, look, words
from tests.support.waiting import eventually


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_eight_nodes_in_three_zones_carry_sixty_pods(shop: Shop) -> None:
    nodes = shop.store.list("nodes")
    zones = Counter(node["metadata"]["labels"]["topology.kubernetes.io/zone"] for node in nodes)
    assert len(nodes) == 8
    assert sorted(zones.values()) == [2, 3, 3]
    assert len(shop.pods()) == 60
    assert {pod["metadata"]["namespace"] for pod in shop.pods()} == {
        "ingress-nginx", "kube-system", "monitoring", "payments", "shop",
    }  # fmt: skip


def test_objects_have_the_size_of_real_ones(shop: Shop) -> None:
    sizes = [len(json.dumps(pod, separators=(",", ":"))) for pod in shop.pods()]
    assert min(sizes) > 2_500
    assert sorted(sizes)[30] > 3_000


def test_every_owner_and_node_that_an_object_names_exists(shop: Shop) -> None:
    shop.step(120)
    uids, nodes = set(), set()
    for table in shop.store.tables():
        uids |= {entry.uid for entry in table.entries.values()}
    nodes = {node["metadata"]["name"] for node in shop.store.list("nodes")}
    for table in shop.store.tables():
        for entry in table.entries.values():
            obj = shop.store.decode(table.kind, entry)
            for row in obj["metadata"].get("ownerReferences", []):
                assert row["uid"] in uids, (table.kind.plural, entry.key, row)
    assert {pod["spec"]["nodeName"] for pod in shop.pods() if "nodeName" in pod["spec"]} <= nodes


def test_the_owners_are_as_their_controllers_would_have_left_them(shop: Shop) -> None:
    """When they look for the first time they find nothing to do: no pod, no revision and no status is written."""
    kinds = ("deployments.apps", "replicasets.apps", "statefulsets.apps", "daemonsets.apps", "jobs.batch")
    kinds += ("cronjobs.batch", "controllerrevisions.apps")
    changed = []
    for name in kinds:
        kind = shop.store.catalog.named(name)
        shop.store.on_change(kind, lambda change: changed.append(change.after.key))
    pods = {pod["metadata"]["uid"] for pod in shop.pods()}
    shop.step(5, by=0.1)  # before the first release
    assert changed == []
    assert {pod["metadata"]["uid"] for pod in shop.pods()} == pods
    assert shop.life.agenda.failures == []
    said = {each["source"].get("component", "") for each in shop.store.list("events")}
    assert not [each for each in said if each.endswith("-controller")]


def test_uids_are_unique(shop: Shop) -> None:
    """The store's own stream of uids, with the scenario's seed, once gave new pods the uids of seeded ones."""
    shop.step(120, by=10)
    uids = [entry.uid for table in shop.store.tables() for entry in table.entries.values()]
    assert len(uids) == len(set(uids))


def test_ten_objects_and_more_visibly_change_within_every_thirty_seconds(shop: Shop) -> None:
    counts = []
    old = shop.seen()
    for _ in range(10):
        changed: set[str] = set()
        for _ in range(10):
            shop.step(3)
            new = shop.seen()
            changed |= {uid for uid in old.keys() | new.keys() if old.get(uid) != new.get(uid)}
            old = new
        counts.append(len(changed))
    assert min(counts) >= 10, counts
    assert shop.life.agenda.failures == []


@pytest.mark.slow
def test_it_neither_grows_nor_shrinks(shop: Shop) -> None:
    for _ in range(12):
        shop.step(60, by=60)
        assert 58 <= len(shop.pods()) <= 74
    assert len(shop.store.list("replicasets.apps")) < 30
    assert len(shop.store.list("jobs.batch")) <= 4


def snapshot(shop: Shop) -> list[Object]:
    return [shop.store.decode(table.kind, entry) for table in shop.store.tables() for entry in table.within(None)]


def test_the_same_seed_gives_the_same_objects_and_another_seed_others() -> None:
    one, two, other = Shop(7), Shop(7), Shop(8)
    for each in (one, two, other):
        each.step(90)
    assert snapshot(one) == snapshot(two)
    names = [{pod["metadata"]["name"] for pod in each.pods("cart", "shop")} for each in (one, other)]
    assert not names[0] & names[1]


def test_one_leap_of_the_clock_comes_to_the_same_as_many_steps() -> None:
    steps, leap = Shop(), Shop()
    steps.step(60, by=0.5)
    leap.step(60, by=60)
    assert snapshot(steps) == snapshot(leap)


def test_speed_makes_it_move_faster_and_leaves_stamps_true() -> None:
    slow, fast = Shop(), Shop(speed=4.0)
    slow.step(20)
    fast.step(20)
    assert fast.store.revision - 300 > 2 * (slow.store.revision - 300)
    lease = fast.store.get("leases.coordination.k8s.io", "worker-a1", "kube-node-lease")
    assert lease["spec"]["renewTime"] <= stamp(fast.clock.now() + 1)


def test_after_a_machine_was_suspended_it_goes_on_from_now(shop: Shop) -> None:
    shop.step(3)
    before = shop.store.revision
    shop.step(86_400, by=86_400)
    assert shop.store.revision - before < 200
    shop.step(30)
    assert shop.store.revision - before > 20


async def test_one_task_moves_it_and_ends_cleanly() -> None:
    shop = Shop()
    shop.life.start()
    before = shop.store.revision
    for _ in range(200):
        await eventually(lambda: shop.clock.due is not None)
        await shop.clock.next()
    assert shop.clock.now() > ManualClock().now() + 5
    assert shop.store.revision > before
    await shop.life.stop()
    await shop.life.stop()
    assert shop.clock.due is None


def test_a_rollout_goes_on_and_on(shop: Shop) -> None:
    """Pods are deleted and made, pass through ContainerCreating, and enough of them are ready at every moment."""
    images, stages, least = set(), Counter[str](), 6
    for _ in range(200):
        shop.step(1)
        pods = shop.pods("storefront", "shop")
        stages += words(pods)
        least = min(least, sum(look(pod)[1] for pod in pods if not look(pod)[3]))
        images |= {pod["spec"]["containers"][0]["image"] for pod in pods}
    assert len(images) >= 4
    assert least >= 5
    assert stages["ContainerCreating"] > 10
    found = shop.store.get("deployments.apps", "storefront", "shop")
    assert int(found["metadata"]["annotations"]["deployment.kubernetes.io/revision"]) >= 4


def test_a_release_waits_for_the_last_one() -> None:
    found = {"metadata": {"generation": 2}, "spec": {"replicas": 3}, "status": {"observedGeneration": 2, "replicas": 4}}
    assert not is_through(found)
    found["status"] = {"observedGeneration": 2, "replicas": 3, "updatedReplicas": 3, "availableReplicas": 3}
    assert is_through(found)
    assert next_version("registry.example/a:1.9.9") == "registry.example/a:1.9.10"
    assert next_version("registry.example/a:latest") == "registry.example/a:latest"


def test_a_cronjobs_pods_complete_every_minute(shop: Shop) -> None:
    seen: dict[str, set[str]] = {}
    for _ in range(200):
        shop.step(1)
        for pod in shop.pods("reports", "payments"):
            seen.setdefault(pod["metadata"]["name"], set()).add(look(pod)[0])
    assert len(seen) >= 5
    assert sum({"ContainerCreating", "Running", "Completed"} <= stages for stages in seen.values()) >= 2
    assert len(shop.pods("reports")) <= 5
    complete = [job for job in shop.store.list("jobs.batch") if "completionTime" in job["status"]]
    assert len(complete) >= 3
    assert all(condition(job, "Complete")["status"] == "True" for job in complete)


def test_living_nodes_renew_their_leases_every_ten_seconds(shop: Shop) -> None:
    for _ in range(6):
        shop.step(10.5)
        late = stamp(shop.clock.now() - 11)
        leases = shop.store.list("leases.coordination.k8s.io")
        assert [each["metadata"]["name"] for each in leases if each["spec"]["renewTime"] < late] == ["worker-c1"]
