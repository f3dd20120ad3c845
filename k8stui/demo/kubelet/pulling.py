"""Images on their way to a node: pulls, what is said about them, and the back-off between them."""

from k8stui.demo.kubelet import images
from k8stui.demo.kubelet.resume import FIRST
from k8stui.demo.kubelet.runs import CREATE, PULL, TERMINATED, WAITING, Run, Sandbox, between
from k8stui.demo.kubelet.site import Site
from k8stui.demo.kubelet.status import terminated
from k8stui.demo.storage.objects import Object

SYNC = 12.0
"""About so many seconds pass between two looks of a kubelet at a pod in trouble."""
LONGEST_PULL = 300.0
"""Seconds of the longest back-off between pulls (the kubelet's MaxContainerBackOff for images)."""


def leave_state(run: Run) -> None:
    """A container that ended waits for its next run: what it was becomes its last state."""
    if run.state == TERMINATED:
        run.last = terminated(run)
    run.state = WAITING


def waits(site: Site, box: Sandbox, run: Run, reason: str, why: str) -> None:
    """The container waits with this reason, and is tried again at one of the next looks."""
    leave_state(run)
    run.step, run.reason, run.message = "", reason, why
    run.due = site.later(between(SYNC - 2, SYNC + 3, box.uid, site.now))
    box.at(run.due)


def _fails(site: Site, box: Sandbox, pod: Object, run: Run, reason: str, why: str) -> None:
    """The container waits with this reason, and is tried again at one of the next looks."""
    site.event(pod, "Warning", "Failed", f"Error: {reason}", run)
    waits(site, box, run, reason, why)


def _next(site: Site, run: Run, step: str, seconds: float) -> None:
    run.step, run.began, run.due = step, site.now, site.later(seconds)


def pull(site: Site, box: Sandbox, pod: Object, run: Run, spec: Object) -> None:
    """Have the image, or ask for it."""
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


def pulled(site: Site, box: Sandbox, pod: Object, run: Run, spec: Object) -> None:
    """The registry has answered."""
    image, run.step = run.image, ""
    if spec["image"] != image:
        return pull(site, box, pod, run, spec)
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
