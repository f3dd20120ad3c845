"""Containers in a description: what they are made from, how they are, what they ask for."""

from k8stui.model import tree
from k8stui.model.columns import Tone
from k8stui.model.describe.layout import NONE, Cell, Text
from k8stui.model.describe.parts import limits_and_requests, moment, yes
from k8stui.model.describe.probes import probe_text
from k8stui.model.describe.variables import environment, environment_from
from k8stui.model.objects import Object
from k8stui.model.pod_status import STARTING

_FINE = ("", "Completed")


def containers(out: Text, title: str, pod: Object, part: str, statuses: str = "", *, within: bool = False) -> None:
    """A block of containers.

    Args:
        out: where to.
        title: of the block, without colon.
        pod: with `metadata`, `spec` and `status`, or a pod template, which has no status.
        part: `containers`, `initContainers` or `ephemeralContainers`: where in `spec` they are.
        statuses: where in `status` theirs are; empty in a template.
        within: a template: everything stands as kubectl indents it there.
    """
    found = tree.rows(pod, "spec", part)
    level = 1 if within else 0
    if found:
        out.head(title, level)
    else:
        out.line(f"{title}: {NONE}", level)
    states = {tree.text(each, "name"): each for each in tree.rows(pod, "status", statuses)} if statuses else {}
    for each in found:
        status = states.get(tree.text(each, "name"))
        out.line(f"{' ' if within else ''}{tree.text(each, 'name')}:", 1, Tone.CHANGING)
        _made_from(out, each, status)
        _command(out, each)
        if status is not None:
            _state(out, status)
        limits_and_requests(out, tree.part(each, "resources"), 2)
        for name in ("liveness", "readiness", "startup"):
            if tree.part(each, f"{name}Probe"):
                out.field(name.capitalize(), probe_text(tree.part(each, f"{name}Probe")), level=2)
        environment_from(out, each, tree.namespace(pod))
        environment(out, each, None if within else pod, tree.namespace(pod))
        _mounts(out, each)


def seccomp(out: Text, context: Object, level: int, inner: int) -> None:
    """SeccompProfile and, on level `inner`, the profile of the node's own, where a security context has one."""
    profile = tree.part(context, "seccompProfile")
    if profile:
        out.field("SeccompProfile", tree.text(profile, "type"), level=level)
        if tree.text(profile, "type") == "Localhost":
            out.field("LocalhostProfile", tree.text(profile, "localhostProfile"), level=inner)


def _made_from(out: Text, container: Object, status: Object | None) -> None:
    """Container ID, Image, Image ID, ports, seccomp profile."""
    if status is not None:
        out.field("Container ID", tree.text(status, "containerID"), level=2)
    out.field("Image", tree.text(container, "image"), level=2)
    if status is not None:
        out.field("Image ID", tree.text(status, "imageID"), level=2)
    ports = tree.rows(container, "ports")
    for title, field in (("Port", "containerPort"), ("Host Port", "hostPort")):
        said = ", ".join(_port(each, field) for each in ports)
        out.field(f"{title}s" if "," in said else title, said or NONE, level=2)
    seccomp(out, tree.part(container, "securityContext"), 2, 3)


def _port(port: Object, field: str) -> str:
    """`8080/TCP (http)`."""
    text = f"{tree.number(port, field)}/{tree.text(port, 'protocol')}"
    name = tree.text(port, "name")
    return f"{text} ({name})" if name else text


def _command(out: Text, container: Object) -> None:
    """Command and Args, a word a line; lines within a word stand below each other."""
    for title, part in (("Command", "command"), ("Args", "args")):
        words = tree.texts(container, part)
        if words:
            out.line(f"{title}:", 2)
        for word in words:
            for line in word.split("\n"):
                out.line(line, 3)


def _state(out: Text, status: Object) -> None:
    """State, Last State (only of one that ended), Ready, Restart Count."""
    _one_state(out, "State", tree.part(status, "state"))
    if tree.part(status, "lastState", "terminated"):
        _one_state(out, "Last State", {"terminated": tree.part(status, "lastState", "terminated")})
    ready = status.get("ready") is True
    over = tree.text(status, "state", "terminated", "reason") == "Completed"
    out.field("Ready", Cell(yes(ready), None if ready or over else Tone.WARNING), level=2)
    restarts = tree.number(status, "restartCount")
    out.field("Restart Count", Cell(str(restarts), Tone.WARNING if restarts else None), level=2)


def _one_state(out: Text, title: str, state: Object) -> None:
    """One state with its details: running before waiting before terminated, as kubectl asks."""
    running, waiting, ended = (tree.value(state, name) for name in ("running", "waiting", "terminated"))
    if isinstance(running, dict):
        out.field(title, Cell("Running", Tone.OK), level=2)
        out.field("Started", moment(tree.text(running, "startedAt"), out.zone), level=3)
    elif isinstance(ended, dict) and not isinstance(waiting, dict):
        _ended(out, title, ended)
    else:
        reason = tree.text(waiting, "reason")
        tone = Tone.CHANGING if reason in STARTING else Tone.BAD
        out.field(title, Cell("Waiting", tone), level=2)
        if reason:
            out.field("Reason", Cell(reason, tone), level=3)


def _ended(out: Text, title: str, ended: Object) -> None:
    """Terminated: reason, message, exit code, signal, times."""
    reason, code = tree.text(ended, "reason"), tree.number(ended, "exitCode")
    tone = Tone.MUTED if code == 0 and reason in _FINE else Tone.BAD
    out.field(title, Cell("Terminated", tone), level=2)
    if reason:
        out.field("Reason", Cell(reason, tone), level=3)
    if tree.text(ended, "message"):
        out.field("Message", tree.text(ended, "message").rstrip("\n"), level=3)
    out.field("Exit Code", Cell(str(code), tone if code else None), level=3)
    if tree.number(ended, "signal") > 0:
        out.field("Signal", Cell(str(tree.number(ended, "signal")), tone), level=3)
    out.field("Started", moment(tree.text(ended, "startedAt"), out.zone), level=3)
    out.field("Finished", moment(tree.text(ended, "finishedAt"), out.zone), level=3)


def _mounts(out: Text, container: Object) -> None:
    """Mounts and, where there are some, Devices, by path."""
    mounts = sorted(tree.rows(container, "volumeMounts"), key=lambda each: tree.text(each, "mountPath"))
    if mounts:
        out.line("Mounts:", 2)
    else:
        out.field("Mounts", NONE, level=2)
    for each in mounts:
        how = "ro" if each.get("readOnly") is True else "rw"
        below = tree.text(each, "subPath")
        how += f",path={_quoted(below)}" if below else ""
        out.line(f"{tree.text(each, 'mountPath')} from {tree.text(each, 'name')} ({how})", 3)
    devices = sorted(tree.rows(container, "volumeDevices"), key=lambda each: tree.text(each, "devicePath"))
    if devices:
        out.line("Devices:", 2)
    for each in devices:
        out.line(f"{tree.text(each, 'devicePath')} from {tree.text(each, 'name')}", 3)


def _quoted(text: str) -> str:
    """In double quotes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
