"""The shop on a bad day: what stands there at the beginning, and what moves."""

import json
from collections import Counter

import pytest

from k8stui.demo.clock import stamp
from k8stui.demo.kubelet.usage import KubeletUsage
from k8stui.demo.metrics.source import RequestedUsage
from k8stui.demo.scenario.releases import is_through, next_version
from k8stui.demo.storage.errors import Refusal
from tests.support.clock import ManualClock
from tests.support.shop import Object, Shop, condition, look, words
from tests.support.waiting import eventually


@pytest.fixture(scope="module")
def still() -> Shop:
    """The first moment; nobody changes it."""
    return Shop()


@pytest.fixture
def shop() -> Shop:
    return Shop()


def snapshot(shop: Shop) -> list[Object]:
    return [shop.store.decode(table.kind, entry) for table in shop.store.tables() for entry in table.within(None)]


# ---- the first moment


def test_eight_nodes_in_three_zones_carry_sixty_pods_and_more(still: Shop) -> None:
    nodes = still.store.list("nodes")
    zones = Counter(node["metadata"]["labels"]["topology.kubernetes.io/zone"] for node in nodes)
    assert len(nodes) == 8
    assert sorted(zones.values()) == [2, 3, 3]
    assert 60 <= len(still.pods()) <= 90
    assert {pod["metadata"]["namespace"] for pod in still.pods()} == {
        "argocd", "ingress-nginx", "kube-system", "monitoring", "payments", "shop",
    }  # fmt: skip


def test_objects_have_the_size_of_real_ones(still: Shop) -> None:
    sizes = [len(json.dumps(pod, separators=(",", ":"))) for pod in still.pods()]
    assert min(sizes) > 2_000
    assert sorted(sizes)[30] > 3_000


def test_ages_are_those_of_a_cluster_that_people_live_in(still: Shop) -> None:
    ages = sorted({node["metadata"]["creationTimestamp"][:10] for node in still.store.list("nodes")})
    assert len(ages) == 3
    pods = [pod["metadata"]["creationTimestamp"] for pod in still.pods()]
    assert min(pods) < "2026-06-20" < "2026-09-21T14" < max(pods) <= stamp(still.clock.now())
    for table in still.store.tables():
        for entry in table.within(None):
            made = still.store.decode(table.kind, entry)["metadata"]["creationTimestamp"]
            assert made <= stamp(still.clock.now()), entry.key


def test_every_owner_and_node_that_an_object_names_exists(still: Shop) -> None:
    uids = {entry.uid for table in still.store.tables() for entry in table.entries.values()}
    nodes = {node["metadata"]["name"] for node in still.store.list("nodes")}
    for obj in snapshot(still):
        for row in obj["metadata"].get("ownerReferences", []):
            assert row["uid"] in uids, (obj["kind"], obj["metadata"]["name"], row)
    assert {pod["spec"]["nodeName"] for pod in still.pods() if "nodeName" in pod["spec"]} <= nodes
    count = sum(len(table.entries) for table in still.store.tables())
    assert len(uids) == count


def test_every_object_passes_the_registry_and_carries_its_defaults(still: Shop) -> None:
    """Written again it is valid, and the same: a write that changes nothing is none."""
    registry, before = still.life.world.registry, still.store.revision
    refused = []
    for obj in snapshot(still):
        for write in (registry.update, registry.update_status):
            try:
                write(json.loads(json.dumps(obj)))
            except Refusal as refusal:
                refused.append(f"{obj['kind']} {obj['metadata']['name']}: {refusal.message}")
    assert refused == []
    assert still.store.revision == before


def test_rollouts_have_a_history(still: Shop) -> None:
    sets = still.store.list("replicasets.apps", "shop")
    checkout = [each for each in sets if each["metadata"]["name"].startswith("checkout-")]
    rows = {
        each["metadata"]["annotations"]["deployment.kubernetes.io/revision"]:
        (each["metadata"]["annotations"]["kubernetes.io/change-cause"], each["spec"]["replicas"])
        for each in checkout
    }  # fmt: skip
    assert rows == {"1": ("release 3.0.6", 0), "2": ("release 3.0.7", 3), "3": ("release 3.1.0", 1)}


def test_nothing_moves_at_the_start_but_the_incident(shop: Shop) -> None:
    """The controllers and kubelets find what they would have left themselves."""
    changed: list[str] = []
    shop.store.on_any_change(lambda kind, change: changed.append(f"{kind.plural} {change.after.key}"))
    shop.step(5, by=0.1)  # before the first release
    others = [each for each in changed if not each.startswith(("leases ", "events "))]
    assert {each for each in others if "/ledger-backfill" not in each} == set()
    assert shop.life.agenda.failures == []


def test_metrics_go_with_what_runs(still: Shop) -> None:
    source = still.life.kubelets.usage(RequestedUsage(still.store))
    assert isinstance(source, KubeletUsage)
    still.step(0.2, by=0.1)
    now = still.clock.now()
    pods, nodes = source.pods("shop", now), source.nodes([f"worker-{name}" for name in ("a1", "b2")], now)
    named = {key.partition("/")[2].partition("-")[0] for key in pods}
    assert {"storefront", "cart", "catalog", "sessions"} <= named
    assert "recommender" not in named
    assert all(0 < each.cpu < 8 and 2**27 < each.memory < 2**35 for each in nodes.values())


# ---- names, uids, times


def test_the_same_seed_gives_the_same_objects_and_another_seed_others() -> None:
    one, two, other = Shop(7), Shop(7), Shop(8)
    for each in (one, two, other):
        each.step(40)
    assert snapshot(one) == snapshot(two)
    names = [{pod["metadata"]["name"] for pod in each.pods("cart", "shop")} for each in (one, other)]
    assert not names[0] & names[1]
    assert other.life.agenda.failures == []


def test_uids_are_unique(shop: Shop) -> None:
    """The store's own stream of uids, with the scenario's seed, once gave new pods the uids of seeded ones."""
    shop.step(60, by=10)
    uids = [entry.uid for table in shop.store.tables() for entry in table.entries.values()]
    assert len(uids) == len(set(uids))


def test_one_leap_of_the_clock_comes_to_the_same_as_many_steps() -> None:
    steps, leap = Shop(), Shop()
    steps.step(40, by=0.5)
    leap.step(40, by=40)
    assert snapshot(steps) == snapshot(leap)


def test_speed_makes_it_move_faster_and_leaves_stamps_true() -> None:
    slow, fast = Shop(), Shop(speed=4.0)
    before = slow.store.revision
    slow.step(20)
    fast.step(20)
    assert fast.store.revision - before > 2 * (slow.store.revision - before)
    lease = fast.store.get("leases.coordination.k8s.io", "worker-a1", "kube-node-lease")
    assert lease["spec"]["renewTime"] <= stamp(fast.clock.now() + 1)


def test_after_a_machine_was_suspended_it_goes_on_from_now(shop: Shop) -> None:
    shop.hush()
    before = shop.store.revision
    shop.step(86_400, by=86_400)
    assert shop.store.revision - before < 200
    shop.step(30)
    assert shop.store.revision - before > 20


async def test_one_task_moves_it_and_ends_cleanly(shop: Shop) -> None:
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


# ---- what moves


def test_ten_objects_and_more_visibly_change_within_every_thirty_seconds(shop: Shop) -> None:
    counts = []
    old = shop.seen()
    for _ in range(6):
        changed: set[str] = set()
        for _ in range(10):
            shop.step(3, by=3)
            new = shop.seen()
            changed |= {uid for uid in old.keys() | new.keys() if old.get(uid) != new.get(uid)}
            old = new
        counts.append(len(changed))
    assert min(counts) >= 10, counts
    assert shop.life.agenda.failures == []


@pytest.mark.slow
def test_it_neither_grows_nor_shrinks(shop: Shop) -> None:
    sizes = []
    for _ in range(10):
        shop.step(60, by=60)
        sizes.append(len(shop.pods()))
    assert max(sizes) - min(sizes) < 25, sizes
    assert len(shop.store.list("replicasets.apps")) < 34
    assert len(shop.store.list("jobs.batch")) <= 5
    assert len(shop.store.list("events")) < 3_000


def test_a_rollout_follows_the_other_and_enough_pods_are_ready_at_every_moment(shop: Shop) -> None:
    images, stages, least = set(), Counter[str](), 6
    for _ in range(75):
        shop.step(1)
        pods = shop.pods("storefront", "shop")
        stages += words(pods)
        least = min(least, sum(look(pod)[1] for pod in pods if not look(pod)[3]))
        images |= {pod["spec"]["containers"][0]["image"] for pod in pods}
    assert len(images) >= 3
    assert least >= 5
    assert stages["ContainerCreating"] > 5
    found = shop.get("deployments.apps", "storefront", "shop")
    assert int(found["metadata"]["annotations"]["deployment.kubernetes.io/revision"]) >= 5


def test_a_release_waits_for_the_last_one() -> None:
    found = {"metadata": {"generation": 2}, "spec": {"replicas": 3}, "status": {"observedGeneration": 2, "replicas": 4}}
    assert not is_through(found)
    found["status"] = {"observedGeneration": 2, "replicas": 3, "updatedReplicas": 3, "availableReplicas": 3}
    assert is_through(found)
    assert next_version("registry.example/a:1.9.9") == "registry.example/a:1.9.10"
    assert next_version("registry.example/a:latest") == "registry.example/a:latest"


def test_a_cronjobs_pods_complete_every_minute(shop: Shop) -> None:
    shop.hush()
    seen: dict[str, set[str]] = {}
    for _ in range(100):
        shop.step(2, by=2)
        for pod in shop.pods("reports", "payments"):
            seen.setdefault(pod["metadata"]["name"], set()).add(look(pod)[0])
    assert len(seen) >= 5
    assert sum({"Running", "Completed"} <= stages for stages in seen.values()) >= 2
    assert len(shop.pods("reports")) <= 4
    jobs = [job for job in shop.store.list("jobs.batch") if job["metadata"]["name"].startswith("reports")]
    assert [condition(job, "Complete")["status"] for job in jobs if "completionTime" in job["status"]] == ["True"] * 2


def test_living_nodes_renew_their_leases_every_ten_seconds(shop: Shop) -> None:
    shop.hush()
    for _ in range(4):
        shop.step(10.5, by=10.5)
        late = stamp(shop.clock.now() - 11)
        leases = shop.store.list("leases.coordination.k8s.io")
        assert [each["metadata"]["name"] for each in leases if each["spec"]["renewTime"] < late] == ["worker-c1"]


# ---- what users do


def test_a_deleted_pod_goes_gracefully_and_is_replaced(shop: Shop) -> None:
    shop.hush()
    victim = next(pod for pod in shop.pods("catalog") if look(pod) == ("Running", 1, 0, False))
    shop.delete(victim)
    shop.step(1)
    assert look(shop.get("pods", victim["metadata"]["name"], "shop"))[3]
    shop.step(20)
    names = {pod["metadata"]["name"] for pod in shop.pods("catalog")}
    assert victim["metadata"]["name"] not in names
    assert sum(look(pod) == ("Running", 1, 0, False) for pod in shop.pods("catalog")) == 4


def test_scaling_and_deleting_a_stateful_pod_are_answered(shop: Shop) -> None:
    def names() -> list[str]:
        return [pod["metadata"]["name"] for pod in shop.pods("prometheus")]

    shop.hush()
    shop.scale("statefulsets.apps", "prometheus", "monitoring", 4)
    shop.step(40)
    assert names() == [f"prometheus-{number}" for number in range(4)]
    shop.scale("statefulsets.apps", "prometheus", "monitoring", 1)
    shop.step(60)
    assert names() == ["prometheus-0"]
    shop.delete(shop.pod("prometheus-0"))
    shop.step(40)
    assert look(shop.pod("prometheus-0")) == ("Running", 1, 0, False)


def test_a_pod_that_no_controller_can_read_disturbs_nobody(shop: Shop) -> None:
    """The store takes anything; the rest of the cluster lives on beside it."""
    shop.hush()
    poison: tuple[Object, ...] = ({}, {"spec": "no"}, {"spec": {}, "status": {}}, {"spec": {"containers": 7}})
    for number, rest in enumerate(poison):
        shop.store.create({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": f"bad-{number}"}, **rest})
    references = {"name": "bad-owner", "ownerReferences": "nobody"}
    shop.store.create({"apiVersion": "v1", "kind": "Pod", "metadata": references, "spec": {"containers": []}})
    shop.scale("deployments.apps", "catalog", "shop", 5)
    shop.step(30)
    assert sum(look(pod) == ("Running", 1, 0, False) for pod in shop.pods("catalog")) == 5
    assert len(shop.life.agenda.failures) < 20


# ---- the small ones


@pytest.mark.parametrize(("name", "nodes", "pods"), [("quiet", 3, 3), ("empty", 3, 0)])
def test_in_the_small_scenarios_all_is_well_and_stays_so(name: str, nodes: int, pods: int) -> None:
    shop = Shop(scenario=name)
    for _ in range(2):
        assert len(shop.store.list("nodes")) == nodes
        assert {condition(node, "Ready")["status"] for node in shop.store.list("nodes")} == {"True"}
        assert [look(pod) for pod in shop.pods()] == [("Running", 1, 0, False)] * pods
        assert [event["type"] for event in shop.store.list("events") if event["type"] != "Normal"] == []
        shop.step(60, by=10)
    kinds = Counter(table.kind.plural for table in shop.store.tables() for _ in table.entries)
    assert kinds["deployments"] == bool(pods)
    assert shop.life.agenda.failures == []
