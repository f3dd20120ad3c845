"""TLS and proxies: names, certificates, and what each side may see."""

import ssl
from pathlib import Path

import aiohttp
import pytest
from msgspec.structs import replace

from k8stui.kube.connection import connect
from k8stui.kube.errors import ApiError, ConfigError, Failure
from k8stui.kube.target import Secret
from tests.support.clock import ManualClock
from tests.support.exchanges import Recorder, watching
from tests.support.proxies import proxy
from tests.support.waiting import eventually
from tests.support.wire import (
    TIMING,
    Authority,
    connected,
    serving,
    target,
    with_certificate,
)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


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
