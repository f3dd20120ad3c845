"""A drain and the hands of people: cordons that fail or are taken away, pause, cancel, try again."""

from typing import Any

import pytest

from k8stui.demo.serving.faults import Fault, Wire
from k8stui.operations.drain.rows import Phase
from k8stui.operations.jobs.jobs import JobState
from tests.support.draining import Stage, phases, refused, row_of

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


@pytest.mark.parametrize(
    ("pod", "why"),
    [
        ({"volumes": [{"name": "scratch", "emptyDir": {}}]}, "cannot delete Pods with local storage"),
        ({"owner": "DaemonSet"}, "cannot delete DaemonSet-managed Pods"),
    ],
    ids=["emptyDir", "DaemonSet"],
)
async def test_trap_10_what_its_plan_refuses_is_not_cordoned_and_that_is_said(
    shop: Stage, pod: dict[str, Any], why: str
) -> None:
    """kubectl leaves the node cordoned and does not say so."""
    if pod.pop("owner", ""):
        template = {"metadata": {"labels": {"app": "agent"}}, "spec": {"containers": [{"name": "a", "image": "a:1"}]}}
        spec = {"selector": {"matchLabels": {"app": "agent"}}, "template": template}
        shop.make("DaemonSet", "agent", version="apps/v1", spec=spec)
        await shop.until(lambda: shop.pods("agent", on="n1"))
    else:
        await shop.deploy("cache", 1, **pod)
    job = await shop.drain("n1", ignore_daemonsets=False)
    await shop.over(job)
    assert job.state is JobState.FAILED
    assert not shop.is_cordoned("n1")
    assert shop.sent() == []
    report = "\n".join(line.text for line in job.report())
    assert why in report
    assert "cordoned" not in report


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


async def test_uncordoned_while_another_node_is_still_to_be_cordoned_yes_goes_on_with_it(shop: Stage) -> None:
    await shop.deploy("web", 1)
    plan = await shop.plan("n1", "n2")
    shop.cluster.faults.add(Fault(verb="get", resource="nodes", wire=Wire.RESET, skip=1))  # n2 cannot be looked at
    job = await shop.drain(plan=plan)
    await shop.until(lambda: shop.is_cordoned("n1"))
    await shop.step(5)
    assert not shop.is_cordoned("n2")
    shop.unschedulable("n1", False)
    await shop.until(lambda: bool(job.asking))
    shop.cluster.faults.clear()
    job.answer(True)
    await shop.over(job)
    assert job.state is JobState.DONE
    assert shop.is_cordoned("n1")
    assert shop.is_cordoned("n2")


async def test_uncordoned_when_all_pods_have_gone_yes_cordons_it_again_and_the_drain_is_done(shop: Stage) -> None:
    await shop.deploy("web", 1)
    shop.unschedulable("n2", True)
    shop.unschedulable("n3", True)  # nobody can come in its place: that is waited for
    job = await shop.drain("n1")
    await shop.until(lambda: row_of(job, "web").phase is Phase.GONE)
    taints = [{"key": "stays", "effect": "NoSchedule"}]
    shop.cluster.store.modify(
        "nodes", "n1", change=lambda each: each["spec"].update(unschedulable=False, taints=taints)
    )
    await shop.until(lambda: bool(job.asking))
    await shop.step(20)
    assert not job.state.over
    job.answer(True)
    await shop.over(job)
    assert job.state is JobState.DONE
    assert shop.is_cordoned("n1")
