"""Two keys from a pod to a prompt in an ephemeral container, and what is said of what stays."""

from collections.abc import AsyncIterator

import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault, Wire
from tests.support.clock import ManualClock
from tests.support.debug_page import Ground, Terminal, flat, launcher, opened, said, shown, writes
from tests.support.house import typed
from tests.support.waiting import eventually

Scene = tuple[K8sTui, Ground, Terminal]


@pytest.fixture
async def scene(cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    async with launcher(cluster, clock, monkeypatch) as made:
        yield made


async def test_b_and_y_lead_to_a_prompt_that_answers(scene: Scene, cluster: EmbeddedCluster) -> None:
    app, ground, terminal = scene
    page = await opened(app, "b")
    screen = await shown(app)
    assert "sees its processes" in screen
    assert "the server would take it" in screen
    assert "can never be removed" in screen
    assert writes(cluster) == []
    await typed(app, "y")
    await ground.until(lambda: terminal.entered)
    await eventually(lambda: page.made is not None and page.made._said)
    assert b"it is 42" in terminal.heard
    (container,) = ground.pod("web-1")["spec"]["ephemeralContainers"]
    assert container["targetContainerName"] == "web"
    assert terminal.entered == [("shop/web-1", container["name"])]
    assert writes(cluster)[0] == ("patch", "/api/v1/namespaces/shop/pods/web-1/ephemeralcontainers")
    screen = await shown(app)
    assert "lists it until it is restarted (R)" in flat(screen)
    assert ground.pods() == ["web-1"]


async def test_a_cluster_without_ephemeral_containers_says_so_and_what_helps(
    scene: Scene, cluster: EmbeddedCluster
) -> None:
    app, ground, _ = scene
    cluster.faults.add(
        Fault(verb="patch", resource="pods/ephemeralcontainers", status=404, message="404 page not found")
    )
    page = await opened(app, "b")
    await shown(app)
    assert "would refuse it: Ephemeral containers are disabled for this cluster" in said(page)
    assert "m chooses another mode: a copy of the pod" in said(page)
    await typed(app, "y")
    await eventually(lambda: page.plan.refused)
    assert page.plan.refused == "Ephemeral containers are disabled for this cluster: nothing was changed"
    assert ground.pods() == ["web-1"]


async def test_what_could_not_be_tried_is_tried_when_the_server_answers_again(
    scene: Scene, cluster: EmbeddedCluster
) -> None:
    app, _, _ = scene
    cluster.faults.add(Fault(verb="patch", wire=Wire.RESET))
    page = await opened(app, "b")
    assert "It could not be tried beforehand" in said(page)
    for verb in ("list", "watch"):
        cluster.faults.add(Fault(verb=verb, wire=Wire.RESET))
    cluster.cut_watches()
    await eventually(lambda: not page.plan._fresh)
    cluster.faults.clear()
    page.session.feeds.retry()
    await eventually(lambda: page.plan.answer is not None and not page.plan.answer.unknown)
