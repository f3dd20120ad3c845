"""What a start says of debug pods that runs that were cut off have left, and how an end is said."""

from pathlib import Path
from typing import Any

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault
from k8stui.operations.debugging.left import Left
from k8stui.operations.debugging.record import Record
from tests.support.clock import START, ManualClock
from tests.support.house import idle, messages, running, settled, tells
from tests.support.left_behind import leave
from tests.support.objects import pod


def cut_off(state: Path, cluster: EmbeddedCluster, *names: str, run: str = "dead", **fields: Any) -> None:
    """The record of a run that was killed: pods that are there, or whatever else `fields` say."""
    record = Record(state, run, now=lambda: START - 600, complain=print)
    for name in names:
        found = [each for each in cluster.store.list("pods", "shop") if each["metadata"]["name"] == name]
        uid = found[0]["metadata"]["uid"] if found else "uid-gone"
        given: dict[str, Any] = {"context": "demo", "server": cluster.url, "user": "admin", "mode": "alone"}
        given |= {"at": START - 500, "namespace": "shop", "name": name, "uid": uid}
        record.keep(Left(number=record.number(), **{**given, **fields}))
    assert record._file is not None
    record._file.close()


async def told(app: K8sTui, cluster: EmbeddedCluster) -> list[str]:
    await settled(app, cluster)
    await idle(app)
    return [line for line in messages(app).splitlines() if "debug" in line]


async def test_what_was_left_is_removed_and_told_with_its_time(
    cluster: EmbeddedCluster, clock: ManualClock, tmp_path: Path
) -> None:
    cluster.add_namespace("shop")
    for name in ("one", "two", "somebody-elses"):
        leave(cluster, name, ago=500)
    cut_off(tmp_path, cluster, "one", "two", "gone")
    async with running(cluster, clock, state=tmp_path, times="utc") as (app, _):
        (said,) = await told(app, cluster)
    assert said == (
        "Removed 2 debug pods (shop/one, shop/two) that a run cut off had left since 2026-09-21 14:05:00 +00:00"
    )
    alive = [each for each in cluster.store.list("pods") if not each["metadata"].get("deletionTimestamp")]
    assert [each["metadata"]["name"] for each in alive] == ["somebody-elses"]
    async with running(cluster, clock, state=tmp_path) as (app, _):
        assert await told(app, cluster) == []


async def test_in_a_read_only_context_it_is_told_and_stays(
    cluster: EmbeddedCluster, clock: ManualClock, tmp_path: Path
) -> None:
    cluster.add_namespace("shop")
    leave(cluster, "one", ago=500)
    cut_off(tmp_path, cluster, "one")
    async with running(cluster, clock, state=tmp_path, read_only=("demo",)) as (app, _):
        (said,) = await told(app, cluster)
    assert said.startswith(
        "A run that was cut off has left debug pod shop/one, still there: The context demo is read-only"
    )
    assert not any(each.verb == "delete" for each in cluster.requests)


async def test_what_a_refusal_leaves_there_is_told(
    cluster: EmbeddedCluster, clock: ManualClock, tmp_path: Path
) -> None:
    cluster.add_namespace("shop")
    leave(cluster, "one", ago=500)
    cut_off(tmp_path, cluster, "one")
    cluster.faults.add(Fault(verb="delete", resource="pods", status=403, message="a policy forbids it"))
    async with running(cluster, clock, state=tmp_path) as (app, _):
        (said,) = await told(app, cluster)
    assert "still there" in said
    assert "a policy forbids it" in said


async def test_other_contexts_are_told_of_once_and_cleaned_when_they_are_opened(
    cluster: EmbeddedCluster, clock: ManualClock, tmp_path: Path
) -> None:
    cluster.add_namespace("shop")
    leave(cluster, "one", ago=500)
    cut_off(tmp_path, cluster, "one", context="demo-editor")
    async with running(cluster, clock, state=tmp_path, namespace="shop") as (app, _):
        (said,) = await told(app, cluster)
        assert said == (
            "A run that was cut off may have left debug pod shop/one in demo-editor: "
            "opening that context removes what is there"
        )
        app.home.switch.enter("demo-viewer")
        await settled(app, cluster)
        assert len(await told(app, cluster)) == 1
        app.home.switch.enter("demo-editor")
        await tells(app, "Removed debug pod shop/one that a run cut off had left since")


async def test_a_container_that_was_added_is_told_of_as_long_as_it_runs(
    cluster: EmbeddedCluster, clock: ManualClock, tmp_path: Path
) -> None:
    cluster.add_namespace("shop")
    web = pod("web", "shop")
    web["spec"]["ephemeralContainers"] = [{"name": "debugger-1", "image": "busybox"}]
    cluster.store.create(web)
    cut_off(tmp_path, cluster, "web", mode="ephemeral", container="debugger-1")
    for _ in range(2):
        async with running(cluster, clock, state=tmp_path) as (app, _):
            (said,) = await told(app, cluster)
        assert said == (
            "The debug container debugger-1 that an earlier run had added still runs in shop/web: "
            "only the end of that pod removes it (:sweep)"
        )


async def test_several_containers_that_were_added_are_one_message(
    cluster: EmbeddedCluster, clock: ManualClock, tmp_path: Path
) -> None:
    cluster.add_namespace("shop")
    for name in ("web", "api"):
        made = pod(name, "shop")
        made["spec"]["ephemeralContainers"] = [{"name": "debugger-1", "image": "busybox"}]
        cluster.store.create(made)
    cut_off(tmp_path, cluster, "web", "api", mode="ephemeral", container="debugger-1")
    async with running(cluster, clock, state=tmp_path) as (app, _):
        (said,) = await told(app, cluster)
    assert said.startswith("2 debug containers (debugger-1 of shop/")
    assert said.endswith(") that earlier runs had added still run: only the end of their pods removes them (:sweep)")


async def test_nobody_is_told_that_opening_a_context_removes_a_pod_that_has_a_debug_container(
    cluster: EmbeddedCluster, clock: ManualClock, tmp_path: Path
) -> None:
    cluster.add_namespace("shop")
    cut_off(tmp_path, cluster, "web", mode="ephemeral", container="debugger-1", uid="u", context="demo-editor")
    async with running(cluster, clock, state=tmp_path, namespace="shop") as (app, _):
        (said,) = await told(app, cluster)
    assert said == (
        "Debug container debugger-1 of shop/web in demo-editor, which an earlier run had added, may still run: "
        ":sweep tells it there"
    )
