"""Workloads as a person sees them on the shop's bad day: how each is, its pods, new ones too, what is refused."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from k8stui.app import K8sTui
from k8stui.cluster.states import Denied
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.model.workloads import WorkloadLine
from k8stui.screens.workloads import WorkloadsPane
from k8stui.settings import Overrides
from tests.support.around import Living, living
from tests.support.clock import ManualClock
from tests.support.house import learnt, names, running, says, settled, status, text, typed
from tests.support.owned import owner
from tests.support.waiting import eventually

Snap = Callable[..., Awaitable[None]]


@asynccontextmanager
async def shop(*keys: str, size: tuple[int, int] = (160, 48)) -> AsyncIterator[tuple[K8sTui, Living]]:
    """The program over the shop, in the view that the keys lead to."""
    async with living() as world, running(world.cluster, world.clock, size=size) as (app, _):
        await settled(app, world.cluster)
        for each in keys:
            await typed(app, *each.split())
            await settled(app, world.cluster)
        yield app, world


def lines(app: K8sTui) -> dict[str, str]:
    """What is on the screen, by the name of its line."""
    found = {}
    for line in text(app)[2:]:
        words = line.replace(">", " ").split()
        if len(words) > 3:
            found["/".join(words[:3] if words[1][0].isupper() else words[:2])] = line
    return found


@pytest.mark.slow
async def test_2_shows_every_workload_the_worst_first_in_the_right_words() -> None:
    async with shop("2 0") as (app, _):
        assert "workloads (all)" in status(app)
        assert "● live" in status(app)
        shown = lines(app)
        for name, words in {
            "shop/Deployment/checkout": "✖ Stuck: ProgressDeadlineExceeded",
            "payments/Deployment/settlement": "✖ Degraded 0/1",
            "payments/Deployment/fraud-model": "✖ Stuck: ProgressDeadlineExceeded",
            "shop/Deployment/recommender": "✖ Stuck: ProgressDeadlineExceeded",
            "kube-system/Deployment/coredns": "✖ Degraded 0/2",
            "shop/StatefulSet/sessions": "▲ Degraded 2/3",
            "kube-system/DaemonSet/kube-proxy": "▲ Degraded 7/8",
            "payments/CronJob/reconcile": "▲ Suspended",
            "payments/Job/ledger-backfill": "▲ Retrying · 6 failed",
            "payments/CronJob/reports": "● next run in 40s",
            "shop/Deployment/storefront": "● Healthy",
            "streams-system/Deployment/topic-operator": "· Scaled to 0",
        }.items():
            assert words in shown[name], shown[name]
        assert "Argo CD shop" in shown["shop/Deployment/cart"]
        assert "Helm ingress-n" in shown["ingress-nginx/Deployment/ingress-nginx-controller"]
        assert not [name for name in shown if "/ReplicaSet/" in name]  # their Deployments speak for them
        assert list(shown).index("shop/StatefulSet/sessions") < list(shown).index("shop/Deployment/cart")
        coredns = next(line for line in _rows(app) if line.ref.name == "coredns")
        assert coredns.restarts == 54


@pytest.mark.slow
async def test_the_lowest_line_says_why() -> None:
    async with shop("2 0") as (app, _):
        pane = app.home.pane
        assert isinstance(pane, WorkloadsPane)
        said = {line.ref.name: pane.explain(line) for line in _rows(app)}
        assert "OOMKilled 137" in said["settlement"]
        assert "has timed out progressing" in said["checkout"]
        assert "its readiness probe does not succeed" in said["checkout"]
        assert "registry.shop.example/payments/fraud-model" in said["fraud-model"]
        assert said["cart"] == ""
        assert "settlement-" in text(app)[-2]


@pytest.mark.slow
async def test_enter_shows_its_pods_and_those_of_a_new_rollout_as_they_come() -> None:
    async with shop("2 0", "/ checkout enter", "enter") as (app, world):
        assert "pods (all) of deployment checkout 4" in status(app)
        before = names(app)
        assert {name.rsplit("-", 1)[0] for name in before} == {"checkout-859f9d98c", "checkout-5444bf84fc"}
        found = world.cluster.store.get("deployments.apps", "checkout", "shop")
        found["spec"]["template"]["spec"]["containers"][0]["image"] = "registry.shop.example/shop/checkout:3.0.7"
        found["spec"]["template"]["metadata"].setdefault("annotations", {})["note"] = "again"
        world.life.world.registry.update(found)
        world.step(5)
        await settled(app, world.cluster)
        come = set(names(app)) - set(before)
        sets = {row["metadata"]["name"] for row in world.cluster.store.list("replicasets.apps", "shop")}
        new = {name.rsplit("-", 1)[0] for name in come}
        assert len(new) == 1
        assert new < sets
        await typed(app, "escape")
        await settled(app, world.cluster)
        assert "workloads" in status(app)


TABLES = (
    (":deploy", "deployments.apps (all) 15", "UP-TO-DATE"),
    (":sts", "statefulsets.apps (all)", "HEALTH"),
    (":ds", "daemonsets.apps (all) 2", "NODE SELECTOR"),
    (":rs", "replicasets.apps (all)", "REVISION"),
    (":jobs", "jobs.batch (all)", "COMPLETIONS"),
    (":cj", "cronjobs.batch (all) 2", "LAST SCHEDULE"),
)


@pytest.mark.slow
async def test_a_table_of_each_kind() -> None:
    async with shop("0") as (app, world):
        for command, title, column in TABLES:
            await typed(app, *command, "enter")
            await settled(app, world.cluster)
            assert title in status(app)
            assert column in text(app)[1]
            assert "RESTARTS" in text(app)[1]


async def test_pods_of_a_cron_job_are_those_of_its_jobs() -> None:
    async with shop("0", ":cj enter", "/ reports enter", "enter") as (app, _):
        assert "of cronjob reports" in status(app)
        assert names(app)
        assert all(name.startswith("reports-") for name in names(app))


async def test_a_kind_that_may_not_be_listed_leaves_the_others_and_is_named(
    cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    cluster.store.create(owner("Deployment", "web", replicas=3))
    cluster.access.deny("*", "jobs")
    async with running(cluster, clock, size=(160, 20)) as (app, _):
        await learnt(app)
        await typed(app, "2")
        await says(app, "live · denied: list jobs.batch")
        await settled(app, cluster)
        assert "● live" in status(app)
        assert names(app) == ["web"]
        assert "RESTARTS" in text(app)[1]
        cluster.access.denials.clear()
        await typed(app, "ctrl+r")
        await eventually(lambda: "denied" not in status(app))


async def test_without_pods_there_are_no_restarts_to_show(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    cluster.store.create(owner("Deployment", "web", replicas=3))
    cluster.access.deny("*", "pods")
    async with running(cluster, clock, size=(160, 20)) as (app, _):
        await learnt(app)
        await typed(app, "2")
        await says(app, "live · denied: list pods")
        await settled(app, cluster)
        assert names(app) == ["web"]
        assert "RESTARTS" not in text(app)[1]
        assert "wants 3 has 0" not in text(app)[2]  # nobody has acted upon it yet
        assert "Change not observed yet" in text(app)[2]


async def test_where_every_kind_is_refused_the_view_is(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    cluster.access.deny("*", "*")
    async with running(cluster, clock) as (app, _):
        await learnt(app)
        await typed(app, ":", "workloads", "enter")
        await eventually(lambda: "workloads" in status(app) and isinstance(_state(app), Denied))
        assert "denied: list deployments.apps" in await says(app, "denied")


async def test_one_namespace(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    cluster.add_namespace("shop")
    for namespace in ("default", "shop"):
        made = owner("StatefulSet", f"db-{namespace}", replicas=1, serviceName="db")
        cluster.store.create(made | {"metadata": made["metadata"] | {"namespace": namespace}})
    async with running(cluster, clock) as (app, _):
        await settled(app, cluster)
        await typed(app, ":", "workloads shop", "enter")
        await settled(app, cluster)
        assert names(app) == ["db-shop"]
        assert "NAMESPACE" not in text(app)[1]


@pytest.mark.slow
async def test_rights_in_one_namespace_show_its_workloads_with_everything() -> None:
    async with living() as world:
        flags = Overrides(context="demo-viewer")
        async with running(world.cluster, world.clock, size=(160, 30), overrides=flags, all_namespaces=True) as (
            app,
            _,
        ):
            await says(app, "live · 1 namespace: shop")
            await typed(app, "2")
            await says(app, "workloads (all)")
            await settled(app, world.cluster)
            assert "live · 1 namespace: shop" in status(app)
            assert {line.ref.namespace for line in _rows(app)} == {"shop"}
            assert "RESTARTS" in text(app)[1]
            await typed(app, "/", "checkout", "enter", "enter")
            await settled(app, world.cluster)
            assert "of deployment checkout 4" in status(app)


@pytest.mark.parametrize(("size", "name"), [((80, 24), "workloads-80x24"), ((120, 40), "workloads-120x40")])
async def test_picture(snap: Snap, size: tuple[int, int], name: str) -> None:
    async with shop("2 0", size=size) as (app, _):
        await snap(app, name)


def _rows(app: K8sTui) -> list[WorkloadLine]:
    pane = app.home.pane
    assert pane is not None
    return list(pane.view.window(0, len(pane.view)))


def _state(app: K8sTui) -> object:
    pane = app.home.pane
    return pane.state if pane is not None else None
