"""Who may what, and how a refusal reads."""

import pytest

from k8stui.demo.access.rules import ANY, Attributes, Rule
from k8stui.demo.cluster import EmbeddedCluster
from tests.support.http import http
from tests.support.objects import node, pod

SSAR = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
RULES = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"
WHO = "/apis/authentication.k8s.io/v1/selfsubjectreviews"


@pytest.mark.parametrize(
    ("method", "path", "message"),
    [
        ("GET", "/api/v1/nodes", 'nodes is forbidden: User "viewer" cannot list resource "nodes" in API group "" at'),
        ("GET", "/api/v1/nodes?watch=1", 'nodes is forbidden: User "viewer" cannot watch resource "nodes"'),
        ("GET", "/api/v1/nodes/n", 'nodes "n" is forbidden: User "viewer" cannot get resource "nodes" in API group ""'),
        ("GET", "/api/v1/pods", 'cannot list resource "pods" in API group "" at the cluster scope'),
        ("GET", "/api/v1/namespaces", 'cannot list resource "namespaces" in API group "" at the cluster scope'),
        (
            "GET",
            "/api/v1/namespaces/other/pods",
            'list resource "pods" in API group "" in the namespace "other"',
        ),
        ("GET", "/api/v1/namespaces/shop/secrets/s", 'secrets "s" is forbidden'),
        ("DELETE", "/api/v1/namespaces/shop/pods/p", 'cannot delete resource "pods"'),
        ("PATCH", "/apis/apps/v1/namespaces/shop/deployments/d/scale", 'cannot patch resource "deployments/scale"'),
        ("GET", "/apis/nope.example.com/v1/namespaces/shop/foos", "foos.nope.example.com is forbidden"),
        ("GET", "/metrics", 'forbidden: User "viewer" cannot get path "/metrics"'),
    ],
)
async def test_the_viewer_is_refused(cluster: EmbeddedCluster, method: str, path: str, message: str) -> None:
    async with http(cluster) as client:
        refused = await client.as_user(cluster.viewer_token).ask(method, path)
    assert (refused.status, refused.json["reason"]) == (403, "Forbidden")
    assert message in refused.message


async def test_the_message_names_a_subresource_and_the_details_do_not(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        refused = await client.as_user(cluster.viewer_token).ask("POST", "/api/v1/namespaces/shop/pods/p/exec")
    assert 'resource "pods/exec"' in refused.message
    assert refused.json["details"] == {"name": "p", "kind": "pods"}


async def test_the_viewer_reads_its_namespace(cluster: EmbeddedCluster) -> None:
    cluster.add_namespace("shop")
    cluster.store.create(pod("web", "shop"))
    async with http(cluster) as client:
        viewer = client.as_user(cluster.viewer_token)
        assert len((await viewer.get("/api/v1/namespaces/shop/pods")).json["items"]) == 1
        assert (await viewer.get("/api/v1/namespaces/shop")).json["kind"] == "Namespace"
        assert (await viewer.get("/api/v1/namespaces/shop/pods/none")).status == 404
        assert (await viewer.get("/apis")).status == 200


async def test_a_wrong_token_is_401_and_none_is_anonymous(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        wrong = await client.as_user("nope").get("/version")
        nobody = await client.as_user("").get("/api/v1/pods")
        version = await client.as_user("").get("/version")
    assert (wrong.status, wrong.json["message"], "details" in wrong.json) == (401, "Unauthorized", False)
    assert (nobody.status, 'User "system:anonymous"' in nobody.message) == (403, True)
    assert version.status == 200


async def test_a_revoked_token_is_401_from_then_on(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        assert (await client.get("/api")).status == 200
        cluster.access.revoke(cluster.token)
        assert (await client.get("/api")).status == 401


async def test_rules_are_scriptable(cluster: EmbeddedCluster) -> None:
    cluster.access.add("t", "jane", Rule(("list",), ("",), ("nodes",)))
    cluster.access.deny("watch", "pods", user="admin", namespace="shop")
    async with http(cluster) as client:
        jane = client.as_user("t")
        assert (await jane.get("/api/v1/nodes")).status == 200
        assert (await jane.get("/api/v1/nodes?watch=1")).status == 403
        assert (await client.get("/api/v1/namespaces/shop/pods")).status == 200
        assert (await client.get("/api/v1/namespaces/shop/pods?watch=1")).status == 403
        cluster.access.rules["jane"].append(Rule(ANY, ANY, ANY, "shop"))
        assert (await jane.get("/api/v1/namespaces/shop/secrets")).status == 200
        assert (await jane.get("/api/v1/namespaces/other/secrets")).status == 403


async def test_rules_of_names_allow_those_only(cluster: EmbeddedCluster) -> None:
    rule = Rule(("get",), ("",), ("nodes",), names=("a",))
    assert rule.allows(Attributes("get", resource="nodes", name="a"))
    assert not rule.allows(Attributes("get", resource="nodes", name="b"))


async def test_access_reviews_agree_with_what_is_enforced(cluster: EmbeddedCluster) -> None:
    allowed = {"verb": "list", "resource": "pods", "namespace": "shop", "group": ""}
    async with http(cluster) as client:
        viewer = client.as_user(cluster.viewer_token)
        yes = await viewer.ask("POST", SSAR, {"spec": {"resourceAttributes": allowed}})
        no = await viewer.ask("POST", SSAR, {"spec": {"resourceAttributes": {"verb": "list", "resource": "nodes"}}})
        admin = await client.ask("POST", SSAR, {"spec": {"resourceAttributes": {"verb": "fly", "resource": "kites"}}})
    reason = 'RBAC: allowed by RoleBinding "viewer/shop" of ClusterRole "view" to User "viewer"'
    assert (yes.status, yes.json["status"]) == (201, {"allowed": True, "reason": reason})
    assert yes.json["spec"] == {"resourceAttributes": {"verb": "list", "resource": "pods", "namespace": "shop"}}
    assert (no.json["status"], admin.json["status"]) == ({"allowed": False}, {"allowed": True})


async def test_rules_reviews_hold_for_one_namespace(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        viewer = client.as_user(cluster.viewer_token)
        shop = (await viewer.ask("POST", RULES, {"spec": {"namespace": "shop"}})).json["status"]
        other = (await viewer.ask("POST", RULES, {"spec": {"namespace": "other"}})).json["status"]
        none = await viewer.ask("POST", RULES, {"spec": {}})
    assert any("pods" in rule["resources"] for rule in shop["resourceRules"])
    assert not any("pods" in rule["resources"] for rule in other["resourceRules"])
    assert (none.status, none.message) == (400, "no namespace on request")


async def test_who_am_i_also_when_impersonating(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        me = (await client.ask("POST", WHO, {})).json["status"]["userInfo"]
        jane = {"Impersonate_User": "jane", "Impersonate_Group": "dev", "Impersonate_Extra_Team": "a"}
        her = (await client.ask("POST", WHO, {}, **jane)).json["status"]["userInfo"]
        refused = await client.as_user(cluster.viewer_token).get("/api", Impersonate_User="admin")
        lonely = await client.get("/api", Impersonate_Group="dev")
    assert me == {"username": "admin", "uid": "1", "groups": ["system:masters", "system:authenticated"]}
    assert her == {"username": "jane", "groups": ["dev", "system:authenticated"], "extra": {"team": ["a"]}}
    assert (refused.status, "cannot impersonate resource" in refused.message) == (403, True)
    assert (lonely.status, lonely.body.startswith(b"Internal Server Error:")) == (500, True)


async def test_403_comes_before_404(cluster: EmbeddedCluster) -> None:
    cluster.store.create(node("n"))
    async with http(cluster) as client:
        answers = [await client.as_user(cluster.viewer_token).get(f"/api/v1/nodes/{name}") for name in ("n", "none")]
    assert [answer.status for answer in answers] == [403, 403]
