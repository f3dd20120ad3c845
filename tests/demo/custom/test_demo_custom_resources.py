"""CRDs over HTTP and through the store: what they add, what they refuse, and what goes with them."""

from typing import Any

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from tests.support.clock import ManualClock
from tests.support.crds import CRDS, WIDGETS, crd, widget
from tests.support.http import AGGREGATED, TABLE, http


async def test_a_crd_is_established_when_its_write_returns(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        before = await client.get(WIDGETS)
        made = await client.ask("POST", CRDS, crd())
        stored = (await client.get(f"{CRDS}/widgets.shop.example")).json
        listed = await client.get(WIDGETS)
    assert (before.status, before.body) == (404, b"404 page not found\n")
    assert made.status == 201
    assert made.json["status"]["acceptedNames"] == {"plural": "", "kind": ""}
    assert made.json["status"]["storedVersions"] == stored["status"]["storedVersions"] == ["v1"]
    names = stored["status"]["acceptedNames"]
    assert (names["singular"], names["listKind"]) == ("widget", "WidgetList")
    told = [(each["type"], each["status"], each["reason"]) for each in stored["status"]["conditions"]]
    assert told == [("NamesAccepted", "True", "NoConflicts"), ("Established", "True", "InitialNamesAccepted")]
    assert (listed.json["kind"], listed.json["items"]) == ("WidgetList", [])


async def test_it_does_not_matter_who_writes_a_crd(cluster: EmbeddedCluster) -> None:
    cluster.store.create(crd())
    cluster.store.create(widget())
    async with http(cluster) as client:
        item = (await client.get(WIDGETS)).json["items"][0]
    assert (item["kind"], item["apiVersion"], item["metadata"]["generation"]) == ("Widget", "shop.example/v1", 1)


async def test_discovery_tells_of_it_and_has_another_etag(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        before = await client.get("/apis", Accept=AGGREGATED)
        cluster.registry.create(crd())
        after = await client.get("/apis", Accept=AGGREGATED, If_None_Match=before.headers["ETag"])
        group = next(each for each in after.json["items"] if each["metadata"]["name"] == "shop.example")
        plain = (await client.get("/apis/shop.example/v1")).json["resources"]
    assert (after.status, after.headers["ETag"] == before.headers["ETag"]) == (200, False)
    found = group["versions"][0]["resources"][0]
    assert found["responseKind"] == {"group": "shop.example", "version": "v1", "kind": "Widget"}
    assert (found["shortNames"], found["categories"], found["scope"]) == (["wd"], ["all"], "Namespaced")
    assert [each["name"] for each in plain] == ["widgets", "widgets/status"]


async def test_unknown_fields_go_and_defaults_come(shop: EmbeddedCluster) -> None:
    async with http(shop) as client:
        made = await client.ask("POST", WIDGETS, widget(shape="round") | {"extra": 1, "status": {"phase": "x"}})
        patched = await client.patch(f"{WIDGETS}/one", {"spec": {"shape": "square"}}, "merge")
    assert made.json["spec"] == {"size": 3, "colour": "red"}
    assert not {"extra", "status"} & set(made.json)
    assert made.headers["Warning"] == '299 - "unknown field \\"extra\\""'
    assert patched.headers["Warning"] == '299 - "unknown field \\"spec.shape\\""'
    assert patched.json["metadata"]["resourceVersion"] == made.json["metadata"]["resourceVersion"]


async def test_strict_validation_refuses_unknown_fields(shop: EmbeddedCluster) -> None:
    async with http(shop) as client:
        refused = await client.ask("POST", f"{WIDGETS}?fieldValidation=Strict", widget(shape="round"))
        ignored = await client.ask("POST", f"{WIDGETS}?fieldValidation=Ignore", widget(shape="round"))
    why = 'Widget in version "v1" cannot be handled as a Widget: strict decoding error: unknown field "spec.shape"'
    assert (refused.status, refused.message) == (400, why)
    assert (ignored.status, "Warning" in ignored.headers) == (201, False)


async def test_what_the_schema_forbids_is_422_in_the_servers_words(shop: EmbeddedCluster) -> None:
    async with http(shop) as client:
        await client.ask("POST", WIDGETS, widget())
        refused = await client.patch(f"{WIDGETS}/one", {"spec": {"size": 0, "colour": "green"}}, "merge")
    assert refused.status == 422
    assert refused.message == (
        'Widget.shop.example "one" is invalid: [spec.size: Invalid value: 0: spec.size in body should be greater than '
        'or equal to 1, spec.colour: Unsupported value: "green": supported values: "red", "blue"]'
    )
    assert [each["field"] for each in refused.json["details"]["causes"]] == ["spec.size", "spec.colour"]


@pytest.mark.parametrize(
    ("sent", "code", "message"),
    [
        ({"kind": "Gizmo"}, 422, 'Gizmo.shop.example "one" is invalid: kind: Invalid value: "Gizmo": must be Widget'),
        (
            {"apiVersion": "shop.example/v2"},
            400,
            "the API version in the data (shop.example/v2) does not match the expected API version (shop.example/v1)",
        ),
        ({"kind": ""}, 400, "Object 'Kind' is missing in"),
    ],
)
async def test_a_wrong_head_is_refused(shop: EmbeddedCluster, sent: dict[str, str], code: int, message: str) -> None:
    async with http(shop) as client:
        refused = await client.ask("POST", WIDGETS, widget() | sent)
    assert refused.status == code
    assert message in refused.message


async def test_the_status_is_a_subresource_of_its_own(shop: EmbeddedCluster) -> None:
    async with http(shop) as client:
        await client.ask("POST", WIDGETS, widget())
        ignored = await client.patch(f"{WIDGETS}/one", {"status": {"phase": "Up"}}, "merge")
        done = await client.patch(f"{WIDGETS}/one/status", {"status": {"phase": "Up"}, "spec": {"size": 9}}, "merge")
    assert "status" not in ignored.json
    assert (done.json["status"], done.json["spec"]["size"]) == ({"phase": "Up"}, 3)
    assert done.json["metadata"]["generation"] == 1


async def test_its_columns_make_the_table(shop: EmbeddedCluster, clock: ManualClock) -> None:
    obj = shop.registry.create(widget(due="2026-01-01T00:00:00Z"))
    obj["status"] = {"conditions": [{"type": "Other", "status": "?"}, {"type": "Ready", "status": "True"}]}
    shop.registry.update_status(obj)
    shop.registry.create(widget("two"))
    async with http(shop) as client:
        table = (await client.get(WIDGETS, Accept=TABLE)).json
    names = [(each["name"], each["type"], each["priority"]) for each in table["columnDefinitions"]]
    assert names == [
        ("Name", "string", 0),
        ("Size", "integer", 0),
        ("Ready", "string", 0),
        ("Colour", "string", 1),
        ("Due", "date", 0),
    ]
    assert [each["description"] for each in table["columnDefinitions"][1:3]] == [
        "How big",
        'Custom resource definition column (in JSONPath format): .status.conditions[?(@.type=="Ready")].status',
    ]
    first, second = (row["cells"] for row in table["rows"])
    assert first[:4] == ["one", 3, "True", "red"]
    assert first[4].endswith("d")
    assert second == ["two", 3, None, "red", None]


async def test_without_columns_the_age_is_shown(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    bare = crd()
    del bare["spec"]["versions"][0]["additionalPrinterColumns"]
    cluster.registry.create(bare)
    cluster.registry.create(widget())
    clock.advance(90)
    async with http(cluster) as client:
        table = (await client.get(WIDGETS, Accept=TABLE)).json
    assert [each["name"] for each in table["columnDefinitions"]] == ["Name", "Age"]
    assert table["rows"][0]["cells"] == ["one", "90s"]


async def test_every_served_version_shows_the_same_object(cluster: EmbeddedCluster) -> None:
    two = crd()
    free = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    two["spec"]["versions"] += [
        {"name": "v1beta1", "served": True, "storage": False, "schema": free, "deprecated": True},
        {"name": "v1alpha1", "served": False, "storage": False, "schema": free},
    ]
    cluster.registry.create(two)
    cluster.registry.create(widget())
    beta = WIDGETS.replace("/v1/", "/v1beta1/")
    path = f"{beta}?watch=1&resourceVersion={cluster.store.revision}"
    async with http(cluster) as client, client.watch(path) as events:
        versions = (await client.get("/apis/shop.example")).json["versions"]
        one = await client.get(f"{beta}/one")
        hidden = await client.get(WIDGETS.replace("/v1/", "/v1alpha1/"))
        await client.patch(f"{WIDGETS}/one", {"spec": {"size": 4}}, "merge")
        told = await anext(events)
    assert [each["version"] for each in versions] == ["v1", "v1beta1"]
    assert (one.json["apiVersion"], one.json["spec"]["size"]) == ("shop.example/v1beta1", 3)
    assert one.headers["Warning"] == '299 - "shop.example/v1beta1 Widget is deprecated"'
    assert hidden.status == 404
    assert (told["object"]["apiVersion"], told["object"]["spec"]["size"]) == ("shop.example/v1beta1", 4)


async def test_a_change_of_the_crd_takes_effect(shop: EmbeddedCluster) -> None:
    def change(obj: dict[str, Any]) -> None:
        version = obj["spec"]["versions"][0]
        version["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]["shape"] = {"type": "string"}
        version["additionalPrinterColumns"] = [{"name": "Shape", "type": "string", "jsonPath": ".spec.shape"}]
        obj["spec"]["names"]["shortNames"] = ["wid"]

    shop.store.modify("customresourcedefinitions", "widgets.shop.example", change=change)
    async with http(shop) as client:
        made = await client.ask("POST", WIDGETS, widget(shape="round"))
        table = (await client.get(WIDGETS, Accept=TABLE)).json
        short = (await client.get("/apis/shop.example/v1")).json["resources"][0]["shortNames"]
    assert made.json["spec"]["shape"] == "round"
    assert table["rows"][0]["cells"] == ["one", "round"]
    assert short == ["wid"]


async def test_a_cluster_wide_kind_has_no_namespace(cluster: EmbeddedCluster) -> None:
    cluster.registry.create(crd(scope="Cluster"))
    async with http(cluster) as client:
        made = await client.ask("POST", "/apis/shop.example/v1/widgets", widget())
        within = await client.get(WIDGETS)
    assert (made.status, "namespace" in made.json["metadata"]) == (201, False)
    assert within.status == 404


def _without_storage(obj: dict[str, Any]) -> None:
    obj["spec"]["versions"][0]["storage"] = False


def _without_schema(obj: dict[str, Any]) -> None:
    del obj["spec"]["versions"][0]["schema"]


def _untyped(obj: dict[str, Any]) -> None:
    obj["spec"]["versions"][0]["schema"] = {"openAPIV3Schema": {"properties": {"spec": {}}}}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda obj: obj["metadata"].update(name="x"), 'must be spec.names.plural+"."+spec.group'),
        (lambda obj: obj["spec"].update(scope="Global"), 'supported values: "Cluster", "Namespaced"'),
        (lambda obj: obj["spec"].update(names={}), "spec.names.listKind: Required value"),
        (_without_storage, "must have exactly one version marked as storage version"),
        (_without_schema, "spec.versions[0].schema.openAPIV3Schema: Required value"),
        (_untyped, "openAPIV3Schema.properties[spec].type: Required value: must not be empty for specified object"),
    ],
)
async def test_a_crd_that_cannot_be_is_422(cluster: EmbeddedCluster, change: Any, message: str) -> None:
    bad = crd()
    change(bad)
    async with http(cluster) as client:
        refused = await client.ask("POST", CRDS, bad)
    assert refused.status == 422
    assert message in refused.message


async def test_scope_group_and_kind_cannot_be_changed(shop: EmbeddedCluster) -> None:
    async with http(shop) as client:
        refused = await client.patch(f"{CRDS}/widgets.shop.example", {"spec": {"scope": "Cluster"}}, "merge")
    assert refused.status == 422
    assert refused.message.endswith('spec.scope: Invalid value: "Cluster": field is immutable')
