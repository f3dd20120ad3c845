"""Whose logs are followed: workloads that roll, selectors, nodes; no more than so many at once."""

import asyncio

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.kubelet.habits import Habit
from k8stui.demo.serving.faults import Fault
from k8stui.model.kinds import CRON_JOBS, DEPLOYMENTS, Ref
from k8stui.model.logs.entry import Mark
from k8stui.model.logs.options import ALL, LogOptions
from k8stui.model.logs.target import Target
from k8stui.operations.logs.sources import Stage
from tests.support import manifests
from tests.support.around import Living, living
from tests.support.clock import ManualClock
from tests.support.logs import Followed, Writer, following, names
from tests.support.waiting import eventually

TALKING = Habit(images="*", says=("listening",))


def workload(world: Living, resource: str, name: str) -> Ref:
    found = world.cluster.store.get(resource, name, "default")
    kind = {"deployments.apps": DEPLOYMENTS, "cronjobs.batch": CRON_JOBS}[resource]
    return Ref(kind, "default", name, found["metadata"]["uid"])


def ready(world: Living, name: str, count: int) -> bool:
    status = world.cluster.store.get("deployments.apps", name, "default").get("status", {})
    return bool(status.get("updatedReplicas") == status.get("readyReplicas") == status.get("replicas") == count)


async def stepped(world: Living, log: Followed, until: object) -> None:
    """Let the cluster's time pass until it is so here, which takes time of its own: lines wait for each other."""
    loop = asyncio.get_running_loop()
    end = loop.time() + 15
    while loop.time() < end:
        if callable(until) and until():
            return
        world.step(1.0)
        await log.follow.session.connection.request("GET", "/version")
    raise AssertionError(f"never: {until}")


async def test_trap_18_pods_of_a_rollout_join_an_open_view_also_with_match_expressions() -> None:
    async with living("quiet", TALKING) as world:
        made = manifests.deployment("web", 3)
        made["spec"]["selector"] = {"matchExpressions": [{"key": "app", "operator": "In", "values": ["web", "www"]}]}
        await world.make(made)
        world.until(lambda: ready(world, "web", 3))
        target = Target(namespace="default", owner=workload(world, "deployments.apps", "web"))
        async with following(world.cluster, target) as log:
            await eventually(lambda: log.lines.count("listening") == 3)
            first = {source.pod.name for source in log.follow.sources.values()}
            found = world.cluster.store.get("deployments.apps", "web", "default")
            found["spec"]["template"]["spec"]["containers"][0]["image"] = f"{manifests.IMAGE}:2"
            world.life.world.registry.update(found)
            world.life.agenda.catch_up()
            await stepped(world, log, lambda: ready(world, "web", 3) and len(log.marks(Mark.GONE)) == 3)
            await eventually(lambda: log.lines.count("listening") == 6)
            sources = log.follow.sources.values()
            assert {each.pod.name for each in sources if each.stage is Stage.ENDED} == first
            assert len([each for each in sources if each.stage is not Stage.ENDED and each.chosen]) == 3
            assert len(log.marks(Mark.JOINED)) == 3
            assert all(name in " ".join(log.marks(Mark.GONE)) for name in first)
            assert log.marks(Mark.GAP) == []


async def test_the_jobs_of_a_cronjob_join() -> None:
    async with living("quiet", Habit(images="*", exits=2.0, says=("working",), last_words=())) as world:
        await world.make(manifests.cronjob("backup", f"{manifests.IMAGE}:1", "*/1 * * * *"))
        target = Target(namespace="default", owner=workload(world, "cronjobs.batch", "backup"))
        async with following(world.cluster, target) as log:
            await stepped(world, log, lambda: len(log.marks(Mark.JOINED)) >= 2 and log.lines.count("working") >= 2)
            await stepped(world, log, lambda: len(log.marks(Mark.GONE)) >= 1)
            assert "exited 0 Completed" in log.marks(Mark.GONE)[0]


async def test_pods_of_a_selector_with_expressions(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    writer = Writer(cluster, clock)
    for name, app in (("a", "web"), ("b", "www"), ("c", "db")):
        writer.pod(name, labels={"app": app})
        writer.say(name, f"{name} here")
    async with following(cluster, Target(namespace=None, selector="app in (web,www)")) as log:
        await eventually(lambda: len(log.lines) == 2)
        assert log.lines == ["a here", "b here"]
        writer.pod("d", labels={"app": "www"})
        assert await log.said(Mark.JOINED) == "d/app joined"
        writer.say("d", "d here")
        await log.until("d here")


async def test_pods_of_a_node_in_a_namespace(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    writer = Writer(cluster, clock)
    for name in ("a", "b"):
        writer.pod(name)
        writer.say(name, f"{name} here")
    node = cluster.store.get("pods", "a", "default")["spec"]["nodeName"]
    async with following(cluster, Target(namespace="default", node=node)) as log:
        await eventually(lambda: len(log.lines) == 2)
    async with following(cluster, Target(namespace="default", node="elsewhere")) as log:
        await eventually(lambda: not log.follow._first)
        assert log.follow.sources == {}


async def test_no_more_than_so_many_are_followed_and_others_can_be_chosen(
    cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    writer = Writer(cluster, clock)
    for number in range(5):
        writer.pod(f"web-{number}", labels={"app": "web"})
        writer.say(f"web-{number}", f"{number} one")
    writer.restart("web-4", 1)
    writer.say("web-4", "4 one", run=1)
    async with following(cluster, Target(namespace="default", selector="app=web"), streams=2) as log:
        await eventually(lambda: len(log.lines) == 2)
        sources = log.follow.sources
        chosen = [each.pod.name for each in sources.values() if each.chosen]
        assert sorted(chosen) == ["web-0", "web-4"]  # restarts first, then by name
        aside = log.source("web-2/app")
        assert (aside.stage, aside.chosen) == (Stage.ASIDE, False)
        log.follow.choose([aside.number, log.source("web-0/app").number])
        await log.until("2 one")
        writer.say("web-4", "unheard", run=1)
        writer.say("web-0", "0 two")
        await log.until("0 two")
        log.follow.choose([log.source("web-4/app").number])
        await log.until("unheard")
        assert log.marks(Mark.GAP) == []
        writer.pod("web-9", labels={"app": "web"})
        writer.say("web-9", "9 joins, for there is a place")
        await log.until("9 joins, for there is a place")


async def test_a_place_that_gets_free_is_taken(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    writer = Writer(cluster, clock)
    for name in ("a", "b"):
        writer.pod(name, labels={"app": "web"})
        writer.say(name, f"{name} here")
    async with following(cluster, Target(namespace="default", selector="app=web"), streams=1) as log:
        await log.until("a here")
        writer.delete("a")
        await log.until("b here")


async def test_all_containers_and_the_default_one(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    writer = Writer(cluster, clock)
    default = {"kubectl.kubernetes.io/default-container": "side"}
    writer.pod("web", "app", "side", annotations=default, labels={"app": "web"})
    writer.say("web", "from app")
    writer.say("web", "from side", container="side")
    target = Target(namespace="default", selector="app=web")
    async with following(cluster, target, LogOptions(container=ALL)) as log:
        await eventually(lambda: log.lines == ["from app", "from side"])
        assert [each.name for each in log.follow.sources.values()] == ["web/app", "web/side"]
    async with following(cluster, target) as log:
        await log.until("from side")
        assert log.lines == ["from side"]
    async with following(cluster, target, LogOptions(container="none")) as log:
        assert await log.said(Mark.NOTE) == "No container of app=web is called none: it has app, side"


async def test_logs_that_are_read_once(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    writer = Writer(cluster, clock)
    writer.pod("web", labels={"app": "web"})
    writer.say("web", "one", "two")
    target = Target(namespace="default", selector="app=web")
    async with following(cluster, target, LogOptions(limit_bytes=6)) as log:
        assert await log.said(Mark.NOTE) == "web/app was read up to the limit of 6 bytes"
        assert log.lines == ["one", "tw"]  # kubectl's bytes: those of no stamp that nobody asked for
    async with following(cluster, target, LogOptions(limit_bytes=40, timestamps=True)) as log:
        assert await log.said(Mark.NOTE) == "web/app was read up to the limit of 40 bytes"
        assert log.lines[0] == "one"
        assert log.lines[1].startswith("20")
    async with following(cluster, target, LogOptions(previous=True)) as log:
        why = 'it has no earlier run (previous terminated container "app" in pod "web" not found)'
        assert await log.said(Mark.NOTE) == f"web/app cannot be read: {why}"
    writer.restart("web", 1)
    writer.say("web", "reborn", run=1)
    async with following(cluster, target, LogOptions(previous=True)) as log:
        assert await log.said(Mark.NOTE) == "web/app was read to its end (the run before)"
        assert log.lines == ["one", "two"]


async def test_a_pod_that_may_be_read_but_not_listed_is_followed_all_the_same(
    cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    writer = Writer(cluster, clock)
    writer.pod("web")
    writer.say("web", "one")
    cluster.faults.add(Fault(verb="list", resource="pods", status=403))
    async with following(cluster, names("web")) as log:
        await log.until("one")
        writer.restart("web", 1)
        writer.say("web", "reborn", run=1)
        await log.until("reborn")
        writer.delete("web")
        await log.said(Mark.GONE)
        assert log.lines == ["one", "reborn"]


async def test_pods_that_may_not_be_listed_are_said(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    cluster.faults.add(Fault(verb="list", resource="pods", status=403))
    async with following(cluster, Target(namespace="default", selector="app=web")) as log:
        assert "The pods of app=web cannot be seen: " in await log.said(Mark.NOTE)
