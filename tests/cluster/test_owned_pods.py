"""The pods of one workload, whatever comes first, and those of what stands between, as it comes and goes."""

import random

import pytest

from k8stui.cluster.owned_pods import OwnedPods, between
from k8stui.cluster.store import Store
from k8stui.model.kinds import CRON_JOBS, DAEMON_SETS, DEPLOYMENTS, JOBS, REPLICA_SETS
from k8stui.model.pods import Pod
from k8stui.model.workload_row import Workload
from tests.support.owned_rows import owned_pod as pod
from tests.support.owned_rows import owned_row as row


def names(store: Store[Pod]) -> list[str]:
    return sorted(each.ref.name for each in store.rows.values())


def test_pods_of_a_deployment_also_of_replica_sets_that_come_later() -> None:
    pods: Store[Pod] = Store()
    sets: Store[Workload] = Store()
    sets.put(row("ReplicaSet", "web-1", "u-web", "Deployment"))
    pods.put(pod("old", "u-web-1"))
    pods.put(pod("new", "u-web-2"))
    pods.put(pod("other", "u-api-1"))
    found = OwnedPods("u-web", pods, sets)
    told: list[tuple[Pod | None, Pod | None]] = []
    found.tap(lambda old, new: told.append((old, new)))
    assert names(found) == ["old"]
    sets.put(row("ReplicaSet", "web-2", "u-web", "Deployment"))
    assert names(found) == ["new", "old"]
    pods.put(pod("newer", "u-web-2"))
    pods.remove("p-old")
    assert names(found) == ["new", "newer"]
    pods.put(pod("newer", "", version="2"))  # orphaned
    assert names(found) == ["new"]
    sets.remove("u-web-2")
    assert names(found) == ["new"]  # until the garbage collector has come
    pods.remove("p-new")
    assert names(found) == []
    assert len(told) == 5


def test_a_replica_set_that_is_let_go_takes_its_pods_with_it() -> None:
    pods: Store[Pod] = Store()
    sets: Store[Workload] = Store()
    sets.put(row("ReplicaSet", "web-1", "u-web", "Deployment"))
    pods.put(pod("a", "u-web-1"))
    found = OwnedPods("u-web", pods, sets)
    sets.put(row("ReplicaSet", "web-1", version="2"))
    assert names(found) == []
    found.close()
    sets.put(row("ReplicaSet", "web-1", "u-web", "Deployment", version="3"))
    assert names(found) == []


def test_pods_of_what_owns_them_itself() -> None:
    pods: Store[Pod] = Store()
    pods.put(pod("a", "u-agent"))
    found = OwnedPods("u-agent", pods)
    pods.put(pod("b", "u-agent"))
    pods.put(pod("c", "u-else"))
    assert names(found) == ["a", "b"]
    assert (between(DEPLOYMENTS), between(CRON_JOBS)) == (REPLICA_SETS, JOBS)
    assert between(DAEMON_SETS) is None


@pytest.mark.parametrize("seed", range(4))
def test_owned_pods_in_any_order(seed: int) -> None:
    chance = random.Random(seed)
    pods: Store[Pod] = Store()
    sets: Store[Workload] = Store()
    found = OwnedPods("u-web", pods, sets)
    for step in range(300):
        if chance.random() < 0.25:
            owner = chance.choice(["u-web", "u-api"])
            sets.put(row("ReplicaSet", chance.choice("xyz"), owner, "Deployment", str(step)))
        elif chance.random() < 0.2:
            pods.remove(f"p-{chance.randrange(9)}")
        else:
            pods.put(pod(str(chance.randrange(9)), f"u-{chance.choice(['x', 'y', 'z', 'web'])}", 0, str(step)))
        mine = {"u-web", *(uid for uid, each in sets.rows.items() if each.owner_uid == "u-web")}
        assert found.rows == {uid: each for uid, each in pods.rows.items() if each.owner_uid in mine}
