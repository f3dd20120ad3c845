"""Sessions go by the way and as the user of all requests: proxy, authority, server name, credentials, impersonation."""

from pathlib import Path

import pytest
from aiohttp import web
from msgspec.structs import replace

from k8stui import __version__
from k8stui.kube.errors import ApiError, Failure
from k8stui.kube.target import Impersonation, Secret, Target
from tests.support.proxies import proxy
from tests.support.sockets import POD, Heard, Sessions, opened, words
from tests.support.wire import Authority, connected, serving, target, with_certificate


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


async def ends(goal: Target) -> None:
    """A session to its good end."""
    async with connected(goal) as connection:
        heard = Heard(await opened(connection, words("sh", "-c", "a b&c=d")))
        ended = await heard.end()
        assert heard.error is None
        assert ended is not None
        assert ended.code == 0


# What is sent


async def test_the_request() -> None:
    server = Sessions()
    async with serving(server) as url:
        await ends(target(url + "/k8s/clusters/c-1", "s3cret"))
    (request,) = server.asked
    assert request.raw_path == (
        f"/k8s/clusters/c-1{POD}/exec?command=sh&command=-c&command=a+b%26c%3Dd&stderr=true&stdout=true"
    )
    assert request.headers["Authorization"] == "Bearer s3cret"
    assert request.headers["User-Agent"] == f"k8stui/{__version__}"
    assert [each.strip() for each in request.headers["Sec-WebSocket-Protocol"].split(",")] == [
        "v5.channel.k8s.io",
        "v4.channel.k8s.io",
    ]
    assert "Sec-WebSocket-Extensions" not in request.headers
    assert "Impersonate-User" not in request.headers
    assert "Cookie" not in request.headers


async def test_impersonation_with_several_groups() -> None:
    whom = Impersonation("jane", ("dev", "ops"), "u-1", (("scopes", ("a", "b")),))
    server = Sessions()
    async with serving(server) as url:
        await ends(target(url, impersonation=whom))
    headers = server.asked[0].headers
    assert headers.getall("Impersonate-User") == ["jane"]
    assert headers.getall("Impersonate-Group") == ["dev", "ops"]
    assert headers.getall("Impersonate-Uid") == ["u-1"]
    assert headers.getall("Impersonate-Extra-scopes") == ["a", "b"]


# Credentials


class Guard(Sessions):
    """Lets in whoever brings the right token."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self.token = token

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        if request.headers["Authorization"] == f"Bearer {self.token}":
            return await super().__call__(request)
        self.asked.append(request)
        status = {"kind": "Status", "message": "Unauthorized", "reason": "Unauthorized", "code": 401}
        return web.json_response(status, status=401)


async def test_a_401_renews_the_credentials_once() -> None:
    server = Guard("new")
    async with serving(server) as url:
        goal = target(url, "old")
        async with connected(goal, reload=lambda: target(url, "new")) as connection:
            heard = Heard(await opened(connection, words("sh")))
            assert await heard.end() is not None
        async with connected(goal, reload=lambda: goal) as connection:
            with pytest.raises(ApiError) as caught:
                await opened(connection, words("sh"))
    assert caught.value.failure is Failure.UNAUTHORIZED
    assert [each.headers["Authorization"][7:] for each in server.asked] == ["old", "new", "old", "old"]


# TLS


async def test_authority_server_name_and_client_certificate(authority: Authority, tmp_path: Path) -> None:
    names: list[str | None] = []
    context = authority.server(tmp_path, "kubernetes.default", clients=authority)
    context.sni_callback = lambda sock, name, ctx: names.append(name)
    server = Sessions()
    async with serving(server, context) as url:
        goal = target(url, ca=authority.pem, tls_server_name="kubernetes.default")
        await ends(with_certificate(goal, *authority.issue("jane")))
        async with connected(goal) as connection:
            with pytest.raises(ApiError) as caught:
                await opened(connection, words("sh"))
    assert names == ["kubernetes.default"] * 2
    assert len(server.asked) == 1
    assert [peer["subject"] for peer in server.peers] == [((("commonName", "jane"),),)]
    assert "Authorization" not in server.asked[0].headers
    assert caught.value.failure in (Failure.TLS, Failure.BROKEN)


async def test_a_certificate_of_somebody_else_is_the_same_sentence_as_a_requests(
    authority: Authority, tmp_path: Path
) -> None:
    async with serving(Sessions(), authority.server(tmp_path)) as url:
        async with connected(target(url, ca=Authority("other").pem)) as connection:
            with pytest.raises(ApiError) as refused:
                await opened(connection, words("sh"))
            with pytest.raises(ApiError) as asked:
                await connection.request("GET", "/version")
        assert refused.value.failure is Failure.TLS
        assert refused.value.sentence == asked.value.sentence
        await ends(target(url, insecure=True))


# Proxies


async def test_a_proxy_tunnels_a_session_and_the_server_sees_nothing_of_it(
    authority: Authority, tmp_path: Path
) -> None:
    seen: list[str] = []
    server = Sessions()
    names: list[str | None] = []
    context = authority.server(tmp_path, "kubernetes.default")
    context.sni_callback = lambda sock, name, ctx: names.append(name)
    async with serving(server, context) as url, proxy(seen) as way:
        secret = Secret("Basic dXNlcjpwYXNz")
        goal = target(url, "token-1", ca=authority.pem, proxy_url=way, proxy_authorization=secret)
        await ends(replace(goal, tls_server_name="kubernetes.default"))
    assert [head.split()[0] for head in seen] == ["CONNECT"]
    assert "Proxy-Authorization: Basic dXNlcjpwYXNz" in seen[0]
    assert "token-1" not in seen[0]
    assert names == ["kubernetes.default"]
    assert "Proxy-Authorization" not in server.asked[0].headers
    assert server.asked[0].headers["Authorization"] == "Bearer token-1"


async def test_a_proxy_for_plain_http() -> None:
    seen: list[str] = []
    async with serving(Sessions()) as url, proxy(seen) as way:
        await ends(target(url, proxy_url=way, proxy_authorization=Secret("Basic dXNlcjpwYXNz")))
    assert seen[0].startswith(f"GET {url}{POD}/exec?command=sh")
    assert "Proxy-Authorization: Basic dXNlcjpwYXNz" in seen[0]


async def test_a_proxy_behind_tls(authority: Authority, tmp_path: Path) -> None:
    seen: list[str] = []
    server = Sessions()
    front = authority.server(tmp_path)
    (tmp_path / "back").mkdir()
    async with (
        serving(server, authority.server(tmp_path / "back")) as url,
        proxy(seen, context=front) as way,
    ):
        await ends(target(url, ca=authority.pem, proxy_url=way))
    assert [head.split()[0] for head in seen] == ["CONNECT"]
    assert way.startswith("https:")


async def test_a_proxy_that_refuses_or_is_not_there(authority: Authority) -> None:
    refuse = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    async with proxy([], refuse) as way:
        goal = target("https://10.0.0.1:6443", ca=authority.pem, proxy_url=way)
        async with connected(goal) as connection:
            with pytest.raises(ApiError) as caught:
                await opened(connection, words("sh"))
        assert "the proxy wants a user and password" in caught.value.message
    async with connected(goal) as connection:
        with pytest.raises(ApiError) as caught:
            await opened(connection, words("sh"))
    assert caught.value.failure is Failure.UNREACHABLE
    assert "the proxy 127.0.0.1" in caught.value.message


# The network


async def test_a_server_that_is_not_there_is_the_same_sentence_as_a_requests() -> None:
    async with connected("http://127.0.0.1:1") as connection:
        with pytest.raises(ApiError) as refused:
            await opened(connection, words("sh"))
        with pytest.raises(ApiError) as asked:
            await connection.request("GET", "/version")
    assert refused.value.failure is Failure.UNREACHABLE
    assert refused.value.sentence == asked.value.sentence


async def test_a_server_of_another_protocol_of_sessions() -> None:
    async with serving(Sessions("v9.channel.k8s.io")) as url, connected(url) as connection:
        with pytest.raises(ApiError) as caught:
            await opened(connection, words("sh"))
    assert caught.value.failure is Failure.NOT_KUBERNETES
    assert "no protocol of sessions that we know" in caught.value.sentence
