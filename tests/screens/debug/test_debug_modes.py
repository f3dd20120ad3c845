"""Every mode with every profile, by keys: from the form to a prompt that answers, and to its clean-up."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.operations.builders.debug_presets import USER
from k8stui.operations.debugging.steps import Stage
from k8stui.settings import PROFILES
from tests.support.clock import ManualClock
from tests.support.debug_page import (
    Ground,
    Terminal,
    again,
    entered,
    flat,
    launcher,
    opened,
    picked,
    shown,
    tried,
    writes,
)
from tests.support.house import typed
from tests.support.waiting import eventually

Scene = tuple[K8sTui, Ground, Terminal]
POD = "/api/v1/namespaces/shop/pods"
MAY = {
    "general": {"capabilities": {"add": ["SYS_PTRACE"]}},
    "baseline": None,
    "restricted": {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "runAsNonRoot": True,
        "runAsUser": USER,
        "seccompProfile": {"type": "RuntimeDefault"},
    },
    "netadmin": {"capabilities": {"add": ["NET_ADMIN", "NET_RAW"]}},
    "sysadmin": {"privileged": True},
    "legacy": None,
}
"""What kubectl's profiles say of the debug container, in a pod and in its copy; the user is the preset's."""


@pytest.fixture
async def scene(cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    async with launcher(cluster, clock, monkeypatch) as made:
        yield made


@pytest.fixture
async def nodes(cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    async with launcher(cluster, clock, monkeypatch, view="nodes") as made:
        yield made


def test_all_profiles_are_known_here() -> None:
    assert set(MAY) == set(PROFILES)


async def profiled(app: K8sTui, page: Any, profile: str) -> None:
    """Choose a profile by keys."""
    await picked(app, "p", profile, "enter")
    assert page.plan.choice.options.profile == profile
    await tried(app, page)


def gone(ground: Ground, kept: list[str], namespace: str = "shop") -> bool:
    return ground.pods(namespace) == kept


@pytest.mark.slow
async def test_an_ephemeral_container_with_each_profile(scene: Scene, cluster: EmbeddedCluster) -> None:
    app, ground, terminal = scene
    page = await opened(app, "b")
    for number, (profile, security) in enumerate(MAY.items(), 1):
        await profiled(app, page, profile)
        terminal.heard = b""
        await typed(app, "y")
        await entered(app, ground, terminal, number)
        assert b"it is 42" in terminal.heard
        container = ground.pod("web-1")["spec"]["ephemeralContainers"][-1]
        assert container.get("securityContext") == security
        assert container["targetContainerName"] == "web"
        assert "lists it until it is restarted" in flat(await shown(app))
        await ground.until(lambda: page.made is not None and page.made.launch.stage is Stage.OVER)
        await again(app, page)
    assert writes(cluster) == [("patch", f"{POD}/web-1/ephemeralcontainers")] * 6


@pytest.mark.slow
async def test_a_copy_with_each_profile(scene: Scene, cluster: EmbeddedCluster) -> None:
    app, ground, _ = scene
    page = await opened(app, "b")
    await picked(app, "m", "copy", "enter")
    await tried(app, page)
    for number, (profile, security) in enumerate(MAY.items(), 1):
        await profiled(app, page, profile)
        await typed(app, "y")
        await ground.until(lambda: len(ground.pods()) == 2)
        (name,) = set(ground.pods()) - {"web-1"}
        made = ground.pod(name)
        debugger = made["spec"]["containers"][-1]
        assert debugger.get("securityContext") == security
        assert [each["name"] for each in made["spec"]["containers"][:2]] == ["web", "side"]
        assert made["metadata"]["labels"] == {"k8stui/debug": "copy"}
        await _rest(scene, page, number, made)
        await ground.until(lambda: gone(ground, ["web-1"]))
        await again(app, page)
    assert [verb for verb, _ in writes(cluster)] == ["create", "delete"] * 6


async def _rest(scene: Scene, page: Any, number: int, made: dict[str, Any]) -> None:
    """What all pods share: whose it is, when it ends by itself, and that it goes when its session has ended."""
    app, ground, terminal = scene
    assert made["spec"]["activeDeadlineSeconds"] == 14400
    assert set(made["metadata"]["annotations"]) >= {"k8stui/who", "k8stui/host", "k8stui/at"}
    await entered(app, ground, terminal, number)
    assert terminal.heard.count(b"it is 42") == number
    if number == 1:
        assert "Remove debug pod" in flat(await shown(app))
        await typed(app, "r")  # asked once, and remembered
    await eventually(lambda: page.made is not None and page.made.removed)


@pytest.mark.slow
async def test_a_pod_on_a_node_with_each_profile(nodes: Scene, cluster: EmbeddedCluster) -> None:
    app, ground, _ = nodes
    page = await opened(app, "b")
    node = page.plan.about.node
    assert node is not None
    for number, profile in enumerate(MAY, 1):
        await profiled(app, page, profile)
        await typed(app, "y")
        await ground.until(lambda: len(ground.pods()) == 2)
        (name,) = set(ground.pods()) - {"web-1"}
        made = ground.pod(name)
        spec = made["spec"]
        assert name.startswith(f"node-debugger-{node.name}-")
        assert spec["nodeName"] == node.name
        assert bool(spec.get("hostPID")) is (profile in ("general", "netadmin", "sysadmin", "legacy"))
        files = any(each["mountPath"] == "/host" for each in spec["containers"][0].get("volumeMounts", ()))
        assert files is (profile in ("general", "sysadmin", "legacy"))
        assert made["metadata"]["labels"]["k8stui/debug"] == "node"
        await _rest(nodes, page, number, made)
        await ground.until(lambda: gone(ground, ["web-1"]))
        await again(app, page)


@pytest.mark.slow
async def test_a_pod_by_itself_with_each_profile(nodes: Scene, cluster: EmbeddedCluster) -> None:
    app, ground, _ = nodes
    page = await opened(app, "b")
    await picked(app, "m", "by itself", "enter")
    await typed(app, "h")
    await tried(app, page)
    for number, profile in enumerate(MAY, 1):
        await profiled(app, page, profile)
        await typed(app, "y")
        await ground.until(lambda: len(ground.pods()) == 2)
        (name,) = set(ground.pods()) - {"web-1"}
        made = ground.pod(name)
        assert made["spec"]["hostNetwork"] is True
        assert made["spec"]["restartPolicy"] == "Never"
        assert made["metadata"]["labels"]["k8stui/debug"] == "alone"
        assert "stdinOnce" not in made["spec"]["containers"][0]  # who detaches finds the shell as it was
        await _rest(nodes, page, number, made)
        await ground.until(lambda: gone(ground, ["web-1"]))
        await again(app, page)
