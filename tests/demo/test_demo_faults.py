"""Faults on demand: each breaks what it names, as often as it says, and nothing else."""

import asyncio
import json
import time

import aiohttp
import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault, Wire
from k8stui.demo.serving.paths import read
from tests.support.calm import calm
from tests.support.http import Http, http
from tests.support.objects import node, pod
from tests.support.waiting import eventually

PODS = "/api/v1/pods"


def watch(cluster: EmbeddedCluster) -> str:
    return f"{PODS}?watch=1&resourceVersion={cluster.store.revision}"


async def lines(cluster: EmbeddedCluster, client: Http, path: str) -> list[bytes]:
    """What a watch gives until it ends."""
    reply = await client.get(path)
    assert reply.status == 200
    return reply.body.split(b"\n")


@pytest.mark.parametrize("status", [401, 403, 409, 410, 429, 500, 503])
async def test_a_status_is_given_so_often_as_asked(cluster: EmbeddedCluster, status: int) -> None:
    cluster.faults.add(Fault(verb="list", resource="pods", status=status, times=2))
    async with http(cluster) as client:
        codes = [(await client.get(PODS)).status for _ in range(3)]
        nodes = (await client.get("/api/v1/nodes")).status
    assert (codes, nodes) == ([status, status, 200], 200)


async def test_a_fault_skips_and_is_cleared(cluster: EmbeddedCluster) -> None:
    cluster.faults.add(Fault(status=500, skip=1))
    async with http(cluster) as client:
        codes = [(await client.get(PODS)).status for _ in range(3)]
        cluster.faults.clear()
        codes.append((await client.get(PODS)).status)
    assert codes == [200, 500, 500, 200]


async def test_throttling_says_when_to_come_back(cluster: EmbeddedCluster) -> None:
    cluster.faults.add(Fault(status=429, retry_after=7))
    async with http(cluster) as client:
        refused = await client.get(PODS)
    assert refused.headers["Retry-After"] == "7"
    assert (refused.json["reason"], refused.json["details"]) == ("TooManyRequests", {"retryAfterSeconds": 7})


@pytest.mark.parametrize(
    ("fault", "path", "hit"),
    [
        (Fault(), "/version", True),
        (Fault(resource=""), "/version", True),
        (Fault(resource=""), PODS, False),
        (Fault(verb="watch"), PODS, False),
        (Fault(verb="watch"), f"{PODS}?watch=true", True),
        (Fault(resource="pods"), "/api/v1/namespaces/a/pods/x", True),
        (Fault(resource="pods"), "/api/v1/namespaces/a/pods/x/status", False),
        (Fault(resource="pods/status"), "/api/v1/namespaces/a/pods/x/status", True),
        (Fault(namespace="a"), "/api/v1/namespaces/a/pods", True),
        (Fault(namespace="a"), PODS, False),
        (Fault(namespace=""), PODS, True),
        (Fault(path="/apis/apps"), "/apis/apps/v1", True),
        (Fault(path="/apis/apps"), "/apis/batch/v1", False),
    ],
)
def test_what_a_fault_is_meant_for(fault: Fault, path: str, hit: bool) -> None:
    path, _, query = path.partition("?")
    assert fault.matches(read("GET", path, query)) is hit


async def test_latency_delays_only_what_is_named(cluster: EmbeddedCluster) -> None:
    cluster.faults.add(Fault(resource="nodes", delay=0.1))
    async with http(cluster) as client:
        started = time.monotonic()
        await client.get("/api/v1/nodes")
        assert time.monotonic() - started >= 0.1


@pytest.mark.parametrize("wire", [Wire.EOF, Wire.RESET, Wire.TRUNCATED])
async def test_a_broken_answer_is_a_broken_connection(cluster: EmbeddedCluster, wire: Wire) -> None:
    cluster.faults.add(Fault(wire=wire, times=1))
    async with http(cluster) as client:
        with pytest.raises(aiohttp.ClientError):
            await client.ask("POST", PODS, {})
        assert (await client.get(PODS)).status == 200


async def test_garbage_is_no_json(cluster: EmbeddedCluster) -> None:
    cluster.faults.add(Fault(wire=Wire.GARBAGE))
    async with http(cluster) as client:
        reply = await client.get(PODS)
    assert reply.headers["Content-Type"] == "text/html"
    with pytest.raises(ValueError, match="decode"):
        json.loads(reply.body)


async def test_a_slow_answer_comes_whole(cluster: EmbeddedCluster) -> None:
    cluster.store.create(pod("web"))
    async with http(cluster) as client:
        whole = await client.get(PODS)
        cluster.faults.add(Fault(drip=200))
        assert (await client.get(PODS)).body == whole.body


async def test_a_delay_ends_when_it_is_hurried(cluster: EmbeddedCluster) -> None:
    slow = cluster.faults.add(Fault(delay=600.0, times=1, status=503))
    other = cluster.faults.add(Fault(delay=600.0, times=1))
    async with http(cluster) as client:
        first = asyncio.create_task(client.get(PODS))
        await eventually(lambda: len(cluster.requests) == 1)
        second = asyncio.create_task(client.get(PODS))
        await eventually(lambda: len(cluster.requests) == 2)
        cluster.faults.hurry(slow)
        assert (await first).status == 503
        await calm()
        assert not second.done()
        cluster.faults.hurry(other)
        assert (await second).status == 200


async def test_a_half_open_request_hangs_and_does_not_delay_the_stop(cluster: EmbeddedCluster) -> None:
    cluster.faults.add(Fault(wire=Wire.HALF_OPEN, times=1))
    async with http(cluster) as client:
        asking = asyncio.create_task(client.get(PODS))
        await eventually(lambda: len(cluster.requests) == 1)
        assert (await client.get(PODS)).status == 200
        assert not asking.done()
        started = time.monotonic()
        await cluster.stop()
        assert time.monotonic() - started < 5  # it would hang for ever
        with pytest.raises(aiohttp.ClientError):
            await asking


async def test_a_watch_breaks_after_so_many_lines(cluster: EmbeddedCluster) -> None:
    start = watch(cluster)
    for index in range(4):
        cluster.store.create(pod(f"p{index}"))
    async with http(cluster) as client:
        found = {}
        for wire in (Wire.EOF, Wire.TRUNCATED, Wire.GARBAGE, Wire.ERROR_LINE):
            status = 410 if wire is Wire.ERROR_LINE else 0
            cluster.faults.add(Fault(verb="watch", wire=wire, status=status, lines=2, times=1))
            found[wire] = await lines(cluster, client, start)
    for broken in found.values():
        assert [json.loads(line)["object"]["metadata"]["name"] for line in broken[:2]] == ["p0", "p1"]
    assert [len(broken) for broken in found.values()] == [3, 3, 4, 4]
    assert found[Wire.EOF][2] == b""
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        json.loads(found[Wire.TRUNCATED][2])
    assert json.loads(found[Wire.ERROR_LINE][2])["object"]["code"] == 410


async def test_open_watches_can_be_cut(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        pods = asyncio.create_task(client.get(watch(cluster)))
        nodes = asyncio.create_task(client.get(f"/api/v1/nodes?watch=1&resourceVersion={cluster.store.revision}"))
        await eventually(lambda: cluster.watching == ["nodes", "pods"])
        assert cluster.cut_watches("pods") == 1
        assert (await pods).body == b""
        assert cluster.cut_watches(wire=Wire.RESET) == 1
        with pytest.raises(aiohttp.ClientError):
            await nodes


async def test_an_open_watch_goes_half_open_while_a_new_one_works(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client, client.watch(watch(cluster)) as silent:
        cluster.store.create(pod("before"))
        assert (await anext(silent))["object"]["metadata"]["name"] == "before"
        cluster.cut_watches(wire=Wire.HALF_OPEN)
        heard = asyncio.ensure_future(anext(silent))
        async with client.watch(watch(cluster)) as events:
            cluster.store.create(pod("after"))
            assert (await anext(events))["object"]["metadata"]["name"] == "after"
        assert not heard.done()
        await cluster.stop()
        with pytest.raises((aiohttp.ClientError, StopAsyncIteration)):
            await heard


async def test_a_watch_can_be_refused_with_http_410(cluster: EmbeddedCluster) -> None:
    cluster.faults.add(Fault(verb="watch", status=410))
    async with http(cluster) as client:
        assert (await client.get(watch(cluster))).json["reason"] == "Expired"


async def test_a_skewed_clock_shows_in_the_date_and_in_stamps(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        right = (await client.get("/version")).headers["Date"]
        cluster.clock.skew = 3600.0
        wrong = (await client.get("/version")).headers["Date"]
    assert (right, wrong) == ("Mon, 21 Sep 2026 14:13:20 GMT", "Mon, 21 Sep 2026 15:13:20 GMT")
    assert cluster.store.create(node("n"))["metadata"]["creationTimestamp"] == "2026-09-21T15:13:20Z"


def test_every_code_of_a_fault_has_the_reason_of_a_real_server() -> None:
    assert Fault(status=404).refusal().status()["reason"] == "NotFound"
    assert "reason" not in Fault(status=418).refusal().status()
