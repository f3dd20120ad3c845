"""What stands outside the resource tree: the index, health, the server's own counters, deprecated kinds."""

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.health import CHECKS
from tests.support.http import http
from tests.support.objects import configmap, pod


async def test_the_index_names_what_is_served_and_nothing_else(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        paths = (await client.get("/")).json["paths"]
        codes = {path: (await client.get(path)).status for path in paths}
    assert paths == sorted(paths)
    assert {"/api/v1", "/apis/autoscaling/v1", "/apis/autoscaling/v2", "/readyz/etcd", "/metrics"} <= set(paths)
    assert {path: code for path, code in codes.items() if code != 200 and not path.endswith("/")} == {}  # a prefix


@pytest.mark.parametrize("name", CHECKS)
async def test_every_check_is_told_of_and_can_be_asked_alone(cluster: EmbeddedCluster, name: str) -> None:
    async with http(cluster) as client:
        verbose = (await client.get(f"/{name}?verbose")).body.decode()
        alone = await client.get(f"/{name}/{CHECKS[name][-1]}")
    assert verbose == "".join(f"[+]{check} ok\n" for check in CHECKS[name]) + f"{name} check passed\n"
    assert alone.body == b"ok"


async def test_checks_can_be_excluded(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        body = (await client.get("/livez?verbose&exclude=etcd&exclude=log&exclude=zork")).body.decode()
    assert "[+]etcd excluded: ok\n" in body
    assert "[+]log excluded: ok\n" in body
    assert body.endswith('warn: some health checks cannot be excluded: no matches for "zork"\nlivez check passed\n')


async def test_the_server_counts_what_it_answers(cluster: EmbeddedCluster) -> None:
    cluster.store.create(pod("web"))
    async with http(cluster) as client:
        for _ in range(3):
            await client.get("/api/v1/namespaces/default/pods/web")
        await client.get("/api/v1/zorks")
        async with client.watch("/api/v1/pods?watch=1"):
            metrics = await client.get("/metrics")
    lines = metrics.body.decode().splitlines()
    got = 'code="200",group="",resource="pods",scope="resource",subresource="",verb="GET",version="v1"'
    assert f"apiserver_request_total{{{got}}} 3" in lines
    assert 'apiserver_request_total{code="404",verb="LIST"} 1' in lines
    assert 'apiserver_longrunning_requests{resource="pods",verb="WATCH"} 1' in lines
    assert 'apiserver_storage_objects{resource="pods"} 1' in lines
    assert metrics.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert not [line for line in lines if "zork" in line]


async def test_deprecated_kinds_are_warned_of_even_when_refused(cluster: EmbeddedCluster) -> None:
    warning = '299 - "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"'
    path = "/api/v1/namespaces/default/endpoints"
    async with http(cluster) as client:
        listed = await client.get(path)
        missing = await client.get(f"{path}/none")
    assert (listed.headers["Warning"], missing.headers["Warning"], missing.status) == (warning, warning, 404)


async def test_the_components_of_old_are_healthy(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        listed = await client.get("/api/v1/componentstatuses")
        one = (await client.get("/api/v1/componentstatuses/scheduler")).json
    assert [each["metadata"]["name"] for each in listed.json["items"]] == ["controller-manager", "etcd-0", "scheduler"]
    assert one["conditions"] == [{"type": "Healthy", "status": "True", "message": "ok"}]


async def test_events_are_limited_also_at_any_version(cluster: EmbeddedCluster) -> None:
    """A real server answers them from its storage, everything else from a cache that ignores limits there."""
    for name in ("a", "b"):
        cluster.store.create(configmap(name))
        cluster.store.create({"apiVersion": "v1", "kind": "Event", "metadata": {"name": name}})
    async with http(cluster) as client:
        events = (await client.get("/api/v1/namespaces/default/events?limit=1&resourceVersion=0")).json
        maps = (await client.get("/api/v1/namespaces/default/configmaps?limit=1&resourceVersion=0")).json
    assert (len(events["items"]), len(maps["items"])) == (1, 2)
