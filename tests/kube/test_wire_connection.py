"""What connections send, and their pools and sockets."""

import asyncio
import gzip
import socket
from pathlib import Path

import pytest

from k8stui import __version__
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault
from k8stui.kube import transport
from k8stui.kube.errors import ApiError, Failure
from k8stui.kube.target import Impersonation
from k8stui.model.kinds import PODS
from tests.support.exchanges import PERMIT, Recorder, watching
from tests.support.waiting import eventually
from tests.support.wire import (
    answer,
    connected,
    raw,
    request_head,
    serving,
    target,
)

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
