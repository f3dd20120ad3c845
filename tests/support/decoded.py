"""Rows as they come out of a codec, from objects written down shortly."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from k8stui.model.codec import codec
from k8stui.model.kinds import NODES, PODS, Kind
from k8stui.model.nodes import Node
from k8stui.model.pods import Pod

NOW = 1_790_000_000.0
"""2026-09-21T14:13:20Z."""
Object = dict[str, Any]


def ago(seconds: float) -> str:
    """The time so long before NOW, as a server writes it."""
    return datetime.fromtimestamp(NOW - seconds, UTC).isoformat().replace("+00:00", "Z")


def status(state: Object | None = None, name: str = "main", **fields: Any) -> Object:
    """One of containerStatuses; running and ready unless a state is given."""
    return {"name": name, "ready": state is None, "restartCount": 0, "state": state or {"running": {}}, **fields}


def waiting(reason: str, message: str = "") -> Object:
    return {"waiting": {"reason": reason, "message": message}}


def ended(reason: str, code: int, seconds: float = 60, **fields: Any) -> Object:
    return {"terminated": {"reason": reason, "exitCode": code, "finishedAt": ago(seconds), **fields}}


def raw_pod(meta: Object | None = None, spec: Object | None = None, status: Object | None = None) -> Object:
    """A pod of one container on worker-1 that runs, unless said otherwise."""
    return {
        "kind": "Pod",
        "apiVersion": "v1",
        "metadata": {"name": "web-1", "namespace": "shop", "uid": "u-1", "resourceVersion": "7", **(meta or {})},
        "spec": {"nodeName": "worker-1", "containers": [{"name": "main", "image": "web:1"}], **(spec or {})},
        "status": {"phase": "Running", "containerStatuses": [_RUNNING], **(status or {})},
    }


def raw_node(conditions: dict[str, str] | None = None, meta: Object | None = None, **spec: Any) -> Object:
    """A node with these conditions, heard ten seconds before NOW."""
    return {
        "kind": "Node",
        "apiVersion": "v1",
        "metadata": {"name": "worker-1", "uid": "n-1", "resourceVersion": "7", **(meta or {})},
        "spec": spec,
        "status": {
            "conditions": [
                {
                    "type": name,
                    "status": value,
                    "lastHeartbeatTime": ago(10),
                    "reason": "KubeletNotReady" if value == "False" else "",
                }
                for name, value in (conditions if conditions is not None else {"Ready": "True"}).items()
            ],
            "allocatable": {"cpu": "4", "memory": "8Gi", "pods": "110"},
            "nodeInfo": {"kubeletVersion": "v1.34.4"},
        },
    }


def decoded(kind: Kind, found: Object) -> Any:
    """The row of one object of any kind."""
    return codec(kind).event(msgspec.json.encode(found))


def decoded_node(found: Object) -> Node:
    """The row of a node."""
    node: Node = decoded(NODES, found)
    return node


def pod(meta: Object | None = None, spec: Object | None = None, status: Object | None = None) -> Pod:
    """The row of `raw_pod`."""
    found: Pod = decoded(PODS, raw_pod(meta, spec, status))
    return found


def node(conditions: dict[str, str] | None = None, meta: Object | None = None, **spec: Any) -> Node:
    """The row of `raw_node`."""
    return decoded_node(raw_node(conditions, meta, **spec))


_RUNNING = status()
