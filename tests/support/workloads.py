"""Workloads as rows, from objects written down shortly."""

from typing import Any

import msgspec

from k8stui.model.codec import codec
from k8stui.model.kinds import BUILT_IN, CRON_JOBS, DAEMON_SETS, DEPLOYMENTS, JOBS, REPLICA_SETS, STATEFUL_SETS, Kind
from k8stui.model.workload_row import Workload
from k8stui.model.workloads import WorkloadLine

Object = dict[str, Any]
KINDS = {kind.kind: kind for kind in (DEPLOYMENTS, STATEFUL_SETS, DAEMON_SETS, REPLICA_SETS, JOBS, CRON_JOBS)}


def raw(
    kind: str, spec: Object | None = None, status: Object | None = None, meta: Object | None = None, name: str = "web"
) -> Object:
    """An object of that kind at generation 1, which its controller has seen."""
    own = {"name": name, "namespace": "shop", "uid": f"u-{name}", "resourceVersion": "7", "generation": 1}
    seen = {} if kind in ("Job", "CronJob") else {"observedGeneration": 1}
    return {
        "kind": kind,
        "apiVersion": KINDS[kind].api_version,
        "metadata": own | (meta or {}),
        "spec": spec or {},
        "status": seen | (status or {}),
    }


def decoded(found: Object) -> Workload:
    """The row of an object, as the codec makes it."""
    kind: Kind = KINDS[found["kind"]]
    assert BUILT_IN[kind.resource] is kind
    row: Workload = codec(kind).event(msgspec.json.encode(found))
    return row


def workload(kind: str, spec: Object | None = None, status: Object | None = None, **rest: Any) -> Workload:
    """The row of `raw`."""
    return decoded(raw(kind, spec, status, **rest))


def line(kind: str, spec: Object | None = None, status: Object | None = None, **rest: Any) -> WorkloadLine:
    """The same, with nothing known beside it."""
    return WorkloadLine(workload(kind, spec, status, **rest))


def true(name: str, reason: str = "", message: str = "", status: str = "True") -> Object:
    """One of status.conditions."""
    return {"type": name, "status": status, "reason": reason, "message": message}


def deployment(
    wanted: int, updated: int, available: int, replicas: int | None = None, *conditions: Object, **spec: Any
) -> WorkloadLine:
    """A Deployment by its counts; `ready` is what is available."""
    status = {
        "replicas": updated if replicas is None else replicas,
        "updatedReplicas": updated,
        "availableReplicas": available,
        "readyReplicas": available,
        "conditions": list(conditions),
    }
    return line("Deployment", {"replicas": wanted, **spec}, status)
