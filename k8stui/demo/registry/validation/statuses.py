"""What a status may say."""

from k8stui.demo.registry.validation.metadata import check_change, check_metadata
from k8stui.demo.registry.validation.report import Report
from k8stui.demo.storage import errors
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.store import Object

_COUNTED = frozenset({"deployments.apps", "replicasets.apps", "statefulsets.apps", "replicationcontrollers"})
_PARTS = ("updatedReplicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas", "currentReplicas")


def validate_status(kind: Kind, obj: Object, old: Object) -> None:
    """Raises Refusal (422): counts below zero, or parts above the whole."""
    report = Report()
    meta, before = obj["metadata"], old["metadata"]
    check_change(report, meta, before)
    if any(meta.get(name) != before.get(name) for name in ("labels", "annotations")):
        check_metadata(report, kind, meta, name=False)
    name = errors.qualified(kind.plural, kind.group)
    if name in _COUNTED and obj.get("status") != old.get("status"):
        _counts(report, obj.get("status") or {})
    if report.causes:
        raise errors.invalid(kind.kind, kind.group, before["name"], report.causes)


def _counts(report: Report, status: Object) -> None:
    report.not_negative("status", status, "replicas", *_PARTS, "unavailableReplicas", "observedGeneration")
    whole = status.get("replicas") or 0
    for name in _PARTS:
        part = status.get(name) or 0
        if isinstance(part, int) and part > whole:
            report.invalid(f"status.{name}", part, "cannot be greater than status.replicas")
