"""Connections over real sockets: what they send, their pools, proxies, clocks, permits, and how they end."""

import asyncio
import gzip
import re
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import formatdate
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from msgspec.structs import replace

from k8stui import __version__
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.faults import Fault
from k8stui.kube import transport
from k8stui.kube.connection import Connection, connect
from k8stui.kube.errors import ApiError, ConfigError, Failure
from k8stui.kube.permits import PermitError, harmless, well_formed
from k8stui.kube.servertime import ServerTime
from k8stui.kube.target import CredentialSpec, Impersonation, Pem, Secret
from k8stui.model.kinds import PODS
from k8stui.settings import Timing
from tests.support.clock import ManualClock
from tests.support.objects import pod
from tests.support.waiting import eventually
from tests.support.wire import (
    TIMING,
    Authority,
    answer,
    connected,
    raw,
    request_head,
    serving,
    target,
    with_certificate,
)

PERMIT = object()


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


class Recorder:
    """A handler that remembers what it was asked."""

    def __init__(self, body: bytes = b"{}", headers: dict[str, str] | None = None) -> None:
        self.asked: list[web.Request] = []
        self.bodies: list[bytes] = []
        self._body = body
        self._headers = headers

    async def __call__(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.read())
        self.asked.append(request)
        return web.Response(body=self._body, content_type="application/json", headers=self._headers)


def watching(connection: Connection, path: str = PODS.path()) -> "asyncio.Task[None]":
    async def follow() -> None:
        async for _ in connection.watch(path, since="1", event=lambda raw_object: Versioned()):
            pass

    return asyncio.ensure_future(follow())


class Versioned:
    version = "1"


# What is sent


async def test_headers() -> None:
    server = Recorder()
    async with serving(server) as url, connected(target(url, "s3cret")) as connection:
        await connection.request("GET", "/api", accept="application/json;as=Table;v=v1;g=meta.k8s.io")
    headers = server.asked[0].headers
    assert headers["User-Agent"] == f"k8stui/{__version__}"
    assert headers["Authorization"] == "Bearer s3cret"
    assert headers["Accept"] == "application/json;as=Table;v=v1;g=meta.k8s.io"
    assert headers["Accept-Encoding"] == "gzip"
    assert "Impersonate-User" not in headers
    assert "Content-Type" not in headers


async def test_impersonation_with_several_groups() -> None:
    whom = Impersonation("jane", ("dev", "ops"), "u-1", (("scopes", ("a", "b")),))
    server = Recorder()
    async with serving(server) as url, connected(target(url, impersonation=whom)) as connection:
        await connection.request("GET", "/api")
    headers = server.asked[0].headers
    assert headers.getall("Impersonate-User") == ["jane"]
    assert headers.getall("Impersonate-Group") == ["dev", "ops"]
    assert headers.getall("Impersonate-Uid") == ["u-1"]
    assert headers.getall("Impersonate-Extra-scopes") == ["a", "b"]


async def test_a_body_goes_out_as_it_is() -> None:
    server = Recorder()
    body = b'{"metadata": {"uid":"1"}}'
    async with serving(server) as url, connected(url) as connection:
        await connection.request(
            "PATCH", "/api/v1/nodes/n", body=body, content_type="application/merge-patch+json", permit=PERMIT
        )
    assert server.bodies == [body]
    assert server.asked[0].headers["Content-Type"] == "application/merge-patch+json"


async def test_the_query_is_encoded_once_and_the_path_is_left_alone() -> None:
    server = Recorder()
    path = PODS.path("a b", "x%2Fy/z")
    async with serving(server) as url, connected(url + "/k8s/clusters/c-1") as connection:
        await connection.request("GET", path, query=[("labelSelector", "a=b,c in (d)"), ("limit", "5")])
    assert server.asked[0].raw_path.startswith("/k8s/clusters/c-1/api/v1/namespaces/a%20b/pods/x%252Fy%2Fz?")
    assert server.asked[0].query["labelSelector"] == "a=b,c in (d)"


async def test_a_compressed_answer() -> None:
    text = b'{"items":[' + b"1," * 200_000 + b"1]}"
    server = Recorder(gzip.compress(text), {"Content-Encoding": "gzip"})
    async with serving(server) as url, connected(url) as connection:
        assert (await connection.request("GET", "/api")).body == text


async def test_compression_that_the_kubeconfig_disables() -> None:
    server = Recorder()
    async with serving(server) as url, connected(target(url, compression=False)) as connection:
        await connection.request("GET", "/api")
    assert server.asked[0].headers["Accept-Encoding"] == "identity"


async def test_cookies_and_netrc_are_no_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password pw\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    server = Recorder(headers={"Set-Cookie": "session=1; Path=/"})
    async with serving(server) as url, connected(target(url)) as connection:
        await connection.request("GET", "/api")
        await connection.request("GET", "/api")
    assert all("Cookie" not in request.headers for request in server.asked)
    assert all("Authorization" not in request.headers for request in server.asked)


async def test_an_answer_is_not_kept() -> None:
    server = Recorder()
    async with serving(server) as url, connected(url) as connection:
        await connection.request("GET", "/api")
        client = (await connection._calls.wire.ready()).client
        assert client.last_response is None


# Pools and sockets


async def test_full_streams_never_delay_a_request_nor_full_requests_a_stream(cluster: EmbeddedCluster) -> None:
    async with connected(target(cluster.url, cluster.token)) as connection:
        tasks = [watching(connection) for _ in range(120)]
        await eventually(lambda: len(cluster.watching) == 120)
        await connection.request("GET", "/version")
        cluster.faults.add(Fault(path="/healthz", delay=60))
        full = [asyncio.ensure_future(connection.request("GET", "/healthz")) for _ in range(transport.REQUESTS)]
        await eventually(lambda: sum(record.path == "/healthz" for record in cluster.requests) == transport.REQUESTS)
        tasks.append(watching(connection))
        await eventually(lambda: len(cluster.watching) == 121)
        for task in (*tasks, *full):
            task.cancel()
        await asyncio.gather(*tasks, *full, return_exceptions=True)


def sockets(monkeypatch: pytest.MonkeyPatch) -> list[socket.socket]:
    """All sockets that are made from now on."""
    made: list[socket.socket] = []
    real = transport.keepalive

    def watched(address: tuple[object, ...]) -> socket.socket:
        made.append(real(address))
        return made[-1]

    monkeypatch.setattr(transport, "keepalive", watched)
    return made


async def test_keepalive_on_every_socket(cluster: EmbeddedCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    made = sockets(monkeypatch)
    async with connected(target(cluster.url, cluster.token)) as connection:
        await connection.request("GET", "/version")
        task = watching(connection)
        await eventually(lambda: cluster.watching)
        assert len(made) == 2
        for sock in made:
            assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
            assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 30
        task.cancel()


async def test_requests_share_a_connection(cluster: EmbeddedCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    made = sockets(monkeypatch)
    async with connected(target(cluster.url, cluster.token)) as connection:
        for _ in range(5):
            await connection.request("GET", "/version")
        with pytest.raises(ApiError):
            await connection.request("GET", "/nope")
        await connection.request("GET", "/version")
    assert len(made) == 1


async def test_a_kept_connection_that_was_closed_meanwhile_is_opened_again_for_reads_only() -> None:
    asked: list[str] = []

    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await request_head(reader)).split()[0])
        writer.write(answer(b"{}"))
        await writer.drain()
        asked.append((await request_head(reader)).split()[0])

    async with raw(once) as address, connected(f"http://{address}") as connection:
        for _ in range(2):
            assert (await connection.request("GET", "/api")).body == b"{}"
        assert asked == ["GET", "GET", "GET"]
        asked.clear()
        with pytest.raises(ApiError) as caught:
            await connection.request("DELETE", "/api/v1/pods/x", permit=PERMIT)
    # Sent twice, a DELETE that worked would be told as "not found".
    assert (asked, caught.value.failure) == (["DELETE"], Failure.BROKEN)


# TLS


async def test_server_name_and_a_data_certificate(authority: Authority, tmp_path: Path) -> None:
    names: list[str | None] = []
    context = authority.server(tmp_path, "kubernetes.default", clients=authority)
    context.sni_callback = lambda sock, name, ctx: names.append(name)
    async with serving(Recorder(), context) as url:
        goal = target(url, ca=authority.pem, tls_server_name="kubernetes.default")
        async with connected(with_certificate(goal, *authority.issue("jane"))) as connection:
            await connection.request("GET", "/version")
            task = watching(connection)
            await eventually(lambda: len(names) == 2)
            task.cancel()
    assert names == ["kubernetes.default"] * 2


async def test_no_key_stays_on_disk(authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    goal = with_certificate(target("https://127.0.0.1:1", ca=authority.pem), *authority.issue("jane"))
    async with connected(goal):
        assert list(tmp_path.iterdir()) == []


async def test_an_insecure_target_asks_for_no_proof(authority: Authority, tmp_path: Path) -> None:
    async with (
        serving(Recorder(), authority.server(tmp_path, "other")) as url,
        connected(target(url, insecure=True)) as connection,
    ):
        assert (await connection.request("GET", "/version")).status == 200


async def test_a_lone_server_certificate_may_be_the_authority_as_in_go(authority: Authority, tmp_path: Path) -> None:
    context = authority.server(tmp_path, "127.0.0.1")
    lone = (tmp_path / "server.pem").read_text().split("-----BEGIN PRIVATE")[0]
    async with serving(Recorder(), context) as url, connected(target(url, ca=lone)) as connection:
        assert (await connection.request("GET", "/version")).status == 200


async def test_strict_x509_rules_are_relaxed(authority: Authority) -> None:
    async with connected(target("https://127.0.0.1:1", ca=authority.pem)) as connection:
        connector = (await connection._calls.wire.ready()).client.rest_client.pool_manager.connector
        assert isinstance(connector, aiohttp.TCPConnector)
        context = connector._ssl
        assert isinstance(context, ssl.SSLContext)
        assert not context.verify_flags & ssl.VERIFY_X509_STRICT


async def test_certificates_that_cannot_be_used_are_one_sentence(authority: Authority) -> None:
    good = target("https://127.0.0.1:1", ca=authority.pem)
    certificate, key = authority.issue("jane")
    _, other = authority.issue("john")
    locked = authority.issue("jane", password=b"pw")
    for bad in (
        replace(good, ca="-----BEGIN CERTIFICATE-----\nnope\n-----END CERTIFICATE-----\n"),
        with_certificate(good, certificate, other),
        with_certificate(good, "nothing", key),
        with_certificate(good, *locked),
    ):
        with pytest.raises(ConfigError) as caught:
            await connect(bad, TIMING, ManualClock())
        assert caught.value.sentence.endswith(".")
        assert "PRIVATE" not in caught.value.sentence


# Proxies


@asynccontextmanager
async def proxy(seen: list[str], refuse: bytes = b"") -> AsyncIterator[str]:
    """A proxy that tunnels, forwards plain requests, or refuses."""

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await request_head(reader)
        seen.append(head)
        if refuse:
            writer.write(refuse)
            return
        method, goal, _ = head.split(" ", 2)
        host, port = re.sub("^http://", "", goal).split("/")[0].split(":")
        far_reader, far_writer = await asyncio.open_connection(host, int(port))
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            far_writer.write(head.encode())
        back = asyncio.ensure_future(pipe(far_reader, writer))
        try:
            await pipe(reader, far_writer)
        finally:
            back.cancel()
            far_writer.close()

    async with raw(serve) as address:
        yield f"http://{address}"


async def test_a_proxy_tunnels_requests_and_streams(authority: Authority, tmp_path: Path) -> None:
    seen: list[str] = []
    secret = Secret("Basic dXNlcjpwYXNz")
    server = Recorder()
    async with serving(server, authority.server(tmp_path)) as url, proxy(seen) as way:
        goal = target(url, "token-1", ca=authority.pem, proxy_url=way, proxy_authorization=secret)
        async with connected(goal) as connection:
            await connection.request("GET", "/version")
            task = watching(connection)
            await eventually(lambda: len(server.asked) == 2)
            task.cancel()
    assert [head.split()[0] for head in seen] == ["CONNECT", "CONNECT"]
    assert all("Proxy-Authorization: Basic dXNlcjpwYXNz" in head for head in seen)
    assert all("token-1" not in head for head in seen)
    assert all("Proxy-Authorization" not in request.headers for request in server.asked)


async def test_a_proxy_for_plain_http() -> None:
    seen: list[str] = []
    server = Recorder()
    secret = Secret("Basic dXNlcjpwYXNz")
    async with serving(server) as url, proxy(seen) as way:
        async with connected(target(url, proxy_url=way, proxy_authorization=secret)) as connection:
            await connection.request("GET", "/version")
        assert seen[0].startswith(f"GET {url}/version HTTP/1.1")
        assert "Proxy-Authorization: Basic dXNlcjpwYXNz" in seen[0]


async def test_a_proxy_that_refuses_or_is_not_there(authority: Authority) -> None:
    refuse = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    async with (
        proxy([], refuse) as way,
        connected(target("https://10.0.0.1:6443", ca=authority.pem, proxy_url=way)) as connection,
    ):
        with pytest.raises(ApiError) as caught:
            await connection.request("GET", "/version")
    assert caught.value.failure is Failure.UNREACHABLE
    assert "the proxy wants a user and password" in caught.value.message
    async with connected(target("https://10.0.0.1:6443", ca=authority.pem, proxy_url=way)) as connection:
        with pytest.raises(ApiError) as caught:
            await connection.request("GET", "/version")
    assert caught.value.failure is Failure.UNREACHABLE
    assert "the proxy 127.0.0.1" in caught.value.message
    assert "refused the connection" in caught.value.message


# Permits and paths


async def test_a_write_without_a_permit_is_not_sent(cluster: EmbeddedCluster) -> None:
    cluster.store.create(pod("a"))
    path = PODS.path("default", "a")
    async with connected(target(cluster.url, cluster.token)) as connection:
        for method in ("POST", "PUT", "PATCH", "DELETE", "delete"):
            with pytest.raises(PermitError):
                await connection.request(method, path, body=b"{}")
        assert not cluster.requests
        review = b'{"spec":{"resourceAttributes":{"verb":"list","resource":"pods"}}}'
        asked = await connection.request("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", body=review)
        assert asked.status == 201
        await connection.request("DELETE", path, query=[("dryRun", "All")])
        assert cluster.store.get("pods", "a", "default")
        await connection.request("DELETE", path, permit=PERMIT)


@pytest.mark.parametrize(
    ("method", "path", "query", "body", "free"),
    [
        ("GET", "/api/v1/pods", (), None, True),
        ("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", (), b"{}", True),
        ("POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", (), b"{}", True),
        ("POST", "/apis/authorization.k8s.io/v1/namespaces/a/localsubjectaccessreviews", (), b"{}", True),
        ("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", (), b"{}", True),
        ("DELETE", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", (), None, False),
        ("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews/../../../x", (), None, False),
        ("POST", "/apis/rbac.authorization.k8s.io/v1/roles", (), b"{}", False),
        ("PATCH", "/api/v1/nodes/n", (("dryRun", "All"),), b"{}", True),
        ("PATCH", "/api/v1/nodes/n", (("dryRun", "all"),), b"{}", False),
        ("PATCH", "/api/v1/nodes/n", (("dryRun", "All"), ("dryRun", "")), b"{}", False),
        ("POST", "/api/v1/namespaces/d/pods/p/eviction", (("dryRun", "All"),), b"{}", True),
        ("DELETE", "/api/v1/namespaces/d/pods/p", (("dryRun", "All"),), None, True),
        # The options of a DELETE with a body are read from the body alone: this one would delete.
        ("DELETE", "/api/v1/namespaces/d/pods/p", (("dryRun", "All"),), b'{"preconditions":{}}', False),
        ("DELETE", "/api/v1/namespaces/d/pods/p", (), b'{"dryRun":["All"]}', True),
        ("DELETE", "/api/v1/namespaces/d/pods/p", (), b"garbage", False),
        ("POST", "/api/v1/namespaces/d/pods/p/exec", (("dryRun", "All"),), None, False),
        ("PUT", "/api/v1/namespaces/d/services/s/proxy/admin", (("dryRun", "All"),), None, False),
    ],
)
def test_what_needs_no_permit(
    method: str, path: str, query: tuple[tuple[str, str], ...], body: bytes | None, free: bool
) -> None:
    assert harmless(method, path, query, body) is free


def test_paths_that_could_be_read_as_others() -> None:
    assert well_formed("/api/v1/namespaces/a%20b/pods/x.y..z")
    assert well_formed("/version/")
    for path in ("", "api", "/api/v1/pods/..", "/api/./v1", "/a/%2E%2e/b", "/a?b", "/a#b", "/a b", "/a\r\nb", "//evil"):
        assert not well_formed(path), path


async def test_a_name_that_is_no_name_reaches_nothing() -> None:
    server = Recorder()
    async with serving(server) as url, connected(url) as connection:
        for method in ("GET", "DELETE"):
            with pytest.raises(ApiError) as caught:
                await connection.request(method, PODS.path("default", ".."), permit=PERMIT)
            assert caught.value.failure is Failure.INVALID
        with pytest.raises(ApiError):
            connection.watch("/api/v1/../pods", since="1", event=lambda raw_object: Versioned())
    assert server.asked == []


# Time


async def test_the_time_of_the_server() -> None:
    clock = ManualClock()
    async with (
        serving(Recorder(headers={"Date": formatdate(clock.now() + 90.5, usegmt=True)})) as url,
        connected(url, clock=clock) as connection,
    ):
        assert (connection.skew, connection.now()) == (0.0, clock.now())
        await connection.request("GET", "/version")
        assert connection.skew == pytest.approx(90.5, abs=0.51)
        assert connection.now() == clock.now() + connection.skew


def test_the_skew_is_learnt_to_a_fraction_of_a_second_and_follows_a_set_clock() -> None:
    learnt = ServerTime()
    for tenth in range(40):
        ours = 1_000_000.0 + tenth * 0.37
        learnt.heard(formatdate(ours + 12.34, usegmt=True), ours - 0.01, ours + 0.01)
    assert learnt.skew == pytest.approx(12.34, abs=0.1)
    learnt.heard(formatdate(1_000_050.0 - 60, usegmt=True), 1_000_050.0, 1_000_050.0)
    assert learnt.skew == pytest.approx(-59.5, abs=0.6)


def test_equal_clocks_have_no_skew_and_nonsense_says_nothing() -> None:
    learnt = ServerTime()
    for date in (None, "", "yesterday", "Mon, 99 Foo 2026 10:00:00 GMT"):
        learnt.heard(date, 1.0, 2.0)
    for tenth in range(30):
        ours = 1_000_000.0 + tenth * 0.13
        learnt.heard(formatdate(ours, usegmt=True), ours, ours + 0.2)
    assert learnt.skew == 0.0


# The end


async def test_closing_while_the_server_hangs(cluster: EmbeddedCluster) -> None:
    cluster.faults.add(Fault(path="/healthz", delay=60))
    connection = await connect(target(cluster.url, cluster.token), TIMING, ManualClock())
    asking = [asyncio.ensure_future(connection.request("GET", "/healthz")) for _ in range(40)]
    streams = [watching(connection) for _ in range(3)]
    await eventually(lambda: len(cluster.watching) == 3 and len(cluster.requests) == 3 + transport.REQUESTS)
    loop = asyncio.get_running_loop()
    before = loop.time()
    await connection.close()
    results = await asyncio.gather(*asking, *streams, return_exceptions=True)
    assert loop.time() - before < TIMING.close + 0.5
    assert all(isinstance(result, ApiError) and "left" in result.title for result in results), results
    with pytest.raises(ApiError, match="left"):
        await connection.request("GET", "/version")
    with pytest.raises(ApiError, match="left"):
        await anext(connection.watch("/api/v1/pods", since="1", event=lambda raw_object: Versioned()))
    await connection.close()


async def test_closing_during_a_handshake_that_hangs() -> None:
    arrived = asyncio.Event()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        arrived.set()
        await asyncio.Event().wait()

    async with raw(hang) as address:
        goal = target(f"https://{address}", insecure=True)
        connection = await connect(goal, Timing(connect=30, request=30, close=0.3), ManualClock())
        task = asyncio.ensure_future(connection.request("GET", "/version"))
        await arrived.wait()
        await connection.close()
        with pytest.raises(ApiError, match="left"):
            await task


async def test_a_cancelled_request_frees_its_connection() -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def handler(request: web.Request) -> web.Response:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return web.Response()

    async with serving(handler) as url, connected(url) as connection:
        task = asyncio.ensure_future(connection.request("GET", "/api"))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(ended.wait(), 3)


async def test_no_secret_in_a_repr(authority: Authority) -> None:
    certificate, key = authority.issue("jane")
    spec = CredentialSpec(
        user="jane", token=Secret("t0ken"), certificate=Pem(Secret(certificate)), key=Pem(Secret(key))
    )
    goal = target("https://127.0.0.1:1", ca=authority.pem, credentials=spec)
    async with connected(goal) as connection:
        ready = await connection._calls.wire.ready()
        for thing in (connection, connection.target, connection._calls, connection._calls.wire, ready, ready.client):
            assert "t0ken" not in repr(thing)
            assert "PRIVATE" not in repr(thing)


async def test_a_body_is_not_in_the_repr_of_its_answer() -> None:
    async with serving(Recorder(b'{"data":"c2VjcmV0"}')) as url, connected(url) as connection:
        assert "c2VjcmV0" not in repr(await connection.request("GET", "/api/v1/namespaces/d/secrets/s"))
