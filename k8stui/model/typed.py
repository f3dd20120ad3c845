"""Which kinds have typed rows: what they are decoded as, and what makes the row. One line a kind."""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from k8stui.model import (
    claim_row,
    event_row,
    keyed_rows,
    leases,
    metrics,
    namespaces,
    node_row,
    pod_row,
    quota_row,
    service_row,
    workload_row,
)
from k8stui.model.claim_row import RawClaim, RawClass
from k8stui.model.event_raw import RawEvent
from k8stui.model.keyed_rows import RawKeyed
from k8stui.model.kinds import (
    CONFIG_MAPS,
    CRON_JOBS,
    DAEMON_SETS,
    DEPLOYMENTS,
    ENDPOINT_SLICES,
    EVENTS,
    JOBS,
    LEASES,
    NAMESPACES,
    NODE_METRICS,
    NODES,
    POD_METRICS,
    PODS,
    REPLICA_SETS,
    RESOURCE_QUOTAS,
    SECRETS,
    SERVICES,
    STATEFUL_SETS,
    STORAGE_CLASSES,
    VOLUME_CLAIMS,
)
from k8stui.model.node_raw import RawLease, RawNode
from k8stui.model.pod_raw import RawPod
from k8stui.model.quota_row import RawQuota
from k8stui.model.raw import RawNamespace, RawUsage
from k8stui.model.service_row import RawService, RawSlice
from k8stui.model.workload_raw import RawCronJob, RawWorkload

TYPED: Mapping[str, tuple[type[Any], Callable[[Any], Any]]] = MappingProxyType(
    {
        PODS.resource: (RawPod, pod_row.row),
        NODES.resource: (RawNode, node_row.row),
        LEASES.resource: (RawLease, leases.row),
        NAMESPACES.resource: (RawNamespace, namespaces.row),
        EVENTS.resource: (RawEvent, event_row.row),
        f"{EVENTS.plural}.events.k8s.io": (RawEvent, event_row.row),
        DEPLOYMENTS.resource: (RawWorkload, partial(workload_row.row, DEPLOYMENTS)),
        STATEFUL_SETS.resource: (RawWorkload, partial(workload_row.row, STATEFUL_SETS)),
        DAEMON_SETS.resource: (RawWorkload, partial(workload_row.row, DAEMON_SETS)),
        REPLICA_SETS.resource: (RawWorkload, partial(workload_row.row, REPLICA_SETS)),
        JOBS.resource: (RawWorkload, partial(workload_row.row, JOBS)),
        CRON_JOBS.resource: (RawCronJob, partial(workload_row.cron_row, CRON_JOBS)),
        SERVICES.resource: (RawService, service_row.row),
        ENDPOINT_SLICES.resource: (RawSlice, service_row.slice_row),
        VOLUME_CLAIMS.resource: (RawClaim, claim_row.row),
        STORAGE_CLASSES.resource: (RawClass, claim_row.class_row),
        RESOURCE_QUOTAS.resource: (RawQuota, quota_row.row),
        CONFIG_MAPS.resource: (RawKeyed, keyed_rows.config_map),
        SECRETS.resource: (RawKeyed, keyed_rows.secret),
        NODE_METRICS.resource: (RawUsage, metrics.node_row),
        POD_METRICS.resource: (RawUsage, metrics.pod_row),
    }
)
"""By resource (`pods`, `deployments.apps`). Every other kind is shown as the server prints it."""
