"""The end of a CRD, names that two of them want, and CRDs that nobody can read."""

import asyncio
from typing import Any

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from tests.support.crds import CRDS, WIDGETS, crd, widget
from tests.support.http import http
from tests.support.waiting import WITHIN, eventually


async def test_deleting_the_crd_takes_its_objects_and_routes_along(shop: EmbeddedCluster) -> None:
    shop.registry.create(widget())
    path = f"{WIDGETS}?watch=1&resourceVersion={shop.store.revision}"
    async with http(shop) as client, client.watch(path) as events:
        await eventually(lambda: shop.watching == ["widgets"])
        gone = await client.ask("DELETE", f"{CRDS}/widgets.shop.example")
        async with asyncio.timeout(WITHIN):
            told = [event async for event in events]
        after = await client.get(WIDGETS)
        again = await client.get(f"{CRDS}/widgets.shop.example")
    assert gone.json["metadata"]["finalizers"] == ["customresourcecleanup.apiextensions.k8s.io"]
    assert [event["type"] for event in told] == ["DELETED"]
    assert (after.status, again.status) == (404, 404)


async def test_objects_with_finalizers_hold_the_crd(shop: EmbeddedCluster) -> None:
    held = widget()
    held["metadata"]["finalizers"] = ["x.example/y"]
    shop.registry.create(held)
    async with http(shop) as client:
        await client.ask("DELETE", f"{CRDS}/widgets.shop.example")
        waiting = (await client.get(f"{CRDS}/widgets.shop.example")).json
        left = await client.get(WIDGETS)
        await client.patch(f"{WIDGETS}/one", {"metadata": {"finalizers": None}}, "merge")
        after = await client.get(f"{CRDS}/widgets.shop.example")
    assert waiting["status"]["conditions"][-1]["reason"] == "InstanceDeletionInProgress"
    assert left.json["items"][0]["metadata"]["deletionTimestamp"]
    assert after.status == 404


async def test_a_crd_that_comes_again_starts_empty(shop: EmbeddedCluster) -> None:
    shop.registry.create(widget())
    shop.registry.delete("customresourcedefinitions", "widgets.shop.example")
    shop.registry.create(crd())
    async with http(shop) as client:
        assert (await client.get(WIDGETS)).json["items"] == []


async def test_names_that_are_taken_are_not_accepted(shop: EmbeddedCluster) -> None:
    shop.registry.create(crd("gadgets", "Widget"))
    async with http(shop) as client:
        stored = (await client.get(f"{CRDS}/gadgets.shop.example")).json
        missing = await client.get(WIDGETS.replace("widgets", "gadgets"))
    told = [(each["type"], each["status"], each["reason"]) for each in stored["status"]["conditions"]]
    assert told == [("NamesAccepted", "False", "ListKindConflict"), ("Established", "False", "NotAccepted")]
    assert missing.status == 404


@pytest.mark.parametrize("spec", [None, 5, {}, {"group": "a.b", "names": [], "versions": 5}, {"versions": [None]}])
async def test_a_poisonous_crd_harms_nobody(cluster: EmbeddedCluster, spec: Any) -> None:
    cluster.store.create(crd() | {"spec": spec, "metadata": {"name": "bad.example"}})
    cluster.store.create(crd())
    cluster.store.delete("customresourcedefinitions", "bad.example")
    async with http(cluster) as client:
        assert (await client.get(WIDGETS)).status == 200
