"""Undo: kubectl's recordings and table, what is kept that kubectl drops, and on a server."""

from typing import Any

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.registry.strategic import strategic
from k8stui.demo.schema.schema import Schema
from k8stui.model.kinds import (
    CONTROLLER_REVISIONS,
    DAEMON_SETS,
    DEPLOYMENTS,
    REPLICA_SETS,
    STATEFUL_SETS,
    Kind,
)
from k8stui.model.objects import ObjectRow
from k8stui.operations.builders.undo import undo
from k8stui.operations.building import AlreadySoError, UnableError
from k8stui.operations.mutation import JSON_PATCH
from tests.support import acting, manifests
from tests.support.golden import found, needed, recorded, same, table, wrote
from tests.support.http import http
from tests.support.revised import (
    APPLIED,
    CAUSE,
    REVISION,
    Object,
    deployment,
    history,
    owned,
    revision,
    rolled,
    unpinned,
    without_empty,
)

# ---- kubectl's recordings and tables


@needed
@pytest.mark.parametrize("title", ["undo deployment (previous)", "undo dry-run server"])
def test_undo_of_a_deployment_is_what_kubectl_sends(title: str) -> None:
    recording = recorded("rollout", title)
    mutation = undo(deployment(), around=history())
    request = wrote(recording)[0]
    assert mutation.request.path == request["path"].partition("?")[0]
    assert mutation.request.content_type == request["Content-Type"] == JSON_PATCH
    assert not mutation.request.query
    assert unpinned(mutation.request.decoded()) == without_empty(request["body"])
    assert recording["stdout"].startswith(mutation.done)


@needed
def test_annotations_that_only_the_deployment_has_are_kept_where_kubectl_drops_them() -> None:
    notes = {REVISION: "2", CAUSE: "v2", APPLIED: "{}", "team": "shop"}
    mutation = undo(deployment(notes=notes), revision=1, around=history())
    ours = unpinned(mutation.request.decoded())
    theirs = without_empty(
        wrote(recorded("rollout", "undo deployment with last-applied + custom annotation"))[0]["body"]
    )
    assert ours[0] == theirs[0]
    assert ours[1]["value"] == theirs[1]["value"] | {"team": "shop"}
    assert mutation.before["keeps"] == ["team"]


@needed
@pytest.mark.parametrize(
    ("title", "number", "rows"),
    [
        ("undo missing revision", 9, 2),
        ("undo negative", -1, 2),
        ("undo deployment no history", 0, 1),
    ],
)
def test_kubectls_refusals_for_a_deployment(title: str, number: int, rows: int) -> None:
    recording = recorded("rollout", title)
    with pytest.raises(UnableError) as caught:
        undo(deployment(), revision=number, around=history()[2 - rows : 2])
    assert f"error: {caught.value}".startswith(recording["stderr"].strip())


@needed
def test_a_paused_deployment_is_not_undone() -> None:
    with pytest.raises(UnableError) as caught:
        undo(deployment(paused=True), revision=2, around=history())
    assert f"error: {caught.value}" == recorded("rollout", "undo paused")["stderr"].strip()


@needed
def test_the_current_revision_is_skipped() -> None:
    recording = recorded("rollout", "undo deployment to current rev 2")
    with pytest.raises(AlreadySoError) as caught:
        undo(deployment(), revision=2, around=history())
    assert str(caught.value) == recording["stdout"].strip()
    assert not wrote(recording)


@needed
@pytest.mark.parametrize(
    ("title", "kind", "name", "number"),
    [("undo ds", DAEMON_SETS, "agent", 0), ("undo sts", STATEFUL_SETS, "db", 1)],
)
def test_undo_by_controller_revisions_is_what_kubectl_sends(title: str, kind: Kind, name: str, number: int) -> None:
    recording = recorded("rollout", title)
    mutation = undo(
        rolled(kind, name), revision=number, around=[revision(2, "x:2", "uid-1"), revision(1, "x:1", "uid-1")]
    )
    same(mutation, wrote(recording)[0])
    assert mutation.request.decoded()["metadata"] == {"uid": "uid-1", "resourceVersion": "7"}
    assert mutation.done == recording["stdout"].strip()
    assert mutation.inverse is not None
    assert (mutation.inverse.builder, dict(mutation.inverse.args)) == ("undo.undo", {"revision": 2})


@needed
def test_kubectls_refusal_with_one_revision() -> None:
    with pytest.raises(UnableError) as caught:
        undo(rolled(DAEMON_SETS, "agent"), around=[revision(1, "x:1", "uid-1")])
    assert recorded("rollout", "undo ds only one revision")["stderr"].strip().removeprefix("error: ") in str(
        caught.value
    )


@needed
@pytest.mark.parametrize("case", table("rollout_undo"))
def test_kubectls_table_of_templates_that_are_put_back(case: Any) -> None:
    kind = {"StatefulSet": STATEFUL_SETS, "DaemonSet": DAEMON_SETS}[case["kind"]]
    current = found(kind, "x", "default", **{**case["current"], "metadata": {}})
    owners = {"ownerReferences": owned(case["kind"], "x")}
    past = found(
        CONTROLLER_REVISIONS, "x-1", "default", "cr", metadata=owners, revision=1, data=case["controllerRevisionData"]
    )
    body = undo(current, revision=1, around=[past]).request.decoded()
    of = Schema().type(f"apps/v1.{case['kind']}")
    after = strategic(case["current"], {"spec": body["spec"]}, of)
    expected = case["expectedSpec"]
    assert without_empty(after["spec"]["template"]) == without_empty(expected["template"])


# ---- on a server


def made(row: ObjectRow, name: str, number: int, image: str) -> Object:
    """A ReplicaSet as the controller would make it."""
    return {
        "metadata": {
            "name": f"{name}-{number}",
            "labels": {"app": name, "pod-template-hash": str(number)},
            "annotations": {REVISION: str(number)},
            "ownerReferences": owned("Deployment", name, row.ref.uid),
        },
        "spec": {
            "selector": {"matchLabels": {"app": name, "pod-template-hash": str(number)}},
            "template": {
                **manifests.template(name, image),
                "metadata": {"labels": {"app": name, "pod-template-hash": str(number)}},
            },
        },
    }


async def test_undo_and_back_on_a_server(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        body = manifests.deployment("web", image="web:2")
        body["metadata"]["annotations"] = {"team": "shop"}
        await client.ask("POST", DEPLOYMENTS.path("default"), body)
        row = await acting.read(client, DEPLOYMENTS, "web")
        for number in (1, 2):
            reply = await client.ask("POST", REPLICA_SETS.path("default"), made(row, "web", number, f"web:{number}"))
            assert reply.status == 201, reply.body
        mutation, after = await acting.done(client, "undo.undo", DEPLOYMENTS, "web")
        assert after["spec"]["template"]["spec"]["containers"][0]["image"] == "web:1"
        assert after["metadata"]["annotations"]["team"] == "shop"
        after = await acting.taken_back(client, mutation)
        assert after["spec"]["template"]["spec"]["containers"][0]["image"] == "web:2"


async def test_an_undo_of_what_somebody_changed_meanwhile_is_a_conflict(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        await client.ask("POST", DEPLOYMENTS.path("default"), manifests.deployment("web", image="web:2"))
        row = await acting.read(client, DEPLOYMENTS, "web")
        await client.ask("POST", REPLICA_SETS.path("default"), made(row, "web", 1, "web:1"))
        mutation = await acting.built(client, "undo.undo", DEPLOYMENTS, "web", revision=1)
        await client.patch(row.ref.path, {"spec": {"paused": True}})
        assert (await acting.sent(client, mutation)).status == 409
        other = acting.of_another(await acting.read(client, DEPLOYMENTS, "web"))
        assert "paused" in other.exact()["spec"]


async def test_undo_of_a_stateful_set_on_a_server(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        await client.ask("POST", STATEFUL_SETS.path("default"), manifests.statefulset("db", image="db:2"))
        row = await acting.read(client, STATEFUL_SETS, "db")
        for number in (1, 2):
            data = {"spec": {"template": {**manifests.template("db", f"db:{number}"), "$patch": "replace"}}}
            past = {
                "metadata": {
                    "name": f"db-{number}",
                    "labels": {"app": "db"},
                    "ownerReferences": owned("StatefulSet", "db", row.ref.uid),
                },
                "revision": number,
                "data": data,
            }
            assert (await client.ask("POST", CONTROLLER_REVISIONS.path("default"), past)).status == 201
        mutation, after = await acting.done(client, "undo.undo", STATEFUL_SETS, "db", revision=1)
        assert after["spec"]["template"]["spec"]["containers"][0]["image"] == "db:1"
        stale = await acting.sent(client, mutation)
        assert stale.status == 409
