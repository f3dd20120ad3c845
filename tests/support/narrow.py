"""Users with few rights, and what they cost the server."""

from collections import Counter
from typing import Any

from k8stui.cluster.asks import of_request
from k8stui.demo.access.policy import GROUP
from k8stui.demo.access.rules import Rule
from k8stui.demo.cluster import EmbeddedCluster

TOKEN = "narrow-token"
REVIEWS = ("selfsubjectaccessreviews", "selfsubjectrulesreviews", "selfsubjectreviews")


def may(verbs: str, resources: str, namespace: str | None = None, group: str = "") -> Rule:
    """A rule for resources of one group; namespace None: in the whole cluster."""
    return Rule(tuple(verbs.split()), (group,), tuple(resources.split()), namespace)


def user(cluster: EmbeddedCluster, *rules: Rule) -> None:
    """The user `bob` may this, whatever they could before."""
    cluster.access.add(TOKEN, "bob", may("create", " ".join(REVIEWS), group="*"), *rules)


def config(cluster: EmbeddedCluster, namespace: str = "") -> dict[str, Any]:
    """A kubeconfig with one context, that of `bob`."""
    made = cluster.kubeconfig()
    there = {"cluster": "demo", "user": "bob"} | ({"namespace": namespace} if namespace else {})
    return made | {
        "users": [{"name": "bob", "user": {"token": TOKEN}}],
        "contexts": [{"name": "narrow", "context": there}],
        "current-context": "narrow",
    }


def bind(cluster: EmbeddedCluster, namespace: str, account: str) -> str:
    """A ServiceAccount with a Role of its own in one namespace and nothing else; returns its user's name."""
    rules = [
        {"apiGroups": [""], "resources": ["pods", "pods/log", "services", "events"], "verbs": ["get", "list", "watch"]},
        {"apiGroups": ["apps"], "resources": ["deployments", "replicasets"], "verbs": ["get", "list", "watch"]},
    ]
    meta = {"name": account, "namespace": namespace}
    version = f"{GROUP}/v1"
    role = {"apiGroup": GROUP, "kind": "Role", "name": account}
    subject = {"kind": "ServiceAccount", "name": account, "namespace": namespace}
    cluster.store.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": dict(meta)})
    cluster.store.create({"apiVersion": version, "kind": "Role", "metadata": dict(meta), "rules": rules})
    cluster.store.create(
        {"apiVersion": version, "kind": "RoleBinding", "metadata": dict(meta), "subjects": [subject], "roleRef": role}
    )
    return f"system:serviceaccount:{namespace}:{account}"


def refused(cluster: EmbeddedCluster) -> Counter[str]:
    """The requests that were answered with 403: how often each, as `list pods`, `get pods.metrics.k8s.io`."""
    found: Counter[str] = Counter()
    for each in cluster.requests:
        wanted = of_request(each.method, each.path, tuple(each.query.items()))
        if each.status == 403 and wanted is not None:
            found[f"{wanted.verb} {'.'.join(filter(None, (wanted.resource, wanted.group)))}"] += 1
    return found


def reviews(cluster: EmbeddedCluster) -> int:
    """How often the server was asked about rights."""
    return sum(each.resource in REVIEWS for each in cluster.requests)
