"""What a status may say."""

from collections.abc import Mapping
from types import MappingProxyType

from k8stui.demo.registry.defaults.pods import items
from k8stui.demo.registry.validation.metadata import check_metadata
from k8stui.demo.registry.validation.report import Report
from k8stui.demo.storage import errors
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.store import Object

_SETS = ("fullyLabeledReplicas", "readyReplicas", "availableReplicas")
_PARTS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "deployments.apps": ("updatedReplicas", "readyReplicas", "availableReplicas"),
    "statefulsets.apps": ("readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"),
    "replicasets.apps": _SETS, "replicationcontrollers": _SETS,
})  # fmt: skip
"""What may not be above the whole, in the order in which it is said."""
_BUDGET = ("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods")
_TRUTHS = ("False", "True", "Unknown")


def validate_status(kind: Kind, obj: Object, old: Object) -> None:
    """Raises Refusal (422): counts below zero, parts above the whole, conditions that are none."""
    report = Report()
    meta, before = obj["metadata"], old["metadata"]
    if any(meta.get(name) != before.get(name) for name in ("labels", "annotations")):
        check_metadata(report, kind, meta, name=False)
    if (status := obj.get("status") or {}) != old.get("status"):
        _judge(report, errors.qualified(kind.plural, kind.group), status, before)
    if report.causes:
        raise errors.invalid(kind.kind, kind.group, before["name"], report.causes)


def _judge(report: Report, name: str, status: Object, meta: Object) -> None:
    if name in _PARTS:
        _counts(report, name, status)
    elif name == "poddisruptionbudgets.policy":
        _conditions(report, status)
        report.not_negative("status", status, *_BUDGET)
    elif name == "namespaces":
        wanted, why = ("Terminating", "not ") if meta.get("deletionTimestamp") else ("Active", "")
        if (phase := status.get("phase") or "") != wanted:
            report.invalid("status.Phase", phase, f"may only be '{wanted}' if `deletionTimestamp` is {why}empty")


def _counts(report: Report, name: str, status: Object) -> None:
    parts = _PARTS[name]
    report.not_negative("status", status, "replicas", *parts, "unavailableReplicas", "observedGeneration")
    whole = status.get("replicas") or 0
    for each in parts:
        part = status.get(each) or 0
        if isinstance(part, int) and part > whole:
            report.invalid(f"status.{each}", part, "cannot be greater than status.replicas")
    if (available := status.get("availableReplicas") or 0) > (status.get("readyReplicas") or 0):
        place = "status.readyReplicas" if name == "statefulsets.apps" else "readyReplicas"
        report.invalid("status.availableReplicas", available, f"cannot be greater than {place}")


def _conditions(report: Report, status: Object) -> None:
    """`metav1.Condition`s, as `ValidateConditions` judges them."""
    for index, each in enumerate(items(status, "conditions")):
        place = f"status.conditions[{index}]"
        if not each.get("type"):
            report.required(f"{place}.type")
        report.one_of(f"{place}.status", each.get("status") or "", _TRUTHS)
        for name in ("lastTransitionTime", "reason"):
            if not each.get(name):
                report.required(f"{place}.{name}")
