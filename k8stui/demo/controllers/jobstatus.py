"""What a Job says of itself: its conditions and how they are written (`job/job_controller.go`)."""

from collections.abc import Mapping, Sequence
from typing import Any

from k8stui.demo.storage.objects import Object, condition, of_type

COMPLETE, FAILED = "Complete", "Failed"
CRITERIA, TARGET, SUSPENDED = "SuccessCriteriaMet", "FailureTarget", "Suspended"
_ORDER = (
    *("conditions", "startTime", "completionTime", "active", "succeeded", "failed", "terminating"),
    *("completedIndexes", "failedIndexes", "uncountedTerminatedPods", "ready"),
)


def held(status: Object, kind: str) -> Object | None:
    """The condition of this type, if it holds."""
    row = condition(status, kind)
    return row if row and row.get("status") == "True" else None


def is_finished(job: Object) -> bool:
    """Complete or failed."""
    return held(job["status"], COMPLETE) is not None or held(job["status"], FAILED) is not None


def with_condition(status: Object, kind: str, value: str, reason: str, message: str, at: str) -> Object:
    """The status with this condition; one that never was is not said to be over."""
    rows: Sequence[Object] = status.get("conditions", ())
    old = of_type(rows, kind)
    if (old is None and value == "False") or (old is not None and old.get("status") == value):
        return status
    made = {"type": kind, "status": value, "lastProbeTime": at, "lastTransitionTime": at}
    made |= {"reason": reason, "message": message}
    if old is None:
        return status | {"conditions": [*rows, made]}
    return status | {"conditions": [made if row is old else row for row in rows]}


def ordered(status: Mapping[str, Any]) -> Object:
    """The status as it is written: counts of zero and empty texts are absent, but not those that say 'known'."""
    kept = ("terminating", "ready", "uncountedTerminatedPods")
    return {name: status[name] for name in _ORDER if name in status and (status[name] or name in kept)}
