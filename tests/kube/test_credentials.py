"""Headers and certificates as they are now: renewed, invalidated, one plugin run at a time."""

import asyncio
import json
import shlex
import stat
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from k8stui.kube import credentials as module
from k8stui.kube.credentials import Credentials
from k8stui.kube.errors import ApiError, Failure
from k8stui.settings import Timing
from tests.support.clock import ManualClock
from tests.support.kubeconfigs import KEY, PEM, config, encoded, target, write
from tests.support.plugins import V1, FakeTerminal

ENVIRON = {"PATH": "/usr/bin:/bin"}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


def made(tmp_path: Path, user: dict[str, Any], clock: ManualClock, terminal: Any = None) -> Credentials:
    content = config({"insecure-skip-tls-verify": True}, user)
    return Credentials(target(tmp_path / "config", content, environ=ENVIRON), Timing(plugin=20.0), clock, terminal)


class Plugin:
    """A script that answers with what stands in a file and counts its runs."""

    def __init__(self, tmp_path: Path, *, interactive: str = "Never", wait: bool = False) -> None:
        self._folder = tmp_path
        path = tmp_path / "plug"
        hold = f"while [ ! -e {shlex.quote(str(tmp_path))}/go ]; do sleep 0.02; done" if wait else ":"
        path.write_text(
            f"#!/bin/sh\ncd {shlex.quote(str(tmp_path))}\necho x >> runs\n{hold}\n[ -e answer ] || exit 3\ncat answer\n"
        )
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        self.user = {"exec": {"command": "./plug", "apiVersion": V1, "interactiveMode": interactive}}

    def answers(self, **status: Any) -> None:
        body = {"kind": "ExecCredential", "apiVersion": V1, "status": status}
        (self._folder / "answer").write_text(json.dumps(body))

    def fails(self) -> None:
        (self._folder / "answer").unlink(missing_ok=True)

    def let_go(self) -> None:
        (self._folder / "go").touch()

    @property
    def runs(self) -> int:
        path = self._folder / "runs"
        return len(path.read_text().split()) if path.exists() else 0


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let the monotonic clock of the module under test, and of nothing else, be that much later."""
    then = time.monotonic() + seconds
    monkeypatch.setattr("k8stui.kube.credentials.time", SimpleNamespace(monotonic=lambda: then))


async def bearer(credentials: Credentials) -> str:
    return (await credentials.headers())["Authorization"].removeprefix("Bearer ")


async def test_static_credentials(tmp_path: Path, clock: ManualClock) -> None:
    assert await made(tmp_path, {}, clock).headers() == {}
    assert await made(tmp_path, {"token": "abc"}, clock).headers() == {"Authorization": "Bearer abc"}
    basic = await made(tmp_path, {"username": "jane", "password": "pä:ss"}, clock).headers()
    assert basic == {"Authorization": f"Basic {encoded('jane:pä:ss')}"}


async def test_certificates_from_data_and_from_files(tmp_path: Path, clock: ManualClock) -> None:
    data = {"client-certificate-data": encoded(PEM), "client-key-data": encoded(KEY)}
    found = await made(tmp_path, data, clock).client_certificate()
    assert found is not None
    assert (found.certificate, found.key.reveal()) == (PEM, KEY)
    certificate, key = write(tmp_path / "c.pem", PEM), write(tmp_path / "k.pem", KEY)
    credentials = made(tmp_path, {"client-certificate": "c.pem", "client-key": "k.pem"}, clock)
    assert await credentials.client_certificate() == found
    write(certificate, PEM * 2)
    assert await credentials.client_certificate() == found, "not read at each request"
    credentials.invalidate()
    renewed = await credentials.client_certificate()
    assert renewed is not None
    assert renewed.certificate == PEM * 2
    key.unlink()
    credentials.invalidate()
    assert await credentials.client_certificate() == renewed, "a file being replaced leaves the last one in use"
    assert await made(tmp_path, {"token": "abc"}, clock).client_certificate() is None


class TestTokenFile:
    """Read again after a while, and after a 401."""

    async def test_it_wins_over_the_token_while_it_can_be_read(self, tmp_path: Path, clock: ManualClock) -> None:
        write(tmp_path / "t", "from-file\n")
        user = {"token": "static", "tokenFile": "t"}
        assert await bearer(made(tmp_path, user, clock)) == "from-file"
        (tmp_path / "t").unlink()
        assert await bearer(made(tmp_path, user, clock)) == "static"

    async def test_it_is_read_again_after_a_while(
        self, tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = write(tmp_path / "t", "one")
        credentials = made(tmp_path, {"tokenFile": "t"}, clock)
        assert await bearer(credentials) == "one"
        write(path, "two")
        assert await bearer(credentials) == "one"
        later(monkeypatch, module.FILE_PERIOD + 1)
        assert await bearer(credentials) == "two"

    async def test_a_refusal_makes_it_be_read_at_once(self, tmp_path: Path, clock: ManualClock) -> None:
        path = write(tmp_path / "t", "one")
        credentials = made(tmp_path, {"tokenFile": "t"}, clock)
        assert await bearer(credentials) == "one"
        write(path, "two")
        credentials.invalidate()
        assert await bearer(credentials) == "two"

    async def test_while_it_cannot_be_read_the_last_one_is_used(self, tmp_path: Path, clock: ManualClock) -> None:
        path = write(tmp_path / "t", "one")
        credentials = made(tmp_path, {"tokenFile": "t"}, clock)
        assert await bearer(credentials) == "one"
        path.unlink()
        credentials.invalidate()
        assert await bearer(credentials) == "one"

    @pytest.mark.parametrize(
        ("content", "says"),
        [(None, "is not there"), ("", "is empty"), ("a b", "holds white space"), (b"\xff", "is not UTF-8")],
    )
    async def test_without_any_there_is_a_sentence(
        self, tmp_path: Path, clock: ManualClock, content: str | bytes | None, says: str
    ) -> None:
        if content is not None:
            write(tmp_path / "t", content)
        with pytest.raises(ApiError, match=says) as caught:
            await made(tmp_path, {"tokenFile": "t"}, clock).headers()
        assert caught.value.failure is Failure.CREDENTIALS


class TestPlugin:
    """When it runs."""

    async def test_it_runs_once_and_again_when_its_token_expires(self, tmp_path: Path, clock: ManualClock) -> None:
        plugin = Plugin(tmp_path)
        plugin.answers(token="one", expirationTimestamp="2026-09-21T14:23:20Z")  # the clock's start + 600 s
        credentials = made(tmp_path, plugin.user, clock)
        assert plugin.runs == 0, "not before it is needed"
        assert await bearer(credentials) == "one"
        assert await credentials.client_certificate() is None
        clock.advance(600 - module.MARGIN - 1)
        assert await bearer(credentials) == "one"
        assert plugin.runs == 1
        plugin.answers(token="two")
        clock.advance(1)
        assert await bearer(credentials) == "two"
        clock.advance(1_000_000)
        assert await bearer(credentials) == "two"
        assert plugin.runs == 2

    async def test_a_short_life_is_not_eaten_by_the_margin(self, tmp_path: Path, clock: ManualClock) -> None:
        plugin = Plugin(tmp_path)
        plugin.answers(token="one", expirationTimestamp="2026-09-21T14:13:30Z")  # 10 s
        credentials = made(tmp_path, plugin.user, clock)
        await bearer(credentials)
        clock.advance(8)
        await bearer(credentials)
        assert plugin.runs == 1
        clock.advance(1)
        await bearer(credentials)
        assert plugin.runs == 2

    async def test_what_comes_expired_does_not_run_it_at_each_request(self, tmp_path: Path, clock: ManualClock) -> None:
        plugin = Plugin(tmp_path)
        plugin.answers(token="one", expirationTimestamp="2020-01-01T00:00:00Z")
        credentials = made(tmp_path, plugin.user, clock)
        for _ in range(3):
            assert await bearer(credentials) == "one"
        assert plugin.runs == 1
        clock.advance(module.LEAST)
        await bearer(credentials)
        assert plugin.runs == 2

    async def test_a_refusal_runs_it_again(self, tmp_path: Path, clock: ManualClock) -> None:
        plugin = Plugin(tmp_path)
        plugin.answers(token="one")
        credentials = made(tmp_path, plugin.user, clock)
        await bearer(credentials)
        plugin.answers(token="two")
        credentials.invalidate()
        assert await bearer(credentials) == "two"

    async def test_a_token_goes_before_it(self, tmp_path: Path, clock: ManualClock) -> None:
        plugin = Plugin(tmp_path)
        credentials = made(tmp_path, {**plugin.user, "token": "static"}, clock)
        assert await bearer(credentials) == "static"
        assert await credentials.client_certificate() is None
        assert plugin.runs == 0

    async def test_its_certificate(self, tmp_path: Path, clock: ManualClock) -> None:
        plugin = Plugin(tmp_path)
        plugin.answers(clientCertificateData=PEM, clientKeyData=KEY)
        credentials = made(tmp_path, plugin.user, clock)
        found = await credentials.client_certificate()
        assert found is not None
        assert found.certificate == PEM
        assert await credentials.headers() == {}
        assert plugin.runs == 1

    async def test_many_at_once_share_one_run(self, tmp_path: Path, clock: ManualClock) -> None:
        plugin = Plugin(tmp_path, wait=True)
        plugin.answers(token="one")
        credentials = made(tmp_path, plugin.user, clock)
        waiting = [asyncio.ensure_future(bearer(credentials)) for _ in range(20)]
        async with asyncio.timeout(10):
            while plugin.runs == 0:  # noqa: ASYNC110 - counted by another process
                await asyncio.sleep(0.01)
        plugin.let_go()
        assert await asyncio.gather(*waiting) == ["one"] * 20
        assert plugin.runs == 1

    async def test_many_at_once_share_its_failure(self, tmp_path: Path, clock: ManualClock) -> None:
        plugin = Plugin(tmp_path)
        credentials = made(tmp_path, plugin.user, clock)
        outcomes = await asyncio.gather(*(credentials.headers() for _ in range(20)), return_exceptions=True)
        assert {str(outcome) for outcome in outcomes if isinstance(outcome, ApiError)} == {str(outcomes[0])}
        assert plugin.runs == 1
        plugin.answers(token="now")
        assert await bearer(credentials) == "now", "a failure is not kept"

    async def test_one_that_gives_up_waiting_does_not_spoil_it_for_the_others(
        self, tmp_path: Path, clock: ManualClock
    ) -> None:
        plugin = Plugin(tmp_path, wait=True)
        plugin.answers(token="one")
        credentials = made(tmp_path, plugin.user, clock)
        first, second = (asyncio.ensure_future(bearer(credentials)) for _ in range(2))
        async with asyncio.timeout(10):
            while plugin.runs == 0:  # noqa: ASYNC110 - counted by another process
                await asyncio.sleep(0.01)
        first.cancel()
        plugin.let_go()
        assert await second == "one"

    async def test_a_missing_plugin_is_an_api_error(self, tmp_path: Path, clock: ManualClock) -> None:
        user = {"exec": {"command": "./none", "apiVersion": V1, "interactiveMode": "Never"}}
        with pytest.raises(ApiError, match="is not there") as caught:
            await made(tmp_path, user, clock).headers()
        assert caught.value.failure is Failure.CREDENTIALS


@pytest.mark.parametrize("interactive", ["Always", "IfAvailable"])
async def test_after_a_failed_login_the_terminal_is_not_taken_at_each_retry(
    tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, interactive: str
) -> None:
    plugin, terminal = Plugin(tmp_path, interactive=interactive), FakeTerminal()
    credentials = made(tmp_path, plugin.user, clock, terminal)
    for _ in range(3):
        with pytest.raises(ApiError, match="failed with exit code 3"):
            await credentials.headers()
    assert terminal.times == 1
    credentials.allow_terminal()
    with pytest.raises(ApiError):
        await credentials.headers()
    assert terminal.times == 2
    later(monkeypatch, module.TERMINAL_PAUSE + 1)
    plugin.answers(token="one")
    assert await bearer(credentials) == "one"
    assert terminal.times == (3 if interactive == "Always" else 2)
