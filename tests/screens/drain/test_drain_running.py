"""A drain begun on its page, and steered there; budgets allow as tests say, and pods end when tests say so."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.model.columns import Tone
from k8stui.operations.drain.rows import Phase
from k8stui.operations.jobs.jobs import JobState
from k8stui.screens.reading.page import InspectScreen
from tests.support.clock import ManualClock
from tests.support.drain_page import (
    allow,
    asked,
    at_job,
    begun,
    chosen,
    cordoned,
    end,
    evictions,
    passing,
    phase,
    phases,
    planned,
    reads,
    shown,
    writes,
)
from tests.support.drain_scene import furnish
from tests.support.house import idle, messages, note, running, settled, tells, text, typed
from tests.support.waiting import eventually


@pytest.fixture
async def app(cluster: EmbeddedCluster, clock: ManualClock) -> AsyncIterator[K8sTui]:
    furnish(cluster)
    async with running(cluster, clock, size=(120, 40), view="nodes") as (house, _):
        await settled(house, cluster)
        yield house


# Beginning it


async def test_the_question_starts_on_cancel_and_enter_sends_nothing(app: K8sTui, cluster: EmbeddedCluster) -> None:
    page = await planned(app, "worker-2")
    await chosen(app, page, "e", "f")
    question = await asked(app)
    screen = "\n".join(text(app))
    assert "Drain worker-2?" in screen
    assert "cordons worker-2 first" in screen
    assert "lost for good: emptyDir data of shop/cache-0" in screen
    assert "nothing recreates: shop/handmade" in screen
    assert "▸[ Cancel ]" in screen
    await typed(app, "y")
    assert app.screen is question
    await typed(app, "enter")
    await eventually(lambda: app.screen is page)
    assert writes(cluster) == []
    assert app.jobs.all == []


async def test_keys_typed_before_the_question_was_seen_begin_nothing(app: K8sTui, cluster: EmbeddedCluster) -> None:
    page = await planned(app, "worker-2")
    await chosen(app, page, "e", "f")
    await typed(app, "D", "tab", "enter")  # in one burst
    await idle(app)
    assert app.jobs.all == []
    assert writes(cluster) == []


async def test_blocked_by_a_budget_then_freed_and_reported(
    app: K8sTui, cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    page = await begun(app)
    assert cordoned(cluster)
    job = page.job
    screen = await shown(app)
    assert "refused by budget cart (0 allowed), again in 5 s · 1 try" in screen
    assert "terminating 0 s of 30" in screen
    assert page.lines.window(0, 1)[0].ref.name.startswith("cart")
    end(cluster)
    await reads(app, "3/5 pods gone")
    for name in ("cart", "web"):
        allow(cluster, name, 1)
    clock.advance(6)
    await eventually(lambda: not phases(job) & {Phase.REFUSED, Phase.EVICTING})
    await eventually(lambda: phase(job, "cart") is Phase.TERMINATING)
    end(cluster)
    await eventually(lambda: not phases(job) - {Phase.GONE, Phase.STAYS})
    await passing(clock, lambda: job.state is JobState.DONE)  # who takes their place is looked for a while
    screen = await reads(app, "5/5 pods gone")
    assert "Drain worker-2: done" in screen or "drained" in screen
    assert "kube-system/agent-2x665m" in screen
    assert "· stays" in screen
    assert sorted(set(evictions(cluster))) == [
        *("cache-0", "cart-78bb5-hzljk", "handmade", "web-78f9c-0xk2d", "web-78f9c-1xk2d")
    ]


async def test_evict_now_tries_before_its_time(app: K8sTui, cluster: EmbeddedCluster) -> None:
    page = await begun(app)
    assert evictions(cluster).count("cart-78bb5-hzljk") == 1
    assert page.table.cursor_ref is not None
    assert page.table.cursor_ref.name.startswith("cart")
    await typed(app, "E")
    await eventually(lambda: evictions(cluster).count("cart-78bb5-hzljk") == 2)
    await eventually(lambda: phase(page.job, "cart") is Phase.REFUSED)


async def test_pausing_sends_nothing_new_and_resuming_goes_on(
    app: K8sTui, cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    page = await begun(app)
    await typed(app, "p")
    assert (await shown(app)).count("paused") == 2  # the status line, and the progress
    assert "again after the pause" in await shown(app)
    assert "p Go on" in await shown(app)
    await typed(app, "E")
    assert "is paused and sends nothing: p goes on" in note(app)
    sent = len(evictions(cluster))
    clock.advance(30)
    await asyncio.sleep(0.05)
    assert len(evictions(cluster)) == sent
    await typed(app, "p")
    await eventually(lambda: len(evictions(cluster)) > sent)
    assert page.job.state is JobState.RUNNING


@pytest.mark.parametrize(("key", "stays"), [("y", False), ("n", True)])
async def test_cancelling_asks_whether_to_uncordon(
    app: K8sTui, cluster: EmbeddedCluster, key: str, stays: bool
) -> None:
    page = await begun(app)
    await typed(app, "x")
    await reads(app, "Uncordon worker-2, which this drain cordoned?   [ y Yes ]  [ n No ]")
    await typed(app, key)
    await eventually(lambda: page.job.state is JobState.CANCELLED)
    assert cordoned(cluster) is stays
    await tells(app, "Drain worker-2: cancelled")
    assert [each.tone for each in app.notes if "Drain worker-2: cancelled" in each.text] == [Tone.WARNING]
    assert "Uncordon" not in (await shown(app)).partition("POD")[0]


async def test_an_answer_typed_before_its_question_was_painted_is_none(app: K8sTui, cluster: EmbeddedCluster) -> None:
    page = await begun(app)
    await typed(app, "x", "y")  # in one burst
    await reads(app, "Uncordon worker-2")
    assert cordoned(cluster)
    assert not page.job.state.over
    await typed(app, "n")
    await eventually(lambda: page.job.state.over)


async def test_a_node_uncordoned_by_another_hand_asks(app: K8sTui, cluster: EmbeddedCluster) -> None:
    page = await begun(app)
    cluster.store.modify("nodes", "worker-2", change=lambda each: each["spec"].update(unschedulable=False))
    await reads(app, "was uncordoned by another hand")
    assert page.job.state is JobState.PAUSED
    await typed(app, "q")
    assert "Drain worker-2 waits for an answer: J shows it" in note(app)
    await typed(app, "D")
    page = await at_job(app)
    await reads(app, "was uncordoned by another hand")
    await typed(app, "y")
    await eventually(lambda: cordoned(cluster) and page.job.state is JobState.RUNNING)


async def test_leaving_the_page_ends_nothing_and_d_leads_back(app: K8sTui, cluster: EmbeddedCluster) -> None:
    page = await begun(app)
    job = page.job
    await typed(app, "q")
    assert app.screen is app.home
    assert "Drain worker-2 goes on: J shows it" in note(app)
    end(cluster)
    await eventually(lambda: phase(job, "cache") is Phase.GONE)
    await typed(app, "D")
    page = await at_job(app)
    assert page.job is job
    assert "3/5 pods gone" in await shown(app)


async def test_enter_describes_the_pod_and_leads_back(app: K8sTui) -> None:
    page = await begun(app)
    await typed(app, "enter")
    await eventually(lambda: isinstance(app.screen, InspectScreen))
    assert page._timer is None  # nothing ticks out of sight
    await typed(app, "escape")
    await eventually(lambda: app.screen is page)
    assert not page.job.state.over


async def test_keys_of_the_plan_change_nothing_once_it_runs(app: K8sTui) -> None:
    page = await begun(app)
    before = page.job.plan.options
    await typed(app, "f")
    assert page.job.plan.options == before


async def test_a_protected_context_wants_the_name(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    furnish(cluster)
    async with running(cluster, clock, size=(120, 40), view="nodes", protected=("*",)) as (app, _):
        await settled(app, cluster)
        page = await planned(app, "worker-2")
        await chosen(app, page, "e", "f")
        await asked(app)
        assert "type worker-2 to agree" in "\n".join(text(app))
        await typed(app, *"worker-1", "enter")
        assert "not worker-2" in "\n".join(text(app))
        assert app.jobs.all == []
        await typed(app, "backspace", "2", "enter")
        await at_job(app)
        assert cordoned(cluster)


async def test_a_read_only_context_says_so_and_sends_nothing(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    furnish(cluster)
    async with running(cluster, clock, size=(120, 40), view="nodes", read_only=("*",)) as (app, _):
        await settled(app, cluster)
        await typed(app, "D")
        assert "Drain: the context demo is read-only" in note(app)
        assert app.screen is app.home
        assert writes(cluster) == []


async def test_a_right_that_is_lacking_is_said(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    furnish(cluster)
    config = cluster.kubeconfig()
    config["current-context"] = "demo-editor"
    async with running(cluster, clock, size=(120, 40), view="nodes", config=config) as (app, _):
        await settled(app, cluster)
        await typed(app, "D")
        await eventually(lambda: "you may not patch nodes" in messages(app))
        assert app.screen is app.home
