"""The ways into the launcher, what it says before anything is sent, and what it does not let pass."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.operations.sessions.ending import How
from k8stui.screens.debug.page import DebugScreen
from k8stui.screens.debug.sweep import SweepScreen
from k8stui.screens.questions.change import ChangeQuestion
from k8stui.settings import DebugSettings, Preset
from tests.support.clock import ManualClock
from tests.support.debug_page import (
    Ground,
    Terminal,
    debug_page,
    entered,
    flat,
    launcher,
    on,
    opened,
    picked,
    said,
    shown,
    tried,
    writes,
)
from tests.support.house import idle, messages, settled, text, typed
from tests.support.waiting import eventually

Scene = tuple[K8sTui, Ground, Terminal]


@pytest.fixture
async def scene(cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    async with launcher(cluster, clock, monkeypatch) as made:
        yield made


# The ways in


async def test_of_a_workload_the_pod_that_needs_it_most_is_taken_and_another_can_be(
    cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with launcher(cluster, clock, monkeypatch, view="deployments.apps") as (app, ground, _):
        ground.roll("api")
        await ground.until(lambda: len(ground.pods()) == 3)
        await ground.until(lambda: all(ground.pod(each)["status"].get("phase") == "Running" for each in ground.pods()))
        bad = next(each for each in ground.pods() if each.startswith("api"))
        cluster.store.modify("pods", bad, "shop", change=_crash)
        await settled(app, cluster)
        on(app, "api")
        page = await opened(app, "b")
        assert page.plan.about.pod is not None
        assert page.plan.about.pod.name == bad
        await shown(app)
        assert f"{bad} is taken, one of 2 pods" in said(page)
        assert page.plan.choice.options.target == ""  # it does not run
        await picked(app, "o", "down", "enter")
        assert page.plan.about.pod.name != bad
        await tried(app, page)
        assert page.plan.choice.options.target == "api"


def _crash(pod: dict[str, Any]) -> None:
    row = pod["status"]["containerStatuses"][0]
    row["state"] = {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 5m0s restarting"}}
    row |= {"ready": False, "restartCount": 7}


async def test_the_shell_of_a_node_is_one_question_away(
    cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with launcher(cluster, clock, monkeypatch, view="nodes") as (app, ground, terminal):
        await typed(app, "s")
        await eventually(lambda: isinstance(app.screen, ChangeQuestion))
        await idle(app)
        screen = flat("\n".join(text(app)))
        assert "Create pod node-debugger-worker-" in screen
        assert "root on the node" in screen
        assert writes(cluster) == []
        await typed(app, "y")
        await entered(app, ground, terminal, 1)
        assert b"it is 42" in terminal.heard
        (name,) = [each for each in ground.pods() if each != "web-1"]
        assert ground.pod(name)["spec"]["hostPID"] is True


async def test_a_shell_of_a_node_that_would_be_refused_is_not_asked_about_and_another_namespace_helps(
    cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A profile that passes would give a pod that sees nothing of the node, which is what it is for."""
    async with launcher(cluster, clock, monkeypatch, view="nodes") as (app, _, _):
        cluster.add_namespace("system")
        enforced = {"pod-security.kubernetes.io/enforce": "baseline"}
        cluster.store.modify("namespaces", "shop", change=lambda each: each["metadata"]["labels"].update(enforced))
        page = await opened(app, "s")
        refused = "Pod Security of namespace shop refuses the profile general: n takes another namespace"
        assert refused in said(page)
        assert "which passes, and sees nothing of the node" in said(page)
        assert isinstance(app.screen, DebugScreen)
        assert refused in messages(app)
        await typed(app, "y")  # the server has the last word, and says it once
        await eventually(lambda: page.plan.refused)
        await tried(app, page)
        assert said(page).count("violates PodSecurity") == 1
        await typed(app, "P")
        await tried(app, page)
        assert "With baseline it sees nothing of the node" in said(page)
        await picked(app, "p", "general", "enter")
        await picked(app, "n", "system", "enter")
        await tried(app, page)
        assert "the server would take it" in said(page)


async def test_a_no_to_the_question_leaves_the_form_and_makes_nothing(
    cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with launcher(cluster, clock, monkeypatch, view="nodes") as (app, _, _):
        await typed(app, "s")
        await eventually(lambda: isinstance(app.screen, ChangeQuestion))
        await idle(app)
        await typed(app, "n")
        await eventually(lambda: isinstance(app.screen, DebugScreen))
        assert debug_page(app).made is None
        assert writes(cluster) == []


async def test_6_is_about_what_is_under_the_cursor_and_6_again_lists_what_is_left(scene: Scene) -> None:
    app, _, _ = scene
    page = await opened(app, "6")
    assert page.plan.choice.mode == "ephemeral"
    await typed(app, "6")
    await eventually(lambda: isinstance(app.screen, SweepScreen))
    await typed(app, "q")
    await eventually(lambda: app.screen is page)


async def test_6_where_there_is_nothing_is_a_pod_by_itself_in_the_current_namespace(
    scene: Scene, cluster: EmbeddedCluster
) -> None:
    app, ground, terminal = scene
    await typed(app, ":services\r")
    await settled(app, cluster)
    page = await opened(app, "6")
    assert page.plan.choice.mode == "alone"
    assert page.plan.namespace == "shop"
    await typed(app, "y")
    await entered(app, ground, terminal, 1)
    assert b"it is 42" in terminal.heard


@pytest.mark.parametrize(
    ("line", "mode", "wanted"),
    [
        ("debug web-1 --image=busybox:1.37 --target=side", "ephemeral", {"image": "busybox:1.37", "target": "side"}),
        ("debug web-1 --copy-to=twin --image=busybox --same-node", "copy", {"name": "twin", "same_node": True}),
        ("debug node/worker-2 --image=busybox --profile=sysadmin -- sh -x", "node", {"command": ("sh", "-x")}),
    ],
)
async def test_typed_as_kubectl_has_it(scene: Scene, line: str, mode: str, wanted: dict[str, Any]) -> None:
    app, _, _ = scene
    await typed(app, ":")
    page = await opened(app, *line, "enter")
    assert page.plan.choice.mode == mode
    options = page.plan.choice.options
    assert {name: getattr(options, name) for name in wanted} == wanted
    if mode == "node":
        assert page.plan.about.node is not None
        assert page.plan.about.node.name == "worker-2"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("debug web-1 --imag=x", "--imag"),
        ("debug web-1 side --image=x", "One pod or node at a time, not 2"),
        ("debug svc/web --image=x", "Only a pod or a node can be debugged"),
        ("debug web-1 --copy-to=x --image=b --target=web", "Only an ephemeral container can have a target"),
    ],
)
async def test_what_is_wrong_with_it_is_said_where_it_was_typed(scene: Scene, line: str, sentence: str) -> None:
    app, _, _ = scene
    await typed(app, ":", *line, "enter")
    await eventually(lambda: app.home.command_line.is_open)
    await idle(app)
    assert sentence in flat("\n".join(text(app)))
    assert not isinstance(app.screen, DebugScreen)


async def test_a_target_that_the_pod_does_not_have_is_not_exchanged_for_another(scene: Scene) -> None:
    app, _, _ = scene
    await typed(app, ":", *"debug web-1 --image=busybox --target=nosuch", "enter")
    await eventually(lambda: "no container nosuch as a target: it has web, side" in flat("\n".join(text(app))))
    page = app.screen
    assert isinstance(page, DebugScreen)
    assert page.plan.choice.options.target == "nosuch"
    assert page.plan.trial.mutation is None


# What is said before


async def test_a_refusal_by_pod_security_is_foretold_and_a_key_takes_what_passes(
    cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with launcher(cluster, clock, monkeypatch, view="nodes") as (app, ground, terminal):
        page = await opened(app, "b")
        await picked(app, "m", "itself", "enter")
        await picked(app, "n", "strict", "enter")
        await tried(app, page)
        assert "The server would refuse it" in said(page)
        assert 'violates PodSecurity "restricted' in said(page)
        assert "Pod Security of namespace strict refuses the profile general: P takes restricted, which passes" in said(
            page
        )
        await typed(app, "y")  # it is the server's to say
        await eventually(lambda: page.plan.refused)
        await shown(app)
        assert "Nothing was created" in said(page)
        assert page.made is None
        await typed(app, "P")
        await tried(app, page)
        assert page.plan.choice.options.profile == "restricted"
        assert "the server would take it" in await shown(app)
        assert page.plan.refused == ""
        await typed(app, "y")
        await entered(app, ground, terminal, 1)
        assert b"it is 42" in terminal.heard


async def test_a_copy_is_shown_as_what_changes_and_whole(scene: Scene) -> None:
    app, _, _ = scene
    page = await opened(app, "b")
    await picked(app, "m", "copy", "enter")
    await tried(app, page)
    screen = await shown(app)
    assert "This is different from pod shop/web-1" in screen
    assert "-     team: front" in screen
    assert "+     k8stui/debug: copy" in screen
    assert "kind: Pod" not in screen
    await typed(app, "d")
    screen = await shown(app)
    assert "This pod is made" in screen
    assert "kind: Pod" in screen


async def test_what_is_chosen_for_one_mode_waits_while_another_is_looked_at(scene: Scene) -> None:
    app, _, _ = scene
    page = await opened(app, "b")
    await picked(app, "t", "side", "enter")
    await picked(app, "m", "copy", "enter")
    await typed(app, "s")
    await tried(app, page)
    await picked(app, "m", "container", "enter")
    await tried(app, page)
    assert page.plan.choice.options.target == "side"
    assert page.plan.trial.mutation is not None
    assert "--same-node" not in page.plan.trial.mutation.kubectl


# What is not let pass


async def test_a_key_typed_before_the_request_was_to_be_seen_starts_nothing(
    scene: Scene, cluster: EmbeddedCluster
) -> None:
    app, _, _ = scene
    await typed(app, "by")
    await eventually(lambda: isinstance(app.screen, DebugScreen))
    await tried(app, debug_page(app))
    assert writes(cluster) == []
    assert debug_page(app).made is None


async def test_a_protected_context_wants_the_name_typed(
    cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with launcher(cluster, clock, monkeypatch, protected=("*",)) as (app, ground, terminal):
        page = await opened(app, "b")
        await typed(app, "y")
        await eventually(lambda: isinstance(app.screen, ChangeQuestion))
        await idle(app)
        assert "type web-1 to agree" in "\n".join(text(app))
        await typed(app, "web-2", "enter")
        assert writes(cluster) == []
        await typed(app, "backspace", "1", "enter")
        await eventually(lambda: page.made is not None)
        terminal.ends = How.DETACHED
        await entered(app, ground, terminal, 1)  # that was agreed to with it
        assert not isinstance(app.screen, ChangeQuestion)
        await typed(app, "s")  # into it once more is another session
        await eventually(lambda: isinstance(app.screen, ChangeQuestion))


async def test_a_read_only_context_lets_it_be_looked_at_by_6_and_not_be_sent(
    cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with launcher(cluster, clock, monkeypatch, read_only=("*",)) as (app, _, _):
        await typed(app, "b")
        assert "read-only" in messages(app)
        await typed(app, "6")
        await eventually(lambda: isinstance(app.screen, DebugScreen))
        page = debug_page(app)
        await eventually(lambda: page.considering is not None and page.plan.trial.mutation is not None)
        assert "is read-only" in flat(await shown(app))
        await typed(app, "y")
        assert page.made is None
        assert writes(cluster) == []


async def test_without_the_right_to_the_usual_another_mode_is_taken_and_the_others_say_why_not(
    cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = cluster.kubeconfig()
    config["users"][0]["user"] = {"token": cluster.editor_token}
    role = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": "edit"},
        "rules": [
            {"apiGroups": [""], "resources": ["pods", "namespaces"], "verbs": ["get", "list", "watch", "create"]},
            {"apiGroups": [""], "resources": ["pods/attach"], "verbs": ["create", "get"]},
        ],
    }
    cluster.store.delete("clusterroles.rbac.authorization.k8s.io", "edit")
    cluster.store.create(role)
    async with launcher(cluster, clock, monkeypatch, config=config) as (app, _, _):
        await eventually(lambda: app.home.session and app.home.session.access.namespaces)
        await typed(app, "b")
        await eventually(lambda: isinstance(app.screen, DebugScreen))
        page = debug_page(app)
        await eventually(lambda: page.considering is not None and page.plan.choice.mode == "copy")
        await tried(app, page)
        assert "You may not do the usual: you may not patch pods/ephemeralcontainers in shop" in said(page)
        assert "● live" in (await shown(app)).splitlines()[0]  # that the node may not be read takes nothing away
        await typed(app, "m")
        await eventually(lambda: app.screen is not page)
        await idle(app)
        assert "you may not patch pods/ephemeralcontainers" in "\n".join(text(app))
        await typed(app, "escape")
        page.plan.turn_to("ephemeral")
        await tried(app, page)
        await eventually(lambda: "m chooses another mode, which needs other rights" in said(page))
        assert said(page).count("patch pods/ephemeralcontainers in") == 2  # why it was not taken, and that it lacks


async def test_a_node_that_is_not_ready_is_told_before_anything_is_sent(scene: Scene, cluster: EmbeddedCluster) -> None:
    """An ephemeral container can never be taken away: one that never starts is no help."""
    app, _, _ = scene

    def fall(node: dict[str, Any]) -> None:
        node["status"]["conditions"] = [{"type": "Ready", "status": "Unknown", "reason": "NodeStatusUnknown"}]

    page = await opened(app, "b")
    assert "is not ready" not in said(page)
    cluster.store.modify("nodes", "worker-1", change=fall)
    await eventually(lambda: "Node worker-1 is not ready: it may never start" in said(page))
    await picked(app, "m", "copy", "enter")
    await tried(app, page)
    assert "is not ready" not in said(page)  # the scheduler takes another
    await typed(app, "s")
    await tried(app, page)
    assert "Node worker-1 is not ready" in said(page)


async def test_what_an_own_preset_brings_is_not_for_another_image(
    cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = Preset(
        name="tools",
        image="registry.example/tools:1",
        command=("bash", "-l"),
        env=(("PAGER", "less"),),
        limits=(("memory", "1Gi"),),
        profile="restricted",
        user=1000,
    )
    async with launcher(cluster, clock, monkeypatch, debug=DebugSettings(presets=(tools,))) as (app, _, _):
        page = await opened(app, "b")
        assert page.plan.choice.options.command == ("bash", "-l")
        await picked(app, "i", "busybox:9", "enter")
        await tried(app, page)
        assert said(page).count("bash") == 0
        options = page.plan.choice.options
        assert (options.image, options.limits, options.profile, options.user) == ("busybox:9", (), "general", 0)
        await typed(app, "q")
        await typed(app, ":", *"debug web-1 --image=busybox:9", "enter")
        await eventually(lambda: isinstance(app.screen, DebugScreen))
        page = debug_page(app)
        await tried(app, page)
        assert page.plan.choice.options.image == "busybox:9"
        assert (page.plan.choice.options.command, page.plan.choice.options.env) == ((), ())
        assert page.plan.choice.options.profile == "general"


async def test_a_pod_that_was_typed_wrongly_is_not_called_gone(scene: Scene) -> None:
    app, _, _ = scene
    await typed(app, ":", *"debug wbe-1 --image=busybox", "enter")
    await eventually(lambda: isinstance(app.screen, DebugScreen))
    await eventually(lambda: "There is no pod shop/wbe-1" in said(debug_page(app)))


async def test_a_copy_typed_with_a_container_or_other_images_keeps_the_images_as_kubectl_does(scene: Scene) -> None:
    """No preset comes in between: the way to start what crashes with another command."""
    app, _, _ = scene
    await typed(app, ":", *"debug web-1 --copy-to=two --container=web -- sleep 1d", "enter")
    await eventually(lambda: isinstance(app.screen, DebugScreen))
    page = debug_page(app)
    await tried(app, page)
    assert page.plan.trial.mutation is not None
    web, side = page.plan.trial.mutation.request.decoded()["spec"]["containers"]
    assert (web["image"], web["command"]) == ("registry.example/web:1", ["sleep", "1d"])
    assert side["image"] == "busybox:1.37"
    assert "the pod's own" in await shown(app)
    await typed(app, "q")
    await typed(app, ":", *"debug web-1 --copy-to=two --set-image=web=new:2", "enter")
    await eventually(lambda: isinstance(app.screen, DebugScreen))
    page = debug_page(app)
    await tried(app, page)
    assert page.plan.trial.mutation is not None
    found = page.plan.trial.mutation.request.decoded()["spec"]["containers"]
    assert [each["image"] for each in found] == ["new:2", "busybox:1.37"]


async def test_the_key_of_a_row_of_another_mode_does_not_leave_the_form(scene: Scene) -> None:
    app, _, _ = scene
    page = await opened(app, "b")
    await picked(app, "i", "busybox:9", "enter")
    await typed(app, "n")
    await idle(app)
    assert app.screen is page
    assert "n does nothing here" in "\n".join(text(app))
    assert page.plan.choice.options.image == "busybox:9"
