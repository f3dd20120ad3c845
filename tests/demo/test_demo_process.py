"""The embedded cluster as a child: it answers fast, tells nobody its token, and never outlives its parent."""

import asyncio
import base64
import json
import os
import signal
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from k8stui.demo.options import DemoOptions
from k8stui.demo.process import DemoError, DemoProcess
from tests.support.waiting import WITHIN, eventually

PARENT = """
import asyncio, sys
from k8stui.demo.options import DemoOptions
from k8stui.demo.process import DemoProcess

async def main():
    child = DemoProcess()
    await child.start(DemoOptions())
    print(child.pid, flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


def alive(pid: int) -> bool:
    """Whether a process runs; a zombie that nobody has waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


@pytest.fixture
async def child() -> AsyncIterator[DemoProcess]:
    process = DemoProcess()
    yield process
    await process.stop()


async def get(config: dict[str, Any], path: str, user: str = "admin", **headers: str) -> Any:
    """Ask the cluster of a kubeconfig, checking its certificate as a client does."""
    cluster = config["clusters"][0]["cluster"]
    authority = base64.b64decode(cluster["certificate-authority-data"]).decode()
    token = next(row["user"]["token"] for row in config["users"] if row["name"] == user)
    trust = ssl.create_default_context(cadata=authority)
    async with (
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trust)) as session,
        session.get(cluster["server"] + path, headers={"Authorization": f"Bearer {token}", **headers}) as response,
    ):
        return response.status, await response.json()


async def test_it_serves_the_scenario_to_who_has_its_kubeconfig(child: DemoProcess) -> None:
    config = await child.start(DemoOptions(pods=250, nodes=3, churn=10))
    status, pods = await get(config, "/api/v1/pods")
    assert status == 200
    spaces = [pod["metadata"]["namespace"] for pod in pods["items"]]
    assert spaces.count("load") == 250
    assert 58 <= len(spaces) - 250 <= 74
    assert (await get(config, "/api/v1/nodes", "viewer"))[0] == 403
    assert (await get(config, "/api/v1/namespaces/shop/pods", "viewer"))[0] == 200
    contexts = {row["name"]: row["context"]["user"] for row in config["contexts"]}
    assert set(contexts.values()) == {"admin", "editor", "viewer"}
    assert config["current-context"] in contexts


async def test_without_the_token_nothing_is_told(child: DemoProcess) -> None:
    config = await child.start(DemoOptions())
    config["users"][0]["user"]["token"] = "guess"
    assert (await get(config, "/api/v1/pods"))[0] == 401


async def test_its_token_stands_on_no_command_line_and_in_no_environment(child: DemoProcess) -> None:
    config = await child.start(DemoOptions())
    secrets = [row["user"]["token"].encode() for row in config["users"]]
    shown = Path(f"/proc/{child.pid}/cmdline").read_bytes() + Path(f"/proc/{child.pid}/environ").read_bytes()
    assert all(len(secret) > 20 and secret not in shown for secret in secrets)


async def test_two_runs_have_different_tokens(child: DemoProcess) -> None:
    other = DemoProcess()
    one, two = await asyncio.gather(child.start(DemoOptions()), other.start(DemoOptions()))
    await other.stop()
    assert one["users"] != two["users"]
    assert one["clusters"] != two["clusters"]


async def test_it_ends_when_it_is_told_to(child: DemoProcess) -> None:
    await child.start(DemoOptions())
    pid = child.pid
    assert pid is not None
    await child.stop()
    await child.stop()
    assert not alive(pid)


async def test_it_can_be_spawned_before_there_is_a_loop_to_wait_in(child: DemoProcess) -> None:
    child.spawn(DemoOptions())
    pid = child.pid
    await child.start(DemoOptions())
    assert child.pid == pid


async def test_its_end_is_told_with_one_sentence(child: DemoProcess) -> None:
    await child.start(DemoOptions())
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    assert await asyncio.wait_for(child.ended(), WITHIN) == (
        "The embedded cluster has ended (killed by signal 9); start it again with k8stui --demo."
    )


async def test_a_start_that_fails_is_told_with_one_sentence(child: DemoProcess) -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(DemoError, match=r"did not start \(OSError: .*\); start it again") as caught:
        await child.start(DemoOptions(port=port))
    assert "\n" not in str(caught.value)
    server.close()
    await server.wait_closed()


async def test_a_child_that_cannot_even_load_is_told_with_one_sentence(
    child: DemoProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(DemoError, match=r"did not start \((exit code 1|it closed its pipe)\)"):
        await child.start(DemoOptions())
    missing = DemoProcess()
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    with pytest.raises(DemoError, match="No such file"):
        await missing.start(DemoOptions())


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
async def test_it_does_not_outlive_a_parent_that_was_killed(tmp_path: Path) -> None:
    """Also when somebody else holds the write end of its standard input, as a fork without exec would."""
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, cwd=tmp_path) as parent:
        assert parent.stdout is not None
        pid = int(await asyncio.to_thread(parent.stdout.readline))
        assert alive(pid)
        held = os.open(f"/proc/{pid}/fd/0", os.O_WRONLY)  # a second writer: end of file will not come
        parent.kill()
        await eventually(lambda: not alive(pid))
        os.close(held)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
async def test_it_ends_when_its_standard_input_does() -> None:
    """On systems without a parent-death signal this alone must be enough; a second parent stands in for them."""
    reader, writer = os.pipe()
    child = subprocess.Popen(
        [sys.executable, "-m", "k8stui.demo"], stdin=reader, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    os.close(reader)
    os.write(writer, json.dumps({"parent": os.getpid()}).encode() + b"\n")
    assert child.stdout is not None
    assert b"kubeconfig" in await asyncio.to_thread(child.stdout.readline)
    os.close(writer)
    _, errors = await asyncio.to_thread(child.communicate)
    assert child.returncode == 0
    assert errors == b""


def test_the_child_imports_nothing_of_the_app() -> None:
    code = (
        "import sys, k8stui.demo.__main__, k8stui.demo.assembly;"
        "print([name for name in sys.modules if name.startswith(('textual', 'rich', 'kubernetes_asyncio',"
        " 'k8stui.app', 'k8stui.screens', 'k8stui.cluster', 'k8stui.kube'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_parents_side_imports_no_server() -> None:
    code = (
        "import sys, k8stui.demo.process; print('aiohttp' in sys.modules, 'k8stui.demo.storage.store' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False False"
