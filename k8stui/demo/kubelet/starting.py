"""How a pod comes up: volumes, the sandbox, and container after container, as a kubelet's SyncPod goes about it."""

from k8stui.demo.kubelet.creating import create
from k8stui.demo.kubelet.images import duration
from k8stui.demo.kubelet.pulling import leave_state, pull, pulled
from k8stui.demo.kubelet.resume import FIRST, fresh
from k8stui.demo.kubelet.runs import (
    APP,
    CREATE,
    EPHEMERAL,
    INIT,
    NEVER,
    PULL,
    RUNNING,
    SIDECAR,
    TERMINATED,
    WAITING,
    Run,
    Sandbox,
    between,
    specs,
)
from k8stui.demo.kubelet.site import Site
from k8stui.demo.storage.objects import Object

HEALED = 600.0
"""Seconds of running after which a crash counts as the first one."""
LONGEST_MOUNT = 122.0
"""Seconds of the longest back-off between mounts."""
CRASHED = ("CrashLoopBackOff", "RunContainerError")
"""Why a container waits that has ended."""


def come_up(site: Site, box: Sandbox, pod: Object) -> None:
    """Whatever the pod needs next."""
    for sort, spec in specs(pod):
        if spec["name"] not in box.runs:
            box.runs[spec["name"]] = fresh(sort, spec, initializes=bool(pod["spec"].get("initContainers")))
    if not box.up and not _sandbox(site, box, pod):
        return
    for run in wanted(box, pod):
        if _start(site, box, pod, run) and run.sort != EPHEMERAL:
            return


def wanted(box: Sandbox, pod: Object) -> list[Run]:
    """The containers that should run by now and do not, in the order in which they are started."""
    policy = pod["spec"].get("restartPolicy", "Always")
    found = [run for run in box.of(EPHEMERAL) if run.state == WAITING]
    for run in box.of(INIT, SIDECAR):
        if run.sort == INIT and run.state == TERMINATED and run.code == 0:
            continue
        if run.state != RUNNING and not (run.sort == INIT and run.state == TERMINATED and policy == "Never"):
            found.append(run)
        if run.sort == INIT or not run.passed:
            return found
    return found + [run for run in box.of(APP) if run.state == WAITING or _again(run, policy)]


def _again(run: Run, policy: str) -> bool:
    return run.state == TERMINATED and (policy == "Always" or (policy == "OnFailure" and run.code != 0))


# ---- the sandbox


def _sandbox(site: Site, box: Sandbox, pod: Object) -> bool:
    if not site.reached(box.mount_due):
        box.at(box.mount_due)
        return False
    if why := site.things(pod, {}, box).volumes():
        site.event(pod, "Warning", "FailedMount", why)
        box.mount_delay = min(max(0.5, box.mount_delay * 2), LONGEST_MOUNT)
        box.mount_due = site.later(box.mount_delay)
        box.at(box.mount_due)
        return False
    if box.up_at == NEVER:
        box.up_at = site.later(between(1.0, 2.0, box.uid, "sandbox"))
    if not site.reached(box.up_at):
        box.at(box.up_at)
        return False
    box.up = True
    box.ip = site.host if pod["spec"].get("hostNetwork") else site.address()
    return True


def awaken(site: Site, box: Sandbox) -> None:
    """Something that the pod depends on has changed: no back-off of mounts or configuration stands in its way."""
    soon = site.later(between(0.3, 1.0, box.uid, site.now))
    if not box.up:
        box.mount_due = min(box.mount_due, soon)
    for run in box.runs.values():
        if run.state == WAITING and run.reason == "CreateContainerConfigError":
            run.due = min(run.due, soon)


# ---- one container


def _start(site: Site, box: Sandbox, pod: Object, run: Run) -> bool:
    """The next step of a container's start; whether it is being started now, so that the next has to wait."""
    spec = site.spec(pod, run)
    if not run.step and spec["image"] != run.image:
        _another(run, spec["image"])
    if run.step and not site.reached(run.due):
        box.at(run.due)
        return True
    if run.step == PULL:
        pulled(site, box, pod, run, spec)
    elif run.step == CREATE:
        create(site, box, pod, run, spec)
    elif _may_start(site, box, pod, run):
        pull(site, box, pod, run, spec)
    if run.step:
        box.at(run.due)
    return bool(run.step)


def _another(run: Run, image: str) -> None:
    """Another image is another container: no back-off of the old one stands in its way."""
    run.image = image
    run.delay = run.due = run.pull_delay = run.pull_until = 0.0
    run.pull_error = ""


def _may_start(site: Site, box: Sandbox, pod: Object, run: Run) -> bool:
    """Whether neither a back-off nor the time that a kubelet takes to notice stands against it."""
    if run.state == WAITING and run.due and not site.reached(run.due):
        box.at(run.due)
        return False
    if run.state == WAITING and run.reason not in CRASHED:
        return True
    noticed = run.ended + site.scaled(between(1.0, 2.2, box.uid, run.name, run.attempt))
    if not site.reached(noticed):
        box.at(noticed)
        return False
    if run.delay and (run.ended - run.delayed) * site.world.agenda.speed > HEALED:
        run.delay = 0.0
    until = run.ended + site.scaled(run.delay)
    if run.delay and not site.reached(until):
        _back_off(site, box, pod, run)
        box.at(until)
        return False
    longest = site.habits.longest
    run.delay = min(run.delay * 2, longest) if run.delay else min(FIRST, longest)
    run.delayed = site.now
    return True


def _back_off(site: Site, box: Sandbox, pod: Object, run: Run) -> None:
    meta = pod["metadata"]
    if run.reason == "RunContainerError" and site.passed(run.ended) < FIRST / 2:
        return box.at(run.ended + site.scaled(FIRST / 2))
    who = f"{meta['name']}_{meta['namespace']}({box.uid})"
    if run.state == TERMINATED:
        leave_state(run)
        run.told = site.now
    run.reason = "CrashLoopBackOff"
    run.message = f"back-off {duration(run.delay)} restarting failed container={run.name} pod={who}"
    if site.reached(run.told):
        message = f"Back-off restarting failed container {run.name} in pod {who}"
        site.event(pod, "Warning", "BackOff", message, run)
        run.told = site.later(between(11, 15, box.uid, site.now))
    return box.at(run.told)
