"""Which context and namespace is open, what is left of the one before, and what a narrow user sees."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import yaml
from msgspec.structs import replace

from k8stui.demo.access import policy
from k8stui.demo.access.rules import Rule
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault, Wire
from k8stui.settings import Overrides
from tests.support.clock import ManualClock
from tests.support.house import (
    SHORT,
    idle,
    messages,
    names,
    opening,
    running,
    says,
    settled,
    status,
    tells,
    text,
    typed,
    until_denied,
)
from tests.support.objects import node, pod
from tests.support.scene import furnish
from tests.support.waiting import eventually

SOON = 15.0
"""Seconds: `Timing.close` is half a second here, every time-out of the wire a minute; the rest is a busy machine's."""
HANGING = replace(SHORT, request=60.0, silence=60.0)


@pytest.fixture
async def other(clock: ManualClock) -> AsyncIterator[EmbeddedCluster]:
    """A second cluster with one pod."""
    second = EmbeddedCluster(clock, seed=7)
    await second.start()
    second.store.create(pod("elsewhere-1"))
    yield second
    await second.stop()


def both(one: EmbeddedCluster, two: EmbeddedCluster) -> dict[str, Any]:
    """A kubeconfig with the contexts `east` and `west`, and `broken`, which has no cluster."""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "one", "cluster": {"server": one.url}}, {"name": "two", "cluster": {"server": two.url}}],
        "users": [{"name": "admin", "user": {"token": one.token}}],
        "contexts": [
            {"name": "east", "context": {"cluster": "one", "user": "admin"}},
            {"name": "west", "context": {"cluster": "two", "user": "admin"}},
            {"name": "broken", "context": {"cluster": "nowhere", "user": "admin"}},
        ],
        "current-context": "east",
    }


async def test_a_switch_leaves_nothing_of_the_old_context(
    cluster: EmbeddedCluster, other: EmbeddedCluster, clock: ManualClock
) -> None:
    for name in ("web-1", "web-2"):
        cluster.store.create(pod(name))
    async with running(cluster, clock, config=both(cluster, other)) as (app, _):
        await settled(app, cluster)
        await typed(app, "1", "3", "/", "web", "\r", "*", "?")
        old = app.home.session
        assert len(app.home.table.marks) == 2
        app.home.switch.enter("west")
        await eventually(lambda: app.home.session is not old)
        await settled(app, other)
        assert names(app) == ["elsewhere-1"]
        assert "west" in status(app)
        assert "pods (all) 1 " in status(app)  # no filter
        assert app.home.table.marks == {}
        assert len(app.screen_stack) == 1
        assert not app.home.places.deep
        await eventually(lambda: cluster.watching == [], within=SOON)


async def test_a_switch_away_from_a_server_that_hangs_takes_less_than_a_second(
    cluster: EmbeddedCluster, other: EmbeddedCluster, clock: ManualClock
) -> None:
    cluster.store.create(pod("web-1"))
    async with running(cluster, clock, config=both(cluster, other), timing=HANGING) as (app, _):
        await settled(app, cluster)
        old = app.home.session
        assert old is not None
        cluster.faults.add(Fault(wire=Wire.HALF_OPEN))
        cluster.cut_watches(wire=Wire.HALF_OPEN)
        await typed(app, "1", ":", "ctx west", "\r")
        loop = asyncio.get_running_loop()
        start = loop.time()
        await eventually(lambda: app.home.session is not old and not opening(app))
        await eventually(lambda: not app.contexts._closing)
        assert loop.time() - start < SOON
        await settled(app, other)
        assert names(app) == ["elsewhere-1"]


async def test_a_late_answer_of_the_old_server_is_dropped(
    cluster: EmbeddedCluster, other: EmbeddedCluster, clock: ManualClock
) -> None:
    cluster.store.create(pod("late-1"))
    cluster.faults.add(Fault(verb="list", resource="pods", delay=0.3))
    async with running(cluster, clock, config=both(cluster, other)) as (app, _):
        await eventually(lambda: any(each.verb == "list" and each.resource == "pods" for each in cluster.requests))
        await eventually(lambda: app.home.pane is not None)
        pane = app.home.pane
        assert pane is not None
        app.home.switch.enter("west")
        await eventually(lambda: app.home.pane is not None and app.home.pane is not pane)
        await settled(app, other)
        await asyncio.sleep(0.4)  # longer than the old answer takes: it must come to nothing
        assert names(app) == ["elsewhere-1"]
        assert not pane.store.rows
        assert "late-1" not in "\n".join(text(app))


async def test_of_two_switches_the_later_one_counts(
    cluster: EmbeddedCluster, other: EmbeddedCluster, clock: ManualClock
) -> None:
    async with running(cluster, clock, config=both(cluster, other)) as (app, _):
        await settled(app, cluster)
        app.home.switch.enter("west")
        app.home.switch.enter("east")
        await settled(app, cluster)
        assert "east" in status(app)
        assert "connecting" not in status(app)
        await eventually(lambda: other.watching == [])


async def test_a_context_that_cannot_be_opened_leaves_the_old_one_open(
    cluster: EmbeddedCluster, other: EmbeddedCluster, clock: ManualClock
) -> None:
    cluster.store.create(pod("web-1"))
    async with running(cluster, clock, config=both(cluster, other)) as (app, _):
        await settled(app, cluster)
        session = app.home.session
        await typed(app, ":", "ctx moon", "\r")
        assert "There is no context 'moon'" in app.home.command_line.error
        assert app.home.command_line.text == "ctx moon"
        await typed(app, "escape", ":", "ctx broken", "\r")
        await tells(app, "nowhere")
        assert app.home.session is session
        cluster.store.create(pod("web-2"))
        await settled(app, cluster)
        assert names(app) == ["web-1", "web-2"]
        assert "east" in status(app)


async def test_the_picker_of_contexts(cluster: EmbeddedCluster, other: EmbeddedCluster, clock: ManualClock) -> None:
    async with running(cluster, clock, config=both(cluster, other)) as (app, _):
        await settled(app, cluster)
        await typed(app, ":", "ctx", "\r")
        assert any("> east" in line for line in text(app))
        await typed(app, "west", "\r")
        await says(app, "west")
        await settled(app, other)


async def test_a_context_added_to_the_file_is_known_at_the_next_switch(
    cluster: EmbeddedCluster, other: EmbeddedCluster, clock: ManualClock
) -> None:
    config = both(cluster, other)
    added = config["contexts"].pop(1)
    async with running(cluster, clock, config=config) as (app, _):
        await settled(app, cluster)
        config["contexts"].append(added)
        assert app.settings.kubeconfig is not None
        app.settings.kubeconfig.write_text(yaml.safe_dump(config))
        await typed(app, ":")
        await eventually(lambda: [each.name for each in app.contexts.all] == ["east", "broken", "west"])
        await typed(app, "ctx west", "\r")
        await says(app, "west")
        await settled(app, other)
        assert names(app) == ["elsewhere-1"]


async def test_a_wrong_context_at_the_start_ends_with_a_sentence(
    cluster: EmbeddedCluster, other: EmbeddedCluster, clock: ManualClock
) -> None:
    flags = Overrides(context="moon")
    async with running(cluster, clock, config=both(cluster, other), overrides=flags) as (app, _):
        await eventually(lambda: not app.is_running)
        assert app.return_code == 2
        said = " ".join(str(each) for each in app._exit_renderables)
        assert "moon" in said
        assert "Traceback" not in said


# The first namespace: the flag's, else the context's, else all where that is allowed, else `default`


async def test_all_namespaces_where_that_is_allowed(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    async with running(cluster, clock) as (app, _):
        await settled(app, cluster)
        assert "pods (all)" in status(app)


async def test_the_flag_wins(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    flags = Overrides(context="demo-viewer", namespace="kube-system")
    async with running(cluster, clock, overrides=flags) as (app, _):
        await says(app, "pods (kube-system)")


async def test_the_flag_for_all_wins_over_the_context(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    config = cluster.kubeconfig()
    config["contexts"][0]["context"]["namespace"] = "kube-system"
    async with running(cluster, clock, config=config, all_namespaces=True) as (app, _):
        await settled(app, cluster)
        assert "pods (all)" in status(app)


async def test_the_contexts_own(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    furnish(cluster)
    async with running(cluster, clock, overrides=Overrides(context="demo-viewer")) as (app, _):
        await settled(app, cluster)
        assert "pods (shop) 6" in status(app)
        assert "● live" in status(app)


async def test_default_for_whoever_may_not_see_all(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    config = cluster.kubeconfig()
    config["contexts"][1]["context"].pop("namespace")
    async with running(cluster, clock, config=config, overrides=Overrides(context="demo-viewer")) as (app, _):
        await says(app, "pods (default)")


async def test_a_server_that_does_not_answer_the_question_does_not_hold_up_the_start(
    cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    cluster.faults.add(Fault(resource="selfsubjectaccessreviews", status=500))
    async with running(cluster, clock) as (app, _):
        await settled(app, cluster)
        assert "pods (all)" in status(app)


# Users who may not see everything


async def test_the_viewer_sees_what_is_allowed_and_why_the_rest_is_not(
    cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    furnish(cluster)
    async with running(cluster, clock, overrides=Overrides(context="demo-viewer"), view="nodes") as (app, _):
        await until_denied(app)
        assert "denied: list nodes" in status(app)
        assert any("may not list nodes" in line for line in text(app))
        await typed(app, "3")
        await settled(app, cluster)
        assert "pods (shop) 6" in status(app)


async def test_refused_cluster_wide_the_namespaces_fallen_back_on_are_told(
    cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    furnish(cluster)
    flags = Overrides(context="demo-viewer")
    async with running(cluster, clock, overrides=flags, all_namespaces=True, size=(120, 24)) as (app, _):
        await says(app, "live · 1 namespace: shop")
        await settled(app, cluster)
        assert len(names(app)) == 6
        cluster.store.create(pod("web-9", "shop"))
        await settled(app, cluster)
        assert "web-9" in names(app)


async def test_a_namespace_that_was_typed_is_fed_too(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    furnish(cluster)
    cluster.store.create(policy.binding("viewer", "payments", "view"))
    flags = Overrides(context="demo-viewer")
    async with running(cluster, clock, overrides=flags, all_namespaces=True, size=(120, 24)) as (app, _):
        await says(app, "live · 1 namespace: shop")
        await typed(app, ":", "pods payments", "\r")
        await says(app, "pods (payments) 2")
        await typed(app, "0")
        await says(app, "live · 2 namespaces: shop, payments")
        await typed(app, "n")
        await idle(app)
        assert any("payments" in line for line in text(app))


async def test_rights_given_later_are_seen_after_ctrl_r(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    """Trap 11: a refusal is not for ever."""
    cluster.store.create(node("worker-1"))
    async with running(cluster, clock, overrides=Overrides(context="demo-viewer"), view="nodes") as (app, _):
        await until_denied(app)
        cluster.access.rules["viewer"].append(Rule(("get", "list", "watch"), ("",), ("nodes",)))
        await typed(app, "ctrl+r")
        await settled(app, cluster)
        assert names(app) == ["worker-1"]
        assert "Asking the server again" in messages(app)
