"""The start of a container itself: its configuration, its command, and how this run of it will end."""

from hashlib import sha256

from k8stui.demo.kubelet import images, programs
from k8stui.demo.kubelet.pulling import leave_state, waits
from k8stui.demo.kubelet.runs import NEVER, RUNNING, TERMINATED, Run, Sandbox, between
from k8stui.demo.kubelet.site import Site
from k8stui.demo.storage.objects import Object
from k8stui.model import quantity


def create(site: Site, box: Sandbox, pod: Object, run: Run, spec: Object) -> None:
    """Create and start it, if it can be configured."""
    run.step = ""
    things = site.things(pod, spec, box)
    if why := things.configuration():
        site.event(pod, "Warning", "Failed", f"Error: {why}", run)
        return waits(site, box, run, "CreateContainerConfigError", why)
    if run.container_id:
        run.attempt += 1
    leave_state(run)
    run.container_id = container_id(box, run)
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


def container_id(box: Sandbox, run: Run) -> str:
    """The runtime's name for a run of a container: 64 hex digits, others for every attempt."""
    return f"containerd://{sha256(f'{box.uid}/{run.name}/{run.attempt}'.encode()).hexdigest()}"


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
