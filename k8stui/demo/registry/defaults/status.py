"""The status that a new object has before anybody looked at it (README of the recordings, 32)."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from k8stui.demo.custom import definitions
from k8stui.demo.registry.defaults.pods import items, section
from k8stui.demo.storage.errors import qualified
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.store import Object

_COMPUTE = ("cpu", "memory")


def qos_class(spec: Object) -> str:
    """Guaranteed, Burstable or BestEffort (k8s.io/kubernetes/pkg/apis/core/helper/qos)."""
    containers = [*items(spec, "containers"), *items(spec, "initContainers")]
    said = [each.get("resources") or {} for each in containers]
    if isinstance(whole := spec.get("resources"), dict) and (whole.get("limits") or whole.get("requests")):
        said = [whole]  # of the pod itself: then its containers do not count
    limits: list[Any] = [each.get("limits") or {} for each in said]
    requests: list[Any] = [each.get("requests") or {} for each in said]
    if not any(name in given for given in [*limits, *requests] for name in _COMPUTE):
        return "BestEffort"
    sure = all(
        limit.get(name) is not None and request.get(name, limit[name]) == limit[name]
        for limit, request in zip(limits, requests, strict=True)
        for name in _COMPUTE
    )
    return "Guaranteed" if sure else "Burstable"


def _pod(obj: Object) -> Object:
    status: Object = {"phase": "Pending", "qosClass": qos_class(obj.get("spec") or {})}
    if items(obj.get("spec"), "schedulingGates"):
        gated = {"type": "PodScheduled", "status": "False", "lastProbeTime": None}
        gated["lastTransitionTime"] = obj["metadata"].get("creationTimestamp")
        why = "Scheduling is blocked due to non-empty scheduling gates"
        status["conditions"] = [gated | {"reason": "SchedulingGated", "message": why}]
    return status


_FRESH: Mapping[str, Object] = MappingProxyType({
    "replicationcontrollers": {"replicas": 0},
    "replicasets.apps": {"replicas": 0},
    "statefulsets.apps": {"replicas": 0, "availableReplicas": 0},
    "daemonsets.apps": dict.fromkeys(
        ("currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady"), 0
    ),
    "services": {"loadBalancer": {}},
    "ingresses.networking.k8s.io": {"loadBalancer": {}},
    "persistentvolumeclaims": {"phase": "Pending"},
    "namespaces": {"phase": "Active"},
    "horizontalpodautoscalers.autoscaling": {"desiredReplicas": 0, "currentMetrics": None},
    "poddisruptionbudgets.policy": dict.fromkeys(
        ("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"), 0
    ),
})  # fmt: skip
_MADE: Mapping[str, Callable[[Object], Object]] = MappingProxyType({
    "pods": _pod, "customresourcedefinitions.apiextensions.k8s.io": definitions.new_status
})  # fmt: skip
_GIVEN = frozenset({"nodes"})
"""A node registers itself with its status."""


def fresh(kind: Kind, obj: Object, now: str) -> Object:
    """The status of a new object (`now` is the time as text); one sent along counts where the real one keeps it."""
    name = qualified(kind.plural, kind.group)
    if name in _MADE:
        return _MADE[name](obj)
    if name in _GIVEN:
        return obj.get("status") or {}
    if name == "persistentvolumes":
        return {"phase": "Pending", "lastPhaseTransitionTime": now}
    return dict(_FRESH.get(name, {}))


def settle(kind: Kind, obj: Object, old: Object) -> None:
    """What a write of a status cannot say or unsay, in place."""
    name = qualified(kind.plural, kind.group)
    if name == "pods":
        _settle_pod(section(obj, "status"), old.get("status") or {})
    elif name == "persistentvolumeclaims":
        status = section(obj, "status")
        status["phase"] = status.get("phase") or "Pending"
    elif name == "deployments.apps":
        obj["metadata"].pop("labels", None)
        if labels := old["metadata"].get("labels"):
            obj["metadata"]["labels"] = labels


def _settle_pod(status: Object, was: Object) -> None:
    """The pod's class, what was observed, the older podIP."""
    if "qosClass" in was:
        status["qosClass"] = was["qosClass"]
    if not status.get("observedGeneration") and was.get("observedGeneration"):
        status["observedGeneration"] = was["observedGeneration"]
    first, every = status.get("podIP"), items(status, "podIPs")
    if first and (not every or every[0].get("ip") != first):
        status["podIPs"] = [{"ip": first}]
    elif every and not first:
        status["podIP"] = every[0].get("ip") or ""
