"""A small cluster with a node to drain, on which every pod is another case; nothing in it moves by itself."""

from collections.abc import Iterator
from typing import Any

from k8stui.demo.cluster import EmbeddedCluster
from tests.support.scene import DAY, node, pod

Object = dict[str, Any]

READY = [{"type": "Ready", "status": "True"}]


def owned(name: str, owner: str, on: str, namespace: str = "shop", **more: Any) -> Object:
    """A ready pod of `Kind/name`; a ReplicaSet's is a Deployment's."""
    kind, _, called = owner.partition("/")
    hashed = {"pod-template-hash": called.rpartition("-")[2]} if kind == "ReplicaSet" else {}
    row = {"apiVersion": "apps/v1", "kind": kind, "name": called, "uid": f"uid-{called}", "controller": True}
    meta = {"ownerReferences": [row]} if owner else {}
    volumes = more.pop("volumes", [])
    made = pod(name, namespace, on, more.pop("age", DAY), meta=meta, labels=hashed, conditions=READY, **more)
    made["spec"] |= {"terminationGracePeriodSeconds": 30, "volumes": volumes}
    return made


def budget(name: str, app: str, allowed: int, needed: int, expected: int) -> Object:
    """A counted PodDisruptionBudget."""
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": name, "namespace": "shop", "generation": 1},
        "spec": {"selector": {"matchLabels": {"app": app}}, "minAvailable": needed},
        "status": {
            "disruptionsAllowed": allowed,
            "currentHealthy": needed + allowed,
            "desiredHealthy": needed,
            "expectedPods": expected,
            "observedGeneration": 1,
        },
    }


def daemonset(name: str, namespace: str) -> Object:
    """One that its pods' owner is found by."""
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "main", "image": "agent:1"}]}}
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"selector": {"matchLabels": labels}, "template": template},
    }


def objects() -> Iterator[Object]:
    """Everything but the namespaces."""
    for name in ("worker-1", "worker-2", "worker-3"):
        yield node(name)
    yield daemonset("agent", "kube-system")
    for number, on in enumerate(("worker-2", "worker-2", "worker-1", "worker-3")):
        yield owned(f"web-78f9c-{number}xk2d", "ReplicaSet/web-78f9c", on)
    yield budget("web", "web", 1, 3, 4)
    yield owned("cart-78bb5-hzljk", "ReplicaSet/cart-78bb5", "worker-2")
    yield budget("cart", "cart", 0, 1, 1)
    yield owned("cache-0", "StatefulSet/cache", "worker-2", volumes=[{"name": "scratch", "emptyDir": {}}])
    yield owned("handmade", "", "worker-2")
    for number in (1, 2, 3):
        yield owned(f"agent-{number}x665m", "DaemonSet/agent", f"worker-{number}", "kube-system")


def heirs() -> Iterator[Object]:
    """Who takes the place of the pods of worker-2 some seconds after the test's start, running elsewhere."""
    for number in (4, 5):
        yield owned(f"web-78f9c-{number}xk2d", "ReplicaSet/web-78f9c", "worker-3", age=-8)
    yield owned("cart-78bb5-8w2mm", "ReplicaSet/cart-78bb5", "worker-1", age=-8)
    yield owned("cache-0", "StatefulSet/cache", "worker-3", age=-8)


def furnish(cluster: EmbeddedCluster) -> None:
    """Put the scene into a cluster."""
    cluster.add_namespace("shop")
    for each in objects():
        cluster.store.create(each)
