"""A pod taken up as the API tells of it: after a kubelet's restart, or at a scenario's first moment."""

import re

from k8stui.demo.clock import epoch
from k8stui.demo.kubelet.runs import EPHEMERAL, INIT, RUNNING, TERMINATED, WAITING, Run, Sandbox, specs
from k8stui.demo.storage.objects import Object

_PLACES = ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")
_BACKOFF = re.compile(r"back-off (?:(\d+)m)?(?:(\d+)s)? ")
FIRST = 10.0
"""Seconds of the shortest back-off."""


def moment(text: object) -> float:
    """Seconds since the epoch of a stamp; -1 for what is none."""
    return epoch(str(text), -1.0)


def sandbox(key: str, pod: Object) -> Sandbox:
    """What runs of this pod; a pod that no kubelet has reported yet has nothing."""
    status = pod.get("status") or {}
    box = Sandbox(key=key, uid=pod["metadata"]["uid"])
    if not status.get("startTime"):
        return box
    box.since = moment(status["startTime"])
    box.ip = status.get("podIP", "")
    rows = {row["name"]: row for place in _PLACES for row in status.get(place) or ()}
    conditions = {row["type"]: row["status"] for row in status.get("conditions") or ()}
    box.up = bool(box.ip) and conditions.get("PodReadyToStartContainers", "True") == "True"
    box.over = status.get("phase") in ("Succeeded", "Failed")
    for sort, spec in specs(pod):
        if spec["name"] in rows or not (box.over or sort == EPHEMERAL):
            box.runs[spec["name"]] = _run(sort, spec, rows.get(spec["name"]), initializes=_initializes(pod))
    if status.get("reason"):
        box.verdict = (status["reason"], status.get("message", ""))
    return box


def _initializes(pod: Object) -> bool:
    return bool(pod["spec"].get("initContainers"))


def fresh(sort: str, spec: Object, *, initializes: bool) -> Run:
    """A container that was never started."""
    run = Run(name=spec["name"], sort=sort, image=spec.get("image", ""))
    if initializes and sort != EPHEMERAL:
        run.reason = "PodInitializing"
    return run


def _run(sort: str, spec: Object, row: Object | None, *, initializes: bool) -> Run:
    run = fresh(sort, spec, initializes=initializes)
    if row is None:
        return run
    state: Object = row.get("state") or {}
    run.attempt = int(row.get("restartCount", 0))
    run.ready, run.passed = bool(row.get("ready")), bool(row.get("started", "running" in state))
    run.container_id, run.image_id = row.get("containerID", ""), row.get("imageID", "")
    run.last = row.get("lastState") or {}
    if "running" in state:
        run.state = RUNNING
        run.started = moment(state["running"].get("startedAt"))
        run.delay = FIRST if run.attempt else 0.0
    elif "terminated" in state:
        run.state = TERMINATED
        _ended(run, state["terminated"])
        run.delay = FIRST if run.attempt else 0.0
    elif "waiting" in state:
        _waiting(run, state["waiting"])
    if sort == INIT and run.state == TERMINATED:
        run.passed = False
    return run


def _ended(run: Run, row: Object) -> None:
    run.started, run.ended = moment(row.get("startedAt")), moment(row.get("finishedAt"))
    run.code, run.why, run.note = int(row.get("exitCode", 0)), row.get("reason", ""), row.get("message", "")


def _waiting(run: Run, row: Object) -> None:
    run.state = WAITING
    run.reason, run.message = row.get("reason", ""), row.get("message", "")
    if "terminated" in run.last:
        _ended(run, run.last["terminated"])
        found = _BACKOFF.match(run.message)
        run.delay = 60.0 * int(found[1] or 0) + int(found[2] or 0) if found else FIRST
        run.delayed = run.ended
    if run.reason in ("ErrImagePull", "ImagePullBackOff"):
        run.pull_delay = FIRST
        run.pull_error = run.message.partition("ErrImagePull: ")[2] or run.message
