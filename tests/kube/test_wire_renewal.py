"""What happens after a 401: credentials are renewed once, by whoever comes first, and only for the same server."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from msgspec.structs import replace

from k8stui.kube.connection import Connection
from k8stui.kube.errors import ApiError, ConfigError, Failure
from k8stui.kube.target import Context, CredentialSpec, Exec, Impersonation, Pem, Secret, Target
from tests.support.waiting import eventually
from tests.support.wire import Authority, connected, serving, target

PERMIT = object()
PLUGIN = """
import json, pathlib, sys
folder = pathlib.Path(sys.argv[1])
with (folder / "runs").open("a") as log:
    log.write("x")
print((folder / "answer.json").read_text())
"""


class Guard:
    """A server that lets in whoever brings the right token."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.seen: list[str] = []
        self.bodies: list[bytes] = []
        self.answers = asyncio.Event()
        self.answers.set()

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        brought = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.seen.append(brought)
        self.bodies.append(await request.read())
        await self.answers.wait()
        if brought != self.token:
            status = {"kind": "Status", "message": "Unauthorized", "reason": "Unauthorized", "code": 401}
            return web.json_response(status, status=401)
        if "watch" not in request.query:
            return web.json_response({})
        stream = web.StreamResponse(headers={"Content-Type": "application/json"})
        await stream.prepare(request)
        await asyncio.Event().wait()
        return stream


def plugin_target(url: str, folder: Path, **rest: Any) -> Target:
    """A target whose credentials come from a plugin that prints `answer.json` and counts its runs in `runs`."""
    script = folder / "plugin.py"
    script.write_text(PLUGIN)
    spec = Exec(
        command=sys.executable,
        args=(str(script), str(folder)),
        env={},
        api_version="client.authentication.k8s.io/v1",
        interactive="Never",
        install_hint="",
        cluster=None,
    )
    return target(url, credentials=CredentialSpec(user="jane", exec=spec), **rest)


def grant(folder: Path, **status: str) -> None:
    found = {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": status}
    (folder / "answer.json").write_text(json.dumps(found))


def runs(folder: Path) -> int:
    return len((folder / "runs").read_text())


async def ask(connection: Connection) -> int:
    return (await connection.request("GET", "/api")).status


async def test_the_plugin_runs_again_after_a_401(tmp_path: Path) -> None:
    guard = Guard("new")
    grant(tmp_path, token="old")
    async with serving(guard) as url, connected(plugin_target(url, tmp_path)) as connection:
        guard.answers.clear()
        first = asyncio.ensure_future(ask(connection))
        await eventually(lambda: guard.seen == ["old"])
        grant(tmp_path, token="new")
        guard.answers.set()
        assert await first == 200
        assert await ask(connection) == 200
    assert guard.seen == ["old", "new", "new"]
    assert runs(tmp_path) == 2


async def test_many_requests_refused_together_renew_once(tmp_path: Path) -> None:
    guard = Guard("old")
    grant(tmp_path, token="old")
    async with serving(guard) as url, connected(plugin_target(url, tmp_path)) as connection:
        await ask(connection)
        guard.token = "new"
        grant(tmp_path, token="new")
        assert await asyncio.gather(*(ask(connection) for _ in range(10))) == [200] * 10
    assert runs(tmp_path) == 2


async def test_a_second_401_is_told(tmp_path: Path) -> None:
    guard = Guard("never")
    grant(tmp_path, token="old")
    async with serving(guard) as url, connected(plugin_target(url, tmp_path)) as connection:
        with pytest.raises(ApiError) as caught:
            await ask(connection)
    assert (caught.value.failure, caught.value.status) == (Failure.UNAUTHORIZED, 401)
    assert guard.seen == ["old", "old"]
    assert "old" not in caught.value.sentence


async def test_a_write_that_was_refused_is_sent_again_whole() -> None:
    guard = Guard("new")
    async with serving(guard) as url:
        fresh = target(url, "new")
        async with connected(target(url, "old"), reload=lambda: fresh) as connection:
            await connection.request("PATCH", "/api/v1/nodes/n", body=b'{"a":1}', permit=PERMIT)
    assert guard.bodies == [b'{"a":1}', b'{"a":1}']


async def test_a_token_file_is_read_again(tmp_path: Path) -> None:
    guard = Guard("old")
    path = tmp_path / "token"
    path.write_text("old\n")
    async with serving(guard) as url:
        goal = target(url, credentials=CredentialSpec(user="jane", token_file=path))
        async with connected(goal) as connection:
            await ask(connection)
            guard.token = "new"
            path.write_text("new\n")
            assert await ask(connection) == 200
    assert guard.seen == ["old", "old", "new"]


async def test_the_kubeconfig_is_read_again_and_kept() -> None:
    guard = Guard("new")
    reads: list[int] = []

    async with serving(guard) as url:

        def reload() -> Target:
            reads.append(1)
            return target(url, "new")

        async with connected(target(url, "old"), reload=reload) as connection:
            assert await ask(connection) == 200
            assert await ask(connection) == 200
            assert connection.target.credentials.token == Secret("new")
    assert (guard.seen, reads) == (["old", "new", "new"], [1])


@pytest.mark.parametrize("change", ["server", "user", "impersonation"])
async def test_a_kubeconfig_that_names_another_server_or_user_is_not_followed(change: str) -> None:
    guard, other = Guard("new"), Guard("new")
    async with serving(guard) as url, serving(other) as elsewhere:
        fresh = target(url, "new")
        if change == "server":
            fresh = replace(fresh, server=elsewhere)
        elif change == "user":
            fresh = replace(fresh, context=Context("test", "test-cluster", "root", "", url))
        else:
            fresh = replace(fresh, impersonation=Impersonation("root"))
        async with connected(target(url, "old"), reload=lambda: fresh) as connection:
            with pytest.raises(ApiError) as caught:
                await ask(connection)
    assert caught.value.failure is Failure.UNAUTHORIZED
    assert "open the context again" in caught.value.sentence
    assert other.seen == []
    assert "new" not in guard.seen


async def test_a_kubeconfig_that_is_broken_at_the_moment_changes_nothing() -> None:
    guard = Guard("new")

    def reload() -> Target:
        raise ConfigError("The kubeconfig is no YAML.")

    async with serving(guard) as url, connected(target(url, "old"), reload=reload) as connection:
        with pytest.raises(ApiError) as caught:
            await ask(connection)
        assert caught.value.failure is Failure.UNAUTHORIZED
        guard.token = "old"
        assert await ask(connection) == 200


async def test_a_watch_renews_too() -> None:
    guard = Guard("new")
    async with serving(guard) as url:
        fresh = target(url, "new")
        async with connected(target(url, "old"), reload=lambda: fresh) as connection:
            watch = connection.watch("/api/v1/pods", since="1", event=lambda raw_object: fresh)  # type: ignore[type-var]
            task = asyncio.ensure_future(anext(watch))
            await eventually(lambda: guard.seen == ["old", "new"])
            task.cancel()


async def test_a_plugin_that_fails_is_one_sentence_and_the_next_request_tries_again(tmp_path: Path) -> None:
    guard = Guard("new")
    (tmp_path / "answer.json").write_text("nonsense")
    async with serving(guard) as url, connected(plugin_target(url, tmp_path)) as connection:
        with pytest.raises(ApiError) as caught:
            await ask(connection)
        assert caught.value.failure is Failure.CREDENTIALS
        grant(tmp_path, token="new")
        assert await ask(connection) == 200


async def test_a_plugin_s_certificate_is_shown_and_a_new_one_after_a_401(tmp_path: Path) -> None:
    authority = Authority()
    context = authority.server(tmp_path, clients=authority)
    shown: list[str] = []
    answers = asyncio.Event()

    async def handler(request: web.Request) -> web.Response:
        assert request.transport is not None
        peer = request.transport.get_extra_info("peercert")
        name = dict(pair for part in peer["subject"] for pair in part)["commonName"]
        shown.append(name)
        await answers.wait()
        return web.Response(status=200 if name == "jane-2" else 401)

    def grant_certificate(name: str) -> None:
        certificate, key = authority.issue(name)
        grant(tmp_path, clientCertificateData=certificate, clientKeyData=key)

    async with serving(handler, context) as url:
        grant_certificate("jane-1")
        async with connected(plugin_target(url, tmp_path, ca=authority.pem)) as connection:
            first = asyncio.ensure_future(ask(connection))
            await eventually(lambda: shown == ["jane-1"])
            grant_certificate("jane-2")
            answers.set()
            assert await first == 200
            assert await ask(connection) == 200
    assert shown == ["jane-1", "jane-2", "jane-2"]


async def test_a_certificate_file_that_is_missing_is_told_by_the_request(tmp_path: Path) -> None:
    pem = Authority().issue("jane")
    missing = tmp_path / "jane.pem"
    spec = CredentialSpec(user="jane", certificate=Pem(path=missing), key=Pem(Secret(pem[1])))
    async with connected(target("https://127.0.0.1:1", credentials=spec)) as connection:
        with pytest.raises(ApiError) as caught:
            await ask(connection)
        assert caught.value.failure is Failure.CREDENTIALS
        missing.write_text(pem[0])
        with pytest.raises(ApiError) as caught:
            await ask(connection)
        assert caught.value.failure is Failure.UNREACHABLE


async def test_old_transports_are_closed_in_the_end(tmp_path: Path) -> None:
    authority = Authority()
    async with connected(plugin_target("https://127.0.0.1:1", tmp_path, ca=authority.pem)) as connection:
        wire = connection._calls.wire
        transports = set(wire._transports)
        for number in range(6):
            certificate, key = authority.issue(f"jane-{number}")
            grant(tmp_path, clientCertificateData=certificate, clientKeyData=key)
            await wire.renew(number)
            await wire.ready()
            transports |= set(wire._transports)
        assert (len(transports), len(wire._transports)) == (7, 3)
        assert sum(made.pool_manager.closed for made in transports) == 4
    assert all(made.pool_manager.closed and made.streams.closed for made in transports)
