"""PATCH in its several forms over HTTP: apply, scale, and what PUT makes (recorded: patches, scale_status)."""

from typing import Any

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from tests.support.http import Http, Reply, http
from tests.support.writing import obj, workload

MAP = "/api/v1/namespaces/default/configmaps/applied"
DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"
SCALE = f"{DEPLOYMENTS}/w/scale"


async def apply(client: Http, path: str, body: Any) -> Reply:
    return await client.ask("PATCH", path, body, Content_Type="application/apply-patch+yaml")


def settings(**data: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "applied"}, "data": data}


async def test_apply_creates_and_then_changes(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        tried = await apply(client, f"{MAP}?fieldManager=one&dryRun=All", settings(a="1"))
        made = await apply(client, f"{MAP}?fieldManager=one", settings(a="1"))
        again = await apply(client, f"{MAP}?fieldManager=one", settings(a="1"))
        other = await apply(client, f"{MAP}?fieldManager=two", settings(a="2"))
        forced = await apply(client, f"{MAP}?fieldManager=two&force=true", settings(a="2"))
    assert (tried.status, made.status, again.status, other.status, forced.status) == (201, 201, 200, 409, 200)
    assert "resourceVersion" not in tried.json["metadata"]
    assert again.json == made.json
    assert other.message == 'Apply failed with 1 conflict: conflict with "one": .data.a'
    assert forced.json["data"] == {"a": "2"}


async def test_apply_reads_yaml_as_version_1_1(cluster: EmbeddedCluster) -> None:
    text = b"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: applied\ndata:\n  y: 'yes'\n"
    async with http(cluster) as client:
        made = await apply(client, f"{MAP}?fieldManager=one", text)
    assert made.json["data"] == {"true": "yes"}


@pytest.mark.parametrize(
    ("query", "body", "code", "message"),
    [
        ("", settings(), 422, "fieldManager: Required value: is required for apply patch"),
        ("?fieldManager=a", {"metadata": {"name": "applied"}}, 400, "invalid object type: /, Kind="),
        ("?fieldManager=a", settings() | {"metadata": {"name": "other"}}, 400, "does not match the name on the URL"),
        (
            "?fieldManager=a",
            settings() | {"metadata": {"name": "applied", "managedFields": [{"manager": "x"}]}},
            400,
            "metadata.managedFields must be nil",
        ),
        (
            "?fieldManager=a&fieldValidation=Strict",
            settings() | {"dat": {}},
            500,
            "failed to create typed patch object (/applied; /v1, Kind=ConfigMap): .dat: field not declared in schema",
        ),
        ("?fieldManager=a", b"- 1\n", 400, "error decoding YAML"),
        ("?fieldManager=a", b"{", 400, "error decoding YAML"),
    ],
)
async def test_what_cannot_be_applied_is_refused(
    cluster: EmbeddedCluster, query: str, body: Any, code: int, message: str
) -> None:
    async with http(cluster) as client:
        refused = await apply(client, MAP + query, body)
    assert (refused.status, message in refused.message) == (code, True)


async def test_force_is_for_apply_only(cluster: EmbeddedCluster) -> None:
    cluster.store.create(obj("v1", "ConfigMap", "applied"))
    async with http(cluster) as client:
        refused = await client.patch(f"{MAP}?force=true", {"data": {"z": "1"}}, "merge")
    assert refused.message == (
        'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch'
    )


async def test_an_object_made_over_http_says_who_made_it(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        body = settings(a="1")
        named = await client.ask("POST", f"{MAP.rpartition('/')[0]}?fieldManager=me", body)
        body["metadata"]["name"] = "second"
        plain = await client.ask("POST", MAP.rpartition("/")[0], body, User_Agent="kubectl-create/v1.32")
    assert [each["manager"] for each in named.json["metadata"]["managedFields"]] == ["me"]
    assert plain.json["metadata"]["managedFields"][0]["manager"] == "kubectl-create"
    assert plain.json["metadata"]["managedFields"][0]["fieldsV1"] == {"f:data": {".": {}, "f:a": {}}}


async def test_a_scale_is_shown_and_written(cluster: EmbeddedCluster) -> None:
    made = cluster.registry.create(workload("Deployment", replicas=2))
    async with http(cluster) as client:
        shown = (await client.get(SCALE)).json
        put = await client.ask("PUT", SCALE, shown | {"spec": {"replicas": 3}})
        late = await client.ask("PUT", SCALE, shown | {"spec": {"replicas": 4}})
        tried = await client.patch(f"{SCALE}?dryRun=All", {"spec": {"replicas": 9}}, "merge")
        none = await client.patch(SCALE, [{"op": "replace", "path": "/spec/replicas", "value": 0}], "json")
    meta = {
        name: made["metadata"][name] for name in ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    }
    assert shown == {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": meta,
        "spec": {"replicas": 2},
        "status": {"replicas": 0, "selector": "app=t"},
    }
    assert (put.status, put.json["spec"], late.status, tried.json["spec"]) == (
        200,
        {"replicas": 3},
        409,
        {"replicas": 9},
    )
    assert tried.json["metadata"]["resourceVersion"] == put.json["metadata"]["resourceVersion"]
    assert none.json["spec"] == {}
    assert cluster.store.get("deployments", "w", "default")["spec"]["replicas"] == 0


@pytest.mark.parametrize(
    ("method", "body", "code", "message"),
    [
        (
            "PATCH",
            {"spec": {"replicas": -1}},
            422,
            'Scale.autoscaling "w" is invalid: spec.replicas: Invalid value: -1',
        ),
        ("PATCH", {"spec": {"replicas": "many"}}, 422, "of type int32"),
        ("PUT", workload("Deployment"), 400, "converting (v1.Deployment) to (autoscaling.Scale): unknown conversion"),
    ],
)
async def test_a_scale_that_is_none_is_refused(
    cluster: EmbeddedCluster, method: str, body: Any, code: int, message: str
) -> None:
    cluster.registry.create(workload("Deployment"))
    kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
    async with http(cluster) as client:
        refused = await client.ask(method, SCALE, body, Content_Type=kind)
        missing = await client.get(SCALE.replace("/w/", "/none/"))
    assert (refused.status, message in refused.message) == (code, True)
    assert missing.message == 'deployments.apps "none" not found'


async def test_a_put_makes_a_lease_and_then_wants_its_version(cluster: EmbeddedCluster) -> None:
    path = "/apis/coordination.k8s.io/v1/namespaces/default/leases/l"
    lease = obj("coordination.k8s.io/v1", "Lease", "l", spec={"holderIdentity": "me"})
    async with http(cluster) as client:
        made = await client.ask("PUT", path, lease)
        blind = await client.ask("PUT", path, lease)
        missing = await client.ask("PUT", MAP, settings())
    assert (made.status, blind.status, missing.status) == (201, 422, 404)
    assert blind.message == (
        'leases.coordination.k8s.io "l" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for '
        "an update"
    )
