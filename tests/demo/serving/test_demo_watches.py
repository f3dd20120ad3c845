"""Watches over HTTP: what is sent, when it ends, and what a client that lags behind gets."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.options import Options
from tests.support.clock import ManualClock
from tests.support.http import TABLE, http
from tests.support.objects import configmap, node, pod
from tests.support.waiting import eventually

PODS = "/api/v1/pods?watch=1"


@pytest.fixture
async def brisk(clock: ManualClock) -> AsyncIterator[EmbeddedCluster]:
    """Bookmarks come fast, and who does not read is dropped fast."""
    cluster = EmbeddedCluster(clock, window=50, options=Options(bookmarks_every=0.02, stall=0.2))
    await cluster.start()
    yield cluster
    await cluster.stop()


def label(cluster: EmbeddedCluster, name: str, **labels: str) -> None:
    cluster.store.modify("pods", name, "default", change=lambda obj: obj["metadata"].update(labels=labels))


def since(cluster: EmbeddedCluster) -> str:
    return f"{PODS}&resourceVersion={cluster.store.revision}"


def told(event: dict[str, Any]) -> tuple[str, str]:
    return event["type"], event["object"]["metadata"].get("name", "")


async def test_a_whole_life_is_told_in_order(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client, client.watch(since(cluster)) as events:
        cluster.store.create(pod("web"))
        label(cluster, "web", a="b")
        gone = cluster.store.delete("pods", "web", "default")
        seen = [await anext(events) for _ in range(3)]
    assert [told(event) for event in seen] == [("ADDED", "web"), ("MODIFIED", "web"), ("DELETED", "web")]
    assert seen[2]["object"] == gone
    assert seen[0]["object"]["kind"] == "Pod"


async def test_a_watch_from_a_revision_misses_nothing_since(cluster: EmbeddedCluster) -> None:
    start = since(cluster)
    for index in range(30):
        cluster.store.create(pod(f"p{index:02d}"))
    async with http(cluster) as client, client.watch(start) as events:
        assert [told(await anext(events))[1] for _ in range(30)] == [f"p{index:02d}" for index in range(30)]


async def test_without_a_revision_the_objects_there_are_come_first(cluster: EmbeddedCluster) -> None:
    cluster.store.create(pod("old"))
    async with http(cluster) as client, client.watch(PODS) as events:
        assert told(await anext(events)) == ("ADDED", "old")
        cluster.store.create(pod("new"))
        assert told(await anext(events)) == ("ADDED", "new")


async def test_a_watch_of_one_namespace_hears_nothing_of_others(cluster: EmbeddedCluster) -> None:
    path = f"/api/v1/namespaces/shop/pods?watch=true&resourceVersion={cluster.store.revision}"
    async with http(cluster) as client, client.watch(path) as events:
        cluster.store.create(pod("other", "default"))
        cluster.store.create(node("n"))
        cluster.store.create(pod("mine", "shop"))
        assert told(await anext(events)) == ("ADDED", "mine")


async def test_leaving_a_selector_is_deleted_and_entering_it_is_added(cluster: EmbeddedCluster) -> None:
    cluster.store.create(pod("web", labels={"app": "a"}))
    async with http(cluster) as client, client.watch(since(cluster) + "&labelSelector=app%3Da") as events:
        label(cluster, "web", app="left")
        left = cluster.store.revision
        label(cluster, "web", app="elsewhere")
        label(cluster, "web", app="a")
        seen = [await anext(events) for _ in range(2)]
    assert [event["type"] for event in seen] == ["DELETED", "ADDED"]
    assert seen[0]["object"]["metadata"]["resourceVersion"] == str(left)
    assert seen[0]["object"]["metadata"]["labels"] == {"app": "a"}


async def test_a_field_selector_selects_events_too(cluster: EmbeddedCluster) -> None:
    selector = quote("spec.nodeName=worker-2")
    async with http(cluster) as client, client.watch(f"{since(cluster)}&fieldSelector={selector}") as events:
        cluster.store.create(pod("one", node="worker-1"))
        cluster.store.create(pod("two", node="worker-2"))
        assert told(await anext(events)) == ("ADDED", "two")


async def test_a_compacted_revision_is_http_200_with_one_error_line(cluster: EmbeddedCluster) -> None:
    start = since(cluster)
    cluster.store.create(pod("web"))
    cluster.store.compact()
    async with http(cluster) as client, client.watch(start) as events:
        lines = [event async for event in events]
    assert [line["type"] for line in lines] == ["ERROR"]
    assert (lines[0]["object"]["code"], lines[0]["object"]["reason"]) == (410, "Expired")


async def test_compaction_leaves_watches_alone_that_are_up_to_date(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client, client.watch(since(cluster)) as events:
        cluster.store.create(pod("a"))
        assert told(await anext(events)) == ("ADDED", "a")
        cluster.store.compact()
        cluster.store.create(pod("b"))
        assert told(await anext(events)) == ("ADDED", "b")


async def test_bookmarks_come_only_when_asked_for(brisk: EmbeddedCluster) -> None:
    async with http(brisk) as client:
        async with client.watch(f"{since(brisk)}&allowWatchBookmarks=true") as events:
            bookmark = await anext(events)
            brisk.store.create(node("elsewhere"))
            later = await anext(events)
        async with client.watch(f"{since(brisk)}&timeoutSeconds=1") as events:
            assert [event async for event in events] == []
    zero = {"spec": {"containers": None}, "status": {}}
    assert bookmark["type"] == "BOOKMARK"
    assert set(bookmark["object"]) == {"kind", "apiVersion", "metadata", *zero}
    versions = [int(each["object"]["metadata"]["resourceVersion"]) for each in (bookmark, later)]
    assert versions[0] < versions[1] == brisk.store.revision


async def test_a_bookmark_never_overtakes_a_change(brisk: EmbeddedCluster) -> None:
    brisk.store.create(pod("web"))
    seen = []
    async with http(brisk) as client, client.watch(f"{since(brisk)}&allowWatchBookmarks=true") as events:
        for index in range(100):
            label(brisk, "web", n=str(index))
            await asyncio.sleep(0.001)
        wanted = brisk.store.revision
        async for event in events:
            seen.append(int(event["object"]["metadata"]["resourceVersion"]))
            if seen[-1] == wanted:
                break
    assert seen == sorted(seen)


async def test_the_stream_ends_at_timeout_seconds(cluster: EmbeddedCluster) -> None:
    async with (
        http(cluster) as client,
        client.watch(f"{since(cluster)}&timeoutSeconds=1&allowWatchBookmarks=1") as all_,
    ):
        assert [event["type"] async for event in all_] == []
    await eventually(lambda: cluster.watching == [])


@pytest.mark.slow
async def test_two_seconds_before_its_end_a_watch_gets_a_bookmark(cluster: EmbeddedCluster) -> None:
    path = f"{since(cluster)}&timeoutSeconds=3&allowWatchBookmarks=1"
    async with http(cluster) as client, client.watch(path) as events:
        assert [event["type"] async for event in events] == ["BOOKMARK"]


async def test_an_hour_of_a_watch_passes_at_once_when_its_server_is_told_so(cluster: EmbeddedCluster) -> None:
    path = f"{since(cluster)}&timeoutSeconds=3600&allowWatchBookmarks=1"
    async with http(cluster) as client, client.watch(path) as events:
        await eventually(lambda: cluster.watching == ["pods"])
        (watch,) = cluster.watches
        watch.elapse(60)
        assert told(await anext(events)) == ("BOOKMARK", "")
        watch.elapse(3538)
        assert told(await anext(events)) == ("BOOKMARK", "")
        cluster.store.create(pod("web"))
        assert told(await anext(events)) == ("ADDED", "web")
        watch.elapse(2)
        assert [event async for event in events] == []
    watch.elapse(1)  # of one that is over: nothing
    assert cluster.watching == []


async def test_a_watch_from_anywhere_marks_the_end_of_what_was_there(cluster: EmbeddedCluster) -> None:
    cluster.store.create(pod("web"))
    async with http(cluster) as client:
        for query in ("&allowWatchBookmarks=true", "&allowWatchBookmarks=true&resourceVersion=0"):
            async with client.watch(PODS + query) as events:
                assert [told(await anext(events))[0] for _ in range(2)] == ["ADDED", "BOOKMARK"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", 504),
        ("&sendInitialEvents=true&resourceVersionMatch=NotOlderThan", 500),
        ("&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=0", 500),
    ],
)
async def test_a_storage_that_tells_no_progress_ends_these_in_one_error(
    clock: ManualClock, query: str, code: int
) -> None:
    cluster = EmbeddedCluster(clock, options=Options(progress=False, future_wait=0.01))
    await cluster.start()
    async with http(cluster) as client, client.watch(PODS + query) as events:
        lines = [event async for event in events]
    await cluster.stop()
    assert [(line["type"], line["object"]["code"]) for line in lines] == [("ERROR", code)]


async def test_a_storage_that_tells_no_progress_serves_watches_from_a_revision(clock: ManualClock) -> None:
    cluster = EmbeddedCluster(clock, options=Options(progress=False))
    await cluster.start()
    cluster.store.create(pod("web"))
    async with http(cluster) as client:
        for version in ("0", "1"):
            async with client.watch(f"{PODS}&resourceVersion={version}") as events:
                assert told(await anext(events)) == ("ADDED", "web")
    await cluster.stop()


async def test_a_watch_list_ends_its_initial_events_with_an_annotated_bookmark(cluster: EmbeddedCluster) -> None:
    cluster.store.create(pod("web"))
    path = f"{PODS}&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
    async with http(cluster) as client, client.watch(path) as events:
        assert told(await anext(events)) == ("ADDED", "web")
        end = await anext(events)
    assert end["object"]["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("resourceVersion=abc", 500),
        ("timeoutSeconds=x", 400),
        ("labelSelector=a+b", 400),
        ("fieldSelector=spec.x%3D1", 400),
        ("sendInitialEvents=true", 422),
        ("sendInitialEvents=true&resourceVersionMatch=Exact", 422),
        ("resourceVersionMatch=NotOlderThan&resourceVersion=0", 422),
    ],
)
async def test_a_bad_parameter_is_refused_before_the_stream(cluster: EmbeddedCluster, query: str, code: int) -> None:
    async with http(cluster) as client:
        assert (await client.get(f"{PODS}&{query}")).status == code


async def test_a_named_object_with_watch_is_a_plain_get(cluster: EmbeddedCluster) -> None:
    cluster.store.create(pod("web"))
    async with http(cluster) as client:
        assert (await client.get("/api/v1/namespaces/default/pods/web?watch=true")).json["kind"] == "Pod"


async def test_the_old_watch_path_watches(cluster: EmbeddedCluster) -> None:
    cluster.store.create(configmap("c"))
    async with http(cluster) as client, client.watch("/api/v1/watch/namespaces/default/configmaps") as events:
        assert told(await anext(events)) == ("ADDED", "c")


async def test_only_the_first_table_event_has_columns(cluster: EmbeddedCluster) -> None:
    path = f"{since(cluster)}&includeObject=None"
    async with http(cluster) as client, client.watch(path, Accept=TABLE) as events:
        cluster.store.create(pod("web"))
        label(cluster, "web", a="b")
        first, second = await anext(events), await anext(events)
    assert [len(each["object"]["rows"]) for each in (first, second)] == [1, 1]
    assert first["object"]["columnDefinitions"][0]["name"] == "Name"
    assert second["object"]["columnDefinitions"] is None
    assert first["object"]["rows"][0]["cells"][:3] == ["web", "1/1", "Running"]


async def test_lines_are_encoded_once_for_all_watchers(cluster: EmbeddedCluster) -> None:
    cluster.store.create(pod("web"))
    table = cluster.store.table(cluster.catalog.named("pods"))
    (change,) = table.log.after(0)
    assert change.line(table.head) is change.line(table.head)
    assert json.loads(change.line(table.head))["type"] == "ADDED"


async def test_a_client_that_does_not_read_is_dropped_and_costs_no_memory(brisk: EmbeddedCluster) -> None:
    brisk.store.create(pod("web", annotations={"big": "x" * 100_000}))
    reader, writer = await asyncio.open_connection("127.0.0.1", brisk.port)
    request = f"GET {since(brisk)} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {brisk.token}\r\n\r\n"
    writer.write(request.encode())
    await eventually(lambda: brisk.watching == ["pods"])
    for index in range(300):
        label(brisk, "web", n=str(index))
        await asyncio.sleep(0)
    await eventually(lambda: brisk.watching == [])
    assert len(brisk.store.table(brisk.catalog.named("pods")).log.after(0)) <= 100
    writer.close()
    reader.feed_eof()


async def test_a_client_that_leaves_is_forgotten(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client, client.watch(PODS):
        await eventually(lambda: cluster.watching == ["pods"])
    await eventually(lambda: cluster.watching == [])
