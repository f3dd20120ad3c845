"""Deployments, StatefulSets, DaemonSets, ReplicaSets, ReplicationControllers."""

from typing import Any

from k8stui.demo.registry.validation.pods import check_template
from k8stui.demo.registry.validation.report import Report, labels_shown
from k8stui.demo.registry.validation.selectors import check_selected
from k8stui.demo.storage.store import Object

_STS_FREE = frozenset({
    "replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit", "minReadySeconds",
    "persistentVolumeClaimRetentionPolicy",
})  # fmt: skip
_STS_CHANGED = (
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
    "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
)


def _template(report: Report, spec: Object) -> None:
    template = spec.get("template")
    check_template(report, "spec.template", template, claims=spec.get("volumeClaimTemplates"))
    pod = (template.get("spec") if isinstance(template, dict) else None) or {}
    if pod.get("restartPolicy", "Always") in ("OnFailure", "Never"):
        report.unsupported("spec.template.spec.restartPolicy", pod["restartPolicy"], ("Always",))
    if pod.get("activeDeadlineSeconds") is not None:
        report.forbidden(
            "spec.template.spec.activeDeadlineSeconds", "activeDeadlineSeconds in ReplicaSet is not Supported"
        )


def _fixed(report: Report, spec: Object, old: Object | None) -> None:
    """The selector may not change."""
    if old is not None and spec.get("selector") != (old.get("spec") or {}).get("selector"):
        report.invalid("spec.selector", spec.get("selector"), "field is immutable")


def _strategy(of: Any) -> Object:
    """A strategy in Go's names."""
    found = of if isinstance(of, dict) else {}
    return {"Type": found.get("type") or "", "RollingUpdate": found.get("rollingUpdate")}


def _none(value: Any) -> bool:
    """Is this count or percentage nothing?"""
    return value in (0, "0%", "0", None)


def _whole(value: Any) -> bool:
    """Is this count or percentage something? What is neither counts as nothing."""
    text = str(value or 0).removesuffix("%")
    return text.isdigit() and int(text) > 0


def _rolling(report: Report, place: str, of: Object) -> None:
    unavailable, surge = of.get("maxUnavailable"), of.get("maxSurge")
    report.int_or_percent(f"{place}.maxUnavailable", unavailable)
    report.int_or_percent(f"{place}.maxSurge", surge)
    if _none(unavailable) and _none(surge):
        report.invalid(f"{place}.maxUnavailable", 0, "may not be 0 when `maxSurge` is 0")
    if isinstance(unavailable, str) and unavailable[:-1].isdigit() and int(unavailable[:-1]) > 100:
        report.invalid(f"{place}.maxUnavailable", unavailable, "must not be greater than 100%")


def deployment(report: Report, obj: Object, old: Object | None) -> None:
    """A Deployment."""
    spec = obj.get("spec") or {}
    report.not_negative("spec", spec, "replicas")
    if check_selected(report, spec, empty_says="empty selector is invalid for deployment"):
        _template(report, spec)
    strategy = spec.get("strategy") or {}
    rolling = strategy.get("rollingUpdate")
    match strategy.get("type", "RollingUpdate"):
        case "RollingUpdate":
            _rolling(report, "spec.strategy.rollingUpdate", rolling or {})
        case "Recreate":
            if rolling is not None:
                why = "may not be specified when strategy `type` is 'Recreate'"
                report.forbidden("spec.strategy.rollingUpdate", why)
        case _:
            report.unsupported("spec.strategy", _strategy(strategy), ("Recreate", "RollingUpdate"))
    report.not_negative("spec", spec, "minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds")
    deadline, ready = spec.get("progressDeadlineSeconds"), spec.get("minReadySeconds") or 0
    if isinstance(deadline, int) and deadline <= ready:
        report.invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds")
    _fixed(report, spec, old)


def statefulset(report: Report, obj: Object, old: Object | None) -> None:
    """A StatefulSet."""
    spec = obj.get("spec") or {}
    if spec.get("podManagementPolicy") not in ("OrderedReady", "Parallel"):
        report.invalid(
            "spec.podManagementPolicy", spec.get("podManagementPolicy") or "", "must be 'OrderedReady' or 'Parallel'"
        )
    strategy = spec.get("updateStrategy") or {}
    rolling = strategy.get("rollingUpdate")
    if strategy.get("type") == "RollingUpdate":
        report.not_negative("spec.updateStrategy.rollingUpdate", rolling, "partition")
    elif strategy.get("type") == "OnDelete":
        if rolling is not None:
            why = "only allowed for updateStrategy 'RollingUpdate'"
            report.invalid("spec.updateStrategy.rollingUpdate", rolling, why)
    else:
        report.invalid("spec.updateStrategy", _strategy(strategy), "must be 'RollingUpdate' or 'OnDelete'")
    retention = spec.get("persistentVolumeClaimRetentionPolicy") or {}
    for name in ("whenDeleted", "whenScaled"):
        if (said := retention.get(name)) is not None and said not in ("Retain", "Delete"):
            report.unsupported(f"spec.persistentVolumeClaimRetentionPolicy.{name}", said, ("Retain", "Delete"))
    report.not_negative("spec", spec, "replicas", "minReadySeconds")
    report.not_negative("spec.ordinals", spec.get("ordinals"), "start")
    if check_selected(report, spec, empty_says="empty selector is invalid for statefulset"):
        _template(report, spec)
    was = (old or {}).get("spec") or {}
    if old is not None and _others(spec) != _others(was):
        report.forbidden("spec", _STS_CHANGED)


def _others(spec: Object) -> Object:
    """What a StatefulSet's update may not change; the status of a claim is no part of it."""
    kept = {name: value for name, value in spec.items() if name not in _STS_FREE}
    claims = kept.pop("volumeClaimTemplates", None) or []
    kept["claims"] = [{name: each[name] for name in ("metadata", "spec") if name in each} for each in claims]
    return kept


def daemonset(report: Report, obj: Object, old: Object | None) -> None:
    """A DaemonSet."""
    spec = obj.get("spec") or {}
    if check_selected(report, spec, empty_says="empty selector is invalid for daemonset"):
        _template(report, spec)
    report.not_negative("spec", spec, "minReadySeconds")
    strategy = spec.get("updateStrategy") or {}
    rolling = strategy.get("rollingUpdate") or {}
    if strategy.get("type") == "RollingUpdate":
        place = "spec.updateStrategy.rollingUpdate"
        report.int_or_percent(f"{place}.maxUnavailable", rolling.get("maxUnavailable"), most=True)
        report.int_or_percent(f"{place}.maxSurge", rolling.get("maxSurge"), most=True)
        unavailable, surge = _whole(rolling.get("maxUnavailable")), _whole(rolling.get("maxSurge"))
        if not unavailable and not surge:
            report.required(f"{place}.maxUnavailable", "cannot be 0 when maxSurge is 0")
        elif unavailable and surge:
            report.invalid(
                f"{place}.maxSurge", rolling.get("maxSurge"), "may not be set when maxUnavailable is non-zero"
            )
    elif strategy.get("type") != "OnDelete":
        report.unsupported("spec.updateStrategy", _strategy(strategy), ("RollingUpdate", "OnDelete"))
    report.not_negative("spec", spec, "revisionHistoryLimit")
    _fixed(report, spec, old)


def replicaset(report: Report, obj: Object, old: Object | None) -> None:
    """A ReplicaSet."""
    spec = obj.get("spec") or {}
    report.not_negative("spec", spec, "replicas", "minReadySeconds")
    if check_selected(report, spec, empty_says="empty selector is invalid for deployment"):
        _template(report, spec)
    _fixed(report, spec, old)


def replication_controller(report: Report, obj: Object, old: Object | None) -> None:
    """A ReplicationController; its selector is a plain map."""
    spec = obj.get("spec") or {}
    report.not_negative("spec", spec, "minReadySeconds")
    selector = spec.get("selector") or {}
    if not selector:
        report.required("spec.selector")
    report.not_negative("spec", spec, "replicas")
    found = ((spec.get("template") or {}).get("metadata") or {}).get("labels") or {}
    if any(found.get(key) != value for key, value in selector.items()):
        report.invalid(
            "spec.template.metadata.labels", labels_shown(found), "`selector` does not match template `labels`"
        )
    _template(report, spec)
