"""What is sent as an object, over HTTP: fieldValidation, wrong types, protobuf. The texts are a 1.34 server's."""

import base64
from typing import Any

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.bodies import Bodies
from k8stui.demo.serving.paths import read as asked
from tests.support.http import Reply, http
from tests.support.objects import configmap, node

MAPS = "/api/v1/namespaces/default/configmaps"
DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"
PROTOBUF = "application/vnd.kubernetes.protobuf"
ODD = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "lables": {}}, "data": {"k": "v"}, "dta": {}}
UNKNOWN = ['299 - "unknown field \\"metadata.lables\\""', '299 - "unknown field \\"dta\\""']
TWICE = b'{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{"a":"1"},"data":{"b":"2"}}'
SECRET = "azhzAAoMCgJ2MRIGU2VjcmV0EiEKFQoBcxIAGgRzaG9wIgAqADIAOABCABIGCgFhEgFiGgAaACIA"
"""What `kubectl create secret generic s --from-literal=a=b -n shop` sends."""


def warnings(reply: Reply) -> list[str]:
    return [value for key, value in reply.headers.items() if key.lower() == "warning"]


def deployment(**spec: Any) -> dict[str, Any]:
    labels = {"app": "web"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "web", "image": "web:1"}]}}
    whole = {"replicas": 1, "selector": {"matchLabels": labels}, "template": template, **spec}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": whole}


@pytest.mark.parametrize("query", ["", "?fieldValidation=Warn", "?fieldValidation="])
async def test_unknown_fields_are_dropped_with_a_warning_each(cluster: EmbeddedCluster, query: str) -> None:
    async with http(cluster) as client:
        made = await client.ask("POST", MAPS + query, ODD)
    assert (made.status, warnings(made)) == (201, UNKNOWN)
    assert (made.json["data"], "dta" in made.json, "lables" in made.json["metadata"]) == ({"k": "v"}, False, False)


async def test_ignore_drops_them_without_a_word(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        made = await client.ask("POST", f"{MAPS}?fieldValidation=Ignore", ODD)
    assert (made.status, warnings(made), "dta" in made.json) == (201, [], False)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (ODD, 'unknown field "metadata.lables", unknown field "dta"'),
        (TWICE, 'duplicate field "data"'),
    ],
)
async def test_strict_refuses_a_post_and_a_put(cluster: EmbeddedCluster, body: Any, why: str) -> None:
    cluster.store.create(configmap("c"))
    head = 'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: '
    async with http(cluster) as client:
        for method, path in (("POST", MAPS), ("PUT", f"{MAPS}/c")):
            refused = await client.ask(method, f"{path}?fieldValidation=Strict", body)
            assert (refused.status, refused.message) == (400, head + why)


@pytest.mark.parametrize(
    ("method", "options"), [("POST", "CreateOptions"), ("PUT", "UpdateOptions"), ("PATCH", "PatchOptions")]
)
async def test_a_directive_that_is_none_is_422(cluster: EmbeddedCluster, method: str, options: str) -> None:
    path = MAPS if method == "POST" else f"{MAPS}/c"
    async with http(cluster) as client:
        refused = await client.ask(method, f"{path}?fieldValidation=Maybe", ODD, Content_Type="application/json")
    why = 'fieldValidation: Unsupported value: "Maybe": supported values: "", "Ignore", "Strict", "Warn"'
    assert (refused.status, refused.message) == (422, f'{options}.meta.k8s.io "" is invalid: {why}')


async def test_strict_refuses_a_patch_with_an_empty_kind_and_name(cluster: EmbeddedCluster) -> None:
    path = f"{DEPLOYMENTS}/web?fieldValidation=Strict"
    async with http(cluster) as client:
        await client.ask("POST", DEPLOYMENTS, deployment())
        strategic = await client.patch(path, {"spec": {"replcas": 1}})
        merge = await client.patch(path, {"spec": {"replcas": 1}}, "merge")
        json_patch = await client.patch(path, b'[{"op":"add","op":"add","path":"/spec/x","value":1,"y":2}]', "json")
    head = ' "" is invalid: patch: Invalid value: "map[spec:map[replcas:1]]": strict decoding error: '
    assert (strategic.status, strategic.message) == (422, head + 'unknown field "spec.replcas"')
    assert strategic.json["details"].keys() == {"causes"}
    assert merge.message.startswith(
        ' "" is invalid: patch: Invalid value: "{\\"apiVersion\\":\\"apps/v1\\",\\"kind\\":'
    )
    assert merge.message.endswith('}": strict decoding error: unknown field "spec.replcas"')
    assert json_patch.message.endswith(
        '}": strict decoding error: json patch duplicate field "[0].op", json patch unknown field "[0].y", '
        'unknown field "spec.x"'
    )


@pytest.mark.parametrize("kind", ["strategic-merge", "merge"])
async def test_a_patch_warns(cluster: EmbeddedCluster, kind: str) -> None:
    async with http(cluster) as client:
        before = (await client.ask("POST", MAPS, configmap("c"))).json
        found = await client.patch(f"{MAPS}/c", b'{"dat":{},"metadata":{"name":"c","name":"c"}}', kind)
    assert warnings(found) == ['299 - "duplicate field \\"metadata.name\\""', '299 - "unknown field \\"dat\\""']
    assert found.json["metadata"]["resourceVersion"] == before["metadata"]["resourceVersion"]


async def test_a_refusal_carries_the_warnings_too(cluster: EmbeddedCluster) -> None:
    cluster.store.create(node("n", taints=[{"key": "only", "effect": "NoSchedule"}]))
    async with http(cluster) as client:
        refused = await client.patch("/api/v1/nodes/n", {"spec": {"taints": [{"$patch": "delete", "key": "only"}]}})
    assert (refused.status, warnings(refused)) == (422, ['299 - "unknown field \\"spec.taints[0].$patch\\""'])


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("strategic-merge", "unrecognized type: int32"),
        ("merge", "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32"),
    ],
)
async def test_a_wrong_type_in_a_patch_is_422(cluster: EmbeddedCluster, kind: str, why: str) -> None:
    async with http(cluster) as client:
        await client.ask("POST", DEPLOYMENTS, deployment())
        refused = await client.patch(f"{DEPLOYMENTS}/web", {"spec": {"replicas": "many"}}, kind)
    assert (refused.status, refused.json["reason"]) == (422, "Invalid")
    assert refused.message.startswith(' "" is invalid: patch: Invalid value: ')
    assert refused.message.endswith(f": {why}")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (deployment(replicas="three"),
         'Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct '
         "field DeploymentSpec.spec.replicas of type int32"),
        (deployment() | {"apiVersion": "apps/v9"},
         'Deployment in version "v9" cannot be handled as a Deployment: no kind "Deployment" is registered for version '
         '"apps/v9" in scheme "pkg/runtime/scheme.go:110"'),
        ({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}},
         'Pod in version "v1" cannot be handled as a Deployment: converting (v1.Pod) to (apps.Deployment): '
         "unknown conversion"),
        (b"[]",
         "the object provided is unrecognized (must be of type Deployment): couldn't get version/kind; json parse "
         "error: json: cannot unmarshal array into Go value of type struct { APIVersion string "
         '"json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" } (5b5d)'),
        (b'{"kind":5,"apiVersion":"apps/v1","x":1}',
         "the object provided is unrecognized (must be of type Deployment): couldn't get version/kind; json parse "
         "error: json: cannot unmarshal number into Go struct field .kind of type string "
         '({"kind":5,"apiVersion":"apps/v ...)'),
        (b'{"kind":"Deployment",}',
         "the object provided is unrecognized (must be of type Deployment): couldn't get version/kind; json parse "
         "error: invalid character '}' looking for beginning of object key string ({\"kind\":\"Deployment\",})"),
    ],
)  # fmt: skip
async def test_a_bad_body_is_400(cluster: EmbeddedCluster, body: Any, message: str) -> None:
    async with http(cluster) as client:
        refused = await client.ask("POST", DEPLOYMENTS, body)
    assert (refused.status, refused.message) == (400, message)


async def test_kind_and_version_may_be_missing_and_yaml_may_hold_dates(cluster: EmbeddedCluster) -> None:
    text = b"metadata: {name: c, annotations: {at: 2026-01-02}}\ndata: {k: v}\n"
    async with http(cluster) as client:
        made = await client.ask("POST", MAPS, text, Content_Type="application/yaml")
        odd = await client.ask("POST", MAPS, b"metadata: {name: d}\ndata: {[1]: v}\n", Content_Type="application/yaml")
    assert (made.status, made.json["metadata"]["annotations"]) == (201, {"at": "2026-01-02"})
    assert odd.status == 400


async def test_protobuf_is_read(cluster: EmbeddedCluster) -> None:
    cluster.add_namespace("shop")
    path = "/api/v1/namespaces/shop/secrets"
    accept = f"{PROTOBUF},application/json"
    async with http(cluster) as client:
        made = await client.ask("POST", path, base64.b64decode(SECRET), Content_Type=PROTOBUF, Accept=accept)
        other = await client.ask("POST", MAPS, base64.b64decode(SECRET), Content_Type=PROTOBUF)
    assert (made.status, made.headers["Content-Type"]) == (201, "application/json")
    assert (made.json["kind"], made.json["data"]) == ("Secret", {"a": "Yg=="})
    assert other.message == (
        'Secret in version "v1" cannot be handled as a ConfigMap: converting (v1.Secret) to (core.ConfigMap): '
        "unknown conversion"
    )


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"foo", "the object provided is unrecognized (must be of type ConfigMap): provided data does not appear to be "
         "a protobuf message, expected prefix [107 56 115 0] (666f6f)"),
        (b"k8s\0", "the object provided is unrecognized (must be of type ConfigMap): empty body (6b387300)"),
        (b"k8s\0\x0a\x0f\x0a\x02v1\x12\x09ConfigMap\x12\x02\x0a\x50",
         'ConfigMap in version "v1" cannot be handled as a ConfigMap: unexpected EOF'),
        (b"k8s\0\x0a\x0a\x0a\x02v1\x12\x04Nope",
         'Nope in version "v1" cannot be handled as a ConfigMap: no kind "Nope" is registered for version "v1" in '
         'scheme "pkg/runtime/scheme.go:110"'),
    ],
)  # fmt: skip
async def test_bad_protobuf_is_400(cluster: EmbeddedCluster, body: bytes, message: str) -> None:
    async with http(cluster) as client:
        refused = await client.ask("POST", MAPS, body, Content_Type=PROTOBUF)
    assert (refused.status, refused.message) == (400, message)


@pytest.mark.parametrize(
    ("patch", "why"),
    [
        ({"kind": "Foo"}, 'no kind "Foo" is registered for version "v1" in scheme "pkg/runtime/scheme.go:110"'),
        ({"kind": 5}, "couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field "
         ".kind of type string"),
    ],
)  # fmt: skip
async def test_a_merge_patch_may_not_make_another_kind(
    cluster: EmbeddedCluster, patch: dict[str, Any], why: str
) -> None:
    cluster.store.create(configmap("c"))
    async with http(cluster) as client:
        refused = await client.patch(f"{MAPS}/c", patch, "merge")
    assert refused.status == 422
    assert refused.message.endswith(f'}}": {why}')


async def test_a_json_patch_of_the_whole_object_is_read_whole(cluster: EmbeddedCluster) -> None:
    cluster.store.create(configmap("c"))
    whole = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "odd": {}, "data": {"a": None}}
    async with http(cluster) as client:
        found = await client.patch(f"{MAPS}/c", [{"op": "replace", "path": "", "value": whole}], "json")
    assert (found.status, warnings(found)) == (200, ['299 - "unknown field \\"odd\\""'])
    assert ("odd" in found.json, found.json["data"]) == (False, {"a": ""})


async def test_very_deep_bodies_are_400(cluster: EmbeddedCluster) -> None:
    crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    depth = 400
    schema = b'{"properties":{"a":' * depth + b"{}" + b"}}" * depth
    deep = b'{"metadata":{"name":"x"},"spec":{"versions":[{"schema":{"openAPIV3Schema":%s}}]}}' % schema
    cluster.store.create(configmap("c"))
    async with http(cluster) as client:
        made = await client.ask("POST", crds, deep)
        patched = await client.patch(f"{MAPS}/c", b'{"data":' + b"[" * 5000 + b"]" * 5000 + b"}", "merge")
    assert (made.status, patched.status) == (400, 400)
    assert "exceeded max depth" in made.message


def test_reading_a_patch_of_a_large_object_looks_at_the_patch_only(cluster: EmbeddedCluster) -> None:
    seen: list[str] = []

    class Watched(dict[str, Any]):
        def __getitem__(self, key: str) -> Any:
            seen.append(key)
            return super().__getitem__(key)

    data = Watched({f"k{index}": "v" for index in range(1000)})
    obj = configmap("c") | {"data": data}
    bodies = Bodies(cluster.registry.schema, asked("PATCH", f"{MAPS}/c", ""))
    of = cluster.registry.schema.type("core/v1.ConfigMap")
    bodies.patched(of, obj, b'{"data":{"k5":"v"}}', "application/merge-patch+json")
    assert seen == ["k5"]
