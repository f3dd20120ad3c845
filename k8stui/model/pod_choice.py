"""Which of several pods or containers is meant: kubectl's orders of pods (its util/podutils: ActivePods, ByLogging)."""

from collections.abc import Iterable
from typing import Final

from k8stui.model import tree
from k8stui.model.duration import stamp
from k8stui.model.objects import Object
from k8stui.model.pod_row import Pod

DEFAULT_CONTAINER: Final = "kubectl.kubernetes.io/default-container"
Order = tuple[float, ...]
"""Sorts ascending."""

_ACTIVE: Final = {"Pending": 0, "Unknown": 1, "Running": 2}
_LOGGING: Final = {"Running": 0, "Unknown": 1, "Pending": 2}
"""A phase that is not named counts as 0, in both (Go's map of it)."""


def for_session(pods: Iterable[Object]) -> list[Object]:
    """The pods of a workload, the one that exec, attach and debug mean first: ready, running, ready the longest.

    The reverse of ActivePods, which is the order in which pods are deleted.
    """
    return sorted(pods, key=active_order, reverse=True)


def default_container(pod: Object) -> str:
    """The container that the pod's annotation names for whoever names none; "": it names none."""
    return tree.strings(pod, "metadata", "annotations").get(DEFAULT_CONTAINER, "")


def active_order(pod: Object) -> Order:
    """ActivePods: unassigned, pending, unready, deleting, ready for a short time, often restarted, young come first."""
    regular, sidecars = _restarts(pod)
    deleted = stamp(tree.text(pod, "metadata", "deletionTimestamp"))
    return (
        bool(tree.text(pod, "spec", "nodeName")),
        _ACTIVE.get(tree.text(pod, "status", "phase"), 0),
        _ready(pod),
        deleted is None,
        deleted or 0.0,
        *_newest_first(_ready_since(pod)),
        -regular,
        -sidecars,
        *_newest_first(stamp(tree.text(pod, "metadata", "creationTimestamp"))),
    )


def logging_order(pod: Pod) -> Order:
    """ByLogging without how long they have been ready: assigned, running, ready, often restarted, old come first."""
    regular = max((each.restarts for each in pod.containers if not each.role), default=0)
    sidecars = max((each.restarts for each in pod.containers if each.role == "sidecar"), default=0)
    ready = pod.ready == pod.total and not pod.unready
    return (
        not pod.node,
        _LOGGING.get(pod.phase, 0),
        not ready,
        -regular,
        -sidecars,
        *_oldest_first(pod.created),
    )


def _ready(pod: Object) -> bool:
    return tree.condition(pod, "Ready").get("status") == "True"


def _ready_since(pod: Object) -> float | None:
    """When it became ready; None while it is not, or where nobody says."""
    return stamp(tree.text(tree.condition(pod, "Ready"), "lastTransitionTime")) if _ready(pod) else None


def _restarts(pod: Object) -> tuple[int, int]:
    """The most restarts of an ordinary container, and of a sidecar."""
    sidecars = {
        tree.text(each, "name")
        for each in tree.rows(pod, "spec", "initContainers")
        if tree.text(each, "restartPolicy") == "Always"
    }
    said = tree.rows(pod, "status", "initContainerStatuses")
    return _most(tree.rows(pod, "status", "containerStatuses")), _most(
        [each for each in said if tree.text(each, "name") in sidecars]
    )


def _most(statuses: list[Object]) -> int:
    return max((tree.number(each, "restartCount") for each in statuses), default=0)


def _newest_first(at: float | None) -> tuple[float, float]:
    """None before all others."""
    return (0.0, 0.0) if at is None else (1.0, -at)


def _oldest_first(at: float | None) -> tuple[float, float]:
    """None after all others."""
    return (1.0, 0.0) if at is None else (0.0, at)
