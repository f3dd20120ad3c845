"""Containers while they run: their own ends, signals, and how they are stopped."""

from k8stui.demo.kubelet.creating import starves
from k8stui.demo.kubelet.probing import probe
from k8stui.demo.kubelet.programs import LOOK, command
from k8stui.demo.kubelet.runs import EPHEMERAL, NEVER, RUNNING, TERMINATED, Run, Sandbox, between
from k8stui.demo.kubelet.site import Site
from k8stui.demo.storage.objects import Object

SIGTERM = 15
NO_STOP = frozenset(["sh", "bash", "sleep", "tail", "cat"])
"""Programs that take no notice of SIGTERM as process 1."""


def follow(site: Site, box: Sandbox, pod: Object, run: Run) -> None:
    """What has become of a running container by now, and when to look again."""
    if run.state != RUNNING:
        return None
    spec = site.spec(pod, run)
    if run.program is not None:
        run.program.advance(site.now + 1e-3, lambda at, line: site.output.write(pod, run, line, at))
        if run.program.code is not None:
            return end(site, pod, run, run.program.due, run.program.code)
        box.at(run.program.wake(site.later(LOOK)))
    _relieved(run, spec)
    due = min(run.ends, run.stops)
    if site.reached(due):
        if run.stops <= run.ends:
            return end(site, pod, run, run.stops, run.stop_code)
        code, reason, message = run.planned
        return end(site, pod, run, run.ends, code, reason, message)
    box.at(due)
    if run.stops == NEVER and box.killing == NEVER:
        if spec and spec["image"] != run.image and run.sort != EPHEMERAL:
            message = f"Container {run.name} definition changed, will be restarted"
            return stop(site, box, pod, run, message)
        if why := probe(site, box, pod, run, spec):
            stop(site, box, pod, run, why)
    return None


def _relieved(run: Run, spec: Object) -> None:
    """A container that was given more memory while it ran need not die for want of it."""
    if run.planned[1] == "OOMKilled" and run.habit and run.habit.needs and not starves(spec, run.habit.needs):
        run.ends, run.planned = NEVER, (0, "", "")


def end(site: Site, pod: Object, run: Run, at: float, code: int, reason: str = "", message: str = "") -> None:
    """The container's main process is gone."""
    run.state, run.ended, run.code = TERMINATED, at, code
    run.why = reason or ("Error" if code else "Completed")
    run.note = message
    run.ready = False
    run.ends = run.stops = NEVER
    run.program = None
    run.probes = {}
    site.output.ended(pod, run)


def stop(site: Site, box: Sandbox, pod: Object, run: Run, message: str, grace: float | None = None) -> None:
    """SIGTERM, and SIGKILL when the grace is over."""
    site.event(pod, "Normal", "Killing", message, run)
    allowed = patience(pod) if grace is None else grace
    spec = site.spec(pod, run)
    hook = ((spec.get("lifecycle") or {}).get("preStop") or {}).get("sleep") or {}
    need = float(hook.get("seconds", 0)) + _dies_in(site, box, pod, run, spec)
    run.stop_code = _stop_code(run) if need <= allowed else 137
    run.stops = site.later(min(need, allowed))
    box.at(run.stops)


def patience(pod: Object) -> float:
    """The pod's own grace in seconds; at least two for containers that the kubelet kills by itself."""
    seconds = pod["spec"].get("terminationGracePeriodSeconds")
    return 30.0 if seconds is None else max(float(seconds), 2.0)


def _stop_code(run: Run) -> int:
    return run.habit.stop_code if run.habit else 0


def _dies_in(site: Site, box: Sandbox, pod: Object, run: Run, spec: Object) -> float:
    """Seconds from SIGTERM to the end, if it takes notice."""
    habit = run.habit or site.habit(pod, spec, box)
    words = command(run.image, spec.get("command") or (), spec.get("args") or ())
    if habit.stubborn or (words and words[0].rpartition("/")[2] in NO_STOP):
        return NEVER
    return habit.stops or between(0.5, 1.5, box.uid, run.name)


def signalled(site: Site, pod: Object, run: Run, number: int) -> None:
    """Somebody inside sent a signal to the main process."""
    if run.state == RUNNING:
        code = _stop_code(run) if number == SIGTERM else 128 + number
        end(site, pod, run, site.now, code)
