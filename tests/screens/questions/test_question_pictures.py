"""Each kind of question as it looks on the smallest usual terminal."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault
from k8stui.screens.questions.reschedule import RescheduleScreen
from k8stui.screens.questions.results import ResultScreen
from tests.support.clock import ManualClock
from tests.support.house import burst, idle, running, settled, typed
from tests.support.questions import asked, shop, stateful, told
from tests.support.waiting import eventually

Snap = Callable[..., Awaitable[None]]


@asynccontextmanager
async def shown(cluster: EmbeddedCluster, clock: ManualClock, **settings: object) -> AsyncIterator[K8sTui]:
    """The program over a Deployment, a StatefulSet on a silent node, and two nodes that are well."""
    shop(cluster)
    stateful(cluster)
    async with running(cluster, clock, **settings) as (app, _):  # type: ignore[arg-type]
        await settled(app, cluster)
        yield app


async def command(app: K8sTui, line: str) -> None:
    """Type a command."""
    burst(app, ":")
    await typed(app, *line, "enter")


async def only(app: K8sTui, cluster: EmbeddedCluster, filter_: str) -> None:
    """The rows that hold this."""
    burst(app, "/")
    await typed(app, *filter_, "enter")
    await settled(app, cluster)


async def test_a_change(cluster: EmbeddedCluster, clock: ManualClock, snap: Snap) -> None:
    async with shown(cluster, clock, view="deployments.apps") as app:
        await typed(app, "r")
        await asked(app)
        await eventually(lambda: "trying it" not in told(app))
        await snap(app, "change")


async def test_a_destructive_one(cluster: EmbeddedCluster, clock: ManualClock, snap: Snap) -> None:
    async with shown(cluster, clock, view="deployments.apps") as app:
        await command(app, "scale 0")
        await asked(app)
        await snap(app, "destructive")


async def test_a_typed_one(cluster: EmbeddedCluster, clock: ManualClock, snap: Snap) -> None:
    async with shown(cluster, clock, view="nodes", protected=("*",)) as app:
        await only(app, cluster, "worker-1")
        await typed(app, "c")
        await asked(app)
        await typed(app, *"worker-2", "enter")
        await snap(app, "typed")


async def test_several_targets(cluster: EmbeddedCluster, clock: ManualClock, snap: Snap) -> None:
    async with shown(cluster, clock) as app:
        await only(app, cluster, "web")
        await typed(app, "*")
        burst(app, "/")
        await typed(app, *["backspace"] * 3, *"web-1", "enter")
        await settled(app, cluster)
        await typed(app, "E")
        await asked(app)
        await snap(app, "several")


async def test_results_of_several(cluster: EmbeddedCluster, clock: ManualClock, snap: Snap) -> None:
    path = "/api/v1/namespaces/shop/pods/web-0"
    cluster.faults.add(Fault(verb="delete", resource="pods", path=path, status=403, message="not yours"))
    async with shown(cluster, clock) as app:
        await only(app, cluster, "web")
        await typed(app, "*", "ctrl+d")
        await asked(app)
        await typed(app, "tab", "enter")
        await eventually(lambda: isinstance(app.screen, ResultScreen))
        await idle(app)
        await snap(app, "results")


async def test_one_with_its_difference(cluster: EmbeddedCluster, clock: ManualClock, snap: Snap) -> None:
    async with shown(cluster, clock, view="deployments.apps") as app:
        await command(app, "image *=registry.example/web:2")
        await asked(app)
        await eventually(lambda: "the server would change" in told(app))
        await typed(app, "d")
        await snap(app, "difference")


@pytest.mark.parametrize("fault", ["doubt", "refused"])
async def test_one_that_could_not_be_tried_or_would_be_refused(
    cluster: EmbeddedCluster, clock: ManualClock, snap: Snap, fault: str
) -> None:
    status, message = (500, "webhook quota.example: timeout") if fault == "doubt" else (403, "quota exceeded")
    cluster.faults.add(Fault(verb="patch", resource="deployments", status=status, message=message))
    cluster.faults.add(Fault(verb="list", resource="poddisruptionbudgets", status=403, message="no"))
    async with shown(cluster, clock, view="deployments.apps") as app:
        await command(app, "image *=registry.example/web:2")
        await asked(app)
        await eventually(lambda: "trying it" not in told(app))
        await snap(app, fault)


async def test_how_a_pod_is_deleted(cluster: EmbeddedCluster, clock: ManualClock, snap: Snap) -> None:
    async with shown(cluster, clock) as app:
        await only(app, cluster, "web-0")
        await typed(app, "ctrl+d")
        await asked(app)
        await typed(app, "w")
        await typed(app, "tab")
        await snap(app, "now")
        await typed(app, "g", *"9x", "enter")
        await snap(app, "grace")
        await typed(app, "escape")
        await typed(app, "f")
        await snap(app, "force")


async def test_a_workload_with_its_claims(cluster: EmbeddedCluster, clock: ManualClock, snap: Snap) -> None:
    async with shown(cluster, clock, view="statefulsets.apps") as app:
        await typed(app, "ctrl+d")
        question = await asked(app)
        await typed(app, "v")
        await eventually(lambda: len(question.case.mutations) == 2)
        await idle(app)
        await snap(app, "claims")


async def test_no_execute(cluster: EmbeddedCluster, clock: ManualClock, snap: Snap) -> None:
    async with shown(cluster, clock, view="nodes") as app:
        await only(app, cluster, "worker-1")
        await command(app, "taints maint=x:NoExecute")
        await asked(app)
        await eventually(lambda: "trying it" not in told(app))
        await snap(app, "no-execute")


async def test_a_pod_of_a_dead_node(cluster: EmbeddedCluster, clock: ManualClock, snap: Snap) -> None:
    async with shown(cluster, clock) as app:
        await only(app, cluster, "db")
        await typed(app, "ctrl+d")
        await asked(app)
        await snap(app, "dead-node")


async def test_a_dead_node(cluster: EmbeddedCluster, clock: ManualClock, snap: Snap) -> None:
    async with shown(cluster, clock, view="nodes") as app:
        await only(app, cluster, "worker-3")
        await command(app, "reschedule")
        await eventually(lambda: isinstance(app.screen, RescheduleScreen))
        await idle(app)
        await snap(app, "reschedule")


async def test_a_conflict(cluster: EmbeddedCluster, clock: ManualClock, snap: Snap) -> None:
    async with shown(cluster, clock, view="nodes") as app:
        await only(app, cluster, "worker-1")
        await command(app, "taints a=b:NoSchedule")
        await asked(app)
        taints = [{"key": "other", "effect": "NoSchedule"}]
        cluster.store.modify("nodes", "worker-1", change=lambda each: each["spec"].update(taints=taints))
        before = app.screen
        await typed(app, "y")
        await eventually(lambda: app.screen is not before and app.screen is not app.home)
        await asked(app)
        await eventually(lambda: "trying it" not in told(app))
        await snap(app, "conflict")
