"""A drain that something comes in the way of: a time that is up, pods nobody planned for, a lost connection."""

import pytest

from k8stui.cluster.states import Stale
from k8stui.demo.serving.faults import Fault, Wire
from k8stui.operations.drain.rows import Phase
from k8stui.operations.jobs.jobs import JobState
from tests.support.draining import Stage, phases, refused, row_of
from tests.support.waiting import eventually

# Time


async def test_the_time_of_a_node_is_up_with_kubectls_words(shop: Stage) -> None:
    job = await refused(shop, timeout=7)
    took = await shop.over(job)
    assert took <= 8
    assert len(shop.sent()) == 2
    name = row_of(job, "cart").plan.ref.name
    assert job.errors == [f'error when evicting pods/"{name}" -n "shop": global timeout reached: 7s']
    assert job.state is JobState.FAILED


async def test_a_pause_takes_nothing_from_a_nodes_time(shop: Stage) -> None:
    job = await refused(shop, timeout=7)
    job.pause()
    await shop.step(30)
    assert not job.state.over
    job.resume()
    await shop.over(job)
    assert job.state is JobState.FAILED


async def test_a_pod_that_does_not_end_in_time(shop: Stage) -> None:
    await shop.deploy("web", 1)
    shop.kubelets.stop("n1")
    job = await shop.drain("n1", timeout=4)
    await shop.until(lambda: row_of(job, "web").phase is Phase.TERMINATING)
    await shop.step(2)
    assert row_of(job, "web").text(shop.clock.now()) == "terminating 2 s of 30"
    await shop.over(job)
    name = row_of(job, "web").plan.ref.name
    why = f'error when waiting for pod "{name}" in namespace "shop" to terminate: context deadline exceeded'
    assert job.errors == [why]


async def test_a_pod_that_is_overdue_is_not_waited_for_where_that_is_wanted(shop: Stage) -> None:
    await shop.deploy("web", 1, grace=5)
    shop.kubelets.stop("n1")
    job = await shop.drain("n1", skip_wait=10)
    took = await shop.over(job)
    assert 15 <= took <= 18
    row = row_of(job, "web")
    assert row.phase is Phase.STAYS
    name = row.plan.ref.name
    assert row.text(shop.clock.now()) == f'pod "{name}" has DeletionTimestamp older than 10 seconds, skipping'
    assert job.state is JobState.DONE


# Pods that nobody planned for


async def test_a_pod_that_came_after_the_plan_goes_too_where_it_loses_nothing(shop: Stage) -> None:
    await shop.deploy("web", 1)
    plan = await shop.plan("n1")
    shop.unschedulable("n2", True)
    shop.unschedulable("n3", True)
    shop.scale("web", 2)
    await shop.until(lambda: len(shop.pods("web", on="n1")) == 2)
    shop.unschedulable("n2", False)
    shop.bare("handmade", on="n1")
    await shop.step(3)
    job = await shop.drain(plan=plan)
    await shop.over(job)
    assert len(job.rows) == 3
    assert [pod["metadata"]["name"] for pod in shop.pods(on="n1")] == ["handmade"]
    assert row_of(job, "handmade").text(0).startswith("came after the plan, and is left: needs force")
    assert job.state is JobState.FAILED


async def test_a_pod_that_comes_meanwhile_is_noticed_and_left(shop: Stage) -> None:
    job = await refused(shop)
    shop.bare("intruder", on="n1")
    await shop.until(lambda: len(job.rows) == 2)
    assert "came meanwhile (owned by nobody)" in row_of(job, "intruder").text(0)
    shop.scale("cart", 2)
    await shop.over(job)
    assert job.state is JobState.FAILED
    assert [pod["metadata"]["name"] for pod in shop.pods(on="n1")] == ["intruder"]


# The connection


async def test_a_server_that_goes_and_comes_back_is_gone_on_with(shop: Stage) -> None:
    await shop.deploy("web", 1)
    job = await refused(shop)
    port = shop.cluster.port
    await shop.cluster.stop()
    await eventually(lambda: bool(job.lost))
    assert "the connection is lost" in row_of(job, "cart").text(shop.clock.now())
    assert "the connection is lost" in job.progress
    for _ in range(20):
        shop.clock.advance(1)
        await shop.breathe()
    await shop.cluster.start(port)
    await eventually(lambda: not job.lost)
    shop.scale("cart", 2)
    await shop.over(job)
    assert job.state is JobState.DONE
    assert set(phases(job).values()) == {Phase.GONE}


@pytest.mark.parametrize("wire", [Wire.EOF, Wire.RESET, Wire.TRUNCATED])
async def test_an_answer_that_never_came_is_read_up_never_assumed(shop: Stage, wire: Wire) -> None:
    """EOF and RESET come before the server has done it or after: the pod tells."""
    await shop.deploy("web", 1)
    shop.cluster.faults.add(Fault(resource="pods/eviction", wire=wire, times=1))
    job = await shop.drain("n1")
    await shop.over(job)
    assert job.state is JobState.DONE
    assert job.errors == []
    assert len(shop.sent()) <= 2


async def test_a_server_that_is_not_ready_fails_nobody(shop: Stage) -> None:
    await shop.deploy("web", 1)
    shop.cluster.faults.add(Fault(resource="pods/eviction", status=503, times=2))
    job = await shop.drain("n1")
    await shop.over(job)
    assert job.state is JobState.DONE
    assert len(shop.sent()) == 3


async def test_a_feed_that_is_stale_is_said(shop: Stage) -> None:
    job = await refused(shop)
    shop.cluster.faults.add(Fault(verb="watch", resource="pods", status=500))
    shop.cluster.cut_watches("pods")
    await eventually(lambda: bool(job.lost))
    assert any(isinstance(each.source.state, Stale) for each in shop.session.feeds._shared.values())
    shop.cluster.faults.clear()
    await eventually(lambda: not job.lost)


async def test_pods_that_may_not_be_listed_any_more_are_asked_for_one_by_one(shop: Stage) -> None:
    await shop.deploy("web", 2)
    plan = await shop.plan("n1")
    for verb in ("list", "watch"):
        shop.cluster.faults.add(Fault(verb=verb, resource="pods", status=403))
    job = await shop.drain(plan=plan)
    for _ in range(60):
        shop.clock.advance(1)
        for _ in range(15):
            await shop.breathe()
        if job.state.over:
            break
    assert job.state is JobState.DONE
    assert set(phases(job).values()) == {Phase.GONE}
