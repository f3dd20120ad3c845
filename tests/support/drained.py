"""Nodes, pods and budgets for plans of drains, as few fields as they need."""

from datetime import UTC, datetime
from typing import Any

from k8stui.operations.drain.options import Options
from k8stui.operations.drain.plan import Plan, plan

Case = dict[str, Any]
NOW = 1_790_000_000.0


def stamped(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")


def node(name: str = "n1", **spec: Any) -> Case:
    return {"metadata": {"name": name, "uid": name}, "spec": spec}


def pod(
    name: str,
    owner: str = "ReplicaSet/web-5f6",
    *,
    on: str = "n1",
    app: str = "web",
    phase: str = "Running",
    **meta: Any,
) -> Case:
    """A ready pod of a workload; `volumes` and `spec` go into its spec."""
    kind, _, called = owner.partition("/")
    owners = [{"kind": kind, "name": called, "uid": called, "controller": True}] if owner else []
    spec = {"nodeName": on, "volumes": meta.pop("volumes", [])} | meta.pop("spec", {})
    ready = "True" if meta.pop("ready", phase == "Running") else "False"
    labels = {"app": app, "pod-template-hash": "5f6"}
    metadata = {"name": name, "namespace": "shop", "uid": name, "labels": labels, "ownerReferences": owners} | meta
    status = {"phase": phase, "conditions": [{"type": "Ready", "status": ready}]}
    return {"metadata": metadata, "spec": spec, "status": status}


def budget(name: str, allowed: int, *, app: str = "web", needed: int = 1, total: int = 1, **rest: Any) -> Case:
    status = {"disruptionsAllowed": allowed, "currentHealthy": needed + allowed, "desiredHealthy": needed}
    return {
        "metadata": {"name": name, "namespace": "shop", "uid": name, "generation": 1},
        "spec": {"selector": {"matchLabels": {"app": app}}} | rest.pop("spec", {}),
        "status": status | {"expectedPods": total, "observedGeneration": 1} | rest,
    }


DAEMONSETS = [{"metadata": {"name": "agent", "namespace": "shop"}}]
SCRATCH = [{"name": "scratch", "emptyDir": {}}]
MIRROR = {"kubernetes.io/config.mirror": "x"}


def planned(*pods: Case, budgets: list[Case] | None = None, nodes: tuple[str, ...] = ("n1",), **given: Any) -> Plan:
    return plan([node(name) for name in nodes], pods, DAEMONSETS, budgets or [], Options(**given), NOW)


def texts(found: Plan) -> dict[str, str]:
    return {row.ref.name: row.text for row in found.rows}
