"""The page of a drain: its plan, its options, the question, and the rows while it runs; budgets allow as tests say."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.operations.drain_rows import Phase
from k8stui.operations.jobs import JobState
from k8stui.screens.drain import DrainScreen
from k8stui.screens.inspect import InspectScreen
from tests.support.clock import ManualClock
from tests.support.drain_page import (
    allow,
    asked,
    at_job,
    at_plan,
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
from tests.support.drain_scene import furnish, owned
from tests.support.house import idle, messages, note, running, settled, text, typed
from tests.support.waiting import eventually


@pytest.fixture
async def app(cluster: EmbeddedCluster, clock: ManualClock) -> AsyncIterator[K8sTui]:
    furnish(cluster)
    async with running(cluster, clock, size=(120, 40), view="nodes") as (house, _):
        await settled(house, cluster)
        yield house


# The plan


async def test_the_plan_says_of_each_pod_what_would_happen_the_worst_first(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    page = await planned(app, "worker-2")
    lines = text(app)
    names = [row.ref.name.split("-")[0] for row in page.lines.window(0, 99)]
    assert names == ["cart", "cache", "handmade", "web", "web", "agent"]
    screen = "\n".join(lines)
    assert "6 pods: 2 evict · 1 stay (DaemonSet) · 1 blocked · 1 loses data · 1 needs force" in screen
    assert "✖ blocked: budget cart allows 0" in screen
    assert "budget cart allows 0 (1 of 1 needed); waiting will not help: scale cart up" in lines[-2]
    assert "web keeps 3 of 4" in screen  # those on other nodes are counted
    assert "kubectl drain worker-2 --ignore-daemonsets" in screen
    assert "1 pod nobody recreates (f takes it by force); 1 pod would lose emptyDir" in screen
    assert writes(cluster) == []


async def test_the_plan_is_made_anew_when_a_budget_or_a_pod_changes(app: K8sTui, cluster: EmbeddedCluster) -> None:
    page = await planned(app, "worker-2")
    allow(cluster, "cart", 1)
    await eventually(lambda: page.lines.window(0, 1)[0].ref.name == "cache-0")
    cluster.store.create(owned("late", "", "worker-2"))
    await eventually(lambda: len(page.lines) == 7)
    cluster.store.modify("nodes", "worker-2", change=lambda each: each["spec"].update(unschedulable=True))
    planning = page.planning
    assert planning is not None
    await eventually(lambda: planning.plan is not None and planning.plan.nodes[0].cordoned)


async def test_several_marked_nodes_are_one_plan_and_share_their_budgets(app: K8sTui, cluster: EmbeddedCluster) -> None:
    page = await planned(app, "worker-2", "worker-3")
    screen = "\n".join(text(app))
    assert "drain 2 nodes" in screen
    assert "NODE" in screen
    assert {row.plan.node for row in page.lines.window(0, 99)} == {"worker-2", "worker-3"}
    await chosen(app, page, "m", "2", "enter")
    assert "at once [2 nodes]" in "\n".join(text(app))
    turns = [row.plan.turn for row in page.lines.window(0, 99) if row.ref.name.startswith("web")]
    assert sorted(turns) == [1, 2, 3]


async def test_each_option_changes_the_plan_and_the_command(app: K8sTui) -> None:
    page = await planned(app, "worker-2")
    await chosen(app, page, "e", "f", "v")
    screen = "\n".join(text(app))
    assert "--delete-emptydir-data --force --disable-eviction" in screen
    assert "[x] e delete emptyDir data" in screen
    assert "budget cart is not asked" in screen
    await chosen(app, page, *"l", *"app=web", "enter")
    assert [row.ref.name.split("-")[0] for row in page.lines.window(0, 9)] == ["web", "web"]
    assert "4 pods without app=web are left" in "\n".join(text(app))


async def test_a_wrong_option_is_one_sentence_at_its_field_and_the_text_stays(app: K8sTui) -> None:
    page = await planned(app, "worker-2")
    await typed(app, "t", *"5x", "enter")
    screen = "\n".join(text(app))
    assert "'5x' is no duration: write it like 30s, 2m or 1m30s" in screen
    assert page.bars["timeout"].is_open
    assert page.bars["timeout"].text == "5x"
    await typed(app, "backspace", "m", "enter")
    assert "timeout [5m]" in "\n".join(text(app))
    await typed(app, "s", "escape")
    assert isinstance(app.screen, DrainScreen)
    assert page.planning is not None
    assert page.planning.options.timeout == 300
    assert page.planning.options.grace == -1


async def test_a_plan_that_refuses_is_not_begun_and_says_which_key_mends_it(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    await planned(app, "worker-2")
    await typed(app, "D")
    assert isinstance(app.screen, DrainScreen)
    assert "nobody recreates (f takes it by force)" in messages(app)
    assert writes(cluster) == []


async def test_a_node_that_was_replaced_is_not_drained(app: K8sTui, cluster: EmbeddedCluster) -> None:
    page = await planned(app, "worker-3")
    found = cluster.store.get("nodes", "worker-3")
    cluster.store.delete("nodes", "worker-3")
    del found["metadata"]["uid"], found["metadata"]["resourceVersion"]
    cluster.store.create(found)
    planning = page.planning
    assert planning is not None
    await eventually(lambda: "replaced by another node" in planning.why)
    await typed(app, "D")
    assert "choose again" in messages(app)
    assert isinstance(app.screen, DrainScreen)


async def test_without_the_right_to_see_budgets_that_is_said(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    from k8stui.demo.serving.faults import Fault

    furnish(cluster)
    cluster.faults.add(Fault(resource="poddisruptionbudgets", status=403, message="no budgets for you"))
    async with running(cluster, clock, size=(120, 40), view="nodes") as (app, _):
        await settled(app, cluster)
        await planned(app, "worker-2")
        await reads(app, "Which budgets there are is not known")


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
    assert "paused" in await shown(app)
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


# What is remembered


async def test_harmless_options_are_remembered_and_no_others(
    cluster: EmbeddedCluster, clock: ManualClock, tmp_path: Path
) -> None:
    furnish(cluster)
    settings: dict[str, Any] = {"state": tmp_path / "state", "view": "nodes", "size": (120, 40)}
    async with running(cluster, clock, **settings) as (app, _):
        await settled(app, cluster)
        page = await planned(app, "worker-2")
        await chosen(app, page, "e", "f", "t", *"10m", "enter", "s", *"5", "enter")
        await asked(app)
        await typed(app, "tab")
        await typed(app, "enter")
        page_ = await at_job(app)
        await typed(app, "x")
        await reads(app, "Uncordon worker-2")
        await typed(app, "y")
        await eventually(lambda: page_.job.state.over)
    async with running(cluster, clock, **settings) as (app, _):
        await settled(app, cluster)
        page = await planned(app, "worker-3")
        assert page.planning is not None
        options = page.planning.options
        assert options.timeout == 600
        assert (options.force, options.delete_emptydir, options.grace) == (False, False, -1)


async def test_what_was_cut_off_is_planned_anew_and_gone_on_with(
    cluster: EmbeddedCluster, clock: ManualClock, tmp_path: Path
) -> None:
    from k8stui.operations.job_records import unfinished
    from k8stui.screens.drain_starting import go_on

    furnish(cluster)
    settings: dict[str, Any] = {"state": tmp_path / "state", "view": "nodes", "size": (120, 40)}
    async with running(cluster, clock, **settings) as (app, _):
        await settled(app, cluster)
        await begun(app)
        end(cluster, "cache", "handmade")
        await reads(app, "2/5 pods gone")
    (record,) = unfinished(tmp_path / "state")
    async with running(cluster, clock, **settings) as (app, _):
        await settled(app, cluster)
        go_on(app.home, record)
        await at_plan(app)
        screen = "\n".join(text(app))
        assert "goes on with Drain worker-2, which was cut off: 2 pods had gone" in screen
        assert "[x] f force unmanaged" in screen  # its own options
        await asked(app)
        await typed(app, "tab")
        await typed(app, "enter")
        await at_job(app)
        assert unfinished(tmp_path / "state") == []


# Sizes


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (200, 50)])
async def test_it_can_be_used_in_every_size(
    cluster: EmbeddedCluster, clock: ManualClock, size: tuple[int, int]
) -> None:
    furnish(cluster)
    async with running(cluster, clock, size=size, view="nodes") as (app, pilot):
        await settled(app, cluster)
        page = await planned(app, "worker-2")
        assert page.table.size.height >= 5
        await pilot.resize_terminal(size[0] + 7, size[1] + 3)
        await idle(app)
        await pilot.resize_terminal(*size)
        await chosen(app, page, "e", "f")
        await asked(app)
        assert "Cancel" in "\n".join(text(app))
        await typed(app, "tab")
        await typed(app, "enter")
        job = await at_job(app)
        assert job.table.size.height >= 5
        await pilot.resize_terminal(size[0] + 7, size[1] + 3)
        await idle(app)
        assert "refused by budget" in await shown(app)


async def test_hundreds_of_pods_are_planned_and_steered(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    furnish(cluster)
    for number in range(300):
        cluster.store.create(owned(f"many-{number:03}", "ReplicaSet/many-5f6", "worker-3"))
    async with running(cluster, clock, size=(120, 40), view="nodes") as (app, _):
        await settled(app, cluster)
        page = await planned(app, "worker-3")
        assert len(page.lines) == 302
        await typed(app, "G")
        assert page.table.cursor_line == 301


async def test_what_happens_in_the_table_under_the_page_paints_nothing(
    app: K8sTui, cluster: EmbeddedCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    await planned(app, "worker-2")
    await settled(app, cluster)
    frames: list[object] = []
    monkeypatch.setattr(app, "_display", lambda _screen, update: frames.append(update))
    cluster.store.modify("nodes", "worker-3", change=lambda each: each["spec"].update(unschedulable=True))
    await settled(app, cluster)
    assert frames == []
    monkeypatch.undo()
    await typed(app, "q")
    assert "Ready,SchedulingDisabled" in "\n".join(text(app))
