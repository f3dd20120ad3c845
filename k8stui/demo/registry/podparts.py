"""Parts of a pod that have a subresource of their own: ephemeral containers (added, never changed), and resources.

The rules and words are those of Kubernetes 1.34 (`ValidatePodEphemeralContainersUpdate`, `ValidatePodResize`).
"""

from collections.abc import Callable

from k8stui.demo.registry.defaults.pods import items
from k8stui.demo.registry.defaults.table import complete
from k8stui.demo.registry.validation.containers import Containers, resources
from k8stui.demo.registry.validation.gojson import internal
from k8stui.demo.registry.validation.pods import unified
from k8stui.demo.registry.validation.report import Report
from k8stui.demo.storage import errors
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.store import Object

_EPHEMERAL = "spec.ephemeralContainers"
_NOT_THERE = (*("ports", "resources", "resizePolicy", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle"),)
"""What an ephemeral container cannot have, in the order of its fields."""
_MIRROR = "kubernetes.io/config.mirror"


def part(kind: Kind, subresource: str) -> "Callable[[Kind, Object, Object], Object] | None":
    """What makes of (kind, what was sent, the old pod) the new pod; None when this is no such part."""
    if kind.group or kind.plural != "pods":
        return None
    return {"ephemeralcontainers": with_ephemeral, "resize": resized}.get(subresource)


def with_ephemeral(kind: Kind, sent: Object, old: Object) -> Object:
    """The old pod with the ephemeral containers that were sent. Raises Refusal (422)."""
    spec = {key: value for key, value in (old.get("spec") or {}).items() if key != "ephemeralContainers"}
    if added := items(sent.get("spec"), "ephemeralContainers"):
        spec["ephemeralContainers"] = added
    obj = old | {"spec": spec}
    complete(kind, obj, old)
    report = Report()
    _check_common(report, spec)
    _check_own(report, spec)
    _check_kept(report, spec, old.get("spec") or {})
    if report.causes == [] and _MIRROR in (old["metadata"].get("annotations") or {}):
        report.forbidden("[]", "static pods do not support ephemeral containers")
    return _checked(kind, obj, report)


def _check_common(report: Report, spec: Object) -> None:
    """What holds for every container; the others of the pod were judged when they were written."""
    every = Report()
    Containers(every, "spec", spec).check(spec)
    report.causes += [each for each in every.causes if each["field"].startswith(_EPHEMERAL)]


def _check_own(report: Report, spec: Object) -> None:
    known = {each.get("name") for group in ("containers", "initContainers") for each in items(spec, group)}
    for index, each in enumerate(items(spec, "ephemeralContainers")):
        place, image = f"{_EPHEMERAL}[{index}]", each.get("image") or ""
        if image != image.strip():
            report.invalid(f"{place}.image", image, "must not have leading or trailing whitespace")
        if (target := each.get("targetContainerName")) and target not in known:
            report.not_found(f"{place}.targetContainerName", target)
        for name in _NOT_THERE:
            if each.get(name):
                report.forbidden(f"{place}.{name}", "cannot be set for an Ephemeral Container")
        for at, mount in enumerate(items(each, "volumeMounts")):
            for name in ("subPath", "subPathExpr"):
                if mount.get(name):
                    here = f"{place}.volumeMounts[{at}].{name}"
                    report.forbidden(here, "cannot be set for an Ephemeral Container")


def _check_kept(report: Report, spec: Object, was: Object) -> None:
    """Those that were there are there still, as they were; their order means nothing."""
    now = {each.get("name"): each for each in items(spec, "ephemeralContainers")}
    for each in items(was, "ephemeralContainers"):
        head, found = f'existing ephemeral containers "{each.get("name")}" may not be', now.get(each.get("name"))
        if found is None:
            report.forbidden(_EPHEMERAL, f"{head} removed\n")
        elif found != each:
            old, new = internal("core/v1.EphemeralContainer", each), internal("core/v1.EphemeralContainer", found)
            if old != new:
                report.forbidden(_EPHEMERAL, f"{head} changed\n{unified(old, new)}")


def resized(kind: Kind, sent: Object, old: Object) -> Object:
    """The old pod with the resources of its containers as they were sent. Raises Refusal (422)."""
    was, spec = old.get("spec") or {}, dict(old.get("spec") or {})
    for group in ("containers", "initContainers"):
        wanted = {each.get("name"): each.get("resources") for each in items(sent.get("spec"), group)}
        if group in spec:
            spec[group] = [
                each | {"resources": dict(wanted.get(each.get("name")) or {})} if each.get("name") in wanted else each
                for each in items(spec, group)
            ]
    obj = old | {"spec": spec}
    complete(kind, obj, old)
    report = Report()
    for group in ("containers", "initContainers"):
        for index, (new, before) in enumerate(zip(items(spec, group), items(was, group), strict=True)):
            place = f"spec.{group}[{index}].resources"
            resources(report, place, new.get("resources"))
            _check_removed(report, place, new.get("resources") or {}, before.get("resources") or {})
    return _checked(kind, obj, report)


def _check_removed(report: Report, place: str, now: Object, was: Object) -> None:
    for name in ("limits", "requests"):
        if set(was.get(name) or {}) - set(now.get(name) or {}):
            report.forbidden(f"{place}.{name}", f"resource {name} cannot be removed")


def _checked(kind: Kind, obj: Object, report: Report) -> Object:
    if report.causes:
        raise errors.invalid(kind.kind, kind.group, obj["metadata"]["name"], report.causes)
    return obj
