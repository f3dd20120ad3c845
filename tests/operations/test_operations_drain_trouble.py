"""A drain that something comes in the way of: refusals, other hands, a lost connection, a time that is up."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from k8stui.cluster.states import Stale
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault, Wire
from k8stui.operations.drain import Drain
from k8stui.operations.drain_rows import Phase
from k8stui.operations.jobs import JobState
from tests.support.clock import ManualClock
from tests.support.draining import Stage, phases, row_of, stage
from tests.support.waiting import eventually


@pytest.fixture
async def shop(cluster: EmbeddedCluster, clock: ManualClock, tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(cluster, clock, tmp_path) as made:
        yield made


async def refused(shop: Stage, *nodes: str, **options: Any) -> Drain:
    """A drain that waits for `cart`, whose budget allows none."""
    await shop.deploy("cart", 1)
    shop.budget("cart", least=1)
    await shop.step(3)
    job = await shop.drain(*(nodes or ("n1",)), **options)
    await shop.until(lambda: row_of(job, "cart").phase is Phase.REFUSED)
    return job


# Cordons


async def test_trap_10_a_failed_cordon_stops_it_all_and_what_was_cordoned_is_said_and_asked_about(shop: Stage) -> None:
    await shop.deploy("web", 2)
    shop.cluster.faults.add(Fault(verb="patch", resource="nodes", status=403, message="no such luck", skip=1))
    job = await shop.drain("n1", "n2")
    await shop.until(lambda: bool(job.asking))
    assert shop.sent() == []
    assert "no such luck" in job.errors[0]
    assert job.asking == "Uncordon n1, which this drain cordoned?"
    assert not job.state.over
    shop.cluster.faults.clear()
    job.answer(True)
    await shop.over(job)
    assert job.state is JobState.FAILED
    assert not shop.is_cordoned("n1")
    assert set(phases(job).values()) == {Phase.LEFT}


async def test_a_node_that_is_not_touched_is_not_cordoned_and_the_others_are_drained(shop: Stage) -> None:
    """kubectl has cordoned it by the time it finds out that it must not evict there."""
    await shop.deploy("web", 1, on="n1")
    shop.bare("handmade", on="n2")
    await shop.step(3)
    job = await shop.drain("n1", "n2")
    await shop.over(job)
    assert job.state is JobState.FAILED
    assert phases(job)["handmade"] is Phase.LEFT
    assert not shop.is_cordoned("n2")
    assert shop.pods(on="n1") == []
    text = "\n".join(line.text for line in job.report())
    assert "node/n1 drained" in text
    assert 'unable to drain node "n2" due to error: cannot delete Pods that declare no controller' in text
    assert "There are pending nodes to be drained:\n n2" in text


async def test_a_node_uncordoned_by_another_hand_pauses_it_and_yes_cordons_it_again(shop: Stage) -> None:
    job = await refused(shop)
    tries = len(shop.sent())
    shop.unschedulable("n1", False)
    await shop.until(lambda: bool(job.asking))
    assert job.asking == "n1 was uncordoned by another hand: cordon it again and go on?"
    assert not job.state.over
    await shop.step(20)
    assert len(shop.sent()) <= tries + 1
    job.resume()  # is no answer
    assert job.asking
    job.answer(True)
    await shop.until(lambda: job.state is JobState.RUNNING)
    assert shop.is_cordoned("n1")
    shop.scale("cart", 2)
    await shop.over(job)
    assert job.state is JobState.DONE


async def test_who_says_no_ends_it_and_the_node_stays_as_the_other_hand_left_it(shop: Stage) -> None:
    job = await refused(shop)
    shop.unschedulable("n1", False)
    await shop.until(lambda: bool(job.asking))
    job.answer(False)
    await shop.over(job)
    assert job.state is JobState.CANCELLED
    assert not shop.is_cordoned("n1")
    assert phases(job)[row_of(job, "cart").plan.ref.name] is Phase.LEFT


async def test_the_question_goes_away_where_the_other_hand_cordons_it_again(shop: Stage) -> None:
    job = await refused(shop)
    shop.unschedulable("n1", False)
    await shop.until(lambda: bool(job.asking))
    shop.unschedulable("n1", True)
    await shop.until(lambda: job.state is JobState.RUNNING)
    assert job.asking == ""


async def test_a_server_that_is_away_when_nodes_are_cordoned_is_waited_for(shop: Stage) -> None:
    await shop.deploy("web", 1)
    plan = await shop.plan("n1")
    shop.cluster.faults.add(Fault(verb="patch", resource="nodes", wire=Wire.RESET, times=1))
    shop.cluster.faults.add(Fault(verb="get", resource="nodes", wire=Wire.RESET, times=6, skip=1))
    job = await shop.drain(plan=plan)
    said: set[str] = set()
    job.listeners.add(lambda: said.add(row_of(job, "web").text(0)))
    await shop.over(job)
    assert "waiting: the server does not answer" in said
    assert job.state is JobState.DONE
    assert "node/n1 cordoned" in [line.text for line in job.report()]


# Pause, cancel, retry


async def test_paused_it_sends_nothing_new_and_waits_for_what_was_sent(shop: Stage) -> None:
    job = await refused(shop)
    job.pause()
    sent = len(shop.sent())
    await shop.step(30)
    assert len(shop.sent()) == sent
    assert job.progress == "0/1 pod gone · 1 refused · paused"
    job.resume()
    await shop.quiet()
    assert len(shop.sent()) == sent + 1


async def test_cancelled_it_asks_whether_to_uncordon_what_it_cordoned_and_nothing_else(shop: Stage) -> None:
    shop.unschedulable("n2", True)
    await shop.deploy("cart", 1)
    shop.unschedulable("n2", True)
    shop.budget("cart", least=1)
    await shop.step(3)
    job = await shop.drain("n1", "n2", at_once=2)
    await shop.until(lambda: row_of(job, "cart").phase is Phase.REFUSED)
    job.cancel()
    await shop.until(lambda: bool(job.asking))
    assert job.asking == "Uncordon n1, which this drain cordoned?"
    job.answer(True)
    await shop.over(job)
    assert job.state is JobState.CANCELLED
    assert not shop.is_cordoned("n1")
    assert shop.is_cordoned("n2")
    text = [line.text for line in job.report()]
    assert "node/n1 uncordoned" in text
    assert "node/n2 already cordoned" in text
    assert any("left: the drain was ended" in line for line in text)


async def test_paused_it_can_be_cancelled_and_is_over_when_that_is_answered(shop: Stage) -> None:
    job = await refused(shop)
    job.pause()
    job.cancel()
    await shop.until(lambda: bool(job.asking))
    job.cancel()  # once more means no
    await shop.over(job)
    assert job.state is JobState.CANCELLED
    assert shop.is_cordoned("n1")
    job.pause()
    job.resume()
    job.cancel()
    job.answer(True)
    assert job.state is JobState.CANCELLED


async def test_what_was_told_to_end_when_it_is_cancelled_stands_and_is_said(shop: Stage) -> None:
    await shop.deploy("web", 1)
    shop.kubelets.stop("n1")
    job = await shop.drain("n1")
    await shop.until(lambda: row_of(job, "web").phase is Phase.TERMINATING)
    job.cancel()
    await shop.until(lambda: bool(job.asking))
    job.answer(False)
    await shop.over(job)
    assert shop.is_cordoned("n1")
    assert row_of(job, "web").text(shop.clock.now()) == "told to end, not waited for: the drain was ended"
    assert any("Still cordoned by this drain: n1" in line.text for line in job.report())


async def test_a_pod_that_the_server_refuses_fails_while_others_go_and_can_be_tried_again(shop: Stage) -> None:
    await shop.deploy("web", 1)
    await shop.deploy("cart", 1)
    shop.budget("cart", least=1)
    shop.budget("one", least=0, app="web")
    shop.budget("two", least=0, app="web")
    await shop.step(3)
    job = await shop.drain("n1")
    await shop.until(lambda: row_of(job, "web").phase is Phase.FAILED)
    two = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
    assert two.rstrip(".") in row_of(job, "web").text(shop.clock.now())
    assert job.errors[0].startswith('error when evicting pods/"web-')
    assert job.errors[0].rstrip(".").endswith(two.rstrip("."))
    shop.cluster.store.delete("poddisruptionbudgets.policy", "two", "shop")
    assert job.retry() == 1
    await shop.until(lambda: row_of(job, "web").phase is Phase.GONE)
    shop.scale("cart", 2)
    await shop.over(job)
    assert job.state is JobState.DONE
    assert job.retry() == 0


async def test_a_missing_right_fails_the_pod_in_words(shop: Stage) -> None:
    await shop.deploy("web", 1)
    words = 'pods "web" is forbidden: User "tester" cannot create resource "pods/eviction" in API group ""'
    words += ' in the namespace "shop"'
    shop.cluster.faults.add(Fault(resource="pods/eviction", status=403, message=words))
    job = await shop.drain("n1")
    await shop.over(job)
    assert job.state is JobState.FAILED
    assert "may not create pods/eviction" in row_of(job, "web").text(shop.clock.now())
    assert "node/n1 is not drained" in [line.text for line in job.report()]


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
