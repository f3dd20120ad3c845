"""Discovery in both forms, and what a server lacks."""

from typing import Any

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.options import Options
from k8stui.demo.storage.catalog import Catalog
from k8stui.demo.storage.resources import KINDS
from tests.support.clock import ManualClock
from tests.support.http import AGGREGATED, Http, http


async def aggregated(client: Http) -> dict[tuple[str, str], dict[str, Any]]:
    """Every resource by its group version and name."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for path in ("/api", "/apis"):
        for group in (await client.get(path, Accept=AGGREGATED)).json["items"]:
            for version in group["versions"]:
                place = "/".join(filter(None, (group["metadata"].get("name", ""), version["version"])))
                found |= {(place, each["resource"]): each for each in version["resources"]}
    return found


async def test_every_kind_of_the_table_is_discovered_and_can_be_listed(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        found = await aggregated(client)
        for kind in KINDS:
            entry = found[kind.api_version, kind.plural]
            assert entry["responseKind"]["kind"] == kind.kind
            assert entry["scope"] == ("Namespaced" if kind.namespaced else "Cluster")
            if "list" not in kind.verbs:
                continue
            root = f"/apis/{kind.api_version}" if kind.group else "/api/v1"
            listed = await client.get(f"{root}/{kind.plural}")
            assert (listed.status, listed.json["kind"]) == (200, f"{kind.kind}List")


async def test_the_plain_form_says_the_same(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        wanted = await aggregated(client)
        groups = [each["name"] for each in (await client.get("/apis")).json["groups"]]
        paths = ["/api/v1"]
        for group in groups:
            versions = (await client.get(f"/apis/{group}")).json["versions"]
            paths += [f"/apis/{each['groupVersion']}" for each in versions]
        plain: dict[tuple[str, str], dict[str, Any]] = {}
        for path in paths:
            listed = (await client.get(path)).json
            plain |= {(listed["groupVersion"], each["name"]): each for each in listed["resources"]}
    assert {key for key in plain if "/" not in key[1]} == set(wanted)
    deployments = ("apps/v1", "deployments")
    assert plain[deployments]["shortNames"] == wanted[deployments]["shortNames"] == ["deploy"]
    assert plain["v1", "pods/status"]["kind"] == "Pod"
    scale = plain["apps/v1", "deployments/scale"]
    assert (scale["group"], scale["version"], scale["kind"]) == ("autoscaling", "v1", "Scale")


async def test_an_unchanged_answer_is_304_by_its_etag(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        first = await client.get("/apis", Accept=AGGREGATED)
        again = await client.get("/apis", Accept=AGGREGATED, If_None_Match=first.headers["ETag"])
    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", first.headers["ETag"])


async def test_only_an_understood_form_is_aggregated(cluster: EmbeddedCluster) -> None:
    beta = "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList"
    async with http(cluster) as client:
        assert (await client.get("/api", Accept=beta)).status == 406
        assert (await client.get("/api", Accept=f"{beta},application/json")).json["kind"] == "APIVersions"
        assert (await client.get("/apis/apps", Accept=AGGREGATED)).json["kind"] == "APIGroup"


async def test_an_older_server_answers_in_the_plain_form(clock: ManualClock) -> None:
    cluster = EmbeddedCluster(clock, options=Options(aggregated=False))
    await cluster.start()
    async with http(cluster) as client:
        assert (await client.get("/api", Accept=AGGREGATED)).json["kind"] == "APIVersions"
        assert (await client.get("/apis", Accept=AGGREGATED)).json["kind"] == "APIGroupList"
    await cluster.stop()


async def test_what_is_hidden_is_neither_discovered_nor_served(clock: ManualClock) -> None:
    cluster = EmbeddedCluster(clock, hidden=frozenset({"leases", "daemonsets/status", "policy", "events"}))
    await cluster.start()
    async with http(cluster) as client:
        found = await aggregated(client)
        lease = await client.get("/apis/coordination.k8s.io/v1/leases")
        budget = await client.get("/apis/policy/v1/poddisruptionbudgets")
        status = await client.get("/apis/apps/v1/namespaces/default/daemonsets/web/status")
        event = await client.get("/api/v1/events")
    await cluster.stop()
    assert {"leases", "poddisruptionbudgets", "events"} & {name for _, name in found} == set()
    assert "subresources" not in found["apps/v1", "daemonsets"]
    assert [each.status for each in (lease, budget, status, event)] == [404] * 4
    assert event.message == "the server could not find the requested resource"


async def test_unknown_groups_are_text_and_unknown_versions_a_status(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        group = await client.get("/apis/nope.example.com/v1/foos")
        version = await client.get("/apis/apps/v9/deployments")
        discovered = await client.get("/apis/apps/v9")
    assert (group.status, group.body, group.headers["Content-Type"]) == (
        404,
        b"404 page not found\n",
        "text/plain; charset=utf-8",
    )
    assert (version.status, version.json["details"], discovered.json["reason"]) == (404, {}, "NotFound")


async def test_version_and_health(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        version = (await client.get("/version")).json
        ready = await client.get("/readyz")
        verbose = await client.get("/livez?verbose&exclude=etcd")
        missing = await client.get("/readyz/nonsense")
    assert (version["major"], version["minor"]) == ("1", "34")
    assert version["gitVersion"].startswith("v1.34.4")
    assert ready.body == b"ok"
    assert b"[+]etcd excluded: ok\n" in verbose.body
    assert verbose.body.endswith(b"livez check passed\n")
    assert missing.status == 404


def test_a_kind_can_come_and_go() -> None:
    catalog = Catalog(frozenset({"leases"}))
    lease = next(kind for kind in KINDS if kind.plural == "leases")
    catalog.add(lease)
    assert catalog.at(lease.group, lease.version, "leases") is None
    pods = catalog.named("pods")
    catalog.remove(pods)
    assert catalog.at("", "v1", "pods") is None
    catalog.add(pods)
    assert catalog.named("pods") == pods
