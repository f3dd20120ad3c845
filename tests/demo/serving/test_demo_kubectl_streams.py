"""The real kubectl reads logs, runs commands and attaches in the embedded cluster."""

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from msgspec import Struct

from k8stui.demo.certificate import make
from k8stui.demo.cluster import EmbeddedCluster
from tests.support.clock import START, ManualClock
from tests.support.objects import pod
from tests.support.waiting import eventually

KUBECTL = shutil.which("kubectl")
pytestmark = pytest.mark.skipif(KUBECTL is None, reason="kubectl is not on PATH")


class Kubectl(Struct):
    """Runs kubectl in the namespace shop."""

    cluster: EmbeddedCluster
    folder: Path

    async def spawn(self, *words: str) -> asyncio.subprocess.Process:
        config = self.folder / "config"
        config.write_text(json.dumps(self.cluster.kubeconfig()))
        env = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "KUBECONFIG": str(config)}
        pipe = asyncio.subprocess.PIPE
        head = ("--cache-dir", str(self.folder / "cache"), "-n", "shop")
        assert KUBECTL is not None
        return await asyncio.create_subprocess_exec(
            KUBECTL, *head, *words, env=env, stdin=pipe, stdout=pipe, stderr=pipe
        )

    async def run(self, *words: str, code: int = 0, stdin: bytes = b"") -> str:
        """What it prints, its errors last."""
        process = await self.spawn(*words)
        out, error = await asyncio.wait_for(process.communicate(stdin), 30)
        assert process.returncode == code, error.decode()
        return (out + error).decode()

    @property
    def uid(self) -> str:
        return str(self.cluster.store.get("pods", "web-0", "shop")["metadata"]["uid"])


@pytest.fixture
async def kubectl(tmp_path: Path) -> AsyncIterator[Kubectl]:
    cluster = EmbeddedCluster(ManualClock())
    cluster.add_namespace("shop")
    for name, image in (("web-0", "registry.example/web:1"), ("bare", "registry.k8s.io/pause:3.10")):
        obj = pod(name, "shop", labels={"app": name})
        obj["spec"]["containers"][0] |= {"image": image, "ports": [{"containerPort": 80}]}
        cluster.store.create(obj)
    cluster.store.create(pod("early", "shop", phase="Pending"))
    await cluster.start(ssl_context=make(START).context())
    found = Kubectl(cluster, tmp_path)
    for number in range(3):
        cluster.logs.write(found.uid, "main", 0, f"line {number}", START - 20 + 10 * number)
    yield found
    await cluster.stop()


async def test_logs(kubectl: Kubectl) -> None:
    assert await kubectl.run("logs", "web-0") == "line 0\nline 1\nline 2\n"
    assert await kubectl.run("logs", "-l", "app=web-0", "--tail=1") == "line 2\n"
    assert await kubectl.run("logs", "web-0", "--since=15s", "--timestamps") == (
        "2026-09-21T14:13:10.000000000Z line 1\n2026-09-21T14:13:20.000000000Z line 2\n"
    )
    assert "previous terminated container" in await kubectl.run("logs", "-p", "web-0", code=1)
    assert 'container "main" in pod "early" is waiting to start: X' in await kubectl.run("logs", "early", code=1)


async def test_logs_follow_until_the_container_ends(kubectl: Kubectl) -> None:
    process = await kubectl.spawn("logs", "-f", "--tail=0", "web-0")
    assert process.stdout is not None
    await eventually(lambda: kubectl.cluster.streaming == ["log"], within=15)
    kubectl.cluster.logs.write(kubectl.uid, "main", 0, "fresh", START)
    assert await asyncio.wait_for(process.stdout.readline(), 15) == b"fresh\n"
    kubectl.cluster.logs.end(kubectl.uid, "main", 0)
    assert await asyncio.wait_for(process.wait(), 15) == 0


async def test_exec(kubectl: Kubectl) -> None:
    assert await kubectl.run("exec", "web-0", "--", "hostname") == "web-0\n"
    failed = await kubectl.run("exec", "web-0", "--", "sh", "-c", "echo out; echo err >&2; exit 7", code=7)
    assert sorted(failed.splitlines()) == ["command terminated with exit code 7", "err", "out"]
    assert await kubectl.run("exec", "-i", "web-0", "--", "sh", stdin=b"cd /etc\npwd\n") == "/etc\n"
    missing = await kubectl.run("exec", "bare", "--", "sh", code=1)
    assert 'exec: "sh": executable file not found in $PATH' in missing


async def test_copy_there_and_back(kubectl: Kubectl) -> None:
    there, back = kubectl.folder / "there", kubectl.folder / "back"
    there.write_text("carried\n")
    await kubectl.run("cp", str(there), "web-0:/tmp/there")
    await kubectl.run("cp", "web-0:/tmp/there", str(back))
    assert back.read_text() == "carried\n"


async def test_port_forward(kubectl: Kubectl) -> None:
    process = await kubectl.spawn("port-forward", "pod/web-0", ":80", ":81")
    assert process.stdout is not None
    lines = [(await asyncio.wait_for(process.stdout.readline(), 15)).decode() for _ in range(4)]
    ports = {line.split()[-1]: line.split()[2].rpartition(":")[2] for line in lines if "127.0.0.1" in line}
    async with aiohttp.ClientSession() as http:
        for _ in range(2):
            async with http.get(f"http://127.0.0.1:{ports['80']}/") as response:
                assert await response.text() == "web-0.shop on port 80\n"
        with pytest.raises(aiohttp.ClientError):
            await http.get(f"http://127.0.0.1:{ports['81']}/")
    _, error = await asyncio.wait_for(process.communicate(), 15)
    assert b"failed to connect to localhost:81 inside namespace: connection refused" in error
