"""What tools of this field get wrong where they change something: numbers as in the list of traps."""

from collections.abc import AsyncIterator

import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault
from k8stui.screens.drain.plan_page import DrainScreen
from k8stui.screens.questions.change import ChangeQuestion
from tests.support.clock import ManualClock
from tests.support.drain_page import planned
from tests.support.drain_scene import furnish
from tests.support.house import idle, messages, names, note, running, settled, text, typed, under_cursor
from tests.support.manifests import cronjob
from tests.support.scene import node
from tests.support.waiting import eventually

Writes = list[tuple[str, str]]


@pytest.fixture
async def app(cluster: EmbeddedCluster, clock: ManualClock) -> AsyncIterator[K8sTui]:
    """Some nodes and a CronJob; the nodes are on the screen."""
    furnish(cluster)
    nightly = cronjob("nightly", "registry.example/job:1")
    nightly["metadata"]["namespace"] = "shop"
    cluster.registry.create(nightly)
    async with running(cluster, clock, size=(120, 30), view="nodes") as (house, _):
        await settled(house, cluster)
        yield house


def writes(cluster: EmbeddedCluster) -> Writes:
    """What changed something, in its order."""
    return [
        (record.verb, record.path)
        for record in cluster.requests
        if record.verb in ("create", "update", "patch", "delete")
        if "review" not in record.path and "dryRun" not in record.query
    ]


def cordoned(cluster: EmbeddedCluster) -> set[str]:
    found = cluster.store.list("nodes")
    return {each["metadata"]["name"] for each in found if each["spec"].get("unschedulable")}


async def asked(app: K8sTui, question: str) -> None:
    await eventually(lambda: isinstance(app.screen, ChangeQuestion) and question in "\n".join(text(app)))
    await idle(app)


async def seen(app: K8sTui, cluster: EmbeddedCluster) -> None:
    """The nodes below the question are those of the server."""
    there = {each["metadata"]["uid"] for each in cluster.store.list("nodes")}
    pane = app.home.pane
    assert pane is not None
    await eventually(lambda: set(pane.store.rows) == there)
    await idle(app)


def ill(name: str, cluster: EmbeddedCluster) -> None:
    """Its row goes to the top."""

    def fall(each: dict[str, object]) -> None:
        each["status"] = {"conditions": [{"type": "Ready", "status": "False", "reason": "KubeletNotReady"}]}

    cluster.store.modify("nodes", name, change=fall)


async def test_trap_7_rows_that_change_places_under_a_question_do_not_change_what_it_was_about(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    await typed(app, "j")
    assert under_cursor(app) == "worker-2"
    await typed(app, "c")
    await asked(app, "Cordon worker-2?")
    ill("worker-3", cluster)
    cluster.store.delete("nodes", "worker-1")
    cluster.store.create(node("worker-0"))
    await seen(app, cluster)
    assert "Cordon worker-2?" in "\n".join(text(app))
    await typed(app, "y")
    await eventually(lambda: "node/worker-2 cordoned" in messages(app))
    assert names(app)[0] == "worker-3"
    assert cordoned(cluster) == {"worker-2"}
    assert writes(cluster) == [("patch", "/api/v1/nodes/worker-2")]


@pytest.mark.parametrize("comes_back", [True, False], ids=["replaced", "gone"])
async def test_trap_7_it_is_looked_whether_the_object_of_a_question_is_still_that_one(
    app: K8sTui, cluster: EmbeddedCluster, comes_back: bool
) -> None:
    await typed(app, "c")
    await asked(app, "Cordon worker-1?")
    cluster.store.delete("nodes", "worker-1")
    if comes_back:
        cluster.store.create(node("worker-1"))
    await seen(app, cluster)
    await typed(app, "y")
    await eventually(lambda: "was replaced by another one" in messages(app) or "is gone" in messages(app))
    assert ("was replaced by another one" in messages(app)) is comes_back
    assert cordoned(cluster) == set()
    assert "node/worker-1 cordoned" not in messages(app)


async def test_trap_8_what_is_asked_and_sent_comes_from_the_object_not_from_the_row(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    """The row is behind: another hand has suspended it, which a toggle would take back."""
    await typed(app, "2")
    await settled(app, cluster)
    await typed(app, "/", *"nightly", "enter")
    await idle(app)
    assert names(app) == ["nightly"]
    assert "Suspended" not in "\n".join(text(app))
    cluster.faults.add(Fault(verb="watch", resource="cronjobs", status=503))
    cluster.faults.add(Fault(verb="list", resource="cronjobs", status=503))
    cluster.cut_watches("cronjobs")
    cluster.store.modify("cronjobs.batch", "nightly", "shop", change=lambda each: each["spec"].update(suspend=True))
    await typed(app, "z")
    await eventually(lambda: "cronjob.batch/nightly is already suspended" in messages(app))
    assert app.screen is app.home
    assert writes(cluster) == []
    cluster.store.modify("cronjobs.batch", "nightly", "shop", change=lambda each: each["spec"].update(suspend=False))
    await typed(app, "z")
    await asked(app, "Suspend cronjob shop/nightly?")
    cluster.store.modify("cronjobs.batch", "nightly", "shop", change=lambda each: each["spec"].update(suspend=True))
    await typed(app, "y")
    await eventually(lambda: "patch" in [verb for verb, _ in writes(cluster)])
    (sent,) = [each for each in cluster.requests if each.verb == "patch" and "dryRun" not in each.query]
    assert sent.json["spec"] == {"suspend": True}
    assert cluster.store.get("cronjobs.batch", "nightly", "shop")["spec"]["suspend"] is True


async def test_trap_10_a_drain_that_its_plan_refuses_cordons_nothing_and_says_so(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    await planned(app, "worker-2")
    await typed(app, "D")
    await eventually(lambda: "worker-2 is not drained as it stands" in note(app))
    assert isinstance(app.screen, DrainScreen)
    assert "would lose emptyDir data (e accepts that)" in messages(app)
    assert cordoned(cluster) == set()
    assert writes(cluster) == []


async def test_trap_11_a_right_that_could_not_be_asked_for_is_not_taken_for_refused(
    cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    """The server answers no question about rights: the key works, and the server itself decides."""
    cluster.store.create(node("worker-1"))
    cluster.faults.add(Fault(resource="selfsubjectaccessreviews", status=503, message="etcd is away"))
    cluster.faults.add(Fault(resource="selfsubjectrulesreviews", status=503, message="etcd is away"))
    async with running(cluster, clock, size=(120, 30), view="nodes") as (app, _):
        await settled(app, cluster)
        await typed(app, "c")
        await asked(app, "Cordon worker-1?")
        await typed(app, "y")
        await eventually(lambda: "node/worker-1 cordoned" in messages(app))
        assert cordoned(cluster) == {"worker-1"}
