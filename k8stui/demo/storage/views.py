"""One stored object under two names: what events and autoscalers look like in the other of their two versions.

The shapes are those of Kubernetes 1.34 (`pkg/apis/{events,autoscaling}/v1`): fields of one version that the other has
no place for are kept in the annotations that Kubernetes itself uses for them.
"""

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct

Object = dict[str, Any]


class View(Struct, frozen=True):
    """How objects stored as one kind are shown as another, and back."""

    stored_as: tuple[str, str]
    """Group and plural of the kind that is stored."""
    show: Callable[[Object], Object]
    """A stored object (decoded anew) in this view's shape; kind and apiVersion are not its business."""
    store: Callable[[Object], Object]
    """The way back."""
    aliases: tuple[tuple[str, str], ...] = ()
    """Field selectors of the view and the stored kind's names for them."""


def _renamed(obj: Object, names: dict[str, str]) -> Object:
    return {names.get(key, key): value for key, value in obj.items()}


_TO_NEW = {
    "involvedObject": "regarding",
    "message": "note",
    "source": "deprecatedSource",
    "firstTimestamp": "deprecatedFirstTimestamp",
    "lastTimestamp": "deprecatedLastTimestamp",
    "count": "deprecatedCount",
    "reportingComponent": "reportingController",
}
_TO_CORE = {new: core for core, new in _TO_NEW.items()}
_EMPTY_NEW: Object = {"regarding": {}, "eventTime": None, "deprecatedSource": {}}
_EMPTY_NEW |= {"deprecatedFirstTimestamp": None, "deprecatedLastTimestamp": None}
_EMPTY_CORE: Object = {"involvedObject": {}, "source": {}, "firstTimestamp": None, "lastTimestamp": None}
_EMPTY_CORE |= {"eventTime": None, "reportingComponent": "", "reportingInstance": ""}


def _new_event(obj: Object) -> Object:
    found = _EMPTY_NEW | _renamed(obj, _TO_NEW)
    return {key: value for key, value in found.items() if value not in ("", 0) or isinstance(value, bool)}


def _core_event(obj: Object) -> Object:
    return _EMPTY_CORE | _renamed(obj, _TO_CORE)


EVENTS = View(
    ("", "events"),
    _new_event,
    _core_event,
    (
        *((f"regarding.{name}", f"involvedObject.{name}") for name in
          ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")),
        ("reportingController", "reportingComponent"),
    ),
)  # fmt: skip
"""events.k8s.io/v1 of core/v1 events."""

_METRICS = "autoscaling.alpha.kubernetes.io/metrics"
_CURRENT = "autoscaling.alpha.kubernetes.io/current-metrics"
_CONDITIONS = "autoscaling.alpha.kubernetes.io/conditions"
_BEHAVIOR = "autoscaling.alpha.kubernetes.io/behavior"


def _dig(obj: Any, *path: str) -> Any:
    for part in path:
        obj = obj.get(part) if isinstance(obj, dict) else None
    return obj


def _maps(obj: Any) -> list[Object]:
    return [each for each in obj if isinstance(each, dict)] if isinstance(obj, list) else []


def _is_cpu(metric: Object) -> bool:
    if metric.get("type") != "Resource" or _dig(metric, "resource", "name") != "cpu":
        return False
    percent = _dig(metric, "resource", "target", "averageUtilization")
    current = _dig(metric, "resource", "current", "averageUtilization")
    return percent is not None or current is not None


def _old_autoscaler(obj: Object) -> Object:
    """autoscaling/v1: the processor's target is a number of its own, everything else is text in annotations."""
    spec, status = dict(obj.get("spec") or {}), dict(obj.get("status") or {})
    metrics, current = _maps(spec.pop("metrics", None)), _maps(status.pop("currentMetrics", None))
    notes = {_METRICS: [each for each in metrics if not _is_cpu(each)]}
    notes |= {_CURRENT: [each for each in current if not _is_cpu(each)]}
    notes |= {_CONDITIONS: status.pop("conditions", None) or [], _BEHAVIOR: spec.pop("behavior", None) or []}
    for each in filter(_is_cpu, metrics):
        spec["targetCPUUtilizationPercentage"] = _dig(each, "resource", "target", "averageUtilization")
    for each in filter(_is_cpu, current):
        status["currentCPUUtilizationPercentage"] = _dig(each, "resource", "current", "averageUtilization")
    status.setdefault("currentReplicas", 0)
    meta = dict(obj.get("metadata") or {})
    texts = {key: msgspec.json.encode(value).decode() for key, value in notes.items() if value}
    if texts:
        meta["annotations"] = {**(meta.get("annotations") or {}), **texts}
    return obj | {"metadata": meta, "spec": spec, "status": status}


def _new_autoscaler(obj: Object) -> Object:
    """autoscaling/v2 again."""
    spec, status = dict(obj.get("spec") or {}), dict(obj.get("status") or {})
    meta = dict(obj.get("metadata") or {})
    annotations = dict(meta.get("annotations") or {})
    kept = {key: _decoded(annotations.pop(key, None)) for key in (_METRICS, _CURRENT, _CONDITIONS, _BEHAVIOR)}
    metrics = _maps(kept[_METRICS])
    percent = spec.pop("targetCPUUtilizationPercentage", None)
    if percent is not None:
        metrics.append(_cpu({"target": {"type": "Utilization", "averageUtilization": percent}}))
    current = _maps(kept[_CURRENT])
    used = status.pop("currentCPUUtilizationPercentage", None)
    if used is not None:
        current.append(_cpu({"current": {"averageUtilization": used}}))
    spec |= {"metrics": metrics} if metrics else {}
    spec |= {"behavior": kept[_BEHAVIOR]} if kept[_BEHAVIOR] else {}
    status |= {"conditions": kept[_CONDITIONS]} if kept[_CONDITIONS] else {}
    status |= {"currentMetrics": current or None}
    meta.pop("annotations", None)
    meta |= {"annotations": annotations} if annotations else {}
    return obj | {"metadata": meta, "spec": spec, "status": status}


def _cpu(value: Object) -> Object:
    return {"type": "Resource", "resource": {"name": "cpu", **value}}


def _decoded(text: object) -> Any:
    try:
        return msgspec.json.decode(text) if isinstance(text, str) else None
    except msgspec.DecodeError:
        return None


AUTOSCALERS = View(("autoscaling", "horizontalpodautoscalers"), _old_autoscaler, _new_autoscaler)
"""autoscaling/v1 of autoscaling/v2."""
