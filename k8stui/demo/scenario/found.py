"""Pods as a kubelet would have left them by now, in the words and shapes of the kubelet itself."""

from typing import Any

from k8stui.demo.kubelet import images
from k8stui.demo.kubelet.creating import container_id, starves
from k8stui.demo.kubelet.habits import Habit
from k8stui.demo.kubelet.pulling import leave_state
from k8stui.demo.kubelet.resume import fresh, sandbox
from k8stui.demo.kubelet.runs import RUNNING, TERMINATED, Run, Sandbox, between, specs
from k8stui.demo.kubelet.status import status

Json = dict[str, Any]

START, READY = 3.0, 8.0
"""Seconds from a pod's creation until its containers run, and until they are ready."""


def begun(pod: Json, at: float, host: str, ip: str, habits: dict[str, Habit]) -> Json:
    """The status of a pod that was bound at this time, some seconds later; `habits` by container."""
    rows = [row for row in pod["status"].get("conditions", ()) if row["type"] != "PodScheduled"]
    pod = pod | {"status": pod["status"] | {"conditions": rows}}
    box = Sandbox(key="", uid=pod["metadata"]["uid"], since=at)
    for sort, spec in specs(pod):
        box.runs[spec["name"]] = fresh(sort, spec, initializes=bool(pod["spec"].get("initContainers")))
    pod["status"] = status(pod, box, host, at)
    box.up, box.ip = True, ip
    for run in box.runs.values():
        habit = habits[run.name]
        if habit.missing:
            _unpulled(run, habit)
        else:
            _runs(box, run, at + START, ready=not habit.unready)
            if pod["spec"].get("restartPolicy") != "Always" and habit.exits is not None:
                _ended(run, run.started + habit.exits, habit.code, habit.reason, habit.message)
    box.over = all(run.state == TERMINATED for run in box.runs.values())
    return status(pod, box, host, at + READY)


def _runs(box: Sandbox, run: Run, at: float, *, ready: bool) -> None:
    run.state, run.started, run.reason = RUNNING, at, ""
    run.container_id, run.image_id = container_id(box, run), images.digest(run.image)
    run.passed, run.ready = True, ready


def _ended(run: Run, at: float, code: int, reason: str = "", message: str = "") -> None:
    run.state, run.ended, run.code = TERMINATED, at, code
    run.why, run.note = reason or ("Error" if code else "Completed"), message
    run.ready = run.passed = False


def _unpulled(run: Run, habit: Habit) -> None:
    why = images.failure(run.image, habit)
    run.reason = "ImagePullBackOff"
    run.message = f'Back-off pulling image "{run.image}": ErrImagePull: {why}'


def crashes(spec: Json, habit: Habit) -> bool:
    """Whether a container with this habit ends again and again."""
    return habit.exits is not None or bool(habit.needs and starves(spec, habit.needs))


def crashing(pod: Json, now: float, host: str, habits: dict[str, Habit], restarts: int, longest: float) -> Json:
    """The status of a pod whose container ended a moment ago, for the nth time, and waits to be started again."""
    meta = pod["metadata"]
    box = sandbox("", pod)
    for _, spec in specs(pod):
        run, habit = box.runs[spec["name"]], habits[spec["name"]]
        if not crashes(spec, habit):
            continue
        oom = habit.exits is None
        lived = habit.within if oom else float(habit.exits or 0.0)
        run.attempt = restarts
        ended = now - between(3, 8, box.uid, run.name)
        _runs(box, run, ended - lived, ready=False)
        if oom:
            _ended(run, ended, 137, "OOMKilled")
        else:
            _ended(run, ended, habit.code, habit.reason, habit.message)
        leave_state(run)
        who = f"{meta['name']}_{meta['namespace']}({box.uid})"
        run.reason = "CrashLoopBackOff"
        run.message = f"back-off {images.duration(longest)} restarting failed container={run.name} pod={who}"
    return status(pod, box, host, now)


def killed(pod: Json, at: float, host: str, *, waiting: bool) -> Json:
    """The status of a pod whose container was OOMKilled, and waits to be started again once that was noticed."""
    meta, box = pod["metadata"], sandbox("", pod)
    for run in box.runs.values():
        _ended(run, at, 137, "OOMKilled")
        if waiting:
            leave_state(run)
            who = f"{meta['name']}_{meta['namespace']}({meta['uid']})"
            run.reason = "CrashLoopBackOff"
            run.message = f"back-off 40s restarting failed container={run.name} pod={who}"
    return status(pod, box, host, at)


def evicted(pod: Json, at: float, host: str, node: str) -> Json:
    """The status of a pod that its node threw out for want of disk."""
    message = "The node was low on resource: ephemeral-storage. "
    message += "Threshold quantity: 8110686800, available: 7602184Ki. "
    box = sandbox("", pod)
    for run in box.runs.values():
        message += f"Container {run.name} was using {150_000 + len(node) * 731}Ki, request is 0, has larger "
        message += "consumption of ephemeral-storage. "
        _ended(run, at + 1, 137)
    box.verdict, box.disrupted, box.over = ("Evicted", message), message, True
    made = status(pod, box, host, at + 1)
    del made["containerStatuses"]  # the disk was cleared of them: what kubectl shows is Evicted, not Error
    pod = pod | {"status": made}
    return status(pod, sandbox("", pod), host, at + 1)
