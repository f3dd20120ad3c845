"""Which kinds have typed rows: what they are decoded as, and what makes the row. One line a kind."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from k8stui.model import event_row, leases, metrics, namespaces, node_row, pod_row
from k8stui.model.event_raw import RawEvent
from k8stui.model.kinds import EVENTS, LEASES, NAMESPACES, NODE_METRICS, NODES, POD_METRICS, PODS
from k8stui.model.raw import RawLease, RawNamespace, RawNode, RawPod, RawUsage

TYPED: Mapping[str, tuple[type[Any], Callable[[Any], Any]]] = MappingProxyType(
    {
        PODS.resource: (RawPod, pod_row.row),
        NODES.resource: (RawNode, node_row.row),
        LEASES.resource: (RawLease, leases.row),
        NAMESPACES.resource: (RawNamespace, namespaces.row),
        EVENTS.resource: (RawEvent, event_row.row),
        f"{EVENTS.plural}.events.k8s.io": (RawEvent, event_row.row),
        NODE_METRICS.resource: (RawUsage, metrics.node_row),
        POD_METRICS.resource: (RawUsage, metrics.pod_row),
    }
)
"""By resource (`pods`, `deployments.apps`). Every other kind is shown as the server prints it."""
