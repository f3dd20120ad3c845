"""Requests read as the server reads them (the cases of RequestInfoFactory's rules)."""

import pytest

from k8stui.cluster.asks import Ask, ask, of_request
from k8stui.model.kinds import DEPLOYMENTS, NAMESPACES, NODES, PODS

CORE = "/api/v1"


@pytest.mark.parametrize(
    ("method", "path", "query", "wanted"),
    [
        ("GET", f"{CORE}/pods", {}, Ask("list", "", "pods")),
        ("GET", f"{CORE}/pods/", {}, Ask("list", "", "pods")),
        ("GET", f"{CORE}/namespaces/shop/pods", {}, Ask("list", "", "pods", "shop")),
        ("GET", f"{CORE}/namespaces/shop/pods", {"watch": "true"}, Ask("watch", "", "pods", "shop")),
        ("GET", f"{CORE}/namespaces/shop/pods/web-1", {}, Ask("get", "", "pods", "shop", "web-1")),
        ("GET", f"{CORE}/namespaces/shop/pods/web-1/log", {}, Ask("get", "", "pods", "shop", "web-1", "log")),
        ("POST", f"{CORE}/namespaces/shop/pods/a/eviction", {}, Ask("create", "", "pods", "shop", "a", "eviction")),
        ("POST", f"{CORE}/namespaces/shop/pods", {}, Ask("create", "", "pods", "shop")),
        ("PATCH", f"{CORE}/nodes/worker-1", {}, Ask("patch", "", "nodes", "", "worker-1")),
        ("put", f"{CORE}/nodes/worker-1/status", {}, Ask("update", "", "nodes", "", "worker-1", "status")),
        ("DELETE", f"{CORE}/namespaces/shop/pods/web-1", {}, Ask("delete", "", "pods", "shop", "web-1")),
        ("DELETE", f"{CORE}/namespaces/shop/pods", {}, Ask("deletecollection", "", "pods", "shop")),
        ("GET", f"{CORE}/namespaces", {}, Ask("list", "", "namespaces")),
        ("GET", f"{CORE}/namespaces/shop", {}, Ask("get", "", "namespaces", "shop", "shop")),
        ("PUT", f"{CORE}/namespaces/a/finalize", {}, Ask("update", "", "namespaces", "a", "a", "finalize")),
        ("PATCH", "/apis/apps/v1/namespaces/shop/deployments/web/scale", {},
         Ask("patch", "apps", "deployments", "shop", "web", "scale")),
        ("GET", "/apis/metrics.k8s.io/v1beta1/nodes", {}, Ask("list", "metrics.k8s.io", "nodes")),
        ("GET", f"{CORE}/pods", {"fieldSelector": "metadata.name=a"}, Ask("list", "", "pods", "", "a")),
        ("GET", f"{CORE}/pods", {"fieldSelector": "spec.nodeName=a"}, Ask("list", "", "pods")),
        ("GET", f"{CORE}/namespaces/shop/pods/a%2Fb", {}, Ask("get", "", "pods", "shop", "a/b")),
        ("GET", "/version", {}, None),
        ("GET", "/apis", {}, None),
        ("GET", "/apis/apps/v1", {}, None),
        ("GET", "/api/v1", {}, None),
        ("GET", "/healthz/etcd", {}, None),
        ("OPTIONS", f"{CORE}/pods", {}, None),
    ],
)  # fmt: skip
def test_what_a_request_needs(method: str, path: str, query: dict[str, str], wanted: Ask | None) -> None:
    assert of_request(method, path, tuple(query.items())) == wanted


@pytest.mark.parametrize("kind", [PODS, NODES, NAMESPACES, DEPLOYMENTS])
@pytest.mark.parametrize("name", ["", "web-1"])
def test_a_question_is_that_of_its_request(kind: object, name: str) -> None:
    from k8stui.model.kinds import Kind

    assert isinstance(kind, Kind)
    verb = "get" if name else "list"
    assert of_request("GET", kind.path("shop", name)) == ask(verb, kind, "shop", name)
