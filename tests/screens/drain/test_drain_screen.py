"""The page of a drain: its plan and options, what is remembered, what was cut off, every size."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.screens.drain.plan_page import DrainScreen
from k8stui.screens.questions.change import ChangeQuestion
from tests.support.clock import ManualClock
from tests.support.drain_page import (
    allow,
    asked,
    at_job,
    at_plan,
    begun,
    chosen,
    end,
    planned,
    reads,
    shown,
    writes,
)
from tests.support.drain_scene import furnish, owned
from tests.support.house import idle, messages, running, settled, text, typed
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


@pytest.mark.parametrize("more", ["", "v"], ids=["as it is", "and then another option"])
async def test_a_drain_begun_while_its_plan_is_made_anew_is_asked_about_with_the_new_plan(
    app: K8sTui, monkeypatch: pytest.MonkeyPatch, more: str
) -> None:
    page = await planned(app, "worker-2")
    planning, made = page.planning, asyncio.Event()
    assert planning is not None
    renew = planning.renew

    async def slowly() -> None:
        await made.wait()
        await renew()

    monkeypatch.setattr(planning, "renew", slowly)
    await typed(app, "e", "f", "D", *more)
    assert "it is asked about as soon as it is there" in messages(app)
    assert app.screen is page
    made.set()
    await eventually(lambda: planning.plan is not None and planning.plan.options == planning.options)
    if more:  # what has been changed since is looked at before it is asked about
        await page.flush()
        await idle(app)
        assert app.screen is page
    else:
        await eventually(lambda: isinstance(app.screen, ChangeQuestion))
        await idle(app)
        assert "Drain worker-2?" in "\n".join(text(app))


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
    from k8stui.operations.jobs.records import unfinished
    from k8stui.screens.drain.starting import go_on

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
