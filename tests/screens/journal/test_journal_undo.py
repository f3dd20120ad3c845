"""Every change that has a way back is taken back by one key, in this run and in a later one."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.model.kinds import CRON_JOBS, DEPLOYMENTS, NODES, STATEFUL_SETS, Kind, Ref
from k8stui.operations.mutation import Risk
from k8stui.screens.questions.change import ChangeQuestion
from tests.support import manifests
from tests.support.clock import ManualClock
from tests.support.house import burst, idle, messages, running, settled, text, typed
from tests.support.journals import entry, opened, write
from tests.support.scene import node
from tests.support.waiting import eventually

Object = dict[str, Any]
IMAGE = manifests.IMAGE


@pytest.fixture
async def app(cluster: EmbeddedCluster, clock: ManualClock) -> AsyncIterator[K8sTui]:
    furnish(cluster)
    async with running(cluster, clock, size=(120, 30), view="nodes") as (house, _):
        await settled(house, cluster)
        yield house


def furnish(cluster: EmbeddedCluster) -> None:
    """A node, workloads of each sort, with a past."""
    cluster.store.create(node("worker-1", taints=[{"key": "old", "effect": "NoSchedule"}]))
    for made in (
        manifests.deployment("web", image=f"{IMAGE}:2"),
        manifests.statefulset("db"),
        manifests.cronjob("tick", f"{IMAGE}:1"),
        manifests.service("web"),
    ):
        made["metadata"]["namespace"] = "default"
        cluster.registry.create(made)
    web = cluster.store.get("deployments.apps", "web", "default")
    for number in (1, 2):
        cluster.registry.create(replica_set(web, number))


def replica_set(web: Object, number: int) -> Object:
    return {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {
            "name": f"web-{number}",
            "namespace": "default",
            "labels": {"app": "web"},
            "annotations": {"deployment.kubernetes.io/revision": str(number)},
            "ownerReferences": [
                {
                    "apiVersion": "apps/v1",
                    "kind": "Deployment",
                    "name": "web",
                    "uid": web["metadata"]["uid"],
                    "controller": True,
                }
            ],
        },
        "spec": {
            "replicas": 0,
            "selector": {"matchLabels": {"app": "web"}},
            "template": manifests.template("web", f"{IMAGE}:{number}"),
        },
    }


def ref(cluster: EmbeddedCluster, kind: Kind, name: str) -> Ref:
    namespace = "default" if kind.namespaced else ""
    found = cluster.store.get(kind.resource, name, namespace)
    return Ref(kind, namespace, name, found["metadata"]["uid"])


def spec(cluster: EmbeddedCluster, target: Ref) -> Object:
    """What counts of an object: all but what the server counts."""
    found = cluster.store.get(target.kind.resource, target.name, target.namespace)
    meta = {key: found["metadata"].get(key) or {} for key in ("labels", "annotations")}
    return {"spec": found.get("spec"), **meta}


async def answered(app: K8sTui) -> str:
    """Agree to the question that is asked; returns what it says."""
    await eventually(lambda: isinstance(app.screen, ChangeQuestion))
    await idle(app)
    question = app.screen
    assert isinstance(question, ChangeQuestion)
    await eventually(lambda: not question.case.looking)
    await idle(app)
    said = "\n".join(text(app))
    burst(app, *(("tab", "enter") if question.case.risk is Risk.DESTRUCTIVE else ("y",)))
    await eventually(lambda: app.screen is not question)
    return said


async def changed(app: K8sTui, builder: str, target: Ref, **args: Any) -> None:
    """Do it as an action does."""
    count = len(app.journals.entries)
    app.spawn(app.home.desk.change([(builder, target, args)]), "test")
    await eventually(lambda: isinstance(app.screen, ChangeQuestion) or len(app.journals.entries) > count)
    if isinstance(app.screen, ChangeQuestion):
        await answered(app)
    await eventually(lambda: len(app.journals.entries) > count and app.journals.entries[-1].result == "done")


async def taken_back(app: K8sTui) -> str:
    """Take the newest change back with the key; returns what was asked."""
    await opened(app)
    before = len(app.journals.entries)
    await typed(app, "g", "u")
    await eventually(lambda: isinstance(app.screen, ChangeQuestion) or len(app.journals.entries) > before)
    said = await answered(app) if isinstance(app.screen, ChangeQuestion) else ""
    await eventually(lambda: app.journals.entries[-1].result == "done" and app.journals.entries[before - 1].undone)
    await typed(app, "q")
    return said


DEPLOYED: list[tuple[str, Kind, str, Object]] = [
    ("nodes.cordon", NODES, "worker-1", {"on": True}),
    ("taints.taint", NODES, "worker-1", {"words": "old- new=1:NoSchedule", "overwrite": True}),
    ("taints.taint", NODES, "worker-1", {"words": "bad=1:NoExecute", "overwrite": True}),
    (
        "metadata.labels",
        NODES,
        "worker-1",
        {"changes": {"a/b": "c", "kubernetes.io/hostname": None}},
    ),
    ("metadata.annotations", DEPLOYMENTS, "web", {"changes": {"note": "a b"}, "overwrite": True}),
    ("scaling.scale", DEPLOYMENTS, "web", {"replicas": 5}),
    ("scaling.scale", DEPLOYMENTS, "web", {"replicas": 0}),
    ("scaling.scale", STATEFUL_SETS, "db", {"replicas": 3}),
    ("images.image", DEPLOYMENTS, "web", {"images": {"web": f"{IMAGE}:9"}}),
    ("rollout.pause", DEPLOYMENTS, "web", {}),
    ("suspending.suspend", CRON_JOBS, "tick", {"on": True}),
    ("undo.undo", DEPLOYMENTS, "web", {}),
    ("resources.resources", DEPLOYMENTS, "web", {"requests": "cpu=200m", "limits": "", "container": "web"}),
    ("environment.env", DEPLOYMENTS, "web", {"text": "TOKEN=hunter2", "container": "web"}),
]


@pytest.mark.slow
async def test_every_change_with_a_way_back_is_taken_back_by_one_key(app: K8sTui, cluster: EmbeddedCluster) -> None:
    for builder, kind, name, args in DEPLOYED:
        target = ref(cluster, kind, name)
        before = spec(cluster, target)
        await changed(app, builder, target, **args)
        assert spec(cluster, target) != before, builder
        said = await taken_back(app)
        assert "Somebody has changed" not in said, (builder, said)
        assert spec(cluster, target) == before, builder
    assert b"hunter2" not in (app.state / "journal.jsonl").read_bytes()


async def test_what_was_created_is_deleted_and_nothing_of_the_same_name(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await changed(app, "suspending.trigger", ref(cluster, CRON_JOBS, "tick"), suffix="x7k2p")
    made = cluster.store.get("jobs.batch", "tick-manual-x7k2p", "default")
    assert app.journals.entries[-1].uid == made["metadata"]["uid"]
    said = await taken_back(app)
    assert "Delete" in said
    assert ("jobs.batch", "tick-manual-x7k2p") not in [("jobs.batch", each.name) for each in jobs(cluster)]


def jobs(cluster: EmbeddedCluster) -> list[Any]:
    kind = cluster.catalog.named("jobs.batch")
    return list(cluster.store.table(kind).within("default"))


async def test_what_was_created_and_replaced_is_not_touched(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await changed(app, "suspending.trigger", ref(cluster, CRON_JOBS, "tick"), suffix="x7k2p")
    made = cluster.store.get("jobs.batch", "tick-manual-x7k2p", "default")
    cluster.store.delete("jobs.batch", "tick-manual-x7k2p", "default")
    fresh = {key: each for key, each in made["metadata"].items() if key in ("name", "namespace", "labels")}
    cluster.store.create({**made, "metadata": fresh})
    await opened(app)
    await typed(app, "g", "u")
    await eventually(lambda: "was replaced by another one, which was not touched" in messages(app))
    assert len(jobs(cluster)) == 1
    assert not app.journals.entries[-1].undone


async def test_a_field_that_somebody_changed_since_is_asked_about_even_where_nothing_is_asked(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    target = ref(cluster, NODES, "worker-1")
    await changed(app, "nodes.cordon", target, on=True)
    await opened(app)
    cluster.store.modify("nodes", "worker-1", change=lambda each: each["spec"].update(unschedulable="odd"))
    await typed(app, "g", "u")
    said = await answered(app)
    assert "Somebody has changed worker-1 since: spec.unschedulable is odd, and was set to true" in said


async def test_a_number_that_somebody_changed_since_is_in_the_question(app: K8sTui, cluster: EmbeddedCluster) -> None:
    target = ref(cluster, DEPLOYMENTS, "web")
    await changed(app, "scaling.scale", target, replicas=5)
    cluster.store.modify("deployments.apps", "web", "default", change=lambda each: each["spec"].update(replicas=9))
    said = await taken_back(app)
    assert "spec.replicas is 9, and was set to 5" in said
    assert spec(cluster, target)["spec"]["replicas"] == 2


async def test_no_takes_nothing_back(app: K8sTui, cluster: EmbeddedCluster) -> None:
    target = ref(cluster, DEPLOYMENTS, "web")
    await changed(app, "scaling.scale", target, replicas=5)
    screen = await opened(app)
    await typed(app, "g", "u")
    await eventually(lambda: isinstance(app.screen, ChangeQuestion))
    await idle(app)
    await typed(app, "n")
    await eventually(lambda: app.screen is screen)
    assert spec(cluster, target)["spec"]["replicas"] == 5
    assert not app.journals.entries[0].undone


async def test_what_is_so_already_is_told(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await changed(app, "nodes.cordon", ref(cluster, NODES, "worker-1"), on=True)
    cluster.store.modify("nodes", "worker-1", change=lambda each: each["spec"].pop("unschedulable"))
    await opened(app)
    await typed(app, "g", "u")
    await eventually(lambda: "node/worker-1 is not cordoned" in messages(app))


async def test_what_was_taken_back_is_not_taken_back_twice(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await changed(app, "nodes.cordon", ref(cluster, NODES, "worker-1"), on=True)
    await taken_back(app)
    await opened(app)
    await typed(app, "G", "u")
    await eventually(lambda: "It was taken back already (cordon worker-1)" in messages(app))


async def test_what_is_gone_is_told(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await changed(app, "scaling.scale", ref(cluster, STATEFUL_SETS, "db"), replicas=4)
    cluster.store.delete("statefulsets.apps", "db", "default")
    await opened(app)
    await typed(app, "g", "u")
    await eventually(lambda: "default/db is gone: nothing was changed" in messages(app))


async def test_several_marked_are_taken_back_together_but_one_object_once(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    web, cron = ref(cluster, DEPLOYMENTS, "web"), ref(cluster, CRON_JOBS, "tick")
    for replicas in (4, 5):
        await changed(app, "scaling.scale", web, replicas=replicas)
    await changed(app, "suspending.suspend", cron, on=True)
    await opened(app)
    await typed(app, "*", "u")
    await answered(app)
    await eventually(lambda: "take back the newest first" in messages(app))
    await eventually(lambda: spec(cluster, web)["spec"]["replicas"] == 4)
    assert spec(cluster, cron)["spec"]["suspend"] is False
    await eventually(lambda: [each.undone for each in app.journals.entries[:3]] == [False, True, True])


async def test_a_later_run_takes_back_what_an_earlier_one_did(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    furnish(cluster)
    async with running(cluster, clock, view="nodes", size=(120, 30)) as (app, _):
        await settled(app, cluster)
        await changed(app, "nodes.cordon", ref(cluster, NODES, "worker-1"), on=True)
        left = (app.state / "journal.jsonl").read_bytes()
    clock.advance(3600)
    async with running(cluster, clock, view="nodes", size=(120, 30)) as (app, _):
        await settled(app, cluster)
        app.state.mkdir(exist_ok=True)
        (app.state / "journal.jsonl").write_bytes(left)
        screen = await opened(app)
        assert [line.entry.says for line in screen.entries.view.window(0, 9)] == ["cordon worker-1"]
        await typed(app, "u")
        await eventually(lambda: not cluster.store.get("nodes", "worker-1")["spec"].get("unschedulable"))
        await eventually(lambda: any(line.entry.undone for line in screen.entries.view.window(0, 9)))
        await eventually(lambda: b'"undone":true' in (app.state / "journal.jsonl").read_bytes())


async def test_a_change_in_another_context_says_where_it_was(app: K8sTui) -> None:
    write(app.state, entry(context="prod", inverse=back()))
    await opened(app)
    await typed(app, "u")
    await eventually(lambda: "That was in prod, and" in messages(app))
    assert app.journals.entries == []


def back() -> Any:
    from k8stui.operations.mutation import Inverse

    return Inverse("nodes.cordon", {"on": False}, {"/spec/unschedulable": True})


async def test_what_nobody_knows_of_is_asked_about(app: K8sTui, cluster: EmbeddedCluster) -> None:
    target, name = ref(cluster, NODES, "worker-1"), app.home.session.context.name if app.home.session else ""
    write(app.state, entry(context=name, uid=target.uid, result="", outcome="", inverse=back()))
    await opened(app)
    assert "✖ cut off" in "\n".join(text(app))
    await typed(app, "u")
    await eventually(lambda: "is not cordoned" in messages(app))
    cluster.store.modify("nodes", "worker-1", change=lambda each: each["spec"].update(unschedulable=True))
    await typed(app, "u")
    assert "It was never known whether that was done; worker-1 looks as if it was" in await answered(app)
    await eventually(lambda: not cluster.store.get("nodes", "worker-1")["spec"].get("unschedulable"))


async def test_a_read_only_context_takes_nothing_back(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    furnish(cluster)
    cluster.store.modify("nodes", "worker-1", change=lambda each: each["spec"].update(unschedulable=True))
    async with running(cluster, clock, view="nodes", size=(120, 30), read_only=("*",)) as (app, _):
        await settled(app, cluster)
        name = app.home.session.context.name if app.home.session else ""
        write(app.state, entry(context=name, uid=ref(cluster, NODES, "worker-1").uid, inverse=back()))
        await opened(app)
        await typed(app, "u")
        await eventually(lambda: "is read-only" in messages(app))
        assert cluster.store.get("nodes", "worker-1")["spec"]["unschedulable"] is True


async def test_a_kind_that_the_server_has_no_more_is_told(app: K8sTui) -> None:
    name = app.home.session.context.name if app.home.session else ""
    write(app.state, entry(context=name, resource="things.example.com", inverse=back()))
    await opened(app)
    await typed(app, "u")
    await eventually(lambda: "This server has no things.example.com any more" in messages(app))
