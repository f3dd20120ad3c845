"""What a Deployment says of itself: counts, and the conditions Available, Progressing and ReplicaFailure.

The rules, reasons and words are those of `deployment/{progress,sync}.go` and `deployment/util`.
"""

from collections.abc import Sequence

from k8stui.demo.controllers.rolling import count, max_unavailable, replicas, wanted_total
from k8stui.demo.storage.objects import Object, condition, of_type

PROGRESSING, AVAILABLE, FAILURE = "Progressing", "Available", "ReplicaFailure"
DONE, TIMED_OUT, PAUSED = "NewReplicaSetAvailable", "ProgressDeadlineExceeded", "DeploymentPaused"
NEVER = 2**31 - 1
"""progressDeadlineSeconds that means no deadline."""


def deadline(deployment: Object) -> int | None:
    """Seconds without progress after which it says so; None without a deadline."""
    seconds = deployment["spec"].get("progressDeadlineSeconds", 600)
    return None if seconds in (None, NEVER) else int(seconds)


def made(kind: str, value: str, reason: str, message: str, at: str) -> Object:
    """A new condition."""
    row = {"type": kind, "status": value, "lastUpdateTime": at, "lastTransitionTime": at}
    return row | {"reason": reason, "message": message}


def put(rows: Sequence[Object], row: Object) -> list[Object]:
    """The conditions with this one, last; the same status and reason again change nothing."""
    old = of_type(rows, row["type"])
    if old is not None and old.get("status") == row["status"]:
        if old.get("reason") == row["reason"]:
            return list(rows)
        row = row | {"lastTransitionTime": old.get("lastTransitionTime")}
    return [*without(rows, row["type"]), row]


def without(rows: Sequence[Object], kind: str) -> list[Object]:
    """The conditions of other types."""
    return [row for row in rows if row.get("type") != kind]


def calculated(deployment: Object, sets: Sequence[Object], new: Object | None, at: str) -> Object:
    """Counts and Available; the other conditions as they were."""
    available = count(sets, "availableReplicas")
    counts = {
        "observedGeneration": deployment["metadata"].get("generation", 1),
        "replicas": count(sets, "replicas"),
        "updatedReplicas": count([new] if new else [], "replicas"),
        "readyReplicas": count(sets, "readyReplicas"),
        "availableReplicas": available,
        "unavailableReplicas": max(0, wanted_total(sets) - available),
    }
    status: Object = {name: number for name, number in counts.items() if number}
    enough = available >= replicas(deployment) - max_unavailable(deployment)
    row = made(AVAILABLE, "True", "MinimumReplicasAvailable", "Deployment has minimum availability.", at)
    if not enough:
        words = "Deployment does not have minimum availability."
        row = made(AVAILABLE, "False", "MinimumReplicasUnavailable", words, at)
    status["conditions"] = put(deployment["status"].get("conditions", ()), row)
    if "collisionCount" in deployment["status"]:
        status["collisionCount"] = deployment["status"]["collisionCount"]
    return status


def is_complete(deployment: Object, status: Object) -> bool:
    """All pods are of the new template and available, and nothing old is left."""
    wanted = replicas(deployment)
    names = ("updatedReplicas", "replicas", "availableReplicas")
    observed = status.get("observedGeneration", 0) >= deployment["metadata"].get("generation", 1)
    return observed and all(status.get(name, 0) == wanted for name in names)


def has_progressed(deployment: Object, status: Object) -> bool:
    """More pods of the new template, fewer of old ones, or more that are ready, than when it was last written."""
    old = deployment["status"]

    def grown(name: str) -> bool:
        return bool(status.get(name, 0) > old.get(name, 0))

    def outdated(of: Object) -> int:
        return int(of.get("replicas", 0) - of.get("updatedReplicas", 0))

    rows = (grown(name) for name in ("updatedReplicas", "readyReplicas", "availableReplicas"))
    return any(rows) or outdated(status) < outdated(old)


def progress(deployment: Object, status: Object, new: Object | None, at: str, waited: float) -> Object:
    """The status with Progressing as it is after `waited` seconds without a change of it."""
    limit, rows = deadline(deployment), status["conditions"]
    if limit is None:
        return status | {"conditions": without(rows, PROGRESSING)}
    current = condition(deployment["status"], PROGRESSING)
    settled = status.get("replicas", 0) == status.get("updatedReplicas", 0)
    if settled and current is not None and current.get("reason") == DONE:
        return status
    name, kind = (new or deployment)["metadata"]["name"], "ReplicaSet" if new else "Deployment"
    if is_complete(deployment, status):
        row = made(PROGRESSING, "True", DONE, f'{kind} "{name}" has successfully progressed.', at)
    elif has_progressed(deployment, status):
        row = made(PROGRESSING, "True", "ReplicaSetUpdated", f'{kind} "{name}" is progressing.', at)
        if current is not None and current.get("status") == "True":
            row["lastTransitionTime"] = current.get("lastTransitionTime")
        rows = without(rows, PROGRESSING)
    elif _is_late(current, limit, waited):
        row = made(PROGRESSING, "False", TIMED_OUT, f'{kind} "{name}" has timed out progressing.', at)
    else:
        return status
    return status | {"conditions": put(rows, row)}


def _is_late(current: Object | None, limit: int, waited: float) -> bool:
    if current is None or current.get("reason") == DONE:
        return False
    return current.get("reason") == TIMED_OUT or waited > limit


def failures(status: Object, sets: Sequence[Object], new: Object | None) -> Object:
    """The status with the ReplicaFailure of the new ReplicaSet, or of another; without one when none has any."""
    for each in [new, *sets] if new else sets:
        row = condition(each["status"], FAILURE)
        if row is not None:
            moved = made(FAILURE, row["status"], row["reason"], row["message"], row["lastTransitionTime"])
            return status | {"conditions": put(status["conditions"], moved)}
    return status | {"conditions": without(status["conditions"], FAILURE)}
