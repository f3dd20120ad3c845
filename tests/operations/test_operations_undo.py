"""Revisions and undo: kubectl's recordings and tables, any revision, and what is kept that kubectl drops."""

from typing import Any

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.registry.strategic import strategic
from k8stui.demo.schema.schema import Schema
from k8stui.model.kinds import (
    CONTROLLER_REVISIONS,
    DAEMON_SETS,
    DEPLOYMENTS,
    PODS,
    REPLICA_SETS,
    STATEFUL_SETS,
    Kind,
)
from k8stui.model.objects import ObjectRow
from k8stui.operations import building
from k8stui.operations.building import AlreadySoError, UnableError
from k8stui.operations.mutation import JSON_PATCH, Risk
from k8stui.operations.revisions import diff, revisions
from k8stui.operations.templates import same as same_template
from k8stui.operations.undo import back, undo
from tests.support import acting, manifests
from tests.support.golden import found, needed, recorded, same, table, wrote
from tests.support.http import http

Object = dict[str, Any]
REVISION, CAUSE = "deployment.kubernetes.io/revision", "kubernetes.io/change-cause"
APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def template(image: str, **labels: str) -> Object:
    containers = [{"name": "web", "image": image}]
    return {"metadata": {"labels": {"app": "web", **labels}}, "spec": {"containers": containers}}


def owned(kind: str, name: str, uid: str = "uid-1") -> list[Object]:
    return [{"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": uid, "controller": True}]


def deployment(image: str = "web:2", *, paused: bool = False, notes: Object | None = None, **meta: Any) -> ObjectRow:
    annotations = {REVISION: "2", CAUSE: "v2"} if notes is None else notes
    spec = {
        "selector": {"matchLabels": {"app": "web"}},
        "template": template(image),
        **({"paused": True} if paused else {}),
    }
    status = {"observedGeneration": 3}
    metadata = {"annotations": annotations, "generation": 3, **meta}
    return found(DEPLOYMENTS, "web", "default", spec=spec, status=status, metadata=metadata)


def replica_set(number: int, image: str, owner: str = "uid-1", **meta: Any) -> ObjectRow:
    metadata = {
        "annotations": {REVISION: str(number), CAUSE: f"v{number}"},
        "ownerReferences": owned("Deployment", "web", owner),
        "creationTimestamp": f"2026-11-0{number}T10:00:00Z",
        **meta,
    }
    name = f"web-{image[-1]}{number}"
    spec = {"template": template(image, **{"pod-template-hash": f"h{number}"})}
    status = {"replicas": number, "readyReplicas": 1}
    return found(REPLICA_SETS, name, "default", uid=f"rs-{name}", metadata=metadata, spec=spec, status=status)


def history() -> list[ObjectRow]:
    return [replica_set(1, "web:1"), replica_set(2, "web:2"), replica_set(3, "web:9", owner="somebody-else")]


def revision(number: int, image: str, owner: str, **meta: Any) -> ObjectRow:
    metadata = {"ownerReferences": owned("DaemonSet", "agent", owner), **meta}
    data = {"spec": {"template": {"$patch": "replace", **template(image)}}}
    name = f"agent-{number}"
    return found(CONTROLLER_REVISIONS, name, "default", f"cr-{number}", metadata=metadata, revision=number, data=data)


def rolled(kind: Kind, name: str, image: str = "x:2", **status: Any) -> ObjectRow:
    spec = {"selector": {"matchLabels": {"app": name}}, "template": template(image)}
    return found(kind, name, "default", spec=spec, status=status)


def without_empty(value: Any) -> Any:
    """Go writes `creationTimestamp: null` and `resources: {}` into every template."""
    if isinstance(value, dict):
        kept = {key: without_empty(each) for key, each in value.items()}
        return {key: each for key, each in kept.items() if each not in (None, {})}
    return [without_empty(each) for each in value] if isinstance(value, list) else value


def unpinned(operations: list[Object]) -> list[Object]:
    """Without the two that say which object in which version."""
    pins = ("/metadata/uid", "/metadata/resourceVersion")
    assert [each["path"] for each in operations[:2]] == list(pins)
    return [without_empty(each) for each in operations[2:]]


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


# ---- any revision


def test_revisions_are_told_newest_first_with_what_is_known_of_them() -> None:
    changed = {"fieldsV1": {"f:spec": {"f:template": {"f:spec": {}}}}}
    managed = [
        {"manager": "kubectl-set", "time": "2026-11-02T09:59:59Z", **changed},
        {"manager": "helm", "time": "2026-11-01T10:00:00Z", **changed},
        {"manager": "kube-controller-manager", "time": "2026-11-02T10:00:05Z", "subresource": "status", **changed},
    ]
    known = revisions(deployment(managedFields=managed), history())
    assert [each.number for each in known] == [2, 1]
    assert [each.current for each in known] == [True, False]
    assert [each.cause for each in known] == ["v2", "v1"]
    assert [each.author for each in known] == ["kubectl-set", "helm"]
    assert [each.images for each in known] == [("web:2",), ("web:1",)]
    assert [each.pods for each in known] == [2, 1]
    assert known[1].created == 1793527200.0
    assert "pod-template-hash" not in known[0].template["metadata"]["labels"]


def test_an_author_is_not_guessed() -> None:
    changed = {"fieldsV1": {"f:spec": {"f:template": {}}}}
    managed = [{"manager": "helm", "time": "2026-11-01T11:00:00Z", **changed}]
    assert [each.author for each in revisions(deployment(managedFields=managed), history())] == ["", ""]


def test_a_replica_set_whose_number_cannot_be_read_is_passed_over() -> None:
    broken = replica_set(1, "web:1", annotations={REVISION: "many"})
    assert [each.number for each in revisions(deployment(), [broken, replica_set(2, "web:2")])] == [2]


def test_the_difference_of_two_revisions() -> None:
    known = revisions(deployment(), history())
    lines = [line.text for line in diff(known[1], known[0])]
    assert any(line.startswith("-") and "web:1" in line for line in lines)
    assert any(line.startswith("+") and "web:2" in line for line in lines)
    assert not any("pod-template-hash" in line for line in lines)
    assert not diff(known[0], known[0])


def test_undo_in_mid_rollout_takes_the_revision_that_still_has_pods() -> None:
    """k9s refuses a ReplicaSet with pods, the very one an operator wants back."""
    rows = [replica_set(1, "web:1"), replica_set(2, "web:2")]
    mutation = undo(deployment("web:2"), revision=1, around=rows)
    assert mutation.says == "undo web to revision 1"
    assert mutation.kubectl == "kubectl -n default rollout undo deployment.apps/web --to-revision=1"
    assert mutation.risk is Risk.CHANGE
    assert mutation.before == {"revision": 2, "images": ["web:2"]}
    assert mutation.inverse is not None
    assert mutation.inverse.args == {"revision": 2}
    assert mutation.inverse.expects == {"/spec/template/spec/containers/0/image": "web:1"}


def test_undo_to_a_revision_by_its_name() -> None:
    assert undo(deployment(), name="web-11", around=history()).says == "undo web to revision 1"
    with pytest.raises(UnableError, match="unable to find specified revision web-77 in history"):
        undo(deployment(), name="web-77", around=history())


def test_a_cause_goes_with_its_revision() -> None:
    rows = [replica_set(1, "web:1", annotations={REVISION: "1"}), replica_set(2, "web:2")]
    operations = undo(deployment(), around=rows).request.decoded()
    assert operations[-1]["value"] == {REVISION: "2"}


def test_a_deployment_without_annotations_gets_them() -> None:
    """`replace` would fail: kubectl's undo does."""
    assert undo(deployment(notes={}), around=history()).request.decoded()[-1]["op"] == "add"


def test_what_an_undo_does_not_reach_is_said() -> None:
    row = found(
        STATEFUL_SETS,
        "db",
        "default",
        spec={"selector": {}, "template": template("x:2"), "updateStrategy": {"type": "OnDelete"}},
    )
    rows = [revision(1, "x:1", "uid-1"), revision(2, "x:2", "uid-1")]
    assert undo(row, around=rows).says == "undo db to revision 1 (OnDelete: a pod changes only when it is deleted)"


def test_a_revision_that_does_not_say_that_it_replaces_is_not_sent() -> None:
    odd = found(
        CONTROLLER_REVISIONS,
        "agent-1",
        "default",
        "cr-1",
        metadata={"ownerReferences": owned("DaemonSet", "agent")},
        revision=1,
        data={"spec": {"template": template("x:1")}},
    )
    with pytest.raises(UnableError, match="holds no whole template"):
        undo(rolled(DAEMON_SETS, "agent"), revision=1, around=[odd])


def test_what_has_no_revisions() -> None:
    with pytest.raises(UnableError, match='pods "x" has no revisions'):
        undo(found(PODS, "x", "default"), around=[])


def test_what_is_listed_for_it() -> None:
    assert building.listing("undo.undo", deployment()) == (REPLICA_SETS, "app=web")
    assert building.listing("undo.undo", rolled(STATEFUL_SETS, "db")) == (CONTROLLER_REVISIONS, "app=db")
    assert building.listing("nodes.cordon", deployment()) is None
    assert building.listing("nowhere.cordon", deployment()) is None


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        ({"spec": {"a": None}}, {"spec": {}}, True),
        ({"spec": {"c": [{"resources": {}}]}}, {"spec": {"c": [{}]}}, True),
        ({"spec": {"volumes": []}}, {"spec": {}}, True),
        ({"r": {"limits": {"cpu": "1000m"}}}, {"r": {"limits": {"cpu": "1"}}}, True),
        ({"r": {"limits": {"cpu": "1"}}}, {"r": {"limits": {"cpu": "2"}}}, False),
        ({"metadata": {"labels": {"pod-template-hash": "x"}}}, {"metadata": {"labels": {}}}, True),
        ({"namespaceSelector": {}}, {}, False),
        ({"emptyDir": {}}, {}, False),
        ({"hostNetwork": False}, {}, False),
    ],
)
def test_templates_are_compared_by_meaning(left: Any, right: Any, equal: bool) -> None:
    assert same_template(left, right) is equal
    assert same_template(right, left) is equal


def test_the_way_back_to_what_is_now() -> None:
    inverse = back(deployment(), {})
    assert inverse is not None
    assert inverse.args == {"revision": 2}
    inverse = back(rolled(STATEFUL_SETS, "db", updateRevision="db-7"), {})
    assert inverse is not None
    assert inverse.args == {"name": "db-7"}
    assert back(rolled(DAEMON_SETS, "agent"), {}) is None
    assert back(deployment(generation=4), {}) is None


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
