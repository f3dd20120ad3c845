"""Workloads joined with pods, autoscalers and runs: the same whatever comes first; and the pods of a workload."""

import random
from typing import Any

import msgspec
import pytest
from msgspec import structs

from k8stui.cluster.store import Store
from k8stui.cluster.union import Union
from k8stui.cluster.workload_lines import WorkloadLines
from k8stui.model import objects
from k8stui.model.kinds import AUTOSCALERS
from k8stui.model.managers import written
from k8stui.model.objects import ObjectRow
from k8stui.model.pods import Exit, Pod
from k8stui.model.workload_row import Workload
from k8stui.model.workloads import LATELY, health_text
from tests.support.owned_rows import owned_pod as pod
from tests.support.owned_rows import owned_row as row
from tests.support.workloads import Object, true


def scaler(name: str, target: str, version: str = "1", **meta: Any) -> ObjectRow:
    obj: Object = {
        "metadata": {"name": name, "namespace": "shop", "uid": f"h-{name}", "resourceVersion": version, **meta},
        "spec": {"scaleTargetRef": {"kind": "Deployment", "name": target}, "maxReplicas": 9},
    }
    return objects.row(AUTOSCALERS, msgspec.json.encode(obj))


class House:
    """Stores of every kind, and the lines over them."""

    def __init__(self) -> None:
        self.deployments: Store[Workload] = Store()
        self.replica_sets: Store[Workload] = Store()
        self.jobs: Store[Workload] = Store()
        self.cron_jobs: Store[Workload] = Store()
        self.pods: Store[Pod] = Store()
        self.scalers: Store[ObjectRow] = Store()
        self.time = 1_000_000.0
        self.lines = self.made()

    def made(self) -> WorkloadLines:
        return WorkloadLines(
            Union([self.deployments, self.replica_sets, self.jobs, self.cron_jobs]),
            pods=self.pods,
            between=[self.replica_sets, self.jobs],
            jobs=self.jobs,
            scalers=self.scalers,
            now=lambda: self.time,
        )

    def restarts(self, name: str) -> int:
        found = self.lines.get(f"u-{name}")
        assert found is not None
        return found.restarts

    def expected(self) -> dict[str, int]:
        """Every sum anew, from what the stores hold."""
        parents = {uid: each.owner_uid for store in (self.replica_sets, self.jobs) for uid, each in store.rows.items()}
        sums: dict[str, int] = {}
        for each in self.pods.rows.values():
            for owner in {each.owner_uid, parents.get(each.owner_uid, "")} - {""}:
                sums[owner] = sums.get(owner, 0) + each.restarts
        stores = (self.deployments, self.replica_sets, self.jobs, self.cron_jobs)
        return {uid: sums.get(uid, 0) for store in stores for uid in store.rows}


def test_restarts_are_those_of_the_pods_of_all_its_replica_sets() -> None:
    house = House()
    house.deployments.put(row("Deployment", "web"))
    house.replica_sets.put(row("ReplicaSet", "web-1", "u-web", "Deployment"))
    house.replica_sets.put(row("ReplicaSet", "web-2", "u-web", "Deployment"))
    house.pods.put(pod("a", "u-web-1", 3))
    house.pods.put(pod("b", "u-web-2", 4))
    house.pods.put(pod("other", "u-else", 100))
    assert (house.restarts("web"), house.restarts("web-1"), house.restarts("web-2")) == (7, 3, 4)
    house.pods.put(pod("a", "u-web-1", 5, "2"))
    house.pods.remove("p-b")
    assert house.restarts("web") == 5
    assert sorted(each.ref.name for each in house.lines.pods("u-web")) == ["a"]


def test_a_replica_set_that_arrives_after_its_pods() -> None:
    house = House()
    house.pods.put(pod("a", "u-web-1", 3))
    house.deployments.put(row("Deployment", "web"))
    assert house.restarts("web") == 0
    changes = house.lines.subscribe(lambda: None)
    house.replica_sets.put(row("ReplicaSet", "web-1", "u-web", "Deployment"))
    assert changes.take().uids == {"u-web", "u-web-1"}
    assert house.restarts("web") == 3


def test_an_event_marks_its_workload_and_no_other() -> None:
    house = House()
    for name in ("web", "api"):
        house.deployments.put(row("Deployment", name))
        house.replica_sets.put(row("ReplicaSet", f"{name}-1", f"u-{name}", "Deployment"))
        house.pods.put(pod(name, f"u-{name}-1", 1))
    changes = house.lines.subscribe(lambda: None)
    house.pods.put(structs.replace(pod("web", "u-web-1", 1, "2"), word="Running"))
    assert not changes.dirty  # no sum is another one
    house.pods.put(pod("web", "u-web-1", 2, "3"))
    assert changes.take().uids == {"u-web", "u-web-1"}


@pytest.mark.parametrize("seed", range(8))
def test_any_order_of_events_gives_what_a_recomputation_gives(seed: int) -> None:
    chance = random.Random(seed)
    house = House()
    deployments, controllers = ["d0", "d1", "d2"], ["r0", "r1", "r2", "r3"]
    jobs, cron_jobs = ["j0", "j1"], ["c0"]
    for step in range(400):
        version = str(step)
        owner = chance.choice(["", *(f"u-{each}" for each in (*deployments, *controllers, *jobs))])
        match chance.randrange(9):
            case 0:
                house.deployments.put(row("Deployment", chance.choice(deployments), version=version))
            case 1 | 2:
                parent = chance.choice(["", *(f"u-{each}" for each in deployments)])
                house.replica_sets.put(row("ReplicaSet", chance.choice(controllers), parent, "Deployment", version))
            case 3:
                parent = chance.choice(["", "u-c0"])
                house.jobs.put(row("Job", chance.choice(jobs), parent, "CronJob", version))
            case 4:
                house.cron_jobs.put(row("CronJob", chance.choice(cron_jobs), version=version))
            case 5:
                store = chance.choice([house.deployments, house.replica_sets, house.jobs, house.cron_jobs])
                store.remove(f"u-{chance.choice([*deployments, *controllers, *jobs, *cron_jobs])}")
            case 6:
                house.pods.remove(f"p-{chance.randrange(12)}")
            case _:
                house.pods.put(pod(str(chance.randrange(12)), owner, chance.randrange(4), version))
        if step % 20 == 0:
            house.lines.settle()
            assert {uid: line.restarts for uid, line in house.lines.rows.items()} == house.expected()
    house.lines.settle()
    assert {uid: line.restarts for uid, line in house.lines.rows.items()} == house.expected()
    assert house.made().rows == house.lines.rows  # made late, from what is there


def test_the_last_run_of_a_cron_job() -> None:
    house = House()
    house.cron_jobs.put(row("CronJob", "tick"))

    def run(name: str, at: str, *conditions: Object, version: str = "1") -> None:
        started = f"2026-09-21T14:0{at}:00Z"
        found = row("Job", name, "u-tick", "CronJob", version, startTime=started, conditions=list(conditions))
        house.jobs.put(found)

    def last() -> str:
        found = house.lines.get("u-tick")
        assert found is not None
        return found.last_run

    run("tick-1", "1", true("Failed", "BackoffLimitExceeded"))
    assert last() == "tick-1: BackoffLimitExceeded"
    run("tick-2", "2")
    assert last() == "tick-1: BackoffLimitExceeded"  # the next one is still running
    run("tick-2", "2", true("Complete"), version="2")
    assert last() == ""
    run("tick-3", "3", true("Failed"))
    assert last() == "tick-3: Failed"
    house.jobs.remove("u-tick-3")
    assert last() == ""


def test_autoscalers_join_by_their_target() -> None:
    house = House()
    house.scalers.put(scaler("web", "web"))
    house.deployments.put(row("Deployment", "web"))
    house.deployments.put(row("Deployment", "api"))

    def managed(name: str) -> str:
        found = house.lines.get(f"u-{name}")
        assert found is not None
        return written(found.managers)

    assert (managed("web"), managed("api")) == ("HPA web", "")
    changes = house.lines.subscribe(lambda: None)
    house.scalers.put(scaler("web", "api", "2"))
    assert changes.take().uids == {"u-web", "u-api"}
    assert (managed("web"), managed("api")) == ("", "HPA web")
    house.scalers.put(scaler("more", "api", labels={"scaledobject.keda.sh/name": "queue"}))
    assert managed("api") == "HPA web, KEDA queue"
    house.scalers.put(scaler("web", "api", "3"))  # its status has changed, no more
    changes.take()
    house.scalers.put(scaler("web", "api", "4"))
    assert not changes.dirty
    house.scalers.remove("h-web")
    assert managed("api") == "KEDA queue"


def test_closed_lines_follow_nobody() -> None:
    house = House()
    house.lines.close()
    house.deployments.put(row("Deployment", "web"))
    house.replica_sets.put(row("ReplicaSet", "web-1", "u-web", "Deployment"))
    house.pods.put(pod("a", "u-web-1", 3))
    house.scalers.put(scaler("web", "web"))
    assert house.lines.rows == {}


def test_a_workload_whose_pods_fail_again_and_again_is_not_healthy_between_two_failures() -> None:
    house = House()
    house.deployments.put(row("Deployment", "web", readyReplicas=1, availableReplicas=1, replicas=1, updatedReplicas=1))
    house.replica_sets.put(row("ReplicaSet", "web-1", "u-web", "Deployment"))

    def health() -> str:
        house.lines.settle()
        line = house.lines.get("u-web")
        assert line is not None
        return health_text(line, house.time)

    def fails(restarts: int, version: str) -> None:
        last = Exit("OOMKilled", 137)
        failed = structs.replace(pod("a", "u-web-1", restarts, version), exit=last, restarted=house.time)
        house.pods.put(failed)

    assert health() == "Healthy"
    fails(1, "2")
    assert health() == "Healthy", "once is no habit"
    fails(2, "3")
    assert health() == "Restarting · OOMKilled 137"
    assert house.lines.review() == LATELY
    house.time += 100
    fails(3, "4")
    house.lines.settle()
    house.time += LATELY - 100
    house.lines.review()
    assert health() == "Restarting · OOMKilled 137"
    house.time += 101
    assert house.lines.review() is None
    assert health() == "Healthy"


def test_a_union_follows_every_store_and_leaves_out_what_does_not_pass() -> None:
    left: Store[Workload] = Store()
    right: Store[Workload] = Store()
    left.put(row("Deployment", "web"))
    found = Union([left, right], lambda each: each.owner_kind != "Deployment")
    right.put(row("ReplicaSet", "own"))
    right.put(row("ReplicaSet", "web-1", "u-web", "Deployment"))
    assert set(found.rows) == {"u-web", "u-own"}
    right.put(row("ReplicaSet", "own", "u-web", "Deployment", "2"))  # adopted
    left.remove("u-web")
    assert set(found.rows) == set()
    found.close()
    left.put(row("Deployment", "web"))
    assert found.rows == {}
