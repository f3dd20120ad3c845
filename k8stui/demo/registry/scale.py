"""The scale of a workload: autoscaling/v1 Scale, as its subresource shows it and as it is written back."""

from typing import Any

from k8stui.demo.registry.defaults.pods import section
from k8stui.demo.registry.validation.report import Report
from k8stui.demo.storage import errors
from k8stui.demo.storage.kinds import Kind, ScalePaths
from k8stui.demo.storage.store import Object

_SHOWN = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
_BUILT_IN = ScalePaths(".spec.replicas", ".status.replicas")


def scale_of(kind: Kind, obj: Object) -> Object:
    """What the scale subresource of an object shows. Raises Refusal (500) for a custom object that has none."""
    paths = _paths(kind)
    if kind.custom and _at(obj, paths.spec_replicas_path) is None:
        raise errors.internal(
            f'Internal error occurred: the spec replicas field "{paths.spec_replicas_path}" does not exist'
        )
    meta = {name: obj["metadata"][name] for name in _SHOWN if name in obj["metadata"]}
    wanted = _number(obj, paths.spec_replicas_path)
    status: Object = {"replicas": _number(obj, paths.status_replicas_path)}
    selector = _selector(kind, obj, paths)
    if selector:
        status["selector"] = selector
    spec = {"replicas": wanted} if wanted else {}
    return {"kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": meta, "spec": spec, "status": status}


def scaled(kind: Kind, obj: Object, scale: Object) -> Object:
    """The object with the number of replicas that a Scale wants. Raises Refusal (422) for less than none."""
    wanted = (scale.get("spec") or {}).get("replicas") or 0
    report = Report()
    if kind.custom and wanted < 0:
        report.invalid(_paths(kind).spec_replicas_path, wanted, "should be a non-negative integer")
        raise errors.invalid(kind.kind, kind.group, obj["metadata"]["name"], report.causes)
    report.not_negative("spec", {"replicas": wanted}, "replicas")
    if report.causes:
        raise errors.invalid("Scale", "autoscaling", obj["metadata"]["name"], report.causes)
    *steps, last = _steps(_paths(kind).spec_replicas_path)
    place = obj
    for step in steps:
        place = section(place, step)
    place[last] = wanted
    return obj


def _paths(kind: Kind) -> ScalePaths:
    return (kind.definition and kind.definition.scale) or _BUILT_IN


def _steps(path: str) -> list[str]:
    return [step for step in path.split(".") if step]


def _at(obj: Object, path: str) -> Any:
    found: Any = obj
    for step in _steps(path):
        found = found.get(step) if isinstance(found, dict) else None
    return found


def _number(obj: Object, path: str) -> int:
    found = _at(obj, path)
    return found if isinstance(found, int) else 0


def _selector(kind: Kind, obj: Object, paths: ScalePaths) -> str:
    if kind.custom:
        found = _at(obj, paths.label_selector_path) if paths.label_selector_path else None
        return found if isinstance(found, str) else ""
    selector = _at(obj, ".spec.selector")
    return written(selector if "matchLabels" in (selector or {}) or kind.group else {"matchLabels": selector})


def written(selector: Any) -> str:
    """A label selector as text: `app=web,tier in (a,b),!old`."""
    if not isinstance(selector, dict):
        return ""
    terms = {key: f"{key}={value}" for key, value in (selector.get("matchLabels") or {}).items()}
    for each in selector.get("matchExpressions") or ():
        key, values = each.get("key"), ",".join(sorted(each.get("values") or ()))
        match each.get("operator"):
            case "In":
                terms[key] = f"{key} in ({values})"
            case "NotIn":
                terms[key] = f"{key} notin ({values})"
            case "Exists":
                terms[key] = str(key)
            case _:
                terms[key] = f"!{key}"
    return ",".join(terms[key] for key in sorted(terms))
