"""Exec credential plugins, played by small scripts."""

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from k8stui.kube.target import Secret
from tests.support.kubeconfigs import KEY, PEM
from tests.support.plugins import V1, V1BETA1, FakeTerminal, answer, ask, refused, script, spec


@pytest.mark.parametrize("version", [V1, V1BETA1])
async def test_a_token_with_its_expiry(tmp_path: Path, version: str) -> None:
    text = answer(version, token=" abc ", expirationTimestamp="2026-09-21T14:13:20Z")
    granted = await ask(spec(script(tmp_path, f"echo '{text}'"), version=version))
    assert granted.token is not None
    assert granted.token.reveal() == "abc"
    assert granted.expires == 1_790_000_000.0
    assert granted.certificate is None


async def test_a_client_certificate(tmp_path: Path) -> None:
    (tmp_path / "out").write_text(answer(clientCertificateData=PEM, clientKeyData=KEY))
    granted = await ask(spec(script(tmp_path, f"cat {tmp_path}/out")))
    assert granted.token is None
    assert granted.certificate is not None
    assert granted.certificate.certificate == PEM
    assert granted.certificate.key.reveal() == KEY


async def test_a_long_answer_is_read_to_its_end(tmp_path: Path) -> None:
    # Much more than a pipe holds; what is left in the pipe when the plugin has ended counts as well.
    (tmp_path / "out").write_text(" " * 600_000 + answer(token="abc"))
    for _ in range(5):
        assert (await ask(spec(script(tmp_path, f"exec cat {tmp_path}/out")))).token == Secret("abc")


async def test_it_gets_arguments_environment_and_what_we_ask(tmp_path: Path) -> None:
    text = (
        f'echo "$KUBERNETES_EXEC_INFO" > {tmp_path}/info; echo "$PROFILE:$1:$2" > {tmp_path}/seen\n'
        f"echo '{answer(token='abc')}'"
    )
    made = spec(script(tmp_path, text), args=("get", "a b"), env={"PROFILE": "dev"}, cluster={"server": "https://e:1"})
    await ask(made)
    assert (tmp_path / "seen").read_text() == "dev:get:a b\n"
    assert json.loads((tmp_path / "info").read_text()) == {
        "kind": "ExecCredential",
        "apiVersion": V1,
        "spec": {"interactive": False, "cluster": {"server": "https://e:1"}},
    }


async def test_a_bare_name_is_looked_up_in_the_path_of_its_environment(tmp_path: Path) -> None:
    script(tmp_path, f"echo '{answer(token='abc')}'", "my-plugin")
    made = spec("my-plugin", env={"PATH": f"{tmp_path}:{os.environ['PATH']}"})
    assert (await ask(made)).token == Secret("abc")


async def test_without_a_terminal_stdin_is_closed_and_no_tty_can_be_opened(tmp_path: Path) -> None:
    text = f"cat > {tmp_path}/stdin; (: < /dev/tty) 2> {tmp_path}/tty && exit 9; echo '{answer(token='abc')}'"
    await ask(spec(script(tmp_path, text), interactive="IfAvailable"))
    assert (tmp_path / "stdin").read_text() == ""
    assert (tmp_path / "tty").read_text()


class TestTerminal:
    """Who gets it."""

    async def test_always_gets_it(self, tmp_path: Path) -> None:
        text = f"echo \"$KUBERNETES_EXEC_INFO\" > {tmp_path}/info; echo '{answer(token='abc')}'"
        terminal = FakeTerminal()
        await ask(spec(script(tmp_path, text), interactive="Always"), terminal=terminal)
        assert terminal.times == 1
        assert json.loads((tmp_path / "info").read_text())["spec"]["interactive"] is True

    async def test_always_without_one_is_a_sentence_and_runs_nothing(self, tmp_path: Path) -> None:
        error = await refused(spec(script(tmp_path, f"touch {tmp_path}/ran"), interactive="Always"))
        assert "of the user jane wants a terminal, and there is none" in error.message
        assert error.hint == "Log in outside k8stui first, then try again"
        assert not (tmp_path / "ran").exists()

    async def test_if_available_does_without_it_while_there_is_nothing_to_ask(self, tmp_path: Path) -> None:
        # v1beta1 means IfAvailable where nothing is said: the screen must not flicker at each renewal.
        terminal = FakeTerminal()
        made = spec(script(tmp_path, f"echo '{answer(token='abc')}'"), interactive="IfAvailable")
        assert (await ask(made, terminal=terminal)).token
        assert terminal.times == 0

    async def test_if_available_gets_it_when_it_fails_without(self, tmp_path: Path) -> None:
        text = (
            'case "$KUBERNETES_EXEC_INFO" in *\'"interactive": true\'*) '
            f"echo '{answer(token='abc')}';; *) echo 'password?' >&2; exit 1;; esac"
        )
        terminal = FakeTerminal()
        made = spec(script(tmp_path, text), interactive="IfAvailable")
        assert (await ask(made, terminal=terminal)).token == Secret("abc")
        assert terminal.times == 1

    async def test_a_device_login_gets_it_when_it_waits_for_a_person(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("k8stui.kube.plugin.PATIENCE", 0.3)
        text = (
            'case "$KUBERNETES_EXEC_INFO" in *\'"interactive": true\'*) '
            f"echo '{answer(token='abc')}';; *) echo 'open https://login, code 123' >&2; exec sleep 100;; esac"
        )
        terminal = FakeTerminal()
        made = spec(script(tmp_path, text), interactive="IfAvailable")
        assert (await asyncio.wait_for(ask(made, limit=60, terminal=terminal), 20)).token == Secret("abc")
        assert terminal.times == 1

    async def test_never_does_not_get_it(self, tmp_path: Path) -> None:
        terminal = FakeTerminal()
        await refused(spec(script(tmp_path, "exit 1")), terminal=terminal)
        assert terminal.times == 0

    async def test_a_missing_one_is_not_looked_for_twice(self, tmp_path: Path) -> None:
        terminal = FakeTerminal()
        await refused(spec(str(tmp_path / "none"), interactive="IfAvailable"), terminal=terminal)
        assert terminal.times == 0


def at_a_terminal(command: str, interactive: str, terminal: str) -> str:
    """A program that asks the plugin and prints its token; run it with a terminal as stdin, the test's own is none."""
    return (
        "import asyncio\n"
        "from k8stui.kube import plugin\n"
        "from k8stui.kube.target import Exec, Secret\n"
        "async def hand_over(run): return await run()\n"
        "path = {'PATH': Secret('/usr/bin:/bin')}\n"
        f"spec = Exec({command!r}, (), path, {V1!r}, {interactive!r}, '', None)\n"
        f"print(asyncio.run(plugin.ask(spec, 'jane', limit=20, terminal={terminal})).token.reveal())\n"
    )


async def test_with_the_terminal_it_talks_to_the_person(tmp_path: Path) -> None:
    text = f"test -t 0 || exit 5; echo 'password?' >&2; read word; echo '{answer(token='WORD')}' | sed s/WORD/$word/"
    program = at_a_terminal(script(tmp_path, text), "Always", "hand_over")
    master, slave = os.openpty()
    try:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, stdin=slave, stdout=pipe, stderr=pipe
        )
        assert process.stderr is not None
        assert await process.stderr.readline() == b"password?\n", "its stderr goes to the person at once"
        os.write(master, b"sesame\n")
        out, _ = await process.communicate()
    finally:
        os.close(master)
        os.close(slave)
    assert out == b"sesame\n"


async def test_without_it_our_own_terminal_is_not_read(tmp_path: Path) -> None:
    program = at_a_terminal(script(tmp_path, f"read word; echo '{answer(token='abc')}'"), "IfAvailable", "None")
    master, slave = os.openpty()
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, stdin=slave, stdout=asyncio.subprocess.PIPE
        )
        out, _ = await asyncio.wait_for(process.communicate(), 15)
    finally:
        os.close(master)
        os.close(slave)
    assert out == b"abc\n"
