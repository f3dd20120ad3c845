"""From a key to the cluster and back: the question, the request, what is told."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.model.kinds import Ref
from k8stui.operations.outcomes import Outcome
from k8stui.screens.questions.ask import AskScreen
from k8stui.screens.questions.change import ChangeQuestion
from tests.support.clock import ManualClock
from tests.support.house import idle, messages, running, settled, text, typed
from tests.support.manifests import deployment
from tests.support.scene import node, pod
from tests.support.scene import running as up
from tests.support.waiting import eventually


@pytest.fixture
async def app(cluster: EmbeddedCluster, clock: ManualClock) -> AsyncIterator[K8sTui]:
    cluster.add_namespace("shop")
    for name in ("worker-1", "worker-2"):
        cluster.store.create(node(name))
    cluster.store.create(pod("web-1", "shop", "worker-1", 60.0, statuses=[up()]))
    made = deployment("web")
    made["metadata"]["namespace"] = "shop"
    cluster.registry.create(made)
    async with running(cluster, clock, size=(120, 30)) as (house, _):
        await settled(house, cluster)
        yield house


async def asked(app: K8sTui) -> ChangeQuestion:
    await eventually(lambda: isinstance(app.screen, ChangeQuestion))
    await idle(app)
    assert isinstance(app.screen, ChangeQuestion)
    return app.screen


def writes(cluster: EmbeddedCluster) -> list[tuple[str, str]]:
    """What changed something."""
    verbs = ("create", "update", "patch", "delete")
    return [
        (record.verb, record.path)
        for record in cluster.requests
        if record.verb in verbs and "review" not in record.path and "dryRun" not in record.query
    ]


async def test_cordon_asks_sends_kubectls_request_pinned_by_uid_and_tells(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    await typed(app, "1")
    await settled(app, cluster)
    await typed(app, "c")
    await asked(app)
    assert "Cordon worker-1?" in "\n".join(text(app))
    assert "kubectl cordon worker-1" in "\n".join(text(app))
    assert writes(cluster) == []
    await typed(app, "enter")
    assert isinstance(app.screen, ChangeQuestion)  # enter never confirms a change
    await typed(app, "y")
    await eventually(lambda: "node/worker-1 cordoned" in messages(app))
    assert cluster.store.get("nodes", "worker-1")["spec"]["unschedulable"] is True
    assert writes(cluster) == [("patch", "/api/v1/nodes/worker-1")]


async def test_uncordon_is_safe_and_needs_no_question(app: K8sTui, cluster: EmbeddedCluster) -> None:
    cluster.store.modify("nodes", "worker-1", change=lambda each: each["spec"].update(unschedulable=True))
    await typed(app, "1")
    await settled(app, cluster)
    await typed(app, "u")
    await eventually(lambda: "node/worker-1 uncordoned" in messages(app))
    assert not cluster.store.get("nodes", "worker-1")["spec"].get("unschedulable")


async def test_every_marked_node_is_cordoned_and_none_hides_anothers_result(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    cluster.store.modify("nodes", "worker-2", change=lambda each: each["spec"].update(unschedulable=True))
    await typed(app, "1")
    await settled(app, cluster)
    await typed(app, "*", "c")
    await asked(app)
    await typed(app, "y")
    await eventually(lambda: "node/worker-1 cordoned" in messages(app))
    assert "node/worker-2 is already cordoned" in messages(app)


async def test_no_sends_nothing(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, "1")
    await settled(app, cluster)
    await typed(app, "c")
    await asked(app)
    await typed(app, "n")
    await eventually(lambda: app.screen is app.home)
    assert writes(cluster) == []


async def test_of_two_changes_asked_for_at_once_the_second_waits_until_the_first_is_answered(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    """Else its question could take the answer that was meant for the first."""
    await typed(app, "1")
    await settled(app, cluster)
    assert app.home.pane is not None
    refs = [row.ref for row in app.home.pane.store.rows.values()]
    both: list[asyncio.Future[list[Outcome]]] = [asyncio.get_running_loop().create_future() for _ in refs]

    async def cordon(ref: Ref, told: asyncio.Future[list[Outcome]]) -> None:
        told.set_result(await app.home.changing.change([("nodes.cordon", ref, {"on": True})]))

    for ref, told in zip(refs, both, strict=True):
        app.spawn(cordon(ref, told), "cordoning")
    first = await asked(app)
    await idle(app)
    assert app.screen is first
    assert len([each for each in app.screen_stack if isinstance(each, ChangeQuestion)]) == 1
    await typed(app, "n")
    await eventually(lambda: isinstance(app.screen, ChangeQuestion) and app.screen is not first)
    await asked(app)
    await typed(app, "y")
    done = [outcome for each in both for outcome in await each]
    assert len(done) == len(writes(cluster)) == 1


async def test_an_object_that_was_replaced_under_the_question_is_not_touched(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    """Trap 7: the target of the request is the uid that the question named."""
    await typed(app, "1")
    await settled(app, cluster)
    await typed(app, "c")
    await asked(app)
    cluster.store.delete("nodes", "worker-1")
    cluster.store.create(node("worker-1"))
    await typed(app, "y")
    await eventually(lambda: "was replaced by another one" in messages(app))
    assert not cluster.store.get("nodes", "worker-1")["spec"].get("unschedulable")


async def test_a_deletion_starts_on_cancel(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, "ctrl+d")
    await asked(app)
    await typed(app, "y", "enter")
    await eventually(lambda: app.screen is app.home)
    assert writes(cluster) == []
    await typed(app, "ctrl+d")
    await asked(app)
    await typed(app, "tab", "enter")
    await eventually(lambda: ("delete", "/api/v1/namespaces/shop/pods/web-1") in writes(cluster))


async def test_a_wrong_number_is_said_at_the_field_and_nothing_is_sent(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, "2")
    await settled(app, cluster)
    await typed(app, "s")
    await eventually(lambda: isinstance(app.screen, AskScreen))
    await typed(app, "x", "enter")
    assert isinstance(app.screen, AskScreen)
    assert app.screen.row.error
    assert writes(cluster) == []
    await typed(app, "backspace", "backspace", "4", "enter")
    await asked(app)
    await typed(app, "y")
    await eventually(lambda: cluster.store.get("deployments.apps", "web", "shop")["spec"]["replicas"] == 4)


async def test_a_number_that_was_not_done_stands_there_again_and_typing_replaces_it(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    """A number behind the kept one would be another number."""

    async def field() -> AskScreen:
        await typed(app, "s")
        await eventually(lambda: isinstance(app.screen, AskScreen))
        await idle(app)
        assert isinstance(app.screen, AskScreen)
        return app.screen

    await typed(app, "2")
    await settled(app, cluster)
    await field()
    await typed(app, "9", "enter")
    await asked(app)
    await typed(app, "n")
    await eventually(lambda: app.screen is app.home)
    assert (await field()).field.value == "9"
    await typed(app, "escape")  # untouched, it is kept on
    await eventually(lambda: app.screen is app.home)
    kept = await field()
    assert kept.field.value == "9"
    await typed(app, "4")
    assert kept.field.value == "4"
    await typed(app, "enter")
    await asked(app)
    await typed(app, "y")
    await eventually(lambda: cluster.store.get("deployments.apps", "web", "shop")["spec"]["replicas"] == 4)


async def test_another_image_shows_what_the_server_would_change(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, "2")
    await settled(app, cluster)
    await typed(app, "i")
    await eventually(lambda: isinstance(app.screen, AskScreen))
    await typed(app, *"*=web:2", "enter")
    await asked(app)
    await eventually(lambda: any("the server would change" in line for line in text(app)))
    await typed(app, "d")
    await idle(app)
    assert any("+" in line and "image: web:2" in line for line in text(app))
    await typed(app, "y")
    await eventually(lambda: "image updated" in messages(app))


async def test_a_restart_is_sent_as_kubectl_sends_it(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, "2")
    await settled(app, cluster)
    await typed(app, "r")
    await asked(app)
    await typed(app, "y")
    await eventually(lambda: "restarted" in messages(app))
    found = cluster.store.get("deployments.apps", "web", "shop")["spec"]["template"]["metadata"]["annotations"]
    assert "kubectl.kubernetes.io/restartedAt" in found


async def test_a_read_only_context_asks_nothing_and_sends_nothing(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    cluster.store.create(node("worker-1"))
    async with running(cluster, clock, size=(120, 30), read_only=("*",), view="nodes") as (app, _):
        await settled(app, cluster)
        await typed(app, "c")
        await idle(app)
        assert app.screen is app.home
        assert "read-only" in messages(app)
        assert writes(cluster) == []


async def test_a_protected_context_wants_the_name(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    cluster.store.create(node("worker-1"))
    async with running(cluster, clock, size=(120, 30), protected=("*",), view="nodes") as (app, _):
        await settled(app, cluster)
        await typed(app, "c")
        await asked(app)
        await typed(app, "y", "enter")
        assert isinstance(app.screen, ChangeQuestion)
        await typed(app, "backspace", *"worker-1", "enter")
        await eventually(lambda: "node/worker-1 cordoned" in messages(app))
