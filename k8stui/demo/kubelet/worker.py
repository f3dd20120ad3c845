"""One look of a kubelet at one pod: what it does about it, and what it reports."""

from k8stui.demo.kubelet import ending, starting
from k8stui.demo.kubelet.admission import refusal
from k8stui.demo.kubelet.creating import plan
from k8stui.demo.kubelet.images import resolved
from k8stui.demo.kubelet.programs import command
from k8stui.demo.kubelet.resume import moment, sandbox
from k8stui.demo.kubelet.running import follow, patience, stop
from k8stui.demo.kubelet.runs import (
    APP,
    EPHEMERAL,
    INIT,
    NEVER,
    RUNNING,
    SIDECAR,
    TERMINATED,
    WAITING,
    Run,
    Sandbox,
    between,
)
from k8stui.demo.kubelet.site import Site
from k8stui.demo.kubelet.status import status
from k8stui.demo.storage.objects import Object


def take_up(site: Site, key: str, pod: Object) -> Sandbox:
    """A pod that this kubelet has not seen yet, as far as the API tells of it."""
    box = site.boxes[pod["metadata"]["uid"]] = sandbox(key, pod)
    for run in box.runs.values():
        if run.state == RUNNING:
            site.images.add(resolved(run.image))
            _take_up(site, box, pod, run)
        elif run.ended > 0:
            run.habit = site.habit(pod, site.spec(pod, run), box)
            site.output.resumed(pod, run)
        if run.state == WAITING and run.reason in ("ErrImagePull", "ImagePullBackOff"):
            run.pull_until = run.due = site.later(between(3, 9, box.uid, run.name))
        elif run.state == WAITING and run.ended > 0:
            run.told = site.later(between(2, 10, box.uid, run.name))
    ending.taken_up(box, pod)
    return box


def _take_up(site: Site, box: Sandbox, pod: Object, run: Run) -> None:
    """A container that runs already: its end lies ahead, whatever its plan would have been."""
    spec = site.spec(pod, run)
    words = command(run.image, spec.get("command") or (), spec.get("args") or ())
    plan(site, box, pod, run, spec, words)
    if site.reached(run.ends):
        run.ends = site.later(between(6, 20, box.uid, run.name))
    if run.program is not None and site.passed(run.started) > 60:
        run.program = None
    before = run.last.get("terminated")
    if before:
        last = Run(run.name, run.sort, run.image, run.attempt - 1, TERMINATED, habit=run.habit)
        last.started, last.ended = moment(before.get("startedAt")), moment(before.get("finishedAt"))
        site.output.resumed(pod, last)
    site.output.resumed(pod, run)


def sync(site: Site, box: Sandbox, pod: Object) -> None:
    """Do what the pod needs now, and report; `box.wake` says when to look again."""
    box.wake = NEVER
    if pod["metadata"].get("deletionTimestamp"):
        if box.removed and pod["metadata"].get("finalizers"):
            return
        ending.go(site, box, pod)
    elif not box.over:
        _live(site, box, pod)
    report(site, box, pod)


def report(site: Site, box: Sandbox, pod: Object) -> None:
    """Write the status if it differs; a pod that is gone meanwhile is none."""
    kind = site.world.store.catalog.named("pods")
    entry = site.world.store.table(kind).entries.get(box.key)
    if entry is None or entry.uid != box.uid:
        return
    found = status(pod, box, site.host, site.now)
    if found != pod.get("status"):
        site.world.registry.update_status(pod | {"status": found})


def _live(site: Site, box: Sandbox, pod: Object) -> None:
    if box.since is None:
        box.since = site.now
        if why := refusal(site, pod):
            box.verdict, box.over = why, True
            site.event(pod, "Warning", why[0], why[1].removeprefix("Pod was rejected: "))
            return
    for run in list(box.runs.values()):
        follow(site, box, pod, run)
    _deadline(site, box, pod)
    if box.verdict:
        box.over = not any(run.state == RUNNING for run in box.runs.values())
    elif box.runs and _done(box, pod):
        _finish(site, box, pod)
    else:
        before = {run.name for run in box.runs.values() if run.state == RUNNING}
        starting.come_up(site, box, pod)
        for run in list(box.runs.values()):
            if run.name not in before:
                follow(site, box, pod, run)


def _deadline(site: Site, box: Sandbox, pod: Object) -> None:
    """activeDeadlineSeconds."""
    seconds = pod["spec"].get("activeDeadlineSeconds")
    if seconds is None or box.verdict or box.since is None:
        return
    due = box.since + site.scaled(float(seconds))
    if site.reached(due):
        message = "Pod was active on the node longer than the specified deadline"
        box.verdict = ("DeadlineExceeded", message)
        site.event(pod, "Normal", "DeadlineExceeded", message)
        ending.stop_all(site, box, pod, patience(pod))
    else:
        box.at(due)


def _done(box: Sandbox, pod: Object) -> bool:
    """Whether the pod has come to its end by itself."""
    policy = pod["spec"].get("restartPolicy", "Always")
    if policy == "Never" and any(run.state == TERMINATED and run.code for run in box.of(INIT)):
        return True
    if policy == "Always":
        return False
    return all(run.state == TERMINATED and (policy == "Never" or not run.code) for run in box.of(APP))


def _finish(site: Site, box: Sandbox, pod: Object) -> None:
    """The sidecars and debug containers go, then nothing is left."""
    going = [run for run in box.of(SIDECAR, EPHEMERAL) if run.state == RUNNING]
    for run in going:
        if run.stops == NEVER:
            stop(site, box, pod, run, f"Stopping container {run.name}")
    if not going:
        box.over = True
