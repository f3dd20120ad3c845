"""Pods as lines of a table: kubectl's columns, and behind kubectl's word what kubectl hides."""

from ipaddress import ip_address

from k8stui.model.columns import RANK, Column, Comparable, Tone
from k8stui.model.duration import human
from k8stui.model.object_columns import NAME, NAMESPACE, NONE, age_of
from k8stui.model.order import by_text
from k8stui.model.pod_line import PodLine
from k8stui.model.pod_row import Container, Exit, Pod, row
from k8stui.model.pod_use import SHARES, USE, limits_said
from k8stui.model.quantity import Family, Quantity

__all__ = [
    "COLUMNS",
    "NONE",
    "Container",
    "Exit",
    "Pod",
    "PodLine",
    "explain",
    "row",
    "search_text",
    "status",
    "status_text",
    "tone",
    "why",
]

"""How kubectl writes what is not there."""

_CHANGING = frozenset(("Pending", "ContainerCreating", "PodInitializing", "Terminating"))
_DONE = frozenset(("Completed", "Succeeded"))


def status(pod: Pod) -> str:
    """kubectl's STATUS, exactly."""
    return pod.word


def why(pod: Pod) -> str:
    """One plain sentence on what is not well with the pod, or an empty text."""
    return pod.why


def explain(line: PodLine, now: float) -> str:
    """`why`, after what is to be said of the pod's node, and else a word on containers at a limit."""
    if line.silent_since is None or not line.doubted:
        return " ".join(part for part in (line.pod.why, limits_said(line)) if part)
    said = f"Node {line.pod.node} has not reported for {human(now - line.silent_since)}: this is its last word."
    return f"{said} {line.pod.why}".rstrip()


def status_text(line: PodLine, now: float) -> str:
    """kubectl's word, the reason that Terminating hides, and the node's silence: `Running · node silent 3m`."""
    pod = line.pod
    text = pod.word
    if pod.beneath != text and pod.beneath not in ("", "Running"):
        text = f"{text} · {pod.beneath}"
    if line.silent_since is not None and line.doubted:
        text = f"{text} · node silent {human(now - line.silent_since)}"
    return text


def tone(line: PodLine, now: float) -> Tone:
    """How the pod is; one that is past its grace and still there, or whose node is silent, is worth a look."""
    pod = line.pod
    own = _tone(pod)
    late = pod.word == "Terminating" and pod.deleted is not None and now > pod.deleted + 30
    return Tone.WARNING if (late or line.doubted) and RANK[own] > 1 else own


def search_text(line: PodLine) -> str:
    """What a filter looks at."""
    pod = line.pod
    return " ".join((pod.ref.namespace, pod.ref.name, pod.word, pod.beneath, pod.node, pod.ip, last_exit(line)))


def restarts(line: PodLine, now: float) -> str:
    """`7 (3m ago)`."""
    pod = line.pod
    if not pod.restarts or pod.restarted is None:
        return str(pod.restarts)
    return f"{pod.restarts} ({human(now - pod.restarted)} ago)"


def last_exit(line: PodLine) -> str:
    """`OOMKilled 137`, empty where no container failed or was started again."""
    return str(line.pod.exit) if line.pod.exit is not None else ""


def owner(line: PodLine) -> str:
    """`ReplicaSet/web-78bb`."""
    pod = line.pod
    return f"{pod.owner_kind}/{pod.owner_name}" if pod.owner_name else NONE


def _tone(pod: Pod) -> Tone:
    """How the pod itself is."""
    word = pod.word
    if word == "Running":
        return Tone.OK if pod.ready == pod.total and not pod.why else Tone.WARNING
    if word in _DONE or pod.phase == "Succeeded":
        return Tone.MUTED
    if word in _CHANGING:
        return Tone.WARNING if pod.unscheduled and word == "Pending" else Tone.CHANGING
    if word.startswith("Init:") and word[5:6].isdigit():
        return Tone.CHANGING
    return Tone.WARNING if word in ("NotReady", "SchedulingGated") else Tone.BAD


def _status_order(line: PodLine) -> Comparable:
    """The worst first, then by text."""
    own = RANK[_tone(line.pod)]
    return min(own, 1) if line.doubted else own, line.pod.word, line.pod.beneath


def _exit_order(line: PodLine) -> Comparable:
    """By reason and code; pods without an exit last."""
    found = line.pod.exit
    return (False, found.reason, found.code) if found is not None else (True, "", 0)


def _ip_order(line: PodLine) -> Comparable:
    """By number, version 4 before 6, none last."""
    try:
        address = ip_address(line.pod.ip)
        return address.version, int(address)
    except ValueError:
        return 9, 0


def _memory(line: PodLine, now: float) -> str:
    """The requested memory, in binary units."""
    return str(Quantity.of(line.pod.memory, Family.BINARY))


COLUMNS: tuple[Column[PodLine], ...] = (
    NAMESPACE,
    NAME,
    Column(
        title="READY",
        text=lambda line, now: f"{line.pod.ready}/{line.pod.total}",
        order=lambda line: (line.pod.ready - line.pod.total, line.pod.total),
        right=True,
        width=5,
        most=7,
        keep=8,
    ),
    Column(title="STATUS", text=status_text, order=_status_order, tone=tone, width=14, most=44, keep=9),
    Column(
        title="RESTARTS",
        text=restarts,
        order=lambda line: line.pod.restarts,
        right=True,
        width=8,
        most=16,
        keep=6,
    ),
    Column(title="LAST EXIT", text=lambda line, now: last_exit(line), order=_exit_order, width=9, most=22, keep=4),
    *USE,
    Column(
        title="NODE",
        text=lambda line, now: line.pod.node or NONE,
        order=lambda line: by_text(line.pod.node),
        width=8,
        most=32,
        keep=5,
        middle=True,
    ),
    age_of(lambda line: line.pod.created),
    Column(
        title="IP",
        text=lambda line, now: line.pod.ip or NONE,
        order=_ip_order,
        width=10,
        most=39,
        keep=3,
        wide=True,
    ),
    Column(
        title="OWNER",
        text=lambda line, now: owner(line),
        order=owner,
        width=10,
        most=48,
        keep=3,
        middle=True,
        wide=True,
    ),
    Column(
        title="CPU REQ",
        text=lambda line, now: str(Quantity.of_milli(line.pod.cpu)),
        order=lambda line: line.pod.cpu,
        right=True,
        width=7,
        most=10,
        keep=2,
        wide=True,
    ),
    Column(
        title="MEMORY REQ",
        text=_memory,
        order=lambda line: line.pod.memory,
        right=True,
        width=10,
        most=12,
        keep=2,
        wide=True,
    ),
    *SHARES,
    Column(
        title="NOMINATED NODE",
        text=lambda line, now: line.pod.nominated or NONE,
        order=lambda line: by_text(line.pod.nominated),
        width=14,
        most=32,
        keep=1,
        middle=True,
        wide=True,
    ),
    Column(
        title="READINESS GATES",
        text=lambda line, now: line.pod.gates or NONE,
        order=lambda line: by_text(line.pod.gates),
        width=15,
        most=15,
        keep=1,
        wide=True,
    ),
)
"""NAMESPACE is left out by whoever shows one namespace alone."""
