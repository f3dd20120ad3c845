"""What arrives by a watch, over real HTTP."""

import asyncio
from collections.abc import AsyncIterator

import msgspec

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.options import Options
from k8stui.kube.watch import Event, StreamWatch
from k8stui.model.codec import TableCodec, codec
from k8stui.model.kinds import NODES, PODS, Kind
from k8stui.model.pods import Pod
from k8stui.settings import Timing
from tests.support.clock import ManualClock
from tests.support.exchanges import PATH, Thing, asking, collect, line, sends, thing
from tests.support.objects import configmap, node, pod
from tests.support.waiting import eventually
from tests.support.wire import connected, raw

CONFIGMAPS = Kind("", "v1", "configmaps", "ConfigMap", "configmap")


async def test_typed_rows_of_what_changes(cluster: EmbeddedCluster) -> None:
    cluster.store.create(pod("a"))
    first = cluster.store.create(pod("b"))
    since = first["metadata"]["resourceVersion"]
    async with asking(cluster) as connection:
        watch: AsyncIterator[Event[Pod]] = connection.watch(PATH, since=since, event=codec(PODS).event)
        waiting = asyncio.ensure_future(anext(watch))
        await eventually(lambda: cluster.watching == ["pods"])
        made = cluster.store.create(pod("c", uid="uid-c"))
        event = await waiting
        assert (event.type, event.version) == ("ADDED", made["metadata"]["resourceVersion"])
        assert event.object is not None
        assert event.object.ref.name == "c"
        gone = cluster.store.delete("pods", "c", "default")
        event = await anext(watch)
        assert (event.type, event.version) == ("DELETED", gone["metadata"]["resourceVersion"])
        assert event.object is not None
        assert event.object.ref.name == "c"


async def test_what_is_asked_for(cluster: EmbeddedCluster) -> None:
    async with asking(cluster, Timing(watch_least=300, watch_most=600, request=3, close=0.5)) as connection:
        watch = connection.watch(PATH, since="7", event=thing, query=[("labelSelector", "app in (a,b),!c")])
        task = asyncio.ensure_future(anext(watch))
        await eventually(lambda: cluster.watching)
        query = cluster.requests[-1].query
        assert 300 <= int(query.pop("timeoutSeconds")) <= 600
        assert query == {
            "watch": "true",
            "allowWatchBookmarks": "true",
            "resourceVersion": "7",
            "labelSelector": "app in (a,b),!c",
        }
        assert cluster.requests[-1].headers["Accept-Encoding"] == "identity"
        task.cancel()


async def test_bookmarks_move_the_version_and_have_no_object(clock: ManualClock) -> None:
    embedded = EmbeddedCluster(clock, options=Options(bookmarks_every=0.02))
    await embedded.start()
    made = embedded.store.create(configmap("x"))
    async with asking(embedded) as connection:
        event = await anext(connection.watch(PATH, since=made["metadata"]["resourceVersion"], event=thing))
    await embedded.stop()
    assert (event.type, event.object, event.version) == ("BOOKMARK", None, made["metadata"]["resourceVersion"])


async def test_tables_of_any_kind(cluster: EmbeddedCluster) -> None:
    tables = TableCodec(CONFIGMAPS)
    made = cluster.store.create(configmap("x"))
    async with asking(cluster) as connection:
        watch = connection.watch(
            CONFIGMAPS.path(), since="0", event=tables.event, accept=tables.accept, query=tables.query
        )
        event = await anext(watch)
        assert event.object is not None
        assert (event.object.ref.name, event.version) == ("x", made["metadata"]["resourceVersion"])


async def test_a_bookmark_of_a_table_has_a_version() -> None:
    text = (
        '{"type":"BOOKMARK","object":{"kind":"Table","metadata":{"resourceVersion":"6578"},"columnDefinitions":null,'
        '"rows":[{"cells":["",0],"object":{"metadata":{"resourceVersion":"6578"}}}]}}\n'
    )
    event = StreamWatch(thing).unmarshal_event(text, None)
    assert (event.type, event.object, event.version) == ("BOOKMARK", None, "6578")


async def test_objects_on_a_node_that_is_cluster_scoped(cluster: EmbeddedCluster) -> None:
    cluster.store.create(node("n1"))
    async with asking(cluster) as connection:
        event = await anext(connection.watch(NODES.path(), since="0", event=codec(NODES).event))
    assert event.object is not None
    assert event.object.ref.name == "n1"


async def test_a_poison_object_costs_itself_and_not_the_watch() -> None:
    poison = b'{"type":"MODIFIED","object":{"metadata":{"name":7,"uid":"u-7","resourceVersion":"3"}}}\n'
    worse = b'{"type":"ADDED","object":[1,2]}\n'
    found: list[Event[Thing]] = []
    async with (
        raw(sends(line("ADDED", "a", 2), poison, worse, line("ADDED", "b", 4))) as address,
        connected(f"http://{address}") as connection,
    ):
        await collect(connection, found)
    assert [(event.type, event.version, event.uid) for event in found] == [
        ("ADDED", "2", ""),
        ("MODIFIED", "3", "u-7"),
        ("ADDED", "", ""),
        ("ADDED", "4", ""),
    ]
    assert [event.object is None for event in found] == [False, True, True, False]


async def test_a_rule_that_trips_over_an_object_is_a_poison_too() -> None:
    def trips(raw_object: msgspec.Raw) -> Thing:
        raise KeyError("status")

    event = StreamWatch(trips).unmarshal_event(line("ADDED", "a", 2).decode(), None)
    assert (event.object, event.version, event.uid) == (None, "2", "uid-a")


async def test_every_arrival_is_heard_of(cluster: EmbeddedCluster) -> None:
    heard: list[int] = []
    cluster.store.create(pod("a"))
    cluster.store.create(pod("b"))
    async with asking(cluster) as connection:
        watch = connection.watch(PATH, since="0", event=thing, on_bytes=lambda: heard.append(1))
        await anext(watch)
        await anext(watch)
    assert len(heard) == 3  # the head of the answer, two lines
