"""OpenAPI documents: what kubectl looks for in them, and how they are cached."""

from typing import Any

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from tests.support.http import http

APPS = "/openapi/v3/apis/apps/v1"
SCHEMAS = "#/components/schemas/"
POD_SPEC = "io.k8s.api.core.v1.PodSpec"


def references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(references(each) for each in value.values()))
    return set().union(*(references(each) for each in value)) if isinstance(value, list) else set()


async def test_the_index_leads_to_a_document_per_group_version(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        index = await client.get("/openapi/v3")
        paths = index.json["paths"]
        for name in ("api/v1", "apis/apps/v1", "apis/apps", "apis", "version"):
            found = await client.get(paths[name]["serverRelativeURL"])
            assert (found.status, found.json["openapi"]) == (200, "3.0.0"), name
    assert index.headers["Content-Type"] == "text/plain; charset=utf-8"


async def test_a_document_has_a_hash_and_an_etag(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        plain = await client.get(APPS)
        etag = plain.headers["ETag"]
        hashed = await client.get(f"{APPS}?hash={etag[1:-1]}")
        stale = await client.ask("GET", f"{APPS}?hash=abc")
        same = await client.get(APPS, If_None_Match=etag)
    assert (plain.status, plain.headers["Cache-Control"]) == (200, "no-cache, private")
    assert (hashed.body, hashed.headers["Cache-Control"]) == (plain.body, "public, immutable")
    assert stale.body == plain.body, "the client followed to the hash that holds"
    assert (same.status, same.body) == (304, b"")


@pytest.mark.parametrize(
    ("path", "accept", "status"),
    [
        ("/openapi/v3/apis/nope/v1", "application/json", 404),
        ("/openapi/v3/", "application/json", 404),
        (APPS, "text/html", 406),
        (APPS, "application/com.github.proto-openapi.spec.v3@v1.0+protobuf,application/json", 200),
    ],
)
async def test_what_is_not_offered(cluster: EmbeddedCluster, path: str, accept: str, status: int) -> None:
    async with http(cluster) as client:
        assert (await client.get(path, Accept=accept)).status == status


async def test_kubectl_finds_field_validation_and_the_paths_of_a_kind(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        paths = (await client.get(APPS)).json["paths"]
    item = paths["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"]
    assert {"fieldValidation", "force"} <= {each["name"] for each in item["patch"]["parameters"]}
    gvk = {"group": "apps", "kind": "Deployment", "version": "v1"}
    assert item["get"]["x-kubernetes-group-version-kind"] == gvk
    assert paths["/apis/apps/v1/deployments"]["get"]["x-kubernetes-action"] == "list"


async def test_schemas_tell_types_merge_keys_and_defaults(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        document = (await client.get("/openapi/v3/api/v1")).json
        older = (await client.get("/openapi/v2")).json
    schemas, definitions = document["components"]["schemas"], older["definitions"]
    containers = schemas[POD_SPEC]["properties"]["containers"]
    assert containers == {
        "type": "array",
        "items": {"default": {}, "allOf": [{"$ref": f"{SCHEMAS}io.k8s.api.core.v1.Container"}]},
        "x-kubernetes-list-map-keys": ["name"],
        "x-kubernetes-list-type": "map",
        "x-kubernetes-patch-merge-key": "name",
        "x-kubernetes-patch-strategy": "merge",
    }
    assert schemas[POD_SPEC]["required"] == ["containers"]
    assert schemas["io.k8s.api.core.v1.Pod"]["x-kubernetes-group-version-kind"] == [
        {"group": "", "kind": "Pod", "version": "v1"}
    ]
    assert "io.k8s.api.core.v1.PodList" in schemas
    assert definitions[POD_SPEC]["properties"]["containers"]["items"] == {
        "$ref": "#/definitions/io.k8s.api.core.v1.Container"
    }
    assert {each.removeprefix(SCHEMAS) for each in references(document)} <= schemas.keys()
    assert {each.removeprefix("#/definitions/") for each in references(older)} <= definitions.keys()


async def test_a_custom_kind_is_described_as_its_crd_says(cluster: EmbeddedCluster) -> None:
    spec = {"type": "object", "properties": {"size": {"type": "integer"}}}
    schema = {"type": "object", "properties": {"spec": spec}}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    names = {"plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList"}
    crd = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.shop.example"},
        "spec": {"group": "shop.example", "scope": "Namespaced", "names": names, "versions": [version]},
    }
    async with http(cluster) as client:
        before = (await client.get("/openapi/v3")).json["paths"]
        await client.ask("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", crd)
        found = await client.get("/openapi/v3/apis/shop.example/v1")
        after = (await client.get("/openapi/v3")).json["paths"]
    assert {name: after[name] for name in before} == before
    assert "apis/shop.example/v1" not in before
    schemas = found.json["components"]["schemas"]
    assert schemas["example.shop.v1.Widget"]["properties"]["spec"] == spec
    assert {each.removeprefix(SCHEMAS) for each in references(found.json)} <= schemas.keys()
