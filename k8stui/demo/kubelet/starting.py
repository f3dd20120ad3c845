"""How a pod comes up: volumes, the sandbox, and container after container, as a kubelet's SyncPod goes about it."""

from hashlib import sha256
from typing import Any

from k8stui.demo.kubelet import images, programs
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
from k8stui.demo.kubelet.status import terminated
from k8stui.model import quantity

Object = dict[str, Any]

SYNC = 12.0
"""About so many seconds pass between two looks of a kubelet at a pod in trouble."""
HEALED = 600.0
"""Seconds of running after which a crash counts as the first one."""
LONGEST_PULL = 300.0
"""Seconds of the longest back-off between pulls (the kubelet's MaxContainerBackOff for images)."""
LONGEST_MOUNT = 122.0
"""Seconds of the longest back-off between mounts."""
CRASHED = ("CrashLoopBackOff", "RunContainerError")
"""Why a container waits that has ended."""
NO_STOP = frozenset(["sh", "bash", "sleep", "tail", "cat"])
"""Programs that take no notice of SIGTERM as process 1."""


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
        _pulled(site, box, pod, run, spec)
    elif run.step == CREATE:
        _create(site, box, pod, run, spec)
    elif _may_start(site, box, pod, run):
        _image(site, box, pod, run, spec)
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
    run.message = f"back-off {images.duration(run.delay)} restarting failed container={run.name} pod={who}"
    if site.reached(run.told):
        message = f"Back-off restarting failed container {run.name} in pod {who}"
        site.event(pod, "Warning", "BackOff", message, run)
        run.told = site.later(between(11, 15, box.uid, site.now))
    return box.at(run.told)


def leave_state(run: Run) -> None:
    """A container that ended waits for its next run: what it was becomes its last state."""
    if run.state == TERMINATED:
        run.last = terminated(run)
    run.state = WAITING


# ---- images


def _image(site: Site, box: Sandbox, pod: Object, run: Run, spec: Object) -> None:
    run.image = image = spec["image"]
    policy = spec.get("imagePullPolicy") or "IfNotPresent"
    run.due = 0.0
    if not images.valid(image):
        why = images.invalid(image)
        site.event(pod, "Warning", "InspectFailed", why, run)
        _fails(site, box, pod, run, "InvalidImageName", why)
    elif site.has(image) and policy != "Always":
        message = f'Container image "{image}" already present on machine'
        site.event(pod, "Normal", "Pulled", message, run)
        _next(site, run, CREATE, between(0.05, 0.3, box.uid, run.name, run.attempt))
    elif policy == "Never":
        why = f'Container image "{image}" is not present with pull policy of Never'
        site.event(pod, "Warning", "ErrImageNeverPull", why, run)
        _fails(site, box, pod, run, "ErrImageNeverPull", why)
    elif not site.reached(run.pull_until) and run.pull_error:
        site.event(pod, "Normal", "BackOff", f'Back-off pulling image "{image}"', run)
        why = f'Back-off pulling image "{image}": ErrImagePull: {run.pull_error}'
        _fails(site, box, pod, run, "ImagePullBackOff", why)
        run.due = min(run.due, max(run.pull_until, site.later(1.0)))
        box.at(run.due)
    else:
        site.event(pod, "Normal", "Pulling", f'Pulling image "{image}"', run)
        habit = site.habit(pod, spec, box)
        again = site.has(image)
        long = between(0.3, 0.6, image, box.uid) if habit.missing or again else images.seconds(image, habit, site.name)
        _next(site, run, PULL, long)


def _next(site: Site, run: Run, step: str, seconds: float) -> None:
    run.step, run.began, run.due = step, site.now, site.later(seconds)


def _fails(site: Site, box: Sandbox, pod: Object, run: Run, reason: str, why: str) -> None:
    """The container waits with this reason, and is tried again at one of the next looks."""
    site.event(pod, "Warning", "Failed", f"Error: {reason}", run)
    _waits(site, box, run, reason, why)


def _waits(site: Site, box: Sandbox, run: Run, reason: str, why: str) -> None:
    leave_state(run)
    run.step, run.reason, run.message = "", reason, why
    run.due = site.later(between(SYNC - 2, SYNC + 3, box.uid, site.now))
    box.at(run.due)


def _pulled(site: Site, box: Sandbox, pod: Object, run: Run, spec: Object) -> None:
    image, run.step = run.image, ""
    if spec["image"] != image:
        return _image(site, box, pod, run, spec)
    habit = site.habit(pod, spec, box)
    if habit.missing:
        run.pull_error = images.failure(image, habit)
        site.event(pod, "Warning", "Failed", f'Failed to pull image "{image}": {run.pull_error}', run)
        run.pull_delay = min(run.pull_delay * 2, LONGEST_PULL) if run.pull_delay else FIRST
        run.pull_until = site.later(run.pull_delay)
        _fails(site, box, pod, run, "ErrImagePull", run.pull_error)
        run.due = site.later(between(0.6, 2.5, box.uid, site.now))
        return None
    run.pull_error, run.pull_delay = "", 0.0
    site.images.add(images.resolved(image))
    took = images.duration(site.passed(run.began))
    message = f'Successfully pulled image "{image}" in {took} ({took} including waiting). '
    site.event(pod, "Normal", "Pulled", f"{message}Image size: {images.size(image)} bytes.", run)
    return _next(site, run, CREATE, between(0.05, 0.3, box.uid, run.name, run.attempt))


# ---- the start itself


def _create(site: Site, box: Sandbox, pod: Object, run: Run, spec: Object) -> None:
    run.step = ""
    things = site.things(pod, spec, box)
    if why := things.configuration():
        site.event(pod, "Warning", "Failed", f"Error: {why}", run)
        return _waits(site, box, run, "CreateContainerConfigError", why)
    if run.container_id:
        run.attempt += 1
    leave_state(run)
    run.container_id = f"containerd://{_hex(box.uid, run.name, run.attempt)}"
    run.image_id = images.digest(run.image)
    site.event(pod, "Normal", "Created", f"Created container: {run.name}", run)
    words = programs.command(run.image, spec.get("command") or (), spec.get("args") or ())
    if words and programs.unknown(run.image, words):
        return _not_startable(site, pod, run, words[0])
    site.event(pod, "Normal", "Started", f"Started container {run.name}", run)
    run.state, run.started, run.reason, run.message = RUNNING, site.now, "", ""
    run.passed, run.ready, run.probes = "startupProbe" not in spec, False, {}
    run.stops, run.ends, run.program = NEVER, NEVER, None
    plan(site, box, pod, run, spec, words)
    return site.output.started(pod, run)


def _hex(*parts: object) -> str:
    """64 hex digits."""
    return sha256("/".join(map(str, parts)).encode()).hexdigest()


def _not_startable(site: Site, pod: Object, run: Run, word: str) -> None:
    why = (
        "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: "
    )
    why += "unable to start container process: error during container init: "
    why += f'exec: "{word}": executable file not found in $PATH'
    site.event(pod, "Warning", "Failed", f"Error: {why}: unknown", run)
    run.state, run.code, run.why, run.note = TERMINATED, 128, "StartError", f"{why}: unknown"
    run.started, run.ended = 0.0, site.now
    leave_state(run)
    run.reason, run.message, run.told = "RunContainerError", f"{why}: unknown", site.now


def plan(site: Site, box: Sandbox, pod: Object, run: Run, spec: Object, words: list[str] | None) -> None:
    """Decide how this run ends: by its habit, for want of memory, or as its command does."""
    habit = run.habit = site.habit(pod, spec, box)
    jitter = between(0.85, 1.15, box.uid, run.name, run.attempt)
    if habit.exits is not None:
        run.ends = run.started + site.scaled(habit.exits * (jitter if habit.exits > 5 else 1))
        run.planned = (habit.code, habit.reason, habit.message)
    elif habit.needs and starves(spec, habit.needs):
        run.ends = run.started + site.scaled(habit.within * jitter)
        run.planned = (137, "OOMKilled", "")
    elif words and not (spec.get("stdin") and programs.shell(words)):
        environment = site.things(pod, spec, box).environment()
        steps = programs.steps(words, environment, lambda: site.now, pod["metadata"]["name"])
        if steps is not None:
            run.program = programs.Program(steps, run.started, site.scaled)


def starves(spec: Object, needs: str) -> bool:
    """Whether a container's memory limit is below what it needs."""
    limit = ((spec.get("resources") or {}).get("limits") or {}).get("memory")
    return limit is not None and quantity.parse(str(limit)) < quantity.parse(needs)
