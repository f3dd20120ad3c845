"""exec, attach and port-forward over a WebSocket, frame by frame as a real server does them."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Wire
from tests.support.clock import START
from tests.support.objects import node, pod
from tests.support.waiting import WITHIN, eventually

Object = dict[str, Any]
Frame = tuple[int, bytes]
V5, V4 = "v5.channel.k8s.io", "v4.channel.k8s.io"
SUCCESS: Object = {"metadata": {}, "status": "Success"}


def failure(message: str) -> Object:
    head = {"metadata": {}, "status": "Failure", "message": f"Internal error occurred: {message}"}
    return head | {"reason": "InternalError", "details": {"causes": [{"message": message}]}, "code": 500}


class Socket:
    """A client's connection, and what it received."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.frames: list[Frame] = []
        self.task = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for message in self.socket:
            data = message.data
            if isinstance(data, str):
                self.frames.append((int(data[0]), base64.b64decode(data[1:])))
            else:
                self.frames.append((data[0], data[1:]))

    async def send(self, channel: int, data: bytes) -> None:
        await self.socket.send_bytes(bytes((channel,)) + data)

    def channel(self, number: int) -> bytes:
        return b"".join(data for channel, data in self.frames if channel == number)

    async def end(self) -> Object | None:
        """The Status, once the server has closed the connection."""
        await asyncio.wait_for(self.task, WITHIN)
        assert self.socket.close_code == 1000
        return json.loads(self.channel(3)) if self.channel(3) else None


class Client:
    """Speaks to one cluster as one user."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self.http = http

    @asynccontextmanager
    async def open(self, path: str, *protocols: str) -> AsyncIterator[Socket]:
        url = f"/api/v1/namespaces/default/pods/{path}"
        async with self.http.ws_connect(url, protocols=protocols) as socket:
            opened = Socket(socket)
            yield opened
            opened.task.cancel()

    async def refused(self, path: str, *protocols: str, method: str = "GET", **headers: str) -> tuple[int, str]:
        """The code and the message, or text, of a request for an upgrade that gets none."""
        given = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
        given |= {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", **headers}
        if protocols:
            given["Sec-WebSocket-Protocol"] = ", ".join(protocols)
        url = f"/api/v1/namespaces/default/pods/{path}"
        async with self.http.request(method, url, headers=given) as response:
            text = await response.text()
            return response.status, json.loads(text)["message"] if text.startswith("{") else text


@pytest.fixture
async def client(cluster: EmbeddedCluster) -> AsyncIterator[Client]:
    headers = {"Authorization": f"Bearer {cluster.token}"}
    async with aiohttp.ClientSession(cluster.url, headers=headers) as session:
        yield Client(session)


@pytest.fixture(autouse=True)
def pods(cluster: EmbeddedCluster) -> None:
    main = pod("main")
    main["spec"]["containers"][0]["ports"] = [{"containerPort": 80}, {"containerPort": 8080}]
    cluster.store.create(main)
    cluster.store.create(pod("waiting", phase="Pending"))
    unbound = pod("unbound", phase="Pending")
    del unbound["spec"]["nodeName"]
    cluster.store.create(unbound)
    debug = pod("debug")
    debug["spec"]["containers"][0] |= {"image": "busybox:1", "stdin": True, "tty": True}
    cluster.store.create(debug)


def sh(script: str, *flags: str) -> str:
    words = "&".join(f"command={word}" for word in ("sh", "-c", script.replace(" ", "%20").replace("&", "%26")))
    return "main/exec?" + "&".join([words, *(f"{flag}=true" for flag in flags or ("stdout", "stderr"))])


@pytest.mark.parametrize("protocol", [V5, V4, "v4.base64.channel.k8s.io"])
async def test_both_streams_and_a_good_end(client: Client, protocol: str) -> None:
    async with client.open(sh("echo out; sleep 0.05; echo err >&2"), protocol) as socket:
        assert await socket.end() == SUCCESS
        assert socket.socket.protocol == protocol
        assert socket.frames[:3] == [(1, b""), (1, b"out\n"), (2, b"err\n")]


@pytest.mark.parametrize(
    ("script", "code", "v5", "v4"),
    [
        ("exit 7", "7", "command terminated with exit code 7", "exit status 7"),
        ("kill -9 $$", "137", "command terminated with exit code 137", "signal: killed"),
    ],
)
async def test_a_bad_end(client: Client, script: str, code: str, v5: str, v4: str) -> None:
    for protocol, words in ((V5, v5), (V4, v4)):
        async with client.open(sh(script), protocol) as socket:
            status = await socket.end()
        message = f"command terminated with non-zero exit code: {words}"
        head = {"metadata": {}, "status": "Failure", "message": message, "reason": "NonZeroExitCode"}
        assert status == head | {"details": {"causes": [{"reason": "ExitCode", "message": code}]}}


async def test_a_program_that_does_not_exist(client: Client) -> None:
    words = 'error executing command in container: exec: "nope": executable file not found in $PATH'
    async with client.open("main/exec?command=nope&stdout=true", V5) as socket:
        assert await socket.end() == failure(f"Internal error occurred: {words}")
    async with client.open("main/exec?command=nope&stdout=true", V4) as socket:
        assert await socket.end() == failure(words)


async def test_the_server_picks_v5_wherever_it_stands(client: Client) -> None:
    for offered in ((V5, V4), (V4, V5)):
        async with client.open("main/exec?command=true&stdout=true", *offered) as socket:
            await socket.end()
            assert socket.socket.protocol == V5


@pytest.mark.parametrize("protocols", [(), ("channel.k8s.io",)])
async def test_without_a_protocol_that_reports_there_is_no_status(client: Client, protocols: tuple[str, ...]) -> None:
    async with client.open(sh("echo hi; exit 3"), *protocols) as socket:
        assert await socket.end() is None
        assert socket.channel(1) == b"hi\n"


async def test_what_is_not_asked_for_goes_nowhere(client: Client) -> None:
    async with client.open(sh("echo o; echo e >&2", "stderr"), V5) as socket:
        assert await socket.end() == SUCCESS
        assert (socket.frames[0], socket.channel(1), socket.channel(2)) == ((2, b""), b"", b"e\n")


async def test_input_and_its_end(client: Client) -> None:
    async with client.open("main/exec?command=cat&stdin=true&stdout=true", V5) as socket:
        await socket.send(0, b"hello\n")
        await eventually(lambda: socket.channel(1) == b"hello\n")
        await socket.send(9, b"a channel that there is not")
        await socket.socket.send_str("text")
        await socket.send(0, b"world\n")
        await socket.send(255, b"\0")
        assert await socket.end() == SUCCESS
        assert socket.channel(1) == b"hello\nworld\n"


async def test_v4_cannot_close_its_input(client: Client, cluster: EmbeddedCluster) -> None:
    async with client.open("main/exec?command=cat&stdin=true&stdout=true", V4) as socket:
        await socket.send(255, b"\0")
        await socket.send(0, b"still\n")
        await eventually(lambda: socket.channel(1) == b"still\n")
        assert not socket.task.done()
    await eventually(lambda: cluster.streaming == [])


async def test_base64_input(client: Client) -> None:
    async with client.open(
        "main/exec?command=head&command=-1&stdin=true&stdout=true", "v4.base64.channel.k8s.io"
    ) as one:
        await one.socket.send_str("0" + base64.b64encode(b"hi\n").decode())
        assert await one.end() == SUCCESS
        assert one.channel(1) == b"hi\n"


async def test_long_output_comes_in_pieces(client: Client) -> None:
    path = "main/exec?command=head&command=-c&command=70000&command=/dev/zero&stdout=true"
    async with client.open(path, V5) as socket:
        await socket.end()
        assert len(socket.channel(1)) == 70000
        assert max(len(data) for _, data in socket.frames) == 32768


async def test_a_terminal(client: Client) -> None:
    async with client.open("main/exec?command=bash&stdin=true&stdout=true&tty=true", V5) as socket:
        await socket.send(4, b'{"Width":120,"Height":40}')
        await socket.send(4, b"nonsense")
        await eventually(lambda: socket.channel(1) == b"root@main:/# ")
        await socket.send(0, b"stty sizf\x7fe\r")
        await eventually(lambda: b"40 120\r\n" in socket.channel(1))
        await socket.send(0, b"sleep 100\r")
        await eventually(lambda: b"sleep 100\r\n" in socket.channel(1))
        await socket.send(0, b"\x03")
        await eventually(lambda: socket.channel(1).endswith(b"^C\r\nroot@main:/# "))
        await socket.send(0, b"echo $?\r")
        await eventually(lambda: b"130\r\n" in socket.channel(1))
        await socket.send(0, b"junk\x15cat\x1b[A\r")
        await eventually(lambda: b"cat\r\n" in socket.channel(1))
        await socket.send(0, b"line\r\x04")
        await eventually(lambda: socket.channel(1).endswith(b"line\r\nline\r\nroot@main:/# "))
        await socket.send(0, b"\x04")
        assert await socket.end() == SUCCESS


@pytest.mark.parametrize(
    ("path", "refusal"),
    [
        ("none/exec?command=true&stdout=true", (404, 'pods "none" not found')),
        ("main/exec?command=true&container=x&stdout=true", (400, "container x is not valid for pod main")),
        ("unbound/exec?command=true&stdout=true", (400, "pod unbound does not have a host assigned")),
        ("unbound/portforward?ports=80", (400, "pod unbound does not have a host assigned")),
        (
            "main/portforward?ports=x",
            (400, 'cannot convert to []int32: strconv.ParseUint: parsing "x": invalid syntax'),
        ),
    ],
)
async def test_refused_before_the_upgrade(client: Client, path: str, refusal: tuple[int, str]) -> None:
    assert await client.refused(path, V5) == refusal


async def test_upgrades_that_cannot_be(client: Client) -> None:
    path = "main/exec?command=true&stdout=true"
    for method in ("GET", "POST"):
        assert await client.refused(path, V5, method=method, Connection="close") == (400, "Upgrade request required")
        spdy = await client.refused(path, method=method, Upgrade="SPDY/3.1")
        assert spdy == (400, "this server streams over WebSocket only, not over SPDY/3.1")
    assert await client.refused(path, "v9.channel.k8s.io") == (403, "")
    assert await client.refused(path, V5, method="POST") == (405, "bad method")
    assert await client.refused("main/portforward?ports=80", V5) == (403, "")
    assert await client.refused("main/portforward", V4) == (400, 'query parameter "port" is required')


async def test_v5_tells_of_the_kubelets_refusals_after_the_upgrade_and_v4_before_it(client: Client) -> None:
    cases = [
        ("waiting/exec?command=true&stdout=true", 500, 'container not found ("main")'),
        ("waiting/attach?stdout=true", 500, "container main not found in pod waiting_default"),
        ("main/exec?command=true", 400, "you must specify at least 1 of stdin, stdout, stderr"),
    ]
    for path, code, words in cases:
        assert await client.refused(path, V4) == (code, words)
        async with client.open(path, V5) as socket:
            assert await socket.end() == failure(f"unable to upgrade connection: {words}")


async def test_a_dead_kubelet(client: Client, cluster: EmbeddedCluster) -> None:
    cluster.store.create(node("worker-1", ready="Unknown"))
    dial = "dial tcp 192.0.2.1:10250: connect: connection refused"
    assert await client.refused("main/exec?command=true&stdout=true", V4) == (500, f"error dialing backend: {dial}")
    assert await client.refused("main/portforward?ports=80", V4) == (500, f"error dialing backend: {dial}")
    async with client.open("main/exec?command=echo&command=a%20b&stdout=true&stdin=true", V5) as socket:
        query = "command=echo&command=a+b&input=1&output=1"
        place = f'Post "https://192.0.2.1:10250/exec/default/main/main?{query}"'
        assert await socket.end() == failure(f"error sending request: {place}: {dial}")


async def test_access(cluster: EmbeddedCluster) -> None:
    cluster.store.create(pod("p", "shop"))
    for token, code in ((cluster.viewer_token, 403), ("nobody", 401)):
        headers = {"Authorization": f"Bearer {token}"}
        async with aiohttp.ClientSession(cluster.url, headers=headers) as http:
            status, message = await Client(http).refused("../../shop/pods/p/exec?command=true&stdout=true", V5)
        assert status == code
        if code == 403:
            assert 'User "viewer" cannot get resource "pods/exec" in API group "" in the namespace "shop"' in message


# ---- attach


async def test_attach_shows_what_is_written_from_now_on(client: Client, cluster: EmbeddedCluster) -> None:
    uid = cluster.store.get("pods", "main", "default")["metadata"]["uid"]
    cluster.logs.write(uid, "main", 0, "before", START)
    async with client.open("main/attach?stdout=true&stderr=true", V5) as socket:
        await eventually(lambda: cluster.logs.followed(uid, "main", 0))
        cluster.logs.write(uid, "main", 0, "now", START)
        await eventually(lambda: socket.channel(1) == b"now\n")
        cluster.logs.end(uid, "main", 0)
        assert await socket.end() == SUCCESS


async def test_attach_to_a_shell_and_come_back_to_it(client: Client, cluster: EmbeddedCluster) -> None:
    ended: list[tuple[str, str, int]] = []
    cluster.containers.on_exit = lambda obj, name, code: ended.append((obj["metadata"]["name"], name, code))
    path = "debug/attach?stdin=true&stdout=true&tty=true"
    async with client.open(path, V5) as socket:
        await eventually(lambda: socket.channel(1).endswith(b"/ # "))
        await socket.send(0, b"X=5; ps\r")
        await eventually(lambda: socket.channel(1).endswith(b"0:00 ps\r\n/ # "))
        assert socket.channel(1).count(b"    1 root      0:00 sh\r\n") == socket.channel(1).count(b"0:00 sh") == 1
    await eventually(lambda: cluster.streaming == [])
    async with client.open(path, V5) as socket:
        await eventually(lambda: socket.channel(1) == b"/ # ")
        await socket.send(0, b"echo $X; exit 3\r")
        assert await socket.end() == SUCCESS
        assert b"5\r\n" in socket.channel(1)
    assert ended == [("debug", "main", 3)]
    uid = cluster.store.get("pods", "debug", "default")["metadata"]["uid"]
    assert [line.text for line in cluster.logs.book(uid, "main", 0).lines()][-1] == b"5"


async def test_attach_ends_when_the_container_does(client: Client, cluster: EmbeddedCluster) -> None:
    async with client.open("debug/attach?stdin=true&stdout=true&tty=true", V5) as socket:
        await eventually(lambda: socket.channel(1))
        cluster.store.delete("pods", "debug", "default")
        assert await socket.end() == SUCCESS


# ---- port-forward


async def test_forwarded_ports(client: Client) -> None:
    async with client.open("main/portforward?ports=80&ports=81,8080", V4) as socket:
        await eventually(lambda: len(socket.frames) == 7)
        ports = [(0, b"P\0"), (1, b"P\0"), (2, b"Q\0"), (3, b"Q\0"), (4, b"\x90\x1f"), (5, b"\x90\x1f")]
        assert socket.frames[:6] == ports
        assert socket.frames[6][1].endswith(b"failed to connect to localhost:81 inside namespace: connection refused")
        await socket.send(4, b"GET / HTT")
        await socket.send(4, b"P/1.1\r\nHost: x\r\n\r\n")
        await socket.send(0, b"\x16\x03 no HTTP")
        await asyncio.wait_for(socket.task, WITHIN)
        assert socket.channel(4).startswith(b"\x90\x1fHTTP/1.1 200 OK\r\n")
        assert socket.channel(4).endswith(b"\r\n\r\nmain.default on port 8080\n")
        assert socket.channel(0).startswith(b"P\0HTTP/1.1 400 Bad Request\r\n")


# ---- what clients do to it


@pytest.mark.parametrize("wire", [Wire.EOF, Wire.RESET])
async def test_an_open_session_can_be_cut(client: Client, cluster: EmbeddedCluster, wire: Wire) -> None:
    async with client.open("main/exec?command=cat&stdin=true&stdout=true", V5) as socket:
        await eventually(lambda: socket.frames)
        assert cluster.cut_streams("exec", wire) == 1
        await asyncio.wait({socket.task}, timeout=5)
        assert socket.socket.close_code != 1000


async def test_whoever_leaves_takes_the_command_along(client: Client, cluster: EmbeddedCluster) -> None:
    for path in (sh("while true; do echo y; done"), "main/exec?command=sleep&command=1000&stdin=true&stdout=true"):
        async with client.open(path, V5) as socket:
            await eventually(lambda: socket.frames)
        await eventually(lambda: cluster.streaming == [])


async def test_input_that_nobody_reads_is_bounded(client: Client, cluster: EmbeddedCluster) -> None:
    async with client.open("main/exec?command=sleep&command=1000&stdin=true&stdout=true", V5) as socket:

        async def flood() -> None:
            while True:
                await socket.send(0, b"x" * 100_000)

        task = asyncio.create_task(flood())
        done, _ = await asyncio.wait({task}, timeout=0.5)
        assert not done
        task.cancel()
    await cluster.stop()
    await eventually(lambda: cluster.streaming == [])
