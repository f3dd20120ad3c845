"""`pods/log` over HTTP, in the words of a real server."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault, Wire
from tests.support.clock import START, ManualClock
from tests.support.objects import node, pod
from tests.support.waiting import WITHIN, eventually

Object = dict[str, Any]


def made(cluster: EmbeddedCluster, name: str, *names: str, state: Object | None = None, **status: Any) -> str:
    """A pod with containers of these names in one state; returns its uid."""
    obj = pod(name)
    obj["spec"]["containers"] = [{"name": each, "image": "registry.example/app:1"} for each in names]
    rows = [{"name": each, "restartCount": 0, "state": {"running": {}} if state is None else state} for each in names]
    obj["status"]["containerStatuses"] = [row | status for row in rows]
    return str(cluster.store.create(obj)["metadata"]["uid"])


@pytest.fixture
async def main(cluster: EmbeddedCluster) -> str:
    """A pod with thirty lines, ten seconds apart, the last one ten seconds ago."""
    uid = made(cluster, "main", "app", "side")
    for number in range(30):
        cluster.logs.write(uid, "app", 0, f"line {number + 1}", START - 300 + 10 * number)
    return uid


@pytest.fixture
async def http(cluster: EmbeddedCluster) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Authorization": f"Bearer {cluster.token}"}
    async with aiohttp.ClientSession(cluster.url, headers=headers) as session:
        yield session


def at(rest: str) -> str:
    return f"/api/v1/namespaces/default/pods/{rest}"


async def text(http: aiohttp.ClientSession, rest: str, code: int = 200) -> str:
    async with http.get(at(rest)) as response:
        assert (response.status, response.headers["Content-Type"]) == (code, "text/plain")
        return await response.text()


async def refused(http: aiohttp.ClientSession, rest: str) -> tuple[int, str, str]:
    async with http.get(at(rest)) as response:
        body = await response.json()
        return response.status, body.get("reason", ""), body["message"]


@pytest.mark.parametrize(
    ("query", "printed"),
    [
        ("tailLines=2", "line 29\nline 30\n"),
        ("tailLines=0", ""),
        ("sinceSeconds=25", "line 29\nline 30\n"),
        ("sinceTime=2026-09-21T14:13:00Z", "line 29\nline 30\n"),
        ("sinceTime=2026-09-21T16:13:00.9%2B02:00", "line 29\nline 30\n"),
        ("tailLines=1&timestamps=true", "2026-09-21T14:13:10.000000000Z line 30\n"),
        ("limitBytes=20", "line 1\nline 2\nline 3"),
        ("tailLines=1&timestamps=true&limitBytes=12", "2026-09-21T1"),
        ("tailLines=1&previous=false&insecureSkipTLSVerifyBackend=true", "line 30\n"),
    ],
)
async def test_options(http: aiohttp.ClientSession, main: str, query: str, printed: str) -> None:
    assert await text(http, f"main/log?container=app&{query}") == printed


async def test_all_of_it_whatever_form_is_accepted(http: aiohttp.ClientSession, main: str) -> None:
    async with http.get(at("main/log?container=app"), headers={"Accept": "application/json"}) as response:
        lines = (await response.text()).splitlines()
    assert (response.headers["Content-Type"], lines[0], len(lines)) == ("text/plain", "line 1", 30)


@pytest.mark.parametrize(
    ("query", "code", "reason", "message"),
    [
        ("tailLines=-1", 422, "Invalid", "tailLines: Invalid value: -1: must be greater than or equal to 0"),
        ("limitBytes=0", 422, "Invalid", "limitBytes: Invalid value: 0: must be greater than 0"),
        ("sinceSeconds=0", 422, "Invalid", "sinceSeconds: Invalid value: 0: must be greater than 0"),
        ("stream=Stdout", 422, "Invalid", "stream: Forbidden: may not be specified"),
        (
            "sinceSeconds=1&sinceTime=2020-01-01T00:00:00Z",
            422,
            "Invalid",
            "[]: Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified",
        ),
        ("tailLines=x", 400, "BadRequest", 'strconv.ParseInt: parsing "x": invalid syntax'),
        (
            f"limitBytes={9 * 10**30}",
            400,
            "BadRequest",
            f'strconv.ParseInt: parsing "{9 * 10**30}": value out of range',
        ),
        (
            "sinceTime=yesterday",
            400,
            "BadRequest",
            'parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006"',
        ),
        ("previous=true", 400, "BadRequest", 'previous terminated container "app" in pod "main" not found'),
    ],
)
async def test_bad_options(
    http: aiohttp.ClientSession, main: str, query: str, code: int, reason: str, message: str
) -> None:
    found = await refused(http, f"main/log?container=app&{query}")
    assert found == (code, reason, f'PodLogOptions "main" is invalid: {message}' if code == 422 else message)


async def test_which_container(http: aiohttp.ClientSession, main: str) -> None:
    many = "a container name must be specified for pod main, choose one of: [app side]"
    assert await refused(http, "main/log") == (400, "BadRequest", many)
    assert await refused(http, "main/log?container=x") == (400, "BadRequest", "container x is not valid for pod main")
    assert await refused(http, "none/log") == (404, "NotFound", 'pods "none" not found')


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ({"waiting": {"reason": "ContainerCreating"}}, "waiting to start: ContainerCreating"),
        ({"waiting": {"reason": "ErrImagePull"}}, "waiting to start: image can't be pulled"),
        ({"waiting": {"reason": "ImagePullBackOff"}}, "waiting to start: trying and failing to pull image"),
        ({}, "waiting to start - no logs yet"),
        ({"terminated": {"reason": "ContainerStatusUnknown", "exitCode": 137}}, "terminated"),
    ],
)
async def test_a_container_without_a_log(
    cluster: EmbeddedCluster, http: aiohttp.ClientSession, state: Object, why: str
) -> None:
    made(cluster, "p", "app", state=state)
    assert await refused(http, "p/log") == (400, "BadRequest", f'container "app" in pod "p" is {why}')


async def test_a_pod_whose_kubelet_said_nothing_yet(cluster: EmbeddedCluster, http: aiohttp.ClientSession) -> None:
    cluster.store.create(pod("p") | {"status": {"phase": "Pending"}})
    assert await refused(http, "p/log") == (400, "BadRequest", 'container "main" in pod "p" is not available')


async def test_runs_of_a_container(cluster: EmbeddedCluster, http: aiohttp.ClientSession) -> None:
    ended = {"terminated": {"exitCode": 1, "containerID": "x"}}
    running = made(cluster, "running", "app", restartCount=2, lastState=ended)
    waiting = made(
        cluster, "waiting", "app", state={"waiting": {"reason": "CrashLoopBackOff"}}, restartCount=1, lastState=ended
    )
    for uid in (running, waiting):
        for attempt in (1, 2):
            cluster.logs.write(uid, "app", attempt, f"run {attempt}", START)
    assert await text(http, "running/log") == "run 2\n"
    assert await text(http, "running/log?previous=true") == "run 1\n"
    assert await text(http, "waiting/log") == await text(http, "waiting/log?previous=true") == "run 1\n"


async def test_a_pod_without_a_node_has_no_content(cluster: EmbeddedCluster, http: aiohttp.ClientSession) -> None:
    obj = pod("p")
    del obj["spec"]["nodeName"]
    cluster.store.create(obj)
    async with http.get(at("p/log")) as response:
        assert (response.status, await response.read(), "Content-Type" in response.headers) == (204, b"", False)


async def test_a_dead_kubelet(cluster: EmbeddedCluster, http: aiohttp.ClientSession, main: str) -> None:
    cluster.store.create(node("worker-1"))
    cluster.containers.silent.add("worker-1")
    place = "https://192.0.2.1:10250/containerLogs/default/main/app?follow=true&tailLines=1"
    why = f'Get "{place}": dial tcp 192.0.2.1:10250: connect: connection refused'
    assert await refused(http, "main/log?container=app&follow=true&tailLines=1") == (500, "", why)


async def test_a_node_that_the_controller_gave_up(
    cluster: EmbeddedCluster, http: aiohttp.ClientSession, main: str
) -> None:
    cluster.store.create(node("worker-1", ready="Unknown"))
    assert (await refused(http, "main/log?container=app"))[0] == 500


async def test_a_node_that_does_not_exist(cluster: EmbeddedCluster, http: aiohttp.ClientSession, main: str) -> None:
    cluster.store.create(node("other"))
    assert await refused(http, "main/log?container=app") == (404, "NotFound", 'nodes "worker-1" not found')


async def test_the_viewer_reads_logs_of_its_own_namespace_only(cluster: EmbeddedCluster, main: str) -> None:
    headers = {"Authorization": f"Bearer {cluster.viewer_token}"}
    cluster.store.create(pod("p", "shop"))
    async with aiohttp.ClientSession(cluster.url, headers=headers) as http:
        status, reason, message = await refused(http, "main/log")
        async with http.get("/api/v1/namespaces/shop/pods/p/log") as response:
            assert response.status == 200
    assert (status, reason) == (403, "Forbidden")
    assert message.startswith('pods "main" is forbidden: User "viewer" cannot get resource "pods/log" in API group ""')


# ---- following


class Follower:
    """Reads a log in the background."""

    def __init__(self, http: aiohttp.ClientSession, rest: str) -> None:
        self.got = b""
        self.problem: Exception | None = None
        self.task = asyncio.create_task(self._read(http, rest))

    async def _read(self, http: aiohttp.ClientSession, rest: str) -> None:
        async with http.get(at(rest)) as response:
            try:
                async for chunk in response.content.iter_any():
                    self.got += chunk
            except aiohttp.ClientError as problem:
                self.problem = problem


@pytest.fixture
async def following(http: aiohttp.ClientSession) -> AsyncIterator[Callable[[str], Follower]]:
    followers: list[Follower] = []

    def begin(rest: str) -> Follower:
        followers.append(Follower(http, rest))
        return followers[-1]

    yield begin
    for each in followers:
        each.task.cancel()


async def test_follow_until_the_container_ends(
    cluster: EmbeddedCluster, following: Callable[[str], Follower], main: str
) -> None:
    follower = following("main/log?container=app&follow=true&tailLines=1&timestamps=true")
    await eventually(lambda: follower.got.endswith(b" line 30\n"))
    cluster.logs.write(main, "app", 0, "fresh", START)
    await eventually(lambda: follower.got.endswith(b"2026-09-21T14:13:20.000000000Z fresh\n"))
    cluster.logs.end(main, "app", 0)
    await asyncio.wait_for(follower.task, WITHIN)
    assert (follower.problem, cluster.streaming) == (None, [])


async def test_follow_ends_with_the_pod_and_at_the_limit(
    cluster: EmbeddedCluster, following: Callable[[str], Follower], main: str
) -> None:
    limited = following("main/log?container=app&follow=true&tailLines=0&limitBytes=3")
    whole = following("main/log?container=app&follow=true&tailLines=0")
    await eventually(lambda: cluster.streaming == ["log", "log"])
    cluster.logs.write(main, "app", 0, "abcdef", START)
    await asyncio.wait_for(limited.task, WITHIN)
    cluster.store.delete("pods", "main", "default")
    await asyncio.wait_for(whole.task, WITHIN)
    assert (limited.got, whole.got) == (b"abc", b"abcdef\n")


async def test_follow_of_a_terminated_container_ends_by_itself(
    cluster: EmbeddedCluster, http: aiohttp.ClientSession
) -> None:
    uid = made(cluster, "done", "app", state={"terminated": {"exitCode": 0, "containerID": "x"}})
    cluster.logs.write(uid, "app", 0, "last words", START)
    assert await text(http, "done/log?follow=true") == "last words\n"


async def test_a_client_that_leaves_is_forgotten(
    cluster: EmbeddedCluster, following: Callable[[str], Follower], main: str
) -> None:
    follower = following("main/log?container=app&follow=true")
    await eventually(lambda: follower.got)
    follower.task.cancel()
    await eventually(lambda: cluster.streaming == [])
    assert not cluster.logs.followed(main, "app", 0)


async def test_a_follower_that_does_not_read_costs_no_memory(cluster: EmbeddedCluster, main: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", cluster.port, limit=1024)
    head = f"GET {at('main/log?container=app&follow=true')} HTTP/1.1\r\nHost: x\r\n"
    writer.write(f"{head}Authorization: Bearer {cluster.token}\r\n\r\n".encode())
    await reader.readline()
    line = "x" * 10_000
    for _ in range(2000):
        cluster.logs.write(main, "app", 0, line, START)
        await asyncio.sleep(0)
    assert cluster.logs.book(main, "app", 0).size <= 1024 * 1024
    assert cluster.streaming == ["log"]
    writer.close()
    await eventually(lambda: cluster.streaming == [])


@pytest.mark.parametrize(
    ("wire", "broken"), [(Wire.EOF, False), (Wire.RESET, True), (Wire.TRUNCATED, True), (Wire.GARBAGE, False)]
)
async def test_open_logs_can_be_broken(
    cluster: EmbeddedCluster, following: Callable[[str], Follower], main: str, wire: Wire, broken: bool
) -> None:
    follower = following("main/log?container=app&follow=true")
    await eventually(lambda: b"line 30" in follower.got)
    assert cluster.cut_streams("exec") == 0
    assert cluster.cut_streams("log", wire) == 1
    await asyncio.wait_for(follower.task, WITHIN)
    assert (follower.problem is not None, b"<html>" in follower.got) == (broken, wire is Wire.GARBAGE)


async def test_a_fault_breaks_a_log_after_so_many_pieces(
    cluster: EmbeddedCluster, following: Callable[[str], Follower], main: str
) -> None:
    cluster.faults.add(Fault(resource="pods/log", wire=Wire.RESET, lines=3, times=1))
    follower = following("main/log?container=app")
    await asyncio.wait_for(follower.task, WITHIN)
    assert follower.problem is not None
    assert b"line 4\n" not in follower.got


async def test_the_clock_of_the_cluster_counts(clock: ManualClock, http: aiohttp.ClientSession, main: str) -> None:
    clock.advance(1000)
    assert await text(http, "main/log?container=app&sinceSeconds=25") == ""
