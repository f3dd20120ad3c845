"""What controllers ask of a pod (`k8s.io/kubernetes/pkg/api/v1/pod`)."""

from collections.abc import Mapping
from typing import Any

from k8stui.demo.controllers.informer import ending, finished
from k8stui.demo.storage.objects import Object
from k8stui.model import duration


def phase(pod: Mapping[str, Any]) -> str:
    """Pending, Running, Succeeded, Failed, Unknown; empty before the server has said."""
    return str(pod.get("status", {}).get("phase", ""))


def active(pod: Object) -> bool:
    """Neither ended nor about to be deleted."""
    return not finished(pod) and not ending(pod)


def ready_condition(pod: Object) -> Object | None:
    """Its Ready condition."""
    rows = pod.get("status", {}).get("conditions", ())
    return next((row for row in rows if row.get("type") == "Ready"), None)


def is_ready(pod: Object) -> bool:
    """Whether its Ready condition holds (also while it is being deleted)."""
    row = ready_condition(pod)
    return row is not None and row.get("status") == "True"


def ready_since(pod: Object) -> float | None:
    """Seconds since the epoch when it became ready; None when it is not."""
    row = ready_condition(pod)
    if row is None or row.get("status") != "True":
        return None
    return duration.stamp(row.get("lastTransitionTime"))


def restarts(pod: Object) -> int:
    """How often its containers were started again, the one most often."""
    rows = pod.get("status", {}).get("containerStatuses", ())
    return max((int(row.get("restartCount", 0)) for row in rows), default=0)


def labels_of(obj: Object) -> dict[str, str]:
    """Its labels."""
    return obj["metadata"].get("labels") or {}


def annotations_of(obj: Object) -> dict[str, str]:
    """Its annotations."""
    return obj["metadata"].get("annotations") or {}
