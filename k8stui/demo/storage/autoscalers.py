"""autoscaling/v1 of the autoscalers that are stored as autoscaling/v2.

The target for the processor is a number of its own there; everything else that the old version has no place for is text
in annotations, with the names that Kubernetes 1.34 uses (`pkg/apis/autoscaling/v1`, `annotations.go`).
"""

from typing import Any

import msgspec

from k8stui.demo.storage.objects import Object
from k8stui.demo.storage.views import View

_METRICS = "autoscaling.alpha.kubernetes.io/metrics"
_CURRENT = "autoscaling.alpha.kubernetes.io/current-metrics"
_CONDITIONS = "autoscaling.alpha.kubernetes.io/conditions"
_BEHAVIOR = "autoscaling.alpha.kubernetes.io/behavior"
_NOTES = (_METRICS, _CURRENT, _CONDITIONS, _BEHAVIOR)
_TYPES = {"averageUtilization": "Utilization", "averageValue": "AverageValue", "value": "Value"}


def _show(obj: Object) -> Object:
    spec, status = _part(obj, "spec"), _part(obj, "status")
    metrics, current = _maps(spec.pop("metrics", None)), _maps(status.pop("currentMetrics", None))
    for name, found, values, value in (
        ("targetCPUUtilizationPercentage", metrics, spec, "target"),
        ("currentCPUUtilizationPercentage", current, status, "current"),
    ):
        for each in [metric for metric in found if _percent(metric, value) is not None][:1]:
            values[name] = _percent(each, value)
            found.remove(each)
    status.setdefault("currentReplicas", 0)
    notes = {
        _METRICS: [_old(each, "target") for each in metrics],
        _CURRENT: [_old(each, "current") for each in current],
        _CONDITIONS: status.pop("conditions", None),
        _BEHAVIOR: spec.pop("behavior", None),
    }
    texts = {key: msgspec.json.encode(value).decode() for key, value in notes.items() if value}
    meta = _part(obj, "metadata")
    if texts:
        meta["annotations"] = {**(meta.get("annotations") or {}), **texts}
    return obj | {"metadata": meta, "spec": spec, "status": status}


def _store(obj: Object) -> Object:
    meta, spec, status = _part(obj, "metadata"), _part(obj, "spec"), _part(obj, "status")
    annotations = dict(meta.pop("annotations", None) or {})
    notes = {key: _decoded(annotations.pop(key, None)) for key in _NOTES}
    metrics = [_new(each, "target") for each in _maps(notes[_METRICS])]
    current = [_new(each, "current") for each in _maps(notes[_CURRENT])]
    percent, used = (
        spec.pop("targetCPUUtilizationPercentage", None),
        status.pop("currentCPUUtilizationPercentage", None),
    )
    if percent is not None:
        target = {"type": "Utilization", "averageUtilization": percent}
        metrics.insert(0, {"type": "Resource", "resource": {"name": "cpu", "target": target}})
    if used is not None:
        current.insert(0, {"type": "Resource", "resource": {"name": "cpu", "current": {"averageUtilization": used}}})
    spec |= {"metrics": metrics} if metrics else {}
    spec |= {"behavior": notes[_BEHAVIOR]} if notes[_BEHAVIOR] else {}
    status |= {"conditions": notes[_CONDITIONS]} if notes[_CONDITIONS] else {}
    if status.get("currentReplicas") == 0:
        del status["currentReplicas"]
    status["currentMetrics"] = current or None
    meta |= {"annotations": annotations} if annotations else {}
    return obj | {"metadata": meta, "spec": spec, "status": status}


def _part(obj: Object, name: str) -> Object:
    found = obj.get(name)
    return dict(found) if isinstance(found, dict) else {}


def _maps(found: object) -> list[Object]:
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _place(metric: Object) -> str:
    kind = str(metric.get("type") or "")
    return kind[:1].lower() + kind[1:]


def _percent(metric: Object, value: str) -> Any:
    if metric.get("type") != "Resource" or _part(metric, "resource").get("name") != "cpu":
        return None
    return _part(_part(metric, "resource"), value).get("averageUtilization")


def _old(metric: Object, value: str) -> Object:
    """`{"target": {"averageValue": 1}, "metric": {"name": "m"}}` as `{"targetAverageValue": 1, "metricName": "m"}`."""
    place = _place(metric)
    found = _part(metric, place)
    given, named = _part(found, value), _part(found, "metric")
    found = {key: each for key, each in found.items() if key not in (value, "metric", "describedObject")}
    if named:
        found |= {"metricName": named.get("name", "")}
        found |= {_selector(place): named["selector"]} if named.get("selector") else {}
    if place == "object":
        found["target"] = _part(_part(metric, place), "describedObject")
    names = _names(place, value)
    return {"type": metric.get("type"), place: found | {names[key]: given[key] for key in names if key in given}}


def _new(metric: Object, value: str) -> Object:
    place = _place(metric)
    found, names = _part(metric, place), _names(place, value)
    given = {key: found.pop(name) for key, name in names.items() if name in found}
    if value == "target":
        given = {"type": next((kind for key, kind in _TYPES.items() if key in given), "")} | given
    if "metricName" in found:
        named: Object = {"name": found.pop("metricName")}
        selector = found.pop(_selector(place), None)
        found["metric"] = named | ({"selector": selector} if selector else {})
    if place == "object":
        found["describedObject"] = found.pop("target", {})
    return {"type": metric.get("type"), place: found | {value: given}}


def _selector(place: str) -> str:
    return "metricSelector" if place == "external" else "selector"


def _names(place: str, value: str) -> dict[str, str]:
    """Names of a target's (or current) values, new and old: those of an object have no prefix for the average."""
    average = "averageValue" if place == "object" else f"{value}AverageValue"
    return {"averageUtilization": f"{value}AverageUtilization", "averageValue": average, "value": f"{value}Value"}


def _decoded(text: object) -> Any:
    try:
        return msgspec.json.decode(text) if isinstance(text, str) else None
    except msgspec.DecodeError:
        return None


AUTOSCALERS = View(("autoscaling", "horizontalpodautoscalers"), _show, _store)
"""autoscaling/v1 of autoscaling/v2."""
