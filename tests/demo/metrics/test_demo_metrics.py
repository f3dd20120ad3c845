"""The metrics server's answers: where the numbers come from, who has some, and a cluster without them."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.metrics.source import Usage
from k8stui.model.quantity import parse
from tests.support.clock import ManualClock
from tests.support.http import AGGREGATED, TABLE, http
from tests.support.objects import node, pod, poison

METRICS = "/apis/metrics.k8s.io/v1beta1"


def asking(name: str, cpu: str = "500m", memory: str = "256Mi", **meta: Any) -> dict[str, Any]:
    obj = pod(name, **meta)
    obj["spec"]["containers"][0]["resources"] = {"requests": {"cpu": cpu, "memory": memory}}
    return obj


def used(item: dict[str, Any], resource: str) -> float:
    return float(parse(item["containers"][0]["usage"][resource]))


async def test_a_running_pod_uses_a_part_of_what_it_asks_for(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    cluster.store.create(asking("web", labels={"app": "web"}))
    async with http(cluster) as client:
        one = (await client.get(f"{METRICS}/namespaces/default/pods/web")).json
        listed = (await client.get(f"{METRICS}/pods")).json
    assert (one["kind"], one["apiVersion"], one["metadata"]["name"]) == ("PodMetrics", "metrics.k8s.io/v1beta1", "web")
    assert [each["name"] for each in one["containers"]] == ["main"]
    assert 0 < used(one, "cpu") < 0.5
    assert 64 * 2**20 < used(one, "memory") < 256 * 2**20
    assert (listed["kind"], listed["metadata"]) == ("PodMetricsList", {})
    assert listed["items"][0]["containers"] == one["containers"]


async def test_usage_wanders_slowly_and_is_the_same_at_the_same_time(
    cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    cluster.store.create(asking("web"))
    path = f"{METRICS}/namespaces/default/pods/web"
    seen = []
    async with http(cluster) as client:
        again = [used((await client.get(path)).json, "cpu") for _ in range(2)]
        for _ in range(60):
            clock.advance(5)
            seen.append(used((await client.get(path)).json, "cpu"))
    assert again[0] == again[1]
    assert len(set(seen)) > 50
    assert max(abs(one - two) for one, two in pairwise(seen)) < 0.5 * 0.35


async def test_only_what_runs_has_numbers(cluster: EmbeddedCluster) -> None:
    cluster.store.create(asking("web"))
    cluster.store.create(pod("waiting", phase="Pending"))
    cluster.store.create(pod("done", phase="Succeeded"))
    cluster.store.create(poison("bad"))
    async with http(cluster) as client:
        listed = (await client.get(f"{METRICS}/namespaces/default/pods")).json
        missing = await client.get(f"{METRICS}/namespaces/default/pods/waiting")
    assert [each["metadata"]["name"] for each in listed["items"]] == ["web"]
    assert (missing.status, missing.message) == (404, 'pods.metrics.k8s.io "default/waiting" not found')


async def test_a_node_uses_what_its_pods_use_and_something_for_itself(cluster: EmbeddedCluster) -> None:
    cluster.store.create(node("worker-1"))
    cluster.store.create(node("idle"))
    for index in range(3):
        cluster.store.create(asking(f"p{index}", cpu="2", memory="1Gi"))
    async with http(cluster) as client:
        nodes = (await client.get(f"{METRICS}/nodes")).json["items"]
        pods = (await client.get(f"{METRICS}/pods")).json["items"]
    usage = {each["metadata"]["name"]: float(parse(each["usage"]["cpu"])) for each in nodes}
    assert usage["worker-1"] > sum(used(each, "cpu") for each in pods) > usage["idle"] > 0


@pytest.mark.parametrize(
    ("query", "found"),
    [("labelSelector=app%3Da", ["a"]), ("labelSelector=app!%3Da", ["b"]), ("fieldSelector=metadata.name%3Db", ["b"])],
)
async def test_selectors_select_by_the_pods_own_labels(cluster: EmbeddedCluster, query: str, found: list[str]) -> None:
    for name in ("a", "b"):
        cluster.store.create(asking(name, labels={"app": name}))
    async with http(cluster) as client:
        listed = (await client.get(f"{METRICS}/namespaces/default/pods?{query}")).json
    assert [each["metadata"]["name"] for each in listed["items"]] == found


async def test_a_source_that_knows_better_takes_the_place_of_the_default(cluster: EmbeddedCluster) -> None:
    class Known:
        def nodes(self, names: Iterable[str], now: float) -> dict[str, Usage]:
            return {"worker-1": Usage(1.5, 2**30)}

        def pods(self, namespace: str, now: float) -> dict[str, dict[str, Usage]]:
            return {"default/web": {"main": Usage(0.25, 2**20), "side": Usage()}}

    cluster.metrics.source = Known()
    cluster.store.create(node("worker-1"))
    cluster.store.create(node("unknown"))
    cluster.store.create(asking("web"))
    async with http(cluster) as client:
        nodes = (await client.get(f"{METRICS}/nodes")).json["items"]
        table = (await client.get(f"{METRICS}/pods", Accept=TABLE)).json
    assert [(each["metadata"]["name"], each["usage"]) for each in nodes] == [
        ("worker-1", {"cpu": "1500000000n", "memory": "1048576Ki"})
    ]
    assert table["rows"][0]["cells"][:3] == ["web", "250000000n", "1024Ki"]


async def test_a_cluster_without_a_metrics_server_has_no_such_group(clock: ManualClock) -> None:
    cluster = EmbeddedCluster(clock, hidden=frozenset({"metrics.k8s.io"}))
    await cluster.start()
    async with http(cluster) as client:
        refused = await client.get(f"{METRICS}/nodes")
        groups = (await client.get("/apis", Accept=AGGREGATED)).json["items"]
    await cluster.stop()
    assert (refused.status, refused.body) == (404, b"404 page not found\n")
    assert "metrics.k8s.io" not in {each["metadata"]["name"] for each in groups}


async def test_metrics_can_only_be_read(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        codes = [
            (await client.ask(method, f"{METRICS}/{path}", {})).status
            for method, path in (("POST", "namespaces/default/pods"), ("DELETE", "nodes/x"), ("GET", "nodes?watch=1"))
        ]
    assert codes == [405, 405, 405]
