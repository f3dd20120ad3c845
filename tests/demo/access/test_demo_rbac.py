"""What Roles and bindings in the store let users do, as soon as they are there."""

from typing import Any

import pytest

from k8stui.demo.access import policy
from k8stui.demo.cluster import EmbeddedCluster
from tests.support.http import http
from tests.support.objects import pod

Object = dict[str, Any]
RBAC = "rbac.authorization.k8s.io/v1"


def role(name: str, namespace: str, *rules: Object) -> Object:
    meta = {"name": name} | ({"namespace": namespace} if namespace else {})
    kind = "Role" if namespace else "ClusterRole"
    return {"kind": kind, "apiVersion": RBAC, "metadata": meta, "rules": list(rules)}


def binding(called: str, namespace: str, role_kind: str, role_name: str, **subject: str) -> Object:
    meta = {"name": called} | ({"namespace": namespace} if namespace else {})
    kind = "RoleBinding" if namespace else "ClusterRoleBinding"
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": role_kind, "name": role_name}
    return {"kind": kind, "apiVersion": RBAC, "metadata": meta, "roleRef": reference, "subjects": [subject]}


PODS = {"verbs": ["get", "list"], "apiGroups": [""], "resources": ["pods"]}


async def test_the_editor_changes_things_in_one_namespace_and_no_rights(cluster: EmbeddedCluster) -> None:
    cluster.add_namespace("shop")
    cluster.store.create(pod("web", "shop"))
    async with http(cluster) as client:
        editor = client.as_user(cluster.editor_token)
        assert (await editor.get("/api/v1/namespaces/shop/secrets")).status == 200
        assert (await editor.ask("DELETE", "/api/v1/namespaces/shop/pods/web")).status == 200
        assert (await editor.get("/api/v1/nodes")).status == 403
        assert (await editor.get("/api/v1/namespaces/other/pods")).status == 403
        refused = await editor.get("/apis/rbac.authorization.k8s.io/v1/namespaces/shop/roles")
    assert (refused.status, 'cannot list resource "roles"' in refused.message) == (403, True)


async def test_a_binding_counts_from_the_moment_it_is_made_until_it_is_gone(cluster: EmbeddedCluster) -> None:
    cluster.add_namespace("shop")
    cluster.access.add("t", "jane")
    async with http(cluster) as client:
        jane = client.as_user("t")
        assert (await jane.get("/api/v1/namespaces/shop/pods")).status == 403
        cluster.store.create(role("reader", "shop", PODS))
        cluster.store.create(binding("jane", "shop", "Role", "reader", kind="User", name="jane"))
        assert (await jane.get("/api/v1/namespaces/shop/pods")).status == 200
        assert (await jane.get("/api/v1/pods")).status == 403
        cluster.store.delete("rolebindings.rbac.authorization.k8s.io", "jane", "shop")
        assert (await jane.get("/api/v1/namespaces/shop/pods")).status == 403


async def test_groups_and_service_accounts_are_subjects_too(cluster: EmbeddedCluster) -> None:
    cluster.access.add("t", "jane", groups=("dev",))
    cluster.access.add_account("s", "shop", "robot", "uid-1")
    cluster.store.create(role("reader", "", PODS))
    cluster.store.create(binding("devs", "", "ClusterRole", "reader", kind="Group", name="dev"))
    cluster.store.create(binding("robots", "shop", "ClusterRole", "reader", kind="ServiceAccount", name="robot"))
    review = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    asked = {"spec": {"resourceAttributes": {"verb": "list", "resource": "pods", "namespace": "shop"}}}
    async with http(cluster) as client:
        assert (await client.as_user("t").get("/api/v1/pods")).status == 200
        robot = await client.as_user("s").ask("POST", review, asked)
        assert (await client.as_user("s").get("/api/v1/pods")).status == 403
    words = 'RBAC: allowed by RoleBinding "robots/shop" of ClusterRole "reader" to ServiceAccount "robot/shop"'
    assert robot.json["status"] == {"allowed": True, "reason": words}


async def test_a_subject_access_review_asks_about_somebody_else(cluster: EmbeddedCluster) -> None:
    path = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
    spec = {"user": "viewer", "resourceAttributes": {"verb": "delete", "resource": "pods", "namespace": "shop"}}
    async with http(cluster) as client:
        told = await client.ask("POST", path, {"spec": spec})
        nobody = await client.ask("POST", path, {"spec": {**spec, "user": ""}})
    assert (told.status, told.json["status"]) == (201, {"allowed": False})
    assert (nobody.status, "at least one of user or group" in nobody.message) == (422, True)


async def test_a_role_that_gathers_others_by_label(cluster: EmbeddedCluster) -> None:
    gathered = role("gathered", "") | {
        "rules": None,
        "aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {"to": "gathered"}}]},
    }
    part = role("part", "", PODS)
    part["metadata"]["labels"] = {"to": "gathered"}
    for obj in (gathered, part, binding("jane", "", "ClusterRole", "gathered", kind="User", name="jane")):
        cluster.store.create(obj)
    cluster.access.add("t", "jane")
    async with http(cluster) as client:
        assert (await client.as_user("t").get("/api/v1/pods")).status == 200


@pytest.mark.parametrize("poison", [{"rules": "all"}, {"rules": [{"verbs": 7}]}])
async def test_a_poisonous_role_grants_nothing_and_breaks_nothing(cluster: EmbeddedCluster, poison: Object) -> None:
    cluster.store.create({**role("bad", ""), **poison})
    cluster.store.create(binding("jane", "", "ClusterRole", "bad", kind="User", name="jane"))
    cluster.access.add("t", "jane")
    async with http(cluster) as client:
        assert (await client.as_user("t").get("/api/v1/pods")).status == 403
        assert (await client.get("/api/v1/pods")).status == 200


def test_every_cluster_starts_with_the_roles_that_operators_know() -> None:
    names = {(obj["kind"], obj["metadata"]["name"]) for obj in policy.bootstrap()}
    assert {("ClusterRole", name) for name in ("cluster-admin", "admin", "edit", "view")} <= names
    assert ("ClusterRoleBinding", "cluster-admin") in names
