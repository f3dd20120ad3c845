"""Discovery in both forms, with what is missing, hidden or broken; and what a typed name means."""

import asyncio
from typing import Any

import pytest
from aiohttp import web

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault
from k8stui.demo.serving.options import Options
from k8stui.kube.discovery import discover, version
from k8stui.kube.errors import ApiError, Failure
from k8stui.kube.kinds import Kinds
from k8stui.model.kinds import Kind
from tests.support.clock import ManualClock
from tests.support.wire import connected, serving, target

READS = ("get", "list", "watch")
PODS = Kind("", "v1", "pods", "Pod", "pod", True, ("po",), READS, ("all",), ("log", "exec"))
EVENTS = Kind("", "v1", "events", "Event", "event", True, ("ev",), READS)
EVENTS_2 = Kind("events.k8s.io", "v1", "events", "Event", "event", True, ("ev",), READS)
DEPLOYMENTS = Kind("apps", "v1", "deployments", "Deployment", "deployment", True, ("deploy",), READS)
BUDGETS = Kind("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", "", True, ("pdb",), READS)
HPA_2 = Kind("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", "", True, ("hpa",), READS)
HPA_1 = Kind("autoscaling", "v1", "horizontalpodautoscalers", "HorizontalPodAutoscaler", "", True, ("hpa",), READS)
BINDINGS = Kind("", "v1", "bindings", "Binding", "binding", True, (), ("create",))
PODINFOS = Kind("example.com", "v1", "podinfos", "PodInfo", "podinfo", True, (), READS)
ALL = Kinds([EVENTS_2, BINDINGS, PODS, EVENTS, DEPLOYMENTS, HPA_2, HPA_1, BUDGETS, PODINFOS])


async def discovered(cluster: EmbeddedCluster) -> Kinds:
    async with connected(target(cluster.url, cluster.token)) as connection:
        return await discover(connection)


async def embedded(**rest: Any) -> EmbeddedCluster:
    cluster = EmbeddedCluster(ManualClock(), **rest)
    await cluster.start()
    return cluster


async def test_two_requests_tell_everything(cluster: EmbeddedCluster) -> None:
    kinds = await discovered(cluster)
    assert sorted(record.path for record in cluster.requests) == ["/api", "/apis"]
    pods = kinds.get("", "pods")
    assert pods is not None
    assert (pods.version, pods.kind, pods.singular, pods.namespaced) == ("v1", "Pod", "pod", True)
    assert pods.short_names == ("po",)
    assert {"get", "list", "watch", "patch", "delete"} <= set(pods.verbs)
    assert "status" in pods.subresources
    nodes = kinds.get("", "nodes")
    assert nodes is not None
    assert not nodes.namespaced
    assert kinds.get("apps", "deployments") is not None
    assert kinds.failed == ()


async def test_the_plain_form_says_the_same() -> None:
    ways = []
    for aggregated in (True, False):
        cluster = await embedded(options=Options(aggregated=aggregated))
        ways.append([facts(kind) for kind in (await discovered(cluster)).all])
        paths = [record.path for record in cluster.requests]
        assert ("/api/v1" in paths) is not aggregated
        await cluster.stop()
    assert sorted(ways[0]) == sorted(ways[1])


def facts(kind: Kind) -> tuple[Any, ...]:
    """What both forms say of a kind, in any order."""
    several = (kind.verbs, kind.short_names, kind.subresources, kind.categories)
    return kind.group, kind.version, kind.plural, kind.kind, kind.namespaced, *(sorted(names) for names in several)


async def test_what_a_server_lacks_is_not_there() -> None:
    cluster = await embedded(hidden=frozenset({"leases", "policy", "deployments/status"}))
    kinds = await discovered(cluster)
    await cluster.stop()
    assert kinds.get("coordination.k8s.io", "leases") is None
    assert kinds.get("policy", "poddisruptionbudgets") is None
    assert kinds.failed == ()
    deployments = kinds.get("apps", "deployments")
    assert deployments is not None
    assert "status" not in deployments.subresources


async def test_a_group_that_does_not_answer_is_named_and_the_rest_is_there() -> None:
    cluster = await embedded(options=Options(aggregated=False))
    cluster.faults.add(Fault(path="/apis/apps/v1", status=503))
    kinds = await discovered(cluster)
    await cluster.stop()
    assert kinds.failed == ("apps/v1",)
    assert kinds.get("apps", "deployments") is None
    assert kinds.get("", "pods") is not None


async def test_named_groups_may_fail_while_the_core_answers(cluster: EmbeddedCluster) -> None:
    cluster.faults.add(Fault(path="/apis", status=500))
    kinds = await discovered(cluster)
    assert kinds.failed == ("/apis",)
    assert kinds.get("", "pods") is not None


async def test_nothing_answers(cluster: EmbeddedCluster) -> None:
    cluster.faults.add(Fault(path="/api", status=403, message="forbidden"))
    with pytest.raises(ApiError) as caught:
        await discovered(cluster)
    assert caught.value.failure is Failure.FORBIDDEN


async def answering(answers: dict[str, Any]) -> Kinds:
    """What is discovered of a server that answers these."""

    async def handler(request: web.Request) -> web.Response:
        if request.path not in answers:
            return web.Response(status=404, text="404 page not found\n")
        return web.json_response(answers[request.path])

    async with serving(handler) as url, connected(url) as connection:
        return await discover(connection)


async def test_stale_groups_of_the_aggregated_form_are_named() -> None:
    stale = {"version": "v1beta1", "resources": [], "freshness": "Stale"}
    groups = {
        "kind": "APIGroupDiscoveryList",
        "items": [{"metadata": {"name": "metrics.k8s.io"}, "versions": [stale]}],
    }
    kinds = await answering({"/api": {"kind": "APIGroupDiscoveryList", "items": None}, "/apis": groups})
    assert kinds.failed == ("metrics.k8s.io/v1beta1",)


async def test_the_preferred_version_comes_first_in_the_plain_form() -> None:
    group = {
        "name": "autoscaling",
        "versions": [{"version": "v1"}, {"version": "v2"}],
        "preferredVersion": {"version": "v2"},
    }
    resource = {"name": "hpas", "kind": "HPA", "namespaced": True, "verbs": ["list"], "singularName": ""}
    status = {"name": "hpas/status", "kind": "HPA", "namespaced": True, "verbs": ["get"]}
    kinds = await answering(
        {
            "/api": {"kind": "APIVersions", "versions": []},
            "/apis": {"kind": "APIGroupList", "groups": [group]},
            "/apis/autoscaling/v1": {"kind": "APIResourceList", "resources": [resource]},
            "/apis/autoscaling/v2": {"kind": "APIResourceList", "resources": [resource, status]},
        }
    )
    found = kinds.get("autoscaling", "hpas")
    assert found is not None
    assert (found.version, found.subresources, found.singular) == ("v2", ("status",), "hpa")
    assert kinds.get("autoscaling", "hpas", "v1") is not None
    assert kinds.get("autoscaling", "hpas", "v3") is None
    assert [kind.version for kind in kinds.all] == ["v2", "v1"]
    assert len(kinds.preferred) == 1


async def test_hostile_names_are_cleaned() -> None:
    resource = {
        "resource": "x\x1b[31m",
        "responseKind": {"kind": "X\u202e"},
        "scope": "Cluster",
        "verbs": ["list"],
        "shortNames": ["\x9b2J"],
    }
    groups = {
        "kind": "APIGroupDiscoveryList",
        "items": [{"metadata": {"name": "a\u0007"}, "versions": [{"version": "v1", "resources": [resource]}]}],
    }
    kinds = await answering({"/api": {"kind": "APIGroupDiscoveryList"}, "/apis": groups})
    text = repr(kinds.all)
    assert not any(char in text for char in ("\\x1b", "\\x9b", "\\u202e", "\\x07", "\x1b", "\u202e"))


@pytest.mark.parametrize("body", [{"hello": 1}, [], {"kind": 7}, {"kind": "PodList", "items": []}])
async def test_json_of_something_else_is_no_kubernetes_server(body: Any) -> None:
    with pytest.raises(ApiError) as caught:
        await answering({"/api": body, "/apis": body})
    assert caught.value.failure is Failure.NOT_KUBERNETES


async def test_an_old_server_that_knows_neither_form_in_accept() -> None:
    answers = {
        "/api": {"kind": "APIVersions", "versions": ["v1"]},
        "/apis": {"kind": "APIGroupList", "groups": []},
        "/api/v1": {"resources": [{"name": "pods", "kind": "Pod", "namespaced": True, "verbs": ["list"]}]},
    }

    async def handler(request: web.Request) -> web.Response:
        if "apidiscovery" in request.headers["Accept"]:
            return web.json_response({"kind": "Status", "reason": "NotAcceptable", "code": 406}, status=406)
        return web.json_response(answers[request.path])

    async with serving(handler) as url, connected(url) as connection:
        kinds = await discover(connection)
    assert [kind.plural for kind in kinds.all] == ["pods"]


async def test_the_version(cluster: EmbeddedCluster) -> None:
    async with connected(target(cluster.url, cluster.token)) as connection:
        assert (await version(connection)).startswith("v1.")

    async def handler(request: web.Request) -> web.Response:
        return web.json_response({"version": "9"})

    async with serving(handler) as url, connected(url) as connection:
        with pytest.raises(ApiError) as caught:
            await version(connection)
    assert caught.value.failure is Failure.NOT_KUBERNETES


async def test_a_plain_discovery_keeps_to_its_share_of_the_pool() -> None:
    flying = most = 0
    groups = [
        {"name": f"g{n}", "versions": [{"version": "v1"}], "preferredVersion": {"version": "v1"}} for n in range(40)
    ]

    async def handler(request: web.Request) -> web.Response:
        nonlocal flying, most
        flying += 1
        most = max(most, flying)
        await asyncio.sleep(0)
        flying -= 1
        if request.path == "/api":
            return web.json_response({"kind": "APIVersions", "versions": []})
        if request.path == "/apis":
            return web.json_response({"kind": "APIGroupList", "groups": groups})
        return web.json_response({"resources": [{"name": "xs", "kind": "X", "verbs": ["list"]}]})

    async with serving(handler) as url, connected(url) as connection:
        kinds = await discover(connection)
    assert len(kinds.all) == 40
    assert most <= 8


# What a typed name means


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("pods", PODS),
        ("PO", PODS),
        ("pod", PODS),
        ("Pod", PODS),
        ("deploy", DEPLOYMENTS),
        ("deployments.apps", DEPLOYMENTS),
        ("deploy.apps", DEPLOYMENTS),
        ("deployments.v1.apps", DEPLOYMENTS),
        ("deployment.v1.apps", DEPLOYMENTS),
        ("deploy.v1.apps", DEPLOYMENTS),
        ("events", EVENTS),
        ("ev", EVENTS),
        ("events.events.k8s.io", EVENTS_2),
        ("hpa", HPA_2),
        ("horizontalpodautoscalers.v1.autoscaling", HPA_1),
        ("pdb", BUDGETS),
        (" nothing ", None),
        ("", None),
    ],
)
def test_exact_names(name: str, first: Kind | None) -> None:
    found = ALL.exact(name)
    assert (found[0] if found else None) == first
    assert (ALL.find(name)[:1] == (first,)) is (first is not None)


def test_near_names_come_after_exact_ones() -> None:
    assert ALL.find("pod") == (PODS, PODINFOS, BUDGETS, HPA_2)
    assert ALL.find("dep") == (DEPLOYMENTS,)
    assert ALL.find("budget") == (BUDGETS,)
    assert ALL.find("dplymts") == (DEPLOYMENTS,)
    assert ALL.find("event") == (EVENTS, EVENTS_2)
    assert ALL.find("in")[-1] == BINDINGS, "what cannot be listed comes last"
    assert ALL.find("zzz") == ()


def test_a_kind_whose_plural_was_guessed_is_found_by_its_kind() -> None:
    odd = Kind("shop.example", "v1", "oxen", "Ox")
    known = Kinds([PODS, odd])
    assert known.like(Kind("shop.example", "v1beta1", "oxes", "Ox")) is odd
    assert known.like(PODS) is PODS
    other = Kind("elsewhere.example", "v1", "oxes", "Ox")
    assert known.like(other) is other
