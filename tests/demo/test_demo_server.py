"""The server as a whole: what it says of itself, what it survives, how it starts and ends."""

import asyncio
import logging
import time
from typing import Any

import pytest

from k8stui.demo.certificate import make
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.storage.store import Store
from tests.support.clock import START, ManualClock
from tests.support.http import http
from tests.support.objects import configmap, pod
from tests.support.waiting import eventually


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("PUT", "/api/v1/namespaces/default/configmaps", 405),
        ("POST", "/api/v1/namespaces/default/configmaps/c", 405),
        ("PATCH", "/api/v1/namespaces/default/configmaps", 405),
        ("POST", "/api/v1/configmaps", 405),
        ("GET", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", 405),
        ("DELETE", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", 405),
        ("OPTIONS", "/api/v1/namespaces/default/configmaps", 405),
        ("GET", "/api/v1/namespaces/default/foos", 404),
        ("GET", "/api/v1/namespaces/default/nodes", 404),
        ("GET", "/api/v1/pods/web", 404),
        ("GET", "/api/v1/namespaces/default/pods/web/nope", 404),
        ("GET", "/api/v1/namespaces/default/pods/web/status/deeper", 404),
        ("GET", "/api/v2/pods", 404),
        ("GET", "/nonsense", 404),
        ("GET", "//", 200),
    ],
)
async def test_paths_and_methods(cluster: EmbeddedCluster, method: str, path: str, code: int) -> None:
    async with http(cluster) as client:
        assert (await client.ask(method, path)).status == code


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html, application/json"])
async def test_these_accept_headers_mean_json(cluster: EmbeddedCluster, accept: str) -> None:
    async with http(cluster) as client:
        reply = await client.get("/api/v1/pods", Accept=accept)
    assert (reply.status, reply.headers["Content-Type"]) == (200, "application/json")


async def test_other_accept_headers_are_406_and_yaml_is_yaml(cluster: EmbeddedCluster) -> None:
    cluster.store.create(configmap("c"))
    async with http(cluster) as client:
        xml = await client.get("/api/v1/configmaps", Accept="application/xml")
        yaml = await client.get("/api/v1/namespaces/default/configmaps/c", Accept="application/yaml")
    assert (xml.status, xml.message.startswith("406: Not Acceptable\n\nAvailable")) == (406, True)
    assert yaml.body.startswith(b"apiVersion: v1\ndata:\n  k: v\nkind: ConfigMap\n")


async def test_the_date_is_the_clocks(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    async with http(cluster) as client:
        assert (await client.get("/version")).headers["Date"] == "Mon, 21 Sep 2026 14:13:20 GMT"
        clock.advance(86_400)
        async with client.watch("/api/v1/pods?watch=1"):
            assert (await client.get("/nonsense")).headers["Date"] == "Tue, 22 Sep 2026 14:13:20 GMT"


async def test_big_answers_are_packed_for_those_who_want_it(cluster: EmbeddedCluster) -> None:
    cluster.store.create(configmap("small"))
    async with http(cluster) as client:
        small = await client.get("/api/v1/configmaps")
        cluster.store.create(configmap("big") | {"data": {"k": "x" * 2_000_000}})
        packed = await client.get("/api/v1/configmaps")
        plain = await client.get("/api/v1/configmaps", Accept_Encoding="identity")
    codings = [reply.headers.get("Content-Encoding") for reply in (small, packed, plain)]
    assert codings == [None, "gzip", None]
    assert packed.body == plain.body


async def test_an_exception_in_a_handler_is_a_500_status_and_a_log_line(
    cluster: EmbeddedCluster, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(Store, "entry", fails)
    with caplog.at_level(logging.ERROR):
        async with http(cluster) as client:
            reply = await client.get("/api/v1/namespaces/default/pods/web")
            alive = await client.get("/version")
    assert (reply.status, reply.json["kind"], alive.status) == (500, "Status", 200)
    assert "ZeroDivisionError" in caplog.text


async def test_requests_are_recorded_without_the_token(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        await client.get("/api/v1/namespaces/shop/pods?limit=5", X_Mark="here")
        await client.ask("POST", "/api/v1/namespaces/nowhere/configmaps", configmap("c", "nowhere"))
    listed, made = cluster.requests
    assert (listed.method, listed.verb, listed.resource, listed.namespace, listed.query, listed.status) == (
        "GET",
        "list",
        "pods",
        "shop",
        {"limit": "5"},
        200,
    )
    assert (listed.user, listed.headers["X-Mark"]) == ("admin", "here")
    assert (made.json["kind"], made.status) == ("ConfigMap", 404)
    assert cluster.token not in repr(cluster.requests)


async def test_a_stop_is_quick_with_watches_open_and_the_port_can_be_had_again(cluster: EmbeddedCluster) -> None:
    cluster.store.create(pod("web"))
    port = cluster.port
    async with http(cluster) as client:
        watches = [asyncio.create_task(client.get("/api/v1/pods?watch=1")) for _ in range(20)]
        await eventually(lambda: len(cluster.watching) == 20)
        started = time.monotonic()
        await cluster.stop()
        assert time.monotonic() - started < 5  # a watch lasts longer
        await asyncio.gather(*watches, return_exceptions=True)
        await cluster.start(port)
        assert (await client.get("/api/v1/pods")).json["items"][0]["metadata"]["name"] == "web"


async def test_stopping_twice_is_harmless(cluster: EmbeddedCluster) -> None:
    await cluster.stop()
    await cluster.stop()


async def test_the_kubeconfig_has_a_context_for_each_user(cluster: EmbeddedCluster) -> None:
    config = cluster.kubeconfig()
    users = {user["name"]: user["user"]["token"] for user in config["users"]}
    contexts = {each["name"]: each["context"] for each in config["contexts"]}
    assert config["clusters"] == [{"name": "demo", "cluster": {"server": cluster.url}}]
    assert users == {"admin": cluster.token, "editor": cluster.editor_token, "viewer": cluster.viewer_token}
    assert contexts["demo-viewer"] == {"cluster": "demo", "user": "viewer", "namespace": "shop"}
    assert config["current-context"] == "demo"


async def test_it_speaks_tls(clock: ManualClock) -> None:
    cluster = EmbeddedCluster(clock)
    await cluster.start(ssl_context=make(START).context())
    assert cluster.url == f"https://127.0.0.1:{cluster.port}"
    assert cluster.kubeconfig()["clusters"][0]["cluster"]["insecure-skip-tls-verify"] is True
    await cluster.stop()


@pytest.mark.slow
async def test_the_shape_allows_ten_thousand_pods(cluster: EmbeddedCluster) -> None:
    """No timing: lists join the stored bytes, and a page decodes nothing."""
    for index in range(10_000):
        cluster.store.create(pod(f"p{index:05d}"))
    table = cluster.store.table(cluster.catalog.named("pods"))
    async with http(cluster) as client:
        listed = await client.get("/api/v1/pods", Accept_Encoding="identity")
        page = (await client.get("/api/v1/pods?limit=500")).json
    assert b",".join(entry.raw for entry in table.within(None)) in listed.body
    assert (len(page["items"]), page["metadata"]["remainingItemCount"]) == (500, 9500)
