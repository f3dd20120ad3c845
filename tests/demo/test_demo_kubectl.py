"""The real kubectl against the embedded cluster."""

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec import Struct

from k8stui.demo.certificate import make
from k8stui.demo.cluster import EmbeddedCluster
from tests.support.clock import START, ManualClock
from tests.support.objects import configmap, node, pod
from tests.support.waiting import eventually

KUBECTL = shutil.which("kubectl")
pytestmark = pytest.mark.skipif(KUBECTL is None, reason="kubectl is not on PATH")


class Kubectl(Struct):
    """Runs kubectl with a kubeconfig, a home and a cache of its own."""

    cluster: EmbeddedCluster
    folder: Path

    async def spawn(self, *words: str) -> asyncio.subprocess.Process:
        config = self.folder / "config"
        config.write_text(json.dumps(self.cluster.kubeconfig()))
        env = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "KUBECONFIG": str(config)}
        pipe = asyncio.subprocess.PIPE
        assert KUBECTL is not None
        return await asyncio.create_subprocess_exec(
            KUBECTL, "--cache-dir", str(self.folder / "cache"), *words, env=env, stdout=pipe, stderr=pipe
        )

    async def run(self, *words: str, code: int = 0) -> str:
        """What it prints (its errors when it is to fail)."""
        process = await self.spawn(*words)
        out, error = await process.communicate()
        assert process.returncode == code, error.decode()
        return (error if code else out).decode()


@pytest.fixture
async def kubectl(tmp_path: Path) -> AsyncIterator[Kubectl]:
    clock = ManualClock()
    cluster = EmbeddedCluster(clock)
    cluster.add_namespace("shop")
    for name in ("web-0", "web-1", "web-2"):
        cluster.store.create(pod(name, "shop", labels={"app": "web"}))
    for name in ("worker-1", "worker-2"):
        cluster.store.create(node(name))
    clock.advance(90)
    await cluster.start(ssl_context=make(START).context())
    yield Kubectl(cluster, tmp_path)
    await cluster.stop()


def rows(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


async def test_get_pods_wide_over_all_namespaces(kubectl: Kubectl) -> None:
    text = await kubectl.run("get", "pods", "-A", "-o", "wide")
    assert text.splitlines()[0].split() == (
        "NAMESPACE NAME READY STATUS RESTARTS AGE IP NODE NOMINATED NODE READINESS GATES".split()
    )
    assert rows(text)[1] == ["shop", "web-0", "1/1", "Running", "0", "90s", "<none>", "worker-1", "<none>", "<none>"]
    assert len(rows(text)) == 4


async def test_get_nodes_wide(kubectl: Kubectl) -> None:
    await kubectl.run("cordon", "worker-1")
    text = await kubectl.run("get", "nodes", "-o", "wide")
    assert rows(text)[1][:6] == ["worker-1", "Ready,SchedulingDisabled", "<none>", "90s", "v1.34.4", "192.0.2.1"]


async def test_get_as_json_selects_and_pages(kubectl: Kubectl) -> None:
    await kubectl.run("label", "pod", "-n", "shop", "web-1", "tier=front")
    listed = json.loads(await kubectl.run("get", "pods", "-n", "shop", "-l", "tier=front", "-o", "json"))
    paged = await kubectl.run("get", "pods", "-n", "shop", "--chunk-size=1", "-o", "name")
    field = await kubectl.run("get", "pods", "-A", "--field-selector", "metadata.name=web-2", "-o", "name")
    assert [item["metadata"]["name"] for item in listed["items"]] == ["web-1"]
    assert paged.split() == ["pod/web-0", "pod/web-1", "pod/web-2"]
    assert field.strip() == "pod/web-2"


async def test_get_watch_prints_changes(kubectl: Kubectl) -> None:
    process = await kubectl.spawn("get", "pods", "-n", "shop", "-w", "--no-headers")
    assert process.stdout is not None
    first = [(await process.stdout.readline()).split()[0] for _ in range(3)]
    await eventually(lambda: kubectl.cluster.watching == ["pods"])
    kubectl.cluster.store.delete("pods", "web-1", "shop")
    kubectl.cluster.store.create(pod("new", "shop"))
    later = [(await process.stdout.readline()).split()[0] for _ in range(2)]
    process.terminate()
    await process.communicate()
    assert (first, later) == ([b"web-0", b"web-1", b"web-2"], [b"web-1", b"new"])


async def test_describe(kubectl: Kubectl) -> None:
    assert "Node:         worker-1/" in await kubectl.run("describe", "pod", "-n", "shop", "web-0")
    assert "Non-terminated Pods:          (3 in total)" in await kubectl.run("describe", "node", "worker-1")


async def test_api_resources_and_versions(kubectl: Kubectl) -> None:
    text = await kubectl.run("api-resources", "--no-headers")
    assert ["deployments", "deploy", "apps/v1", "true", "Deployment"] in rows(text)
    assert "Server Version: v1.34.4+k8stui" in await kubectl.run("version")


async def test_get_raw(kubectl: Kubectl) -> None:
    assert await kubectl.run("get", "--raw", "/readyz") == "ok"
    raw = json.loads(await kubectl.run("get", "--raw", "/api/v1/namespaces/shop/pods?limit=1"))
    assert (raw["kind"], len(raw["items"])) == ("PodList", 1)


async def test_patches_taints_and_deletes(kubectl: Kubectl) -> None:
    await kubectl.run("taint", "node", "worker-1", "a=b:NoSchedule")
    await kubectl.run("annotate", "pod", "-n", "shop", "web-0", "note=x")
    await kubectl.run("delete", "pod", "-n", "shop", "web-1", "--force")
    store = kubectl.cluster.store
    assert store.get("nodes", "worker-1")["spec"]["taints"] == [{"key": "a", "value": "b", "effect": "NoSchedule"}]
    assert store.get("pods", "web-0", "shop")["metadata"]["annotations"] == {"note": "x"}
    assert [obj["metadata"]["name"] for obj in store.list("pods")] == ["web-0", "web-2"]


async def test_apply_creates_then_changes_then_leaves_alone(kubectl: Kubectl) -> None:
    file = kubectl.folder / "c.json"
    answers = []
    for value in ("1", "2", "2"):
        file.write_text(json.dumps(configmap("c") | {"data": {"k": value}}))
        answers.append(await kubectl.run("apply", "--validate=false", "-f", str(file)))
    assert [answer.split()[-1] for answer in answers] == ["created", "configured", "unchanged"]


async def test_the_viewer_sees_its_namespace_and_no_nodes(kubectl: Kubectl) -> None:
    assert "web-0" in await kubectl.run("--context", "demo-viewer", "get", "pods")
    refused = await kubectl.run("--context", "demo-viewer", "get", "nodes", code=1)
    assert refused.startswith('Error from server (Forbidden): nodes is forbidden: User "viewer" cannot list resource')


async def test_a_missing_object_is_not_found(kubectl: Kubectl) -> None:
    refused = await kubectl.run("get", "pod", "none", code=1)
    assert refused == 'Error from server (NotFound): pods "none" not found\n'


async def test_wait_ends_when_the_condition_holds(kubectl: Kubectl) -> None:
    kubectl.cluster.store.create(pod("late", "shop", phase="Pending"))
    process = await kubectl.spawn("wait", "-n", "shop", "pod/late", "--for=condition=Ready", "--timeout=20s")
    await eventually(lambda: "pods" in kubectl.cluster.watching)
    ready = [{"type": "Ready", "status": "True"}]
    kubectl.cluster.store.modify("pods", "late", "shop", change=lambda obj: obj["status"].update(conditions=ready))
    out, _ = await process.communicate()
    assert (process.returncode, out) == (0, b"pod/late condition met\n")
