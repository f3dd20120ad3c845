"""What controllers and kubelets ask of a pod (`k8s.io/kubernetes/pkg/api/v1/pod`)."""

from k8stui.demo.storage.objects import Object, condition, ending, phase, state
from k8stui.model import duration

FINISHED = ("Succeeded", "Failed")
"""Phases that a pod does not leave."""


def finished(pod: Object) -> bool:
    """Whether it has come to its end."""
    return phase(pod) in FINISHED


def active(pod: Object) -> bool:
    """Neither ended nor about to be deleted."""
    return not finished(pod) and not ending(pod)


def ready_condition(pod: Object) -> Object | None:
    """Its Ready condition."""
    return condition(pod.get("status"), "Ready")


def is_ready(pod: Object) -> bool:
    """Whether its Ready condition holds (also while it is being deleted)."""
    return state(pod, "Ready") == "True"


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
