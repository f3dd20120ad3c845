"""Lists over HTTP: paging, revisions, selectors. Wordings and codes are those of recorded answers."""

from typing import Any
from urllib.parse import quote

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.options import Options
from tests.support.clock import ManualClock
from tests.support.http import http
from tests.support.objects import configmap, node, pod

PODS = "/api/v1/namespaces/default/pods"


def fill(cluster: EmbeddedCluster, count: int = 7) -> None:
    for index in range(count):
        cluster.store.create(pod(f"p{index}", labels={"app": "ab"[index % 2], "tier": f"t{index % 3}"}))


def names(listed: Any) -> list[str]:
    return [item["metadata"]["name"] for item in listed["items"]]


async def test_pages_hold_every_object_once_and_count_the_rest(cluster: EmbeddedCluster) -> None:
    fill(cluster)
    async with http(cluster) as client:
        seen, remaining, token = [], [], ""
        while True:
            listed = (await client.get(f"{PODS}?limit=3&continue={token}")).json
            seen += names(listed)
            remaining.append(listed["metadata"].get("remainingItemCount"))
            token = listed["metadata"].get("continue", "")
            if not token:
                break
    assert seen == [f"p{index}" for index in range(7)]
    assert remaining == [4, 1, None]


async def test_all_pages_show_one_revision_whatever_changes_between_them(cluster: EmbeddedCluster) -> None:
    fill(cluster)
    async with http(cluster) as client:
        first = (await client.get(f"{PODS}?limit=3")).json
        cluster.store.delete("pods", "p5", "default")
        cluster.store.create(pod("p55"))
        cluster.store.create(pod("p0a"))
        second = (await client.get(f"{PODS}?limit=9&continue={first['metadata']['continue']}")).json
    assert names(second) == ["p3", "p4", "p5", "p6"]
    assert second["metadata"]["resourceVersion"] == first["metadata"]["resourceVersion"]


async def test_pages_over_all_namespaces_go_on_within_a_namespace(cluster: EmbeddedCluster) -> None:
    for namespace in ("one", "two"):
        for name in ("a", "b", "c"):
            cluster.store.create(pod(name, namespace))
    async with http(cluster) as client:
        first = (await client.get("/api/v1/pods?limit=4")).json
        second = (await client.get(f"/api/v1/pods?limit=4&continue={first['metadata']['continue']}")).json
    assert names(first) + names(second) == ["a", "b", "c", "a", "b", "c"]


async def test_a_token_behind_the_log_is_410_and_hands_out_one_to_go_on_with(cluster: EmbeddedCluster) -> None:
    fill(cluster)
    async with http(cluster) as client:
        token = (await client.get(f"{PODS}?limit=3")).json["metadata"]["continue"]
        cluster.store.create(pod("p9"))
        cluster.store.compact()
        refused = await client.get(f"{PODS}?limit=3&continue={token}")
        assert refused.status == 410
        assert refused.json["reason"] == "Expired"
        rest = (await client.get(f"{PODS}?continue={refused.json['metadata']['continue']}")).json
    assert names(rest) == ["p3", "p4", "p5", "p6", "p9"]


async def test_items_of_built_in_kinds_have_no_kind_and_single_objects_have(cluster: EmbeddedCluster) -> None:
    fill(cluster, 1)
    async with http(cluster) as client:
        listed = (await client.get(PODS)).json
        one = (await client.get(f"{PODS}/p0")).json
    assert list(listed) == ["kind", "apiVersion", "metadata", "items"]
    assert list(listed["items"][0]) == ["metadata", "spec", "status"]
    assert list(one) == ["kind", "apiVersion", "metadata", "spec", "status"]


async def test_a_page_with_a_selector_does_not_count_the_rest(cluster: EmbeddedCluster) -> None:
    fill(cluster)
    async with http(cluster) as client:
        listed = (await client.get(f"{PODS}?limit=2&labelSelector=app%3Da")).json
    assert names(listed) == ["p0", "p2"]
    assert "remainingItemCount" not in listed["metadata"]
    assert listed["metadata"]["continue"]


@pytest.mark.parametrize("query", ["resourceVersion=0&limit=2", "limit=-1", "limit=50", ""])
async def test_these_list_everything(cluster: EmbeddedCluster, query: str) -> None:
    fill(cluster)
    async with http(cluster) as client:
        listed = (await client.get(f"{PODS}?{query}")).json
    assert len(listed["items"]) == 7
    assert list(listed["metadata"]) == ["resourceVersion"]


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        ("limit=x", 400, 'strconv.ParseInt: parsing "x": invalid syntax'),
        ("resourceVersion=abc", 400, "invalid resource version"),
        ("continue=garbage", 400, "invalid continue token: continue key is not valid"),
        ("resourceVersionMatch=Exact", 422, "resourceVersionMatch is forbidden unless resourceVersion is provided"),
        ("resourceVersion=0&resourceVersionMatch=Exact", 422, 'is forbidden for resourceVersion "0"'),
        ("resourceVersion=1&resourceVersionMatch=Sometimes", 422, 'Unsupported value: "Sometimes"'),
        ("sendInitialEvents=true&resourceVersion=1&resourceVersionMatch=NotOlderThan", 422, "is forbidden for list"),
        ("labelSelector=app+in+a", 400, "unable to parse requirement: found 'a' expected: '('"),
        ("labelSelector=a+b", 400, "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"),
        ("labelSelector=app%3Da,,n", 400, "found ',', expected: identifier after ','"),
        ("labelSelector=n%3Ex", 400, "values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators"),
        ("labelSelector=n%3E-1", 400, 'values[0][n]: Invalid value: "-1": a valid label must be'),
        ("labelSelector=a/b/c%3Dd", 400, 'Invalid value: "a/b/c": a qualified name must consist of'),
        ("labelSelector=/x%3Dy", 400, 'Invalid value: "/x": prefix part must be non-empty'),
        ("labelSelector=!!app", 400, "found '!', expected: identifier"),
        ("fieldSelector=a%3Db%3Dc", 400, "invalid field selector: unescaped character in value: 61"),
        ("limit=", 400, 'strconv.ParseInt: parsing "": invalid syntax'),
        ("limit=99999999999999999999", 400, "value out of range"),
        ("timeoutSeconds=x", 400, 'strconv.ParseInt: parsing "x": invalid syntax'),
        ("continue=x", 400, "illegal base64 data at input byte 0"),
        ("continue=e30", 400, "server does not recognize this encoded version"),
        ("watch=true&continue=x", 422, "resourceVersionMatch is forbidden when continue is provided"),
        ("labelSelector=-bad%3D1", 400, 'unable to parse requirement: <nil>: Invalid value: "-bad": name part'),
        ("labelSelector=app%3Dbad+value", 400, "found 'value', expected: ',' or 'end of string'"),
        ("fieldSelector=nonsense", 400, "invalid selector: 'nonsense'; can't understand 'nonsense'"),
        ("fieldSelector=spec.containers%3Dx", 400, "field label not supported: spec.containers"),
    ],
)
async def test_a_bad_parameter_is_refused(cluster: EmbeddedCluster, query: str, code: int, message: str) -> None:
    async with http(cluster) as client:
        refused = await client.get(f"{PODS}?{query}")
    assert refused.status == refused.json["code"] == code
    assert message in refused.message


@pytest.mark.parametrize(
    "query",
    [
        "labelSelector=app+in+()",
        "fieldSelector=%3D",
        "fieldSelector=metadata.name%3Dp%5C,1",
        "fieldSelector=status.podIPs%3Dx",
    ],
)
async def test_an_odd_parameter_is_taken(cluster: EmbeddedCluster, query: str) -> None:
    async with http(cluster) as client:
        assert (await client.get(f"{PODS}?{query}")).json["items"] == []


async def test_other_kinds_word_an_unknown_field_differently(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        refused = await client.get("/api/v1/configmaps?fieldSelector=data.k%3Dv")
    known = 'only "metadata.name", "metadata.namespace"'
    assert refused.message == f'"data.k" is not a known field selector: {known}'


async def test_an_exact_revision_that_was_compacted_is_410(cluster: EmbeddedCluster) -> None:
    fill(cluster)
    cluster.store.compact()
    async with http(cluster) as client:
        refused = await client.get(f"{PODS}?resourceVersion=1&resourceVersionMatch=Exact")
    assert (refused.status, refused.json["reason"]) == (410, "Expired")


async def test_a_future_revision_is_504_with_retry_after(clock: ManualClock) -> None:
    cluster = EmbeddedCluster(clock, options=Options(future_wait=0.01))
    await cluster.start()
    async with http(cluster) as client:
        refused = await client.get(f"{PODS}?resourceVersion=999999")
    await cluster.stop()
    assert refused.status == 504
    assert refused.headers["Retry-After"] == "1"
    assert refused.json["details"]["causes"][0]["reason"] == "ResourceVersionTooLarge"


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("app=a", "0246"),
        ("app==a", "0246"),
        ("app!=a", "135"),
        ("app in (a,b),tier notin (t0)", "1245"),
        ("app", "0123456"),
        ("!app", ""),
        ("tier in (t0, t1),app=a", "046"),
        ("nokey notin (x)", "0123456"),
        ("app=", ""),
        ("n>1", ""),
    ],
)
async def test_label_selectors(cluster: EmbeddedCluster, selector: str, found: str) -> None:
    fill(cluster)
    async with http(cluster) as client:
        listed = (await client.get(f"{PODS}?labelSelector={quote(selector)}")).json
    assert names(listed) == [f"p{digit}" for digit in found]


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("metadata.name=p1", ["p1"]),
        ("metadata.name!=p1,status.phase=Running", ["p0"]),
        ("spec.nodeName=worker-9", ["pending"]),
        ("status.phase!=Running,status.phase!=Pending", []),
        ("metadata.namespace=other", []),
    ],
)
async def test_field_selectors_of_pods(cluster: EmbeddedCluster, selector: str, found: list[str]) -> None:
    fill(cluster, 2)
    cluster.store.create(pod("pending", node="worker-9", phase="Pending"))
    async with http(cluster) as client:
        assert names((await client.get(f"{PODS}?fieldSelector={quote(selector)}")).json) == found


async def test_field_selectors_have_the_defaults_of_the_server(cluster: EmbeddedCluster) -> None:
    cluster.store.create(node("a"))
    cluster.store.create(node("b") | {"spec": {"unschedulable": True}})
    event = {"apiVersion": "v1", "kind": "Event", "metadata": {"name": "e"}, "type": "Warning", "reason": "BackOff"}
    cluster.store.create(event | {"involvedObject": {"kind": "Pod", "name": "web"}, "source": {"component": "kubelet"}})
    async with http(cluster) as client:
        assert names((await client.get("/api/v1/nodes?fieldSelector=spec.unschedulable%3Dfalse")).json) == ["a"]
        for selector in ("involvedObject.name=web", "type=Warning,reason=BackOff", "source=kubelet"):
            assert names((await client.get(f"/api/v1/events?fieldSelector={quote(selector)}")).json) == ["e"]


async def test_a_list_in_a_namespace_that_does_not_exist_is_empty(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        listed = await client.get("/api/v1/namespaces/nowhere/pods")
    assert (listed.status, listed.json["items"]) == (200, [])


async def test_metadata_only_lists_leave_everything_else_out(cluster: EmbeddedCluster) -> None:
    cluster.store.create(configmap("c"))
    accept = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"
    async with http(cluster) as client:
        listed = (await client.get("/api/v1/configmaps", Accept=accept)).json
    assert listed["kind"] == "PartialObjectMetadataList"
    assert [list(item) for item in listed["items"]] == [["kind", "apiVersion", "metadata"]]
