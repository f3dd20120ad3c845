"""Probes: what they would find, without asking again and again while nothing can have changed."""

from k8stui.demo.kubelet.habits import Habit
from k8stui.demo.kubelet.runs import APP, NEVER, SIDECAR, Probe, Run, Sandbox, between
from k8stui.demo.kubelet.site import Site
from k8stui.demo.storage.objects import Object

SHOWN = {"startupProbe": "Startup", "livenessProbe": "Liveness", "readinessProbe": "Readiness"}


def probe(site: Site, box: Sandbox, pod: Object, run: Run, spec: Object) -> str:
    """Let the probes look that are due; returns why the container must be killed, if it must."""
    if run.sort not in (APP, SIDECAR):
        return ""
    if not run.passed:
        if why := _look(site, box, pod, run, spec, "startupProbe"):
            return why
        if not run.probes["startupProbe"].passed:
            return ""
        run.passed = True
        run.probes.pop("startupProbe")
    if "livenessProbe" in spec and (why := _look(site, box, pod, run, spec, "livenessProbe")):
        return why
    if "readinessProbe" in spec:
        _look(site, box, pod, run, spec, "readinessProbe")
        run.ready = run.probes["readinessProbe"].passed
    else:
        run.ready = True
    return ""


def _look(site: Site, box: Sandbox, pod: Object, run: Run, spec: Object, kind: str) -> str:
    how = spec.get(kind) or {}
    state = run.probes.get(kind)
    if state is None:
        state = run.probes[kind] = _first(site, run, how, kind)
    habit = site.habit(pod, spec, box)
    _wake(site, box, run, habit, how, kind, state)
    while site.reached(state.due):
        at = state.due
        failure, _ = finding(site, box.ip, run, habit, how, kind, at)
        state.due = at + site.scaled(_number(how, "periodSeconds", 10))
        if failure:
            state.successes, state.failures = 0, state.failures + 1
            site.event(pod, "Warning", "Unhealthy", f"{SHOWN[kind]} probe failed: {failure}", run)
            if state.failures >= _number(how, "failureThreshold", 3):
                state.passed = False
                if kind != "readinessProbe":
                    return _killing(run, kind)
        else:
            state.failures, state.successes = 0, state.successes + 1
            if state.successes >= _number(how, "successThreshold", 1):
                state.passed = True
                state.due = NEVER
    _wake(site, box, run, habit, how, kind, state)
    box.at(state.due)
    return ""


def _first(site: Site, run: Run, how: Object, kind: str) -> Probe:
    delay = site.scaled(_number(how, "initialDelaySeconds", 0) + between(0.1, 0.9, run.container_id, kind))
    start = run.started + delay
    if start < site.now - site.scaled(_number(how, "periodSeconds", 10)) and (run.ready or kind != "readinessProbe"):
        return Probe(passed=True)  # it has run for long: taken up from a status
    return Probe(due=max(start, site.now), passed=kind == "livenessProbe")


def _wake(site: Site, box: Sandbox, run: Run, habit: Habit, how: Object, kind: str, state: Probe) -> None:
    """A probe that rests looks again when it would find something else, or when that time comes."""
    if state.due != NEVER:
        return
    failure, changes = finding(site, box.ip, run, habit, how, kind, site.now)
    if bool(failure) == state.passed:
        state.due = site.later(between(0.1, _number(how, "periodSeconds", 10), run.container_id, kind, site.now))
    elif changes != NEVER:
        box.at(changes)


def finding(site: Site, ip: str, run: Run, habit: Habit, how: Object, kind: str, at: float) -> tuple[str, float]:
    """What a probe finds at a moment (empty: all is well), and until when that is sure."""
    age = (at - run.started) * site.world.agenda.speed
    if age < habit.ready_after:
        return _failure(how, "", ip), run.started + site.scaled(habit.ready_after)
    why = habit.unready if kind == "readinessProbe" else habit.sick
    if not why:
        return "", NEVER
    if age < habit.after:
        return "", run.started + site.scaled(habit.after)
    return _failure(how, why, ip), NEVER


def _failure(how: Object, why: str, ip: str) -> str:
    if why and not why.isdigit():
        return why
    if "httpGet" in how:
        return f"HTTP probe failed with statuscode: {why or 503}"
    if "tcpSocket" in how:
        return f"dial tcp {ip}:{how['tcpSocket'].get('port', 0)}: connect: connection refused"
    if "grpc" in how:
        return 'service unhealthy (responded with "NOT_SERVING")'
    return why or "command terminated with non-zero exit code: error executing command, exit code 1"


def _killing(run: Run, kind: str) -> str:
    return f"Container {run.name} failed {SHOWN[kind].lower()} probe, will be restarted"


def _number(how: Object, key: str, default: int) -> int:
    found = how.get(key)
    return default if found is None else max(int(found), 0 if key == "initialDelaySeconds" else 1)
