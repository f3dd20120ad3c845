"""Exec credential plugins that fail, hang, flood, or leave something behind."""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from k8stui.kube.plugin import said
from k8stui.kube.target import Secret
from tests.support.plugins import V1, V1BETA1, answer, ask, refused, script, spec


class TestFailures:
    """One sentence each."""

    async def test_a_missing_command_with_its_install_hint(self, tmp_path: Path) -> None:
        error = await refused(spec("no-such-plugin", install_hint="brew install it"))
        assert error.message == "The credential plugin no-such-plugin of the user jane is not there"
        assert error.hint == "brew install it"
        error = await refused(spec(str(tmp_path / "no-such-plugin")))
        assert error.hint == "Install it, or put its directory into PATH"

    async def test_a_missing_interpreter_is_not_a_missing_command(self, tmp_path: Path) -> None:
        path = tmp_path / "plug"
        path.write_text("#!/no/such/python\n")
        path.chmod(0o755)
        assert "the interpreter in its first line is not there" in (await refused(spec(str(path)))).message

    async def test_a_file_that_may_not_be_executed(self, tmp_path: Path) -> None:
        path = tmp_path / "plug"
        path.write_text("x")
        assert "may not be executed" in (await refused(spec(str(path)))).message

    async def test_a_file_that_is_no_program(self, tmp_path: Path) -> None:
        path = tmp_path / "plug"
        path.write_bytes(b"\x00\x01\x02")
        path.chmod(0o755)
        assert "cannot be started: Exec format error" in (await refused(spec(str(path)))).message

    async def test_an_argument_with_a_nul(self, tmp_path: Path) -> None:
        made = spec(script(tmp_path, "true"), args=("a\0b",))
        assert "cannot be started" in (await refused(made)).message

    async def test_the_exit_code_and_the_cleaned_end_of_stderr(self, tmp_path: Path) -> None:
        text = (
            "printf 'noise\\n%.0s' $(seq 5000) >&2; printf '\\033[31mToken\\033[0m has\\nexpired\\007\\n' >&2; exit 7"
        )
        error = await refused(spec(script(tmp_path, text)))
        assert "failed with exit code 7: …" in error.message
        assert error.message.endswith("noise Token has expired")
        assert len(error.message) < 500

    async def test_a_signal(self, tmp_path: Path) -> None:
        assert "was ended by signal 9" in (await refused(spec(script(tmp_path, "kill -9 $$")))).message

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("", "did not answer with an ExecCredential (no JSON)"),
            ("PLANTED", "did not answer with an ExecCredential (no JSON)"),
            ("[" * 5000, "did not answer with an ExecCredential (no JSON)"),
            ('["PLANTED"]', "did not answer with an ExecCredential"),
            ('{"kind": "PLANTED"}', "did not answer with an ExecCredential"),
            (
                answer(V1BETA1, token="PLANTED"),
                "answered in client.authentication.k8s.io/v1beta1, but its exec section",
            ),
            (answer("PLANTED", token="PLANTED"), "answered in another apiVersion, but its exec section says"),
            (f'{{"kind": "ExecCredential", "apiVersion": "{V1}"}}', "answered without a status"),
            (answer(), "answered with neither a token nor a client certificate"),
            (answer(token=""), "answered with neither a token nor a client certificate"),
            (answer(token=["PLANTED"]), "status holds something else than texts"),
            (answer(token="PLANTED PLANTED"), "a token that no header can carry"),
            (answer(clientCertificateData="PLANTED"), "half a client certificate"),
            (answer(token="PLANTED", clientKeyData="PLANTED"), "half a client certificate"),
            (answer(clientCertificateData="PLANTED", clientKeyData="PLANTED"), "that is not PEM"),
            (answer(token="PLANTED", expirationTimestamp="PLANTED"), "an expirationTimestamp that is no RFC 3339 time"),
        ],
    )
    async def test_an_answer_that_is_none_is_not_shown(self, tmp_path: Path, text: str, says: str) -> None:
        (tmp_path / "out").write_text(text)
        error = await refused(spec(script(tmp_path, f"cat {tmp_path}/out")))
        assert says in error.message
        assert "PLANTED" not in f"{error.sentence} {error!r} {error.__context__!r}".replace(str(tmp_path), "")

    async def test_bytes_that_are_no_text(self, tmp_path: Path) -> None:
        assert "no JSON" in (await refused(spec(script(tmp_path, "printf '\\377\\376x'")))).message

    async def test_endless_output_is_stopped(self, tmp_path: Path) -> None:
        error = await refused(spec(script(tmp_path, "cat /dev/zero")))
        assert "wrote more than any credential is long" in error.message

    async def test_endless_stderr_keeps_its_end(self, tmp_path: Path) -> None:
        error = await refused(
            spec(script(tmp_path, "head -c 3000000 /dev/zero | tr '\\0' x >&2; echo END >&2; exit 1"))
        )
        assert error.message.endswith("END")


def alive(pid: int) -> bool:
    """Whether that process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def gone(pid: int) -> None:
    """Wait until it is."""
    async with asyncio.timeout(10):
        while alive(pid):  # noqa: ASYNC110 - another process's end has no event to wait for
            await asyncio.sleep(0.01)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
class TestKilling:
    """A plugin never outlives its question."""

    TEXT = "sleep 1000 & echo $! > {0}/child; echo $$ > {0}/pid.new; mv {0}/pid.new {0}/pid; echo wait >&2; wait"

    async def started(self, tmp_path: Path) -> tuple[int, int]:
        async with asyncio.timeout(10):
            while not (tmp_path / "pid").exists():  # noqa: ASYNC110 - written by another process
                await asyncio.sleep(0.01)
        return int((tmp_path / "pid").read_text()), int((tmp_path / "child").read_text())

    async def test_the_limit_ends_it_and_its_children(self, tmp_path: Path) -> None:
        begun = time.monotonic()
        made = spec(script(tmp_path, self.TEXT.format(tmp_path)))
        asking = asyncio.ensure_future(refused(made, limit=1.0))
        pid, child = await self.started(tmp_path)
        error = await asking
        assert "did not answer within 1 s: wait" in error.message
        assert time.monotonic() - begun < 10
        await gone(pid)
        await gone(child)

    async def test_cancelling_ends_it_and_its_children(self, tmp_path: Path) -> None:
        asking = asyncio.ensure_future(ask(spec(script(tmp_path, self.TEXT.format(tmp_path)))))
        pid, child = await self.started(tmp_path)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await gone(pid)
        await gone(child)

    async def test_a_daemon_that_holds_the_pipes_does_not_hold_us(self, tmp_path: Path) -> None:
        text = f"sleep 1000 & echo $! > {tmp_path}/child; echo '{answer(token='abc')}'"
        begun = time.monotonic()
        try:
            granted = await ask(spec(script(tmp_path, text)))
        finally:
            os.kill(int((tmp_path / "child").read_text()), signal.SIGKILL)
        assert granted.token == Secret("abc")
        assert time.monotonic() - begun < 10


async def test_no_descriptor_is_left_behind(tmp_path: Path) -> None:
    await refused(spec("no-such-plugin"))
    before = len(list(Path("/dev/fd").iterdir()))
    for _ in range(5):
        await refused(spec("no-such-plugin"))
        await refused(spec(script(tmp_path, "exit 1")))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert len(list(Path("/dev/fd").iterdir())) <= before


@pytest.mark.parametrize(
    "text",
    [
        "+ echo eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.PLANTED-sig",
        "got k8s-aws-v1.PLANTED",
        "Authorization: Bearer PLANTED",
        '{"token": "PLANTED"}',
        "id_token=PLANTED",
    ],
)
def test_what_looks_like_a_token_on_stderr_is_masked(text: str) -> None:
    shown = said(f"login failed: {text}".encode())
    assert shown.startswith("login failed: ")
    assert "PLANTED" not in shown
