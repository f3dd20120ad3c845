"""What becomes of a debug pod: detached, kept, cancelled, never running, attached to again; and its pod restarted."""

from collections.abc import AsyncIterator

import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.operations.debugging.steps import Stage
from k8stui.operations.sessions.ending import How
from k8stui.screens.debug.page import DebugScreen
from k8stui.screens.questions.change import ChangeQuestion
from k8stui.screens.questions.choice import Choice
from tests.support.clock import ManualClock
from tests.support.debug_page import (
    Ground,
    Terminal,
    debug_page,
    entered,
    flat,
    launcher,
    opened,
    picked,
    said,
    shown,
    tried,
    writes,
)
from tests.support.house import idle, text, typed
from tests.support.waiting import eventually

Scene = tuple[K8sTui, Ground, Terminal]


@pytest.fixture
async def scene(cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    async with launcher(cluster, clock, monkeypatch) as made:
        yield made


async def copying(app: K8sTui) -> DebugScreen:
    page = await opened(app, "b")
    await picked(app, "m", "copy", "enter")
    await tried(app, page)
    return page


async def test_who_detaches_finds_it_again_and_it_is_kept(scene: Scene) -> None:
    app, ground, terminal = scene
    terminal.ends = How.DETACHED
    page = await copying(app)
    await typed(app, "y")
    await entered(app, ground, terminal, 1)
    await shown(app)
    assert "goes on: 6, then 6 again, lists it; the cluster ends it 4h after its start" in said(page)
    assert page.made is not None
    assert page.made.launch.left is not None
    assert page.made.launch.left.keep
    terminal.ends = How.EXITED
    await typed(app, "s")
    await entered(app, ground, terminal, 2)
    assert b"it is 42" in terminal.heard
    assert isinstance(app.screen, Choice)
    await typed(app, "y")
    await eventually(lambda: page.made is not None and page.made.removed)
    await ground.until(lambda: ground.pods() == ["web-1"])


async def test_a_pod_that_is_kept_can_be_removed_later(scene: Scene) -> None:
    app, ground, terminal = scene
    page = await copying(app)
    await typed(app, "y")
    await entered(app, ground, terminal, 1)
    await typed(app, "n")
    await eventually(lambda: "is kept: x removes it here; 6, then 6 again, lists it" in said(page))
    assert len(ground.pods()) == 2
    assert app.memory.state.debug.leave == ""
    await typed(app, "x")
    await eventually(lambda: page.made is not None and page.made.removed)
    assert ground.pods() == ["web-1"]


async def test_what_was_answered_for_always_is_remembered_and_can_be_taken_back(scene: Scene) -> None:
    app, ground, terminal = scene
    page = await copying(app)
    await typed(app, "y")
    await entered(app, ground, terminal, 1)
    await typed(app, "k")
    await eventually(lambda: "is kept" in said(page))
    assert app.memory.state.debug.leave == "keep"
    await typed(app, "f")
    await eventually(lambda: page.made is None)
    assert "kept until its lifetime" in await shown(app)
    await typed(app, "x")
    assert app.memory.state.debug.leave == "ask"


async def test_what_never_runs_says_why_and_is_removed_when_it_is_given_up(
    scene: Scene, cluster: EmbeddedCluster
) -> None:
    app, ground, _ = scene
    page = await copying(app)
    await picked(app, "i", "registry.example/typo:missing", "enter")
    await tried(app, page)
    ground.kubelets.stop("worker-1")
    ground.kubelets.stop("worker-2")
    await typed(app, "y")
    await ground.until(lambda: len(ground.pods()) == 2)
    await eventually(lambda: page.made is not None and page.made.launch.stage is Stage.WAITING)
    await typed(app, "escape")
    await eventually(lambda: isinstance(app.screen, Choice))
    await idle(app)
    assert "does not run yet" in "\n".join(text(app))
    await typed(app, "n")
    await eventually(lambda: app.screen is page)
    await typed(app, "x")
    await eventually(lambda: page.made is not None and page.made.removed)
    assert ground.pods() == ["web-1"]
    assert [verb for verb, _ in writes(cluster)] == ["create", "delete"]


async def test_why_it_failed_is_told_once(scene: Scene, cluster: EmbeddedCluster) -> None:
    app, ground, _ = scene
    page = await copying(app)
    ground.kubelets.stop("worker-1")
    ground.kubelets.stop("worker-2")
    await typed(app, "y")
    await ground.until(lambda: len(ground.pods()) == 2)
    await eventually(lambda: page.made is not None and page.made.launch.stage is Stage.WAITING)
    (name,) = [each for each in ground.pods() if each != "web-1"]
    failed = {"phase": "Failed", "reason": "OutOfcpu", "message": "Node has not enough of cpu"}
    cluster.store.modify("pods", name, "shop", change=lambda each: each["status"].update(failed))
    await eventually(lambda: page.made is not None and page.made.launch.stage is Stage.FAILED)
    await shown(app)
    assert said(page).count("Node has not enough of cpu") == 1


async def test_a_debug_container_that_runs_is_offered_and_attached_to_again(scene: Scene) -> None:
    app, ground, terminal = scene
    terminal.ends = How.DETACHED
    page = await opened(app, "b")
    await typed(app, "y")
    await entered(app, ground, terminal, 1)
    await shown(app)
    assert "goes on in pod shop/web-1: s attaches again" in said(page)
    assert "If you see no processes of web, the container runtime may not support" in said(page)
    await typed(app, "q")
    terminal.ends = How.EXITED
    page = await opened(app, "b")
    await eventually(lambda: page.plan.running)
    await shown(app)
    name = ground.pod("web-1")["spec"]["ephemeralContainers"][0]["name"]
    assert f"{name} runs in this pod already: A attaches to it" in said(page)
    await typed(app, "A")
    await ground.until(lambda: len(terminal.entered) == 2)
    await eventually(lambda: b"it is 42" in terminal.heard)
    assert terminal.entered[1] == ("shop/web-1", name)


async def test_the_pod_is_restarted_to_be_rid_of_a_debug_container_after_a_question(
    scene: Scene, cluster: EmbeddedCluster
) -> None:
    app, ground, terminal = scene
    await opened(app, "b")
    await typed(app, "y")
    await entered(app, ground, terminal, 1)
    await typed(app, "R")
    await eventually(lambda: isinstance(app.screen, ChangeQuestion))
    await idle(app)
    assert "Evict pod shop/web-1?" in "\n".join(text(app))
    await typed(app, "tab")
    await typed(app, "enter")
    await eventually(lambda: ("create", "/api/v1/namespaces/shop/pods/web-1/eviction") in writes(cluster))


async def test_a_container_without_a_terminal_shows_its_log(scene: Scene) -> None:
    app, ground, terminal = scene
    page = await copying(app)
    await picked(app, "c", *"echo seen", "enter")
    await picked(app, "f", *"--tty=false --stdin=false", "enter")
    await tried(app, page)
    await typed(app, "y")
    await ground.until(lambda: page.made is not None and page.made._log)
    await shown(app)
    assert "The last lines of debugger-" in said(page)
    assert terminal.entered == []


async def test_what_ends_by_itself_while_somebody_goes_in_shows_its_log(scene: Scene, cluster: EmbeddedCluster) -> None:
    app, ground, terminal = scene
    terminal.lines = []
    page = await copying(app)
    await picked(app, "c", *"sleep 3", "enter")
    await tried(app, page)
    await typed(app, "y")
    await ground.until(lambda: page.made is not None and page.made.enterable)
    await eventually(lambda: cluster.streaming == ["attach"])  # no time passes until somebody is in it
    await ground.until(lambda: page.made is not None and page.made._log)
    await eventually(lambda: isinstance(app.screen, Choice))  # and then whether it is removed
    await eventually(lambda: "The last lines of debugger-" in said(page))


async def test_another_request_is_another_question(scene: Scene, cluster: EmbeddedCluster) -> None:
    app, ground, _ = scene
    page = await opened(app, "b")
    before = page.plan.digest
    await picked(app, "i", "busybox", "enter")
    await tried(app, page)
    assert page.plan.digest != before
    assert debug_page(app).agreed is False  # the key for this one has not been typed yet
    await typed(app, "y")
    await ground.until(lambda: ground.pod("web-1")["spec"].get("ephemeralContainers"))
    (container,) = ground.pod("web-1")["spec"]["ephemeralContainers"]
    assert container["image"].startswith("busybox")


async def test_an_image_that_is_not_there_is_told_and_another_one_is_a_key_away(
    scene: Scene, cluster: EmbeddedCluster
) -> None:
    app, ground, terminal = scene
    page = await opened(app, "b")
    await picked(app, "i", "registry.example/missing:1", "enter")
    await tried(app, page)
    await typed(app, "y")
    await ground.until(lambda: page.made is not None and "ErrImagePull" in page.made.launch.trouble)
    screen = await shown(app)
    assert "f goes back to the form, where i takes another image; the pod goes on listing this" in said(page)
    assert "x Give up" in screen
    await typed(app, "x")
    await eventually(lambda: page.made is not None and not page.made.under_way and not page.made.busy)
    assert "lists container debugger-" in flat(await shown(app))
    assert "is gone" not in said(page)
    assert "removed" not in (await shown(app)).splitlines()[0]
    await typed(app, "f")
    await picked(app, "i", "busybox", "enter")
    await tried(app, page)
    await typed(app, "y")
    await entered(app, ground, terminal, 1)
    assert [verb for verb, _ in writes(cluster)] == ["patch", "patch"]


async def test_of_a_pod_that_does_not_run_the_key_for_the_form_removes_it(
    scene: Scene, cluster: EmbeddedCluster
) -> None:
    app, ground, _ = scene
    page = await copying(app)
    await picked(app, "i", "registry.example/missing:1", "enter")
    await tried(app, page)
    await typed(app, "y")
    await ground.until(lambda: page.made is not None and "ErrImagePull" in page.made.launch.trouble)
    await typed(app, "f")
    await eventually(lambda: page.made is None)
    assert page.plan.choice.options.image == "registry.example/missing:1"
    assert [verb for verb, _ in writes(cluster)] == ["create", "delete"]
    await eventually(lambda: app.focused is page.form)  # its keys are the form's again, n and N too
