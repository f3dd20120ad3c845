"""Bindings, ephemeral containers, resize and tokens over HTTP (facts: recorded, or asked of a real 1.34 server)."""

from base64 import urlsafe_b64decode
from typing import Any

import msgspec
import pytest

from k8stui.demo.cluster import EmbeddedCluster
from tests.support.http import Http, Reply, http
from tests.support.objects import pod

PODS = "/api/v1/namespaces/default/pods"
EPHEMERAL = f"{PODS}/web/ephemeralcontainers"
DEBUGGER = {"name": "debugger", "image": "tools:1", "targetContainerName": "main"}


def unplaced(name: str = "web", **spec: Any) -> dict[str, Any]:
    containers = [{"name": "main", "image": "web:1"}]
    metadata = {"name": name, "namespace": "default"}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": containers, **spec}}


async def bind(client: Http, path: str, **more: Any) -> Reply:
    body = {"kind": "Binding", "metadata": {"name": "web"}, "target": {"kind": "Node", "name": "worker-1"}} | more
    return await client.ask("POST", f"/api/v1/namespaces/default/{path}", body)


# ---- bindings


@pytest.mark.parametrize("path", ["pods/web/binding", "bindings"])
async def test_a_binding_gives_the_pod_its_node(cluster: EmbeddedCluster, path: str) -> None:
    cluster.registry.create(unplaced())
    async with http(cluster) as client:
        tried = await bind(client, f"{path}?dryRun=All")
        assert "nodeName" not in cluster.store.get("pods", "web", "default")["spec"]
        done = await bind(client, path, metadata={"name": "web", "annotations": {"a": "b"}})
        again = await bind(client, path)
    assert (tried.status, done.status, done.json["code"], again.status) == (201, 201, 201, 409)
    bound = cluster.store.get("pods", "web", "default")
    assert (bound["spec"]["nodeName"], bound["metadata"]["annotations"]) == ("worker-1", {"a": "b"})
    assert bound["metadata"]["generation"] == 1
    assert bound["status"]["conditions"] == [
        {"type": "PodScheduled", "status": "True", "lastProbeTime": None, "lastTransitionTime": "2026-09-21T14:13:20Z"}
    ]
    assert again.message.endswith('pod web is already assigned to node "worker-1"')
    assert again.json["details"] == {"name": "web", "kind": "pods/binding"}


@pytest.mark.parametrize(
    ("more", "code", "message"),
    [
        ({"metadata": {"name": "other"}}, 400, "name in URL does not match name in Binding object"),
        ({"target": {}}, 500, "target.name: Required value"),
        ({"target": {"kind": "Pod", "name": "x"}}, 500, 'target.kind: Unsupported value: "Pod"'),
        ({"target": 5}, 400, "Go struct field Binding.target of type v1.ObjectReference"),
        ({"metadata": {"name": "web", "uid": "1"}}, 409, "Precondition failed: UID in precondition: 1"),
        ({"metadata": {"name": "web", "resourceVersion": "1"}}, 409, "ResourceVersion in precondition: 1"),
    ],
)
async def test_a_bad_binding_is_refused(
    cluster: EmbeddedCluster, more: dict[str, Any], code: int, message: str
) -> None:
    cluster.registry.create(unplaced())
    async with http(cluster) as client:
        refused = await bind(client, "pods/web/binding", **more)
    assert refused.status == code
    assert message in refused.message


async def test_a_gated_pod_and_one_that_goes_cannot_be_bound(cluster: EmbeddedCluster) -> None:
    cluster.store.create(unplaced(schedulingGates=[{"name": "example.com/gate"}]))
    cluster.store.create(pod("going", node="", finalizers=["example.com/hold"]))
    cluster.registry.delete("pods", "going", "default")
    async with http(cluster) as client:
        gated = await bind(client, "pods/web/binding")
        going = await bind(client, "bindings", metadata={"name": "going"})
        missing = await bind(client, "bindings", metadata={"name": "none"})
    assert gated.message.endswith("pod web has non-empty .spec.schedulingGates")
    assert going.message.endswith("pod going is being deleted, cannot be assigned to a host")
    assert (gated.status, going.status, missing.status) == (409, 409, 404)


# ---- ephemeral containers


async def test_ephemeral_containers_are_added_with_their_defaults(cluster: EmbeddedCluster) -> None:
    made = cluster.registry.create(unplaced())
    body = {"spec": {"ephemeralContainers": [DEBUGGER]}, "metadata": {"labels": {"no": "label"}}}
    async with http(cluster) as client:
        tried = await client.patch(f"{EPHEMERAL}?dryRun=All", body)
        done = await client.patch(EPHEMERAL, body)
        same = await client.patch(EPHEMERAL, body)
        read = await client.get(EPHEMERAL)
    assert tried.json["metadata"]["resourceVersion"] == made["metadata"]["resourceVersion"]
    assert (tried.json["metadata"]["generation"], done.json["metadata"]["generation"]) == (2, 2)
    assert "labels" not in done.json["metadata"]
    (added,) = done.json["spec"]["ephemeralContainers"]
    assert added == DEBUGGER | {
        "resources": {},
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "imagePullPolicy": "IfNotPresent",
    }
    assert same.json == done.json == read.json


async def test_a_put_changes_the_ephemeral_containers_and_nothing_else(cluster: EmbeddedCluster) -> None:
    made = cluster.registry.create(unplaced())
    spec = made["spec"] | {"containers": [{"name": "main", "image": "other:2"}], "ephemeralContainers": [DEBUGGER]}
    async with http(cluster) as client:
        done = await client.ask("PUT", EPHEMERAL, made | {"spec": spec})
        stale = await client.ask("PUT", EPHEMERAL, made | {"spec": spec})
    assert (done.status, stale.status) == (200, 409)
    assert done.json["spec"]["containers"] == made["spec"]["containers"]
    assert [each["name"] for each in done.json["spec"]["ephemeralContainers"]] == ["debugger"]


@pytest.mark.parametrize(
    ("container", "kind", "message"),
    [
        (
            {"name": "main", "image": "a:1"},
            "strategic-merge",
            'spec.ephemeralContainers[0].name: Duplicate value: "main"',
        ),
        ({"name": "d", "image": "a:1", "targetContainerName": "none"}, "strategic-merge", 'Not found: "none"'),
        (
            {"name": "d", "image": "a:1", "ports": [{"containerPort": 1}]},
            "strategic-merge",
            "[0].ports: Forbidden: cannot be",
        ),
        ({"name": "d"}, "strategic-merge", "spec.ephemeralContainers[0].image: Required value"),
        (
            {"name": "old", "image": "b:2"},
            "strategic-merge",
            'existing ephemeral containers "old" may not be changed\n@@',
        ),
        (DEBUGGER, "merge", 'existing ephemeral containers "old" may not be removed\n'),
    ],
)
async def test_only_additions_are_allowed(
    cluster: EmbeddedCluster, container: dict[str, Any], kind: str, message: str
) -> None:
    cluster.registry.create(unplaced())
    async with http(cluster) as client:
        first = await client.patch(EPHEMERAL, {"spec": {"ephemeralContainers": [{"name": "old", "image": "a:1"}]}})
        refused = await client.patch(EPHEMERAL, {"spec": {"ephemeralContainers": [container]}}, kind)
    assert (first.status, refused.status) == (200, 422)
    assert message in refused.message
    assert cluster.store.get("pods", "web", "default") == first.json


# ---- resize


async def test_a_resize_changes_resources_only(cluster: EmbeddedCluster) -> None:
    resources = {"requests": {"cpu": "100m"}, "limits": {"cpu": "200m"}}
    cluster.registry.create(unplaced(containers=[{"name": "main", "image": "web:1", "resources": resources}]))

    async def resize(client: Http, limits: Any, **more: Any) -> Reply:
        container = {"name": "main", "resources": {"limits": limits}, **more}
        return await client.patch(f"{PODS}/web/resize", {"spec": {"containers": [container]}})

    async with http(cluster) as client:
        done = await resize(client, {"cpu": "500m"}, image="other:2")
        over = await resize(client, {"cpu": "10m"})
        without = await resize(client, None)
    (container,) = done.json["spec"]["containers"]
    assert (container["image"], container["resources"]["limits"]) == ("web:1", {"cpu": "500m"})
    assert done.json["metadata"]["generation"] == 2
    assert "must be less than or equal to cpu limit of 10m" in over.message
    assert without.message.endswith("spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed")


# ---- tokens


async def test_a_service_account_gets_a_token_that_expires(cluster: EmbeddedCluster) -> None:
    account = {"kind": "ServiceAccount", "apiVersion": "v1", "metadata": {"name": "robot", "namespace": "default"}}
    cluster.registry.create(account)
    path = "/api/v1/namespaces/default/serviceaccounts/robot/token"
    async with http(cluster) as client:
        made = await client.ask("POST", path, {"spec": {"expirationSeconds": 600, "audiences": ["vault"]}})
        other = await client.ask("POST", path, {})
        brief = await client.ask("POST", path, {"spec": {"expirationSeconds": 5}})
        bound = await client.ask(
            "POST", path, {"spec": {"boundObjectRef": {"kind": "Pod", "apiVersion": "v1", "name": "x"}}}
        )
        odd = await client.ask(
            "POST", path, {"spec": {"boundObjectRef": {"kind": "X", "apiVersion": "v1", "name": "x"}}}
        )
        missing = await client.ask("POST", path.replace("robot", "none"), {})
    claims = msgspec.json.decode(urlsafe_b64decode(made.json["status"]["token"].split(".")[1] + "=="))
    assert (made.status, made.json["kind"], made.json["status"]["expirationTimestamp"]) == (
        201,
        "TokenRequest",
        "2026-09-21T14:23:20Z",
    )
    assert (claims["aud"], claims["sub"]) == (["vault"], "system:serviceaccount:default:robot")
    assert claims["exp"] - claims["iat"] == 600
    assert other.json["spec"]["expirationSeconds"] == 3600
    assert other.json["status"]["token"] != made.json["status"]["token"]
    assert "may not specify a duration less than 10 minutes" in brief.message
    assert [each.status for each in (brief, bound, odd, missing)] == [422, 404, 400, 404]
