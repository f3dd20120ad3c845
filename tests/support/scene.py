"""A small cluster with one of everything that a screen has to tell: for pictures, always the same."""

from collections.abc import Iterator
from typing import Any

from k8stui.demo.cluster import EmbeddedCluster
from tests.support.decoded import ago, ended, waiting
from tests.support.decoded import status as status_of

Object = dict[str, Any]

DAY = 86400.0
HOSTILE = "\x1b[31mred\x1b[0m\x9b2J [bold]markup[/] \u202egnp.exe 日本語 \x07\x1b]52;c;aGk=\x07é\u0301🚀"
"""ANSI, C1, OSC 52, markup, right-to-left override, wide characters and a combining mark."""


def pod(name: str, namespace: str, node: str = "", age: float = DAY, **fields: Any) -> Object:
    """A pod with one ready container `main`, unless `statuses` say otherwise; `meta`, `phase`, `conditions`, `labels`.

    `age` in seconds before the test clock's start.
    """
    statuses = fields.pop("statuses", None) or [running()]
    labels = {"app": name.partition("-")[0], **fields.pop("labels", {})}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "creationTimestamp": ago(age),
            "labels": labels,
            **fields.pop("meta", {}),
        },
        "spec": {
            "containers": [
                {
                    "name": "main",
                    "image": "registry.example/app:1",
                    "resources": {"requests": {"cpu": "250m", "memory": "256Mi"}},
                }
            ],
            **({"nodeName": node} if node else {}),
        },
        "status": {"phase": "Running", "containerStatuses": statuses, "podIP": "10.0.0.7", **fields},
    }


def running(**fields: Any) -> Object:
    """A ready container."""
    return status_of({"running": {"startedAt": ago(DAY)}}, ready=True) | fields


def node(name: str, conditions: dict[str, str] | None = None, age: float = 40 * DAY, **spec: Any) -> Object:
    """A node of four cores whose Ready condition is True unless `conditions` say otherwise."""
    conditions = {"Ready": "True", "DiskPressure": "False"} | (conditions or {})
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "creationTimestamp": ago(age),
            "labels": {"kubernetes.io/hostname": name, **spec.pop("labels", {})},
        },
        "spec": spec,
        "status": {
            "conditions": [
                {
                    "type": key,
                    "status": value,
                    "lastHeartbeatTime": ago(180 if value == "Unknown" else 10),
                    "lastTransitionTime": ago(140 if value == "Unknown" else DAY),
                    "reason": "NodeStatusUnknown" if value == "Unknown" else f"Kubelet{key}",
                    "message": "Kubelet stopped posting node status." if value == "Unknown" else "",
                }
                for key, value in conditions.items()
            ],
            "allocatable": {"cpu": "4", "memory": "8Gi", "pods": "110"},
            "capacity": {"cpu": "4", "memory": "8Gi", "pods": "110"},
            "nodeInfo": {"kubeletVersion": "v1.34.4", "osImage": "Linux", "architecture": "amd64"},
            "addresses": [{"type": "InternalIP", "address": "192.0.2.10"}],
        },
    }


def lease(name: str, renewed: float = 5) -> Object:
    """The sign of life of a node, so many seconds before the test clock's start."""
    return {
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {"name": name, "namespace": "kube-node-lease"},
        "spec": {"holderIdentity": name, "leaseDurationSeconds": 40, "renewTime": ago(renewed)},
    }


def taint(key: str, effect: str, value: str = "") -> Object:
    """One of a node's taints."""
    return {"key": key, "effect": effect} | ({"value": value} if value else {})


def nodes() -> Iterator[Object]:
    """Four nodes: well, control plane, cordoned under pressure, silent."""
    control = {"node-role.kubernetes.io/control-plane": ""}
    yield node("control-1", labels=control, taints=[taint("node-role.kubernetes.io/control-plane", "NoSchedule")])
    yield node("worker-1")
    cordon = taint("node.kubernetes.io/unschedulable", "NoSchedule")
    yield node("worker-2", {"DiskPressure": "True"}, unschedulable=True, taints=[cordon])
    gone = taint("node.kubernetes.io/unreachable", "NoExecute")
    yield node("worker-3", {"Ready": "Unknown"}, taints=[gone])


def pods() -> Iterator[Object]:
    """Eleven pods in three namespaces, four of them not well."""
    back_off = waiting("CrashLoopBackOff", "back-off 5m0s restarting failed container main")
    crashed = status_of(back_off, ready=False, restartCount=23, lastState=ended("OOMKilled", 137, 75))
    yield pod("cart-78bb5d9c4-hzljk", "shop", "worker-1", 2 * DAY, statuses=[crashed])
    yield pod("cart-78bb5d9c4-9p2tt", "shop", "worker-2", 2 * DAY)
    yield pod("catalog-5f6c7d8b9-2xk7q", "shop", "worker-3", 9 * DAY)
    yield pod("checkout-0", "shop", "worker-1", 3600, statuses=[running(restartCount=2, lastState=ended("Error", 1))])
    unfit = "0/4 nodes are available: 2 Insufficient memory, 1 node(s) were unschedulable."
    no_node = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": unfit}
    yield pod("search-6d4cf56db6-qv7lp", "shop", "", 120, phase="Pending", containerStatuses=[], conditions=[no_node])
    going = {"deletionTimestamp": ago(-12), "deletionGracePeriodSeconds": 30}
    yield pod("web-7f8d9-k2d4x", "shop", "worker-1", 5 * DAY, meta=going)
    missing = status_of(waiting("ImagePullBackOff", 'Back-off pulling image "registry.example/app:typo"'), ready=False)
    yield pod("settle-9xk2m", "payments", "worker-2", 600, phase="Pending", statuses=[missing])
    yield pod("ledger-0", "payments", "worker-1", 30 * DAY)
    yield pod("coredns-66bc5c9577-d9x2k", "kube-system", "control-1", 40 * DAY)
    yield pod("etcd-control-1", "kube-system", "control-1", 40 * DAY)
    over = status_of(ended("Completed", 0, 300), ready=False)
    yield pod("backup-29312640-7wq8z", "kube-system", "worker-1", 900, phase="Succeeded", statuses=[over])


def furnish(cluster: EmbeddedCluster) -> None:
    """Put the scene into a cluster."""
    for name in ("shop", "payments"):
        cluster.add_namespace(name)
    for each in (*nodes(), *pods()):
        cluster.store.create(each)
    for name, renewed in (("control-1", 4), ("worker-1", 7), ("worker-2", 9), ("worker-3", 180)):
        cluster.store.create(lease(name, renewed))


def crowd(cluster: EmbeddedCluster, count: int, namespace: str = "default") -> None:
    """Many pods that are well."""
    for number in range(count):
        cluster.store.create(pod(f"load-{number:05}", namespace, f"worker-{number % 4}", 600))
