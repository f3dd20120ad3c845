"""Every failure of network and TLS, over real sockets, as the one error type with words for the screen."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from aiohttp import web

from k8stui.kube.errors import Failure
from k8stui.settings import Timing
from tests.support.exchanges import fails
from tests.support.wire import (
    Authority,
    answer,
    connected,
    raw,
    request_head,
    serving,
    target,
    with_certificate,
)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


# Unreachable


async def test_a_refused_connection() -> None:
    port = free_port()
    error = await fails(f"https://127.0.0.1:{port}")
    assert (error.failure, error.status) == (Failure.UNREACHABLE, 0)
    assert f"127.0.0.1:{port} refused the connection" in error.sentence


async def test_a_refused_connection_over_ipv6() -> None:
    error = await fails(f"https://[::1]:{free_port()}")
    assert error.failure is Failure.UNREACHABLE


async def test_a_name_that_does_not_resolve() -> None:
    error = await fails("https://no-such-host.invalid:6443")
    assert error.failure is Failure.UNREACHABLE
    assert "no-such-host.invalid cannot be resolved" in error.message


async def test_a_connection_attempt_that_nobody_answers() -> None:
    # A listener whose queue is full: the kernel drops what comes after it, as a firewall would.
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for sock in (first, second):
            sock.setblocking(False)
            sock.connect_ex(listener.getsockname())
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        error = await fails(url, timing=Timing(connect=0.2, request=3.0, close=0.5))
    assert error.failure is Failure.UNREACHABLE
    assert "did not answer the connection attempt" in error.message


async def test_an_address_that_is_none() -> None:
    assert (await fails("https://exa mple:1")).failure is Failure.UNREACHABLE


# TLS


async def ok(request: web.Request) -> web.Response:
    return web.json_response({"gitVersion": "v1.34.4"})


async def test_a_certificate_of_an_unknown_authority(authority: Authority, tmp_path: Path) -> None:
    async with serving(ok, authority.server(tmp_path)) as url:
        error = await fails(target(url, ca=Authority("another").pem))
    assert error.failure is Failure.TLS
    assert "signed by an" in error.message


async def test_the_system_s_authorities_where_the_kubeconfig_names_none(authority: Authority, tmp_path: Path) -> None:
    async with serving(ok, authority.server(tmp_path)) as url:
        error = await fails(url)
    assert error.failure is Failure.TLS


async def test_a_certificate_for_another_name(authority: Authority, tmp_path: Path) -> None:
    async with serving(ok, authority.server(tmp_path, "kubernetes.default")) as url:
        by_address = await fails(target(url, ca=authority.pem))
        by_name = await fails(target(url.replace("127.0.0.1", "localhost"), ca=authority.pem))
    assert (by_address.failure, by_name.failure) == (Failure.TLS, Failure.TLS)
    assert "is for another" in by_address.message
    assert "is for another name" in by_name.message
    assert "tls-server-name" in by_name.hint


async def test_an_expired_certificate(authority: Authority, tmp_path: Path) -> None:
    async with serving(ok, authority.server(tmp_path, "127.0.0.1", days=-2)) as url:
        error = await fails(target(url, ca=authority.pem))
    assert error.failure is Failure.TLS
    assert "has expired" in error.message


async def test_https_spoken_to_a_port_of_http() -> None:
    async with serving(ok) as url:
        error = await fails(url.replace("http:", "https:"))
    assert error.failure is Failure.TLS
    assert "does not speak https" in error.message


async def test_http_spoken_to_a_port_of_https_as_go_answers_it() -> None:
    async def go(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_head(reader)
        writer.write(b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n")
        await writer.drain()

    async with raw(go) as address:
        error = await fails(f"http://{address}")
    assert error.failure is Failure.TLS
    assert "https://" in error.hint


async def test_http_spoken_to_a_port_of_https_that_hangs_up(authority: Authority, tmp_path: Path) -> None:
    async with serving(ok, authority.server(tmp_path)) as url:
        error = await fails(url.replace("https:", "http:"))
    assert error.failure is Failure.BROKEN
    assert "https://" in error.hint


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_client_certificate_that_the_server_refuses(
    authority: Authority, tmp_path: Path, newest: ssl.TLSVersion
) -> None:
    context = authority.server(tmp_path, clients=authority)
    context.maximum_version = newest
    with blocking(context) as url:
        goal = target(url, ca=authority.pem)
        without = await fails(goal)
        foreign = await fails(with_certificate(goal, *Authority("another").issue("jane")))
        async with connected(with_certificate(goal, *authority.issue("jane"))) as connection:
            assert (await connection.request("GET", "/version")).status == 200
    # With TLS 1.3 the server hangs up after the handshake, and why may get lost on the way.
    assert "client certificate" in without.sentence
    assert "client certificate" in foreign.sentence
    if newest is ssl.TLSVersion.TLSv1_2:
        assert (without.failure, foreign.failure) == (Failure.TLS, Failure.TLS)


@contextmanager
def blocking(context: ssl.SSLContext) -> Iterator[str]:
    """A server on blocking sockets: unlike asyncio's it sends the TLS alert that says why a handshake failed."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                plain, _ = listener.accept()
            except OSError:
                return
            with plain, suppress(OSError), context.wrap_socket(plain, server_side=True) as secure:
                secure.recv(10_000)
                secure.sendall(answer(b"{}"))

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"https://127.0.0.1:{listener.getsockname()[1]}"
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()
