"""Faults from outside, and a webhook that times out."""

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault
from tests.support.http import http
from tests.support.objects import pod

PATH = "/demo/faults"


async def test_a_fault_comes_counts_and_goes(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        added = await client.ask("POST", PATH, {"resource": "nodes", "status": 503, "times": 2, "retry_after": 1})
        first = await client.get("/api/v1/nodes")
        assert (added.status, first.status, first.headers["Retry-After"]) == (201, 503, "1")
        left = (await client.get(PATH)).json
        assert left["faults"][0]["times"] == 1
        assert (await client.get("/api/v1/nodes")).status == 503
        assert (await client.get("/api/v1/nodes")).status == 200
        assert (await client.get(PATH)).json["faults"] == []


async def test_put_replaces_and_skews_and_delete_ends_it_all(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        before = (await client.get("/version")).headers["Date"]
        await client.ask("PUT", PATH, {"faults": [{"wire": "garbage", "resource": "pods"}], "skew": 7200})
        assert (await client.get("/api/v1/pods")).body.startswith(b"\x00")
        assert (await client.get("/version")).headers["Date"] != before
        await client.ask("DELETE", PATH)
        assert (await client.get("/api/v1/pods")).status == 200
        assert (await client.get("/version")).headers["Date"] == before


async def test_the_door_to_the_faults_is_never_itself_at_fault(cluster: EmbeddedCluster) -> None:
    """With everything broken there must be a way back."""
    cluster.faults.add(Fault(status=500))
    async with http(cluster) as client:
        assert (await client.get("/version")).status == 500
        assert (await client.ask("DELETE", PATH)).status == 200
        assert (await client.get("/version")).status == 200


@pytest.mark.parametrize("body", [{"verbs": "list"}, {"wire": "loud"}, {"times": "two"}, [], "x", None])
async def test_what_is_no_fault_is_told_so_and_changes_nothing(cluster: EmbeddedCluster, body: object) -> None:
    async with http(cluster) as client:
        refused = await client.ask("POST", PATH, body)
    assert refused.status == 400
    assert "this is no fault" in refused.message
    assert "retry_after" in refused.message
    assert cluster.faults.active == []


async def test_only_masters_may(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        assert (await client.as_user(cluster.viewer_token).get(PATH)).status == 403
        assert (await client.ask("PATCH", PATH, {})).status == 405


async def test_an_admission_webhook_that_times_out_meets_writes_only(cluster: EmbeddedCluster) -> None:
    cluster.store.create(pod("web", "default"))
    cluster.faults.add(Fault(webhook="policy.shop.example", delay=0.01))
    async with http(cluster) as client:
        assert (await client.get("/api/v1/namespaces/default/pods/web")).status == 200
        refused = await client.ask("DELETE", "/api/v1/namespaces/default/pods/web")
    assert (refused.status, refused.json["reason"]) == (500, "InternalError")
    assert refused.message.startswith('Internal error occurred: failed calling webhook "policy.shop.example": ')
    assert refused.message.endswith("context deadline exceeded")
    assert refused.json["details"]["causes"][0]["message"] in refused.message
    assert cluster.store.list("pods", "default")
