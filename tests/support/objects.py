"""Small objects for tests; anything more is `obj | {...}` in the test itself."""

from typing import Any

Object = dict[str, Any]


def pod(
    name: str, namespace: str = "default", *, node: str = "worker-1", phase: str = "Running", **meta: Any
) -> Object:
    """A pod with one container that does what the phase says."""
    running = phase == "Running"
    state: Object = {"running": {"startedAt": "2026-09-21T14:00:00Z"}} if running else {"waiting": {"reason": "X"}}
    container = {
        "name": "main",
        "image": "registry.example/main:1",
        "ready": running,
        "restartCount": 0,
        "state": state,
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, **meta},
        "spec": {"nodeName": node, "containers": [{"name": "main", "image": "registry.example/main:1"}]},
        "status": {
            "phase": phase,
            "conditions": [{"type": "Ready", "status": "True" if running else "False"}],
            "containerStatuses": [container],
        },
    }


def node(name: str, *, ready: str = "True", **meta: Any) -> Object:
    """A node whose Ready condition has that status."""
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, **meta},
        "spec": {},
        "status": {
            "conditions": [{"type": "Ready", "status": ready}],
            "nodeInfo": {"kubeletVersion": "v1.34.4", "osImage": "Linux"},
            "addresses": [{"type": "InternalIP", "address": "192.0.2.1"}],
        },
    }


def configmap(name: str, namespace: str = "default", **meta: Any) -> Object:
    """A config map with one key."""
    metadata = {"name": name, "namespace": namespace, **meta}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"k": "v"}}


def poison(name: str, namespace: str = "default") -> Object:
    """A pod that no typed decoder reads: its container statuses are no list."""
    return pod(name, namespace) | {"status": {"phase": "Running", "containerStatuses": "boom"}}
