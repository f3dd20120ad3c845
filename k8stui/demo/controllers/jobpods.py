"""The pods of a Job: which count as failed, which part each works on, and how one is made."""

from collections.abc import Iterable

from k8stui.demo.controllers.podfacts import finished, ready_condition
from k8stui.demo.controllers.templates import pod_of
from k8stui.demo.storage.objects import Object, annotations_of, ending, phase
from k8stui.model import duration

TRACKING = "batch.kubernetes.io/job-tracking"
"""The finalizer of a pod that has not been counted yet."""
INDEX = "batch.kubernetes.io/job-completion-index"


def is_tracked(pod: Object) -> bool:
    """Whether it has not been counted yet."""
    return TRACKING in (pod["metadata"].get("finalizers") or ())


def has_failed(pod: Object, job: Object) -> bool:
    """Failed, or deleted before it came to an end (unless the Job waits for that end)."""
    if phase(pod) == "Failed":
        return True
    waits = job["spec"].get("podReplacementPolicy") == "Failed"
    return ending(pod) and phase(pod) != "Succeeded" and not waits


def is_terminating(pod: Object) -> bool:
    """Deleted and not yet at its end."""
    return ending(pod) and not finished(pod)


def ended_at(pod: Object) -> float | None:
    """Seconds since the epoch when its last container ended; when it stopped being ready, without that."""
    rows = pod["status"].get("containerStatuses", ())
    stamps = [(row.get("state") or {}).get("terminated", {}).get("finishedAt") for row in rows]
    found = [moment for stamp in stamps if (moment := duration.stamp(stamp)) is not None]
    if found:
        return max(found)
    row = ready_condition(pod)
    return duration.stamp(row.get("lastTransitionTime")) if row else None


def restarts_of(pod: Object) -> int:
    """How often its containers were started again, all together."""
    rows = [*pod["status"].get("initContainerStatuses", ()), *pod["status"].get("containerStatuses", ())]
    return sum(int(row.get("restartCount", 0)) for row in rows)


def is_indexed(job: Object) -> bool:
    """Whether each of its pods works on a part of its own."""
    return bool(job["spec"].get("completionMode") == "Indexed")


def index_of(pod: Object, job: Object) -> int:
    """The part it works on; -1 for none."""
    text = annotations_of(pod).get(INDEX, "")
    number = int(text) if text.isdecimal() else -1
    return number if number < int(job["spec"].get("completions") or 0) else -1


def read_indexes(text: str) -> set[int]:
    """`0,2-4` as numbers; what is not readable is left out."""
    found: set[int] = set()
    for part in filter(None, text.split(",")):
        low, _, high = part.partition("-")
        if low.isdecimal() and (high or low).isdecimal():
            found |= set(range(int(low), int(high or low) + 1))
    return found


def written_indexes(numbers: Iterable[int]) -> str:
    """The shortest text: `0,2-4`; two neighbours are written with a comma."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = [f"{run[0]}-{run[-1]}" if len(run) > 2 else ",".join(map(str, run)) for run in runs]
    return ",".join(parts)


def job_pod(job: Object, index: int | None = None) -> Object:
    """A pod of a Job, for one of its parts where it has such."""
    made = pod_of(job["spec"]["template"], job)
    meta, spec = made["metadata"], made["spec"]
    meta["finalizers"] = [*meta.get("finalizers", ()), TRACKING]
    if index is None:
        return made
    name = job["metadata"]["name"]
    meta["generateName"] = f"{name}-{index}-"
    meta["annotations"] = meta.get("annotations", {}) | {INDEX: str(index)}
    meta["labels"] = meta.get("labels", {}) | {INDEX: str(index)}
    spec.setdefault("hostname", f"{name}-{index}")
    field = {"fieldRef": {"fieldPath": f"metadata.labels['{INDEX}']"}}
    for row in [*spec.get("initContainers", ()), *spec["containers"]]:
        row["env"] = [*(row.get("env") or ()), {"name": "JOB_COMPLETION_INDEX", "valueFrom": field}]
    return made
