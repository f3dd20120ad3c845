"""A drain on the embedded cluster: what is sent, when, and what the rows say meanwhile."""

from k8stui.demo.serving.faults import Fault
from k8stui.operations.drain.report import counts
from k8stui.operations.drain.rows import Phase
from k8stui.operations.jobs.jobs import JobState
from tests.support.calm import calm
from tests.support.draining import Stage, phases, row_of


async def test_a_node_is_drained_and_each_pod_names_who_came_in_its_place(shop: Stage) -> None:
    await shop.deploy("web", 3)
    job = await shop.drain("n1")
    await shop.over(job)
    assert job.state is JobState.DONE
    assert shop.is_cordoned("n1")
    assert shop.pods(on="n1") == []
    assert set(phases(job).values()) == {Phase.GONE}
    heirs = {row.heir for row in job.rows.values()}
    assert len(heirs) == 3
    assert all(" on n" in heir and "on n1" not in heir for heir in heirs)
    text = [line.text for line in job.report()]
    assert "node/n1 cordoned" in text
    assert "node/n1 drained" in text
    assert sum(" evicted  shop: gone after " in line for line in text) == 3
    assert job.progress == "3/3 pods gone"
    assert job.errors == []


async def test_a_pod_that_is_gone_before_its_answer_is_here_has_an_heir_too(shop: Stage) -> None:
    await shop.deploy("web", 1)
    plan = await shop.plan("n1")
    shop.cluster.faults.add(Fault(resource="pods/eviction", drip=8, times=1))
    job = await shop.drain(plan=plan)
    for _ in range(600):
        if not shop.pods(on="n1"):
            break
        shop.clock.advance(0.05)
        await shop.breathe()
    assert row_of(job, "web").phase is Phase.EVICTING
    await shop.over(job)
    assert row_of(job, "web").phase is Phase.GONE
    assert row_of(job, "web").heir.endswith("(Running)")


async def test_deletion_is_waited_for_by_watches_not_by_a_request_a_pod_and_second(shop: Stage) -> None:
    await shop.deploy("web", 3)
    plan = await shop.plan("n1")
    seen = len(shop.cluster.requests)
    job = await shop.drain(plan=plan)
    await shop.over(job)
    asked = [each for each in list(shop.cluster.requests)[seen:] if each.method == "GET"]
    assert [each.path for each in asked if "/pods/" in each.path] == []
    reviews = [each for each in list(shop.cluster.requests)[seen:] if "reviews" in each.path]
    assert len(reviews) <= 3  # one for nodes, one for evictions in the one namespace, and who may everything


async def test_every_eviction_is_pinned_by_the_uid_of_the_plan(shop: Stage) -> None:
    await shop.deploy("web", 2)
    job = await shop.drain("n1", grace=3)
    await shop.over(job)
    pins = {each.json["deleteOptions"]["preconditions"]["uid"] for each in shop.sent()}
    assert pins == {row.ref.uid for row in job.plan.rows if row.sends}
    assert {each.json["deleteOptions"]["gracePeriodSeconds"] for each in shop.sent()} == {3}


async def test_trap_9_a_budget_that_allows_none_is_asked_every_five_seconds_and_no_oftener(shop: Stage) -> None:
    await shop.deploy("cart", 1)
    shop.budget("cart", least=1)
    await shop.step(3)
    job = await shop.drain("n1")
    await shop.until(lambda: row_of(job, "cart").phase is Phase.REFUSED)
    start = shop.clock.now()
    await shop.step(2)
    now = shop.clock.now()
    assert row_of(job, "cart").text(now) == "refused by budget cart (0 allowed), again in 3 s · 1 try"
    assert job.progress == "0/1 pod gone · 1 refused"
    await shop.step(18)
    assert len(shop.sent()) == 1 + int((shop.clock.now() - start) // 5)
    shop.scale("cart", 2)
    await shop.over(job)
    assert job.state is JobState.DONE
    assert row_of(job, "cart").heir


async def test_trap_9_retry_after_is_heeded_where_the_server_names_one(shop: Stage) -> None:
    await shop.deploy("web", 1)
    shop.cluster.faults.add(Fault(resource="pods/eviction", status=429, retry_after=12, times=1))
    job = await shop.drain("n1")
    await shop.until(lambda: row_of(job, "web").phase is Phase.REFUSED)
    assert row_of(job, "web").text(shop.clock.now()) == "refused: the server asks to wait, again in 12 s · 1 try"
    await shop.step(11)
    assert len(shop.sent()) == 1
    await shop.step(1)
    assert len(shop.sent()) == 2
    await shop.over(job)


async def test_evict_now_tries_at_once(shop: Stage) -> None:
    await shop.deploy("web", 1)
    shop.cluster.faults.add(Fault(resource="pods/eviction", status=429, retry_after=500, times=1))
    job = await shop.drain("n1")
    await shop.until(lambda: row_of(job, "web").phase is Phase.REFUSED)
    job.evict_now(row_of(job, "web").plan.ref.uid)
    await shop.quiet()
    assert len(shop.sent()) == 2
    await shop.over(job)
    assert job.state is JobState.DONE


async def test_a_pod_that_is_gone_already_is_progress(shop: Stage) -> None:
    await shop.deploy("web", 1)
    plan = await shop.plan("n1")
    shop.cluster.faults.add(Fault(resource="pods/eviction", status=404, message='pods "web" not found', times=1))
    job = await shop.drain(plan=plan)
    await shop.over(job)
    assert job.state is JobState.DONE
    assert job.errors == []
    assert "it was gone already" in row_of(job, "web").text(shop.clock.now())


async def test_a_pod_of_the_same_name_is_not_touched(shop: Stage) -> None:
    """A StatefulSet's pod that came back elsewhere between the plan and the drain."""
    shop.bare("db-0", on="n1")
    await shop.step(3)
    plan = await shop.plan("n1", force=True)
    shop.cluster.registry.delete("pods", "db-0", "shop")
    shop.cluster.store.delete("pods", "db-0", "shop")
    shop.bare("db-0", on="n2")
    await shop.step(3)
    job = await shop.drain(plan=plan)
    await shop.over(job)
    assert job.state is JobState.DONE
    assert [pod["metadata"]["name"] for pod in shop.pods(on="n2")] == ["db-0"]
    assert row_of(job, "db-0").phase is Phase.GONE


async def test_two_nodes_share_one_budget_and_never_break_it(shop: Stage) -> None:
    await shop.deploy("web", 2, on="n1")
    shop.unschedulable("n1", True)
    shop.unschedulable("n3", True)
    shop.scale("web", 4)
    await shop.until(lambda: len(shop.pods("web", on="n2")) == 2)
    shop.unschedulable("n1", False)
    shop.unschedulable("n3", False)
    shop.budget("web", least=3)
    await shop.step(12)
    job = await shop.drain("n1", "n2", at_once=2)
    least = 4

    def over() -> bool:
        nonlocal least
        status = shop.cluster.store.get("poddisruptionbudgets.policy", "web", "shop")["status"]
        least = min(least, int(status["currentHealthy"]))
        return job.state.over

    await shop.until(over)
    assert job.state is JobState.DONE
    assert least == 3
    assert len(shop.sent()) > 4  # some were refused meanwhile
    assert {pod["spec"]["nodeName"] for pod in shop.pods("web")} == {"n3"}


async def test_nodes_are_all_cordoned_first_and_drained_one_after_the_other(shop: Stage) -> None:
    await shop.deploy("web", 2, on="n1")
    await shop.deploy("api", 2, on="n2")
    job = await shop.drain("n1", "n2")
    await shop.until(lambda: bool(shop.sent()))
    assert shop.is_cordoned("n1")
    assert shop.is_cordoned("n2")
    assert {name for name, phase in phases(job).items() if phase is Phase.WAITING} == {
        row.ref.name for row in job.plan.rows if row.node == "n2"
    }
    await shop.over(job)
    assert {pod["spec"]["nodeName"] for pod in shop.pods()} == {"n3"}


async def test_no_more_than_ten_requests_are_under_way(shop: Stage) -> None:
    await shop.deploy("web", 16)
    slow = shop.cluster.faults.add(Fault(resource="pods/eviction", delay=600.0))
    job = await shop.drain("n1")

    def under_way() -> int:
        return sum(each.status == 0 for each in shop.sent())

    for answered in (0, 10):  # of sixteen
        expected = min(10, 16 - answered)
        while under_way() != expected:
            await shop.breathe()
        await calm()
        await shop.breathe()
        assert (under_way(), len(shop.sent())) == (expected, answered + expected)
        shop.cluster.faults.hurry(slow)
    shop.cluster.faults.remove(slow)
    await shop.over(job)
    assert job.state is JobState.DONE


async def test_the_time_left_is_told_from_what_has_gone(shop: Stage) -> None:
    await shop.deploy("web", 4)
    shop.budget("web", least=3)
    await shop.step(12)
    job = await shop.drain("n1")
    assert job.left_seconds(shop.clock.now()) is None
    await shop.until(
        lambda: counts(job.rows.values())[Phase.GONE] == 2 and job.left_seconds(shop.clock.now()) is not None
    )
    left = job.left_seconds(shop.clock.now())
    assert left is not None
    assert 0 < left < 120
    assert "left" in job.progress
    await shop.over(job)
    assert job.left_seconds(shop.clock.now()) == 0.0


async def test_no_time_left_is_told_while_a_budget_holds_the_rest(shop: Stage) -> None:
    await shop.deploy("web", 2)
    await shop.deploy("cart", 1)
    shop.budget("cart", least=1)
    await shop.step(3)
    job = await shop.drain("n1")
    await shop.until(
        lambda: counts(job.rows.values())[Phase.GONE] >= 1 and counts(job.rows.values())[Phase.REFUSED] == 1
    )
    assert job.left_seconds(shop.clock.now()) is None  # whoever else goes
    await shop.until(lambda: counts(job.rows.values())[Phase.GONE] == 2)
    assert job.left_seconds(shop.clock.now()) is None
    await shop.step(30)
    assert job.left_seconds(shop.clock.now()) is None
    assert job.progress == "2/3 pods gone · 1 refused"


async def test_without_evictions_pods_are_deleted_and_no_budget_is_asked(shop: Stage) -> None:
    await shop.deploy("cart", 1)
    shop.budget("cart", least=1)
    await shop.step(3)
    job = await shop.drain("n1", disable_eviction=True)
    await shop.over(job)
    assert shop.sent() == []
    assert any(line.text.startswith("pod/cart") and " deleted " in line.text for line in job.report())
    assert job.state is JobState.DONE
