"""Writes over HTTP: preconditions, dryRun, the status subresource, and the Status bodies of refusals."""

from typing import Any

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from tests.support.http import http
from tests.support.objects import configmap, node, pod

MAPS = "/api/v1/namespaces/default/configmaps"
OTHER = "11111111-1111-1111-1111-111111111111"


def deployment(name: str = "web", replicas: int = 1) -> dict[str, Any]:
    container = {"name": "web", "image": "web:1"}
    spec = {"replicas": replicas, "template": {"spec": {"containers": [container]}}}
    metadata = {"name": name, "namespace": "default"}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}


async def test_create_answers_201_and_the_object(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        made = await client.ask("POST", MAPS, configmap("c"))
        again = await client.ask("POST", MAPS, configmap("c"))
    assert (made.status, made.json) == (201, cluster.store.get("configmaps", "c", "default"))
    assert (again.status, again.json["reason"], again.message) == (
        409,
        "AlreadyExists",
        'configmaps "c" already exists',
    )


async def test_generate_name_and_yaml_are_accepted(cluster: EmbeddedCluster) -> None:
    text = b"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  generateName: gen-\ndata:\n  k: v\n"
    async with http(cluster) as client:
        made = await client.ask("POST", MAPS, text, Content_Type="application/yaml")
    assert made.status == 201
    assert made.json["metadata"]["name"].startswith("gen-")


async def test_dry_run_create_has_a_uid_but_no_version_and_stores_nothing(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        made = (await client.ask("POST", f"{MAPS}?dryRun=All", configmap("c"))).json
        missing = await client.get(f"{MAPS}/c")
    assert made["metadata"]["uid"]
    assert "resourceVersion" not in made["metadata"]
    assert missing.status == 404


async def test_dry_run_patch_has_the_old_version_and_the_raised_generation(cluster: EmbeddedCluster) -> None:
    before = cluster.store.create(deployment())
    async with http(cluster) as client:
        path = "/apis/apps/v1/namespaces/default/deployments/web?dryRun=All"
        tried = (await client.patch(path, {"spec": {"replicas": 5}})).json
    assert tried["metadata"]["resourceVersion"] == before["metadata"]["resourceVersion"]
    assert (tried["metadata"]["generation"], tried["spec"]["replicas"]) == (2, 5)
    assert cluster.store.get("deployments", "web", "default") == before


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (b'{"apiVersion": "v1", ', 400, "couldn't get version/kind; json parse error: unexpected end of JSON input"),
        (b"", 400, "json parse error: unexpected end of JSON input (<empty>)"),
        (b"{}", 422, 'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required'),
        (b'"text"', 400, "the object provided is unrecognized"),
        (b'{"metadata": 5}', 400, "number into Go struct field ConfigMap.metadata of type v1.ObjectMeta"),
        (b'{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"}}', 400, 'Pod in version "v1" cannot be handled'),
        (b'{"metadata":{"generateName":{}}}', 400, "field ObjectMeta.metadata.generateName of type string"),
        (b'{"kind":[],"metadata":{}}', 400, "the object provided is unrecognized"),
        (b'{"apiVersion":"v9","kind":"ConfigMap"}', 400, "is registered for version"),
        (b'{"metadata":{"name":"x","namespace":"other"}}', 400, "the namespace of the provided object does not match"),
        (b'{"metadata":{"name":"x","resourceVersion":"5"}}', 500, "resourceVersion should not be set on objects"),
        (b'{"metadata":{"name":"Bad_Name"}}', 422, 'metadata.name: Invalid value: "Bad_Name": a lowercase RFC 1123'),
        (b'{"metadata":{"name":"x","labels":{"a":"not valid!"}}}', 422, 'metadata.labels: Invalid value: "not valid!"'),
        (b'{"metadata":{"name":"x","labels":{"x y":"z"}}}', 422, 'metadata.labels: Invalid value: "x y": name part'),
    ],
)
async def test_a_bad_body_is_refused(cluster: EmbeddedCluster, body: bytes, code: int, message: str) -> None:
    async with http(cluster) as client:
        refused = await client.ask("POST", MAPS, body)
    assert (refused.status, refused.json["kind"]) == (code, "Status")
    assert message in refused.message


async def test_a_create_in_a_missing_namespace_is_about_the_namespace(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        refused = await client.ask("POST", "/api/v1/namespaces/nowhere/configmaps", configmap("c", "nowhere"))
    assert (refused.status, refused.json["details"]) == (404, {"name": "nowhere", "kind": "namespaces"})


async def test_a_namespace_is_made_active_and_takes_its_objects_with_it(cluster: EmbeddedCluster) -> None:
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "more"}}
    async with http(cluster) as client:
        made = (await client.ask("POST", "/api/v1/namespaces", body)).json
        await client.ask("POST", "/api/v1/namespaces/more/configmaps", configmap("c", "more"))
        await client.ask("DELETE", "/api/v1/namespaces/more")
    assert made["status"] == {"phase": "Active"}
    assert made["metadata"]["labels"] == {"kubernetes.io/metadata.name": "more"}
    assert cluster.store.list("configmaps") == []


async def test_put_with_a_stale_version_is_a_conflict_and_without_one_is_not(cluster: EmbeddedCluster) -> None:
    old = cluster.store.create(configmap("c"))
    cluster.store.modify("configmaps", "c", "default", change=lambda obj: obj.update(data={"k": "2"}))
    async with http(cluster) as client:
        stale = await client.ask("PUT", f"{MAPS}/c", old)
        bare = await client.ask("PUT", f"{MAPS}/c", configmap("c") | {"data": {"k": "3"}})
    assert (stale.status, stale.json["reason"]) == (409, "Conflict")
    assert stale.message.startswith('Operation cannot be fulfilled on configmaps "c": the object has been modified')
    assert (bare.status, bare.json["data"]) == (200, {"k": "3"})
    assert bare.json["metadata"]["uid"] == old["metadata"]["uid"]


async def test_another_uid_is_refused_by_put_and_by_patch_in_different_words(cluster: EmbeddedCluster) -> None:
    cluster.store.create(configmap("c"))
    async with http(cluster) as client:
        put = await client.ask("PUT", f"{MAPS}/c", configmap("c", uid=OTHER))
        patch = await client.patch(f"{MAPS}/c", {"metadata": {"uid": OTHER}}, "merge")
    assert (put.status, "StorageError: invalid object, Code: 4" in put.message) == (409, True)
    assert (patch.status, patch.json["details"]["kind"]) == (422, "ConfigMap")
    assert patch.message == f'ConfigMap "c" is invalid: metadata.uid: Invalid value: "{OTHER}": field is immutable'


async def test_delete_honours_its_preconditions(cluster: EmbeddedCluster) -> None:
    made = cluster.store.create(configmap("c"))
    async with http(cluster) as client:
        for wanted in ({"uid": OTHER}, {"resourceVersion": "1"}):
            refused = await client.ask("DELETE", f"{MAPS}/c", {"preconditions": wanted})
            assert (refused.status, refused.json["details"]["kind"]) == (409, "ConfigMap")
        gone = await client.ask("DELETE", f"{MAPS}/c", {"preconditions": {"uid": made["metadata"]["uid"]}})
    assert gone.json["status"] == "Success"
    assert gone.json["details"] == {"name": "c", "kind": "configmaps", "uid": made["metadata"]["uid"]}


async def test_deleting_a_pod_answers_with_the_pod(cluster: EmbeddedCluster) -> None:
    cluster.store.create(pod("web"))
    async with http(cluster) as client:
        path = "/api/v1/namespaces/default/pods/web"
        gone = await client.ask("DELETE", f"{path}?gracePeriodSeconds=0")
        again = await client.ask("DELETE", path)
    assert (gone.status, gone.json["kind"], again.status) == (200, "Pod", 404)


async def test_finalizers_hold_an_object_until_the_last_is_gone(cluster: EmbeddedCluster) -> None:
    cluster.store.create(configmap("c", finalizers=["example.com/hold"]))
    async with http(cluster) as client:
        held = (await client.ask("DELETE", f"{MAPS}/c")).json
        assert held["metadata"]["deletionTimestamp"] == "2026-09-21T14:13:20Z"
        assert (await client.get(f"{MAPS}/c")).status == 200
        await client.patch(f"{MAPS}/c", {"metadata": {"finalizers": None}}, "merge")
        assert (await client.get(f"{MAPS}/c")).status == 404


async def test_deleting_a_collection_answers_with_what_went(cluster: EmbeddedCluster) -> None:
    for name, label in (("a", "x"), ("b", "y"), ("c", "x")):
        cluster.store.create(configmap(name, labels={"app": label}))
    async with http(cluster) as client:
        gone = (await client.ask("DELETE", f"{MAPS}?labelSelector=app%3Dx")).json
        refused = await client.ask("DELETE", "/api/v1/namespaces")
    assert (gone["kind"], [item["metadata"]["name"] for item in gone["items"]]) == ("ConfigMapList", ["a", "c"])
    assert [each["metadata"]["name"] for each in cluster.store.list("configmaps")] == ["b"]
    assert refused.status == 405


async def test_status_and_spec_do_not_cross(cluster: EmbeddedCluster) -> None:
    cluster.store.create(deployment() | {"status": {"replicas": 1}})
    path = "/apis/apps/v1/namespaces/default/deployments/web"
    async with http(cluster) as client:
        main = (await client.patch(path, {"status": {"replicas": 77}}, "merge")).json
        status = (await client.patch(f"{path}/status", {"spec": {"replicas": 7}, "status": {"replicas": 2}})).json
    assert main["status"] == {"replicas": 1}
    assert (status["spec"]["replicas"], status["status"], status["metadata"]["generation"]) == (1, {"replicas": 2}, 1)


async def test_a_patch_that_changes_nothing_keeps_the_version(cluster: EmbeddedCluster) -> None:
    made = cluster.store.create(deployment())
    path = "/apis/apps/v1/namespaces/default/deployments/web"
    async with http(cluster) as client:
        for patch in ({}, {"spec": {"replicas": 1}}, {"metadata": {"generation": 99, "creationTimestamp": None}}):
            assert (await client.patch(path, patch, "merge")).json["metadata"] == made["metadata"]


async def test_a_patch_with_a_stale_version_is_a_conflict(cluster: EmbeddedCluster) -> None:
    old = cluster.store.create(node("n"))
    cluster.store.modify("nodes", "n", change=lambda obj: obj["metadata"].update(labels={"a": "b"}))
    stale = {"metadata": {"resourceVersion": old["metadata"]["resourceVersion"]}, "spec": {"unschedulable": True}}
    async with http(cluster) as client:
        refused = await client.patch("/api/v1/nodes/n", stale)
    assert (refused.status, refused.json["reason"]) == (409, "Conflict")


async def test_unschedulable_false_is_not_stored(cluster: EmbeddedCluster) -> None:
    cluster.store.create(node("n"))
    async with http(cluster) as client:
        cordoned = (await client.patch("/api/v1/nodes/n", {"spec": {"unschedulable": True}})).json
        free = (await client.patch("/api/v1/nodes/n", {"spec": {"unschedulable": False}})).json
    assert (cordoned["spec"], free["spec"]) == ({"unschedulable": True}, {})


@pytest.mark.parametrize(
    ("taints", "message"),
    [
        ([{"key": "a", "effect": "Never"}], 'metadata.taints[0].effect: Unsupported value: "Never": supported values'),
        ([{"key": "a b", "effect": "NoSchedule"}], 'metadata.taints[0].key: Invalid value: "a b": name part'),
        ([{"key": "a", "effect": "NoSchedule"}] * 2, "metadata.taints[1]: Duplicate value"),
    ],
)
async def test_bad_taints_are_422(cluster: EmbeddedCluster, taints: list[dict[str, str]], message: str) -> None:
    cluster.store.create(node("n"))
    async with http(cluster) as client:
        refused = await client.patch("/api/v1/nodes/n", {"spec": {"taints": taints}}, "merge")
    assert refused.status == 422
    assert message in refused.message


@pytest.mark.parametrize(
    ("kind", "body", "code", "message"),
    [
        ("merge", b"[1]", 400, "cannot unmarshal array into Go value of type map[string]interface {}"),
        ("merge", b"{", 400, "error decoding patch: unexpected end of JSON input"),
        ("merge", b'{"metadata":{"labels":5}}', 422, "cannot unmarshal number into Go struct field ObjectMeta"),
        ("merge", b'{"metadata":{"name":"d"}}', 400, "the name of the object (d) does not match the name on the URL"),
        ("merge", b'{"metadata":null}', 400, "was undeterminable: name must be provided"),
        ("merge", b'{"metadata":5}', 422, "cannot unmarshal number into Go struct field ConfigMap.metadata of type"),
        ("json", b"[5]", 400, "cannot unmarshal number into Go value of type handlers.jsonPatchOp"),
        ("json", b'[{"op":"add","path":5}]', 400, "Go struct field jsonPatchOp.path of type string"),
        ("json", b'{"op":"add"}', 400, "cannot unmarshal object into Go value of type []handlers.jsonPatchOp"),
        ("json", b'[{"op":"test","path":"/data/k","value":"9"}]', 422, "the server rejected our request"),
        ("json", b'[{"op":"frob","path":"/x"}]', 422, "the server rejected our request"),
        ("json", b'[{"op":"remove","path":""}]', 422, "the server rejected our request"),
        ("strategic-merge", b'{"metadata":null}', 400, "was undeterminable: name must be provided"),
    ],
)
async def test_a_bad_patch_is_refused(
    cluster: EmbeddedCluster, kind: str, body: bytes, code: int, message: str
) -> None:
    cluster.store.create(configmap("c"))
    async with http(cluster) as client:
        refused = await client.patch(f"{MAPS}/c", body, kind)
    assert refused.status == code
    assert message in refused.message


async def test_the_content_type_of_a_body_is_checked(cluster: EmbeddedCluster) -> None:
    cluster.store.create(configmap("c"))
    async with http(cluster) as client:
        post = await client.ask("POST", MAPS, b"hello", Content_Type="text/plain")
        patch = await client.ask("PATCH", f"{MAPS}/c", {"data": {}})
    assert (post.status, post.json["reason"]) == (415, "UnsupportedMediaType")
    assert (patch.status, patch.message, patch.json["details"]) == (415, "415: Unsupported Media Type", {})


async def test_dry_run_has_one_value(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        refused = await client.ask("POST", f"{MAPS}?dryRun=Some", configmap("c"))
    assert refused.status == 422
    assert refused.message.endswith('dryRun: Unsupported value: ["Some"]: supported values: "All"')


async def test_a_body_over_three_megabytes_is_413(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        refused = await client.ask("POST", MAPS, b"x" * (3 * 1024 * 1024 + 1))
    assert (refused.status, refused.message) == (413, "Request entity too large: limit is 3145728")
