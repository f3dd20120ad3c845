"""How far a debug container is, read from its pod and its events: pure."""

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Final

from msgspec import Struct

from k8stui.model.columns import Tone
from k8stui.model.event_row import WARNING, Event
from k8stui.model.pod_raw import ContainerStatus, PodSpec, PodStatus, RawPod, Terminated
from k8stui.model.sentences import ended as full_stop
from k8stui.model.text import clean

_CREATING: Final = ("", "ContainerCreating", "PodInitializing")
"""Reasons of a container that waits and is well."""
_PULLS: Final = ("Pulling", "Pulled")
_TOLD: Final = ("FailedScheduling", "Failed", "BackOff", "Unhealthy")
"""Events that the pod's own status tells of."""


class Stage(Enum):
    """How far a launch is."""

    NEW = "new"
    SENDING = "sending"
    WAITING = "waiting"
    """It is in the cluster, and its container does not run yet: the last line of progress says why."""
    READY = "ready"
    """Its container runs: attach."""
    OVER = "over"
    """Its container has ended; where nobody had attached its log is what there is to see."""
    FAILED = "failed"
    """Nothing was made, or it will never run: `why` says so. What was made is there until `remove`."""
    GONE = "gone"
    """The pod was there, and is not any more: removed by us or by somebody else."""
    CANCELLED = "cancelled"
    """Nobody waits for it any more. What was made is there until `remove`."""

    @property
    def settled(self) -> bool:
        """Whether nothing is waited for any more."""
        return self not in (Stage.NEW, Stage.SENDING, Stage.WAITING)


class Progress(Struct, frozen=True):
    """A line of what happens."""

    at: float
    """Epoch seconds."""
    says: str
    """Clean."""
    tone: Tone = Tone.PLAIN


class Seen(Struct, frozen=True):
    """What a pod says of the container that is waited for. Texts are clean."""

    stage: Stage
    container: str
    place: tuple[str, Tone]
    """Where it is, or why it is nowhere yet."""
    says: str = ""
    """What the container does, or why it does nothing; empty while there is no node for it."""
    tone: Tone = Tone.CHANGING
    node: str = ""


def seen(raw: RawPod, wanted: str = "") -> Seen:
    """Read it.

    Args:
        raw: the pod.
        wanted: the container's name; "": the first of the ordinary ones.
    """
    spec, status = raw.spec or PodSpec(), raw.status or PodStatus()
    name = wanted or next((each.name or "" for each in spec.containers or ()), "")
    node = clean(spec.node_name or "")
    place = _place(node, status)
    found = next((each for each in _statuses(status) if each.name == name), None)
    stage, says, tone = _container(name, found, status)
    lost = _lost(status)
    if lost and stage is not Stage.OVER:
        stage, says, tone = Stage.FAILED, lost, Tone.BAD
    elif not says and node:
        says, tone = _waits(status, node)
    return Seen(stage, clean(name), place, clean(says), tone, node)


def told(event: Event, container: str, *, ephemeral: bool) -> tuple[str, Tone] | None:
    """What an event adds to that; None: nothing.

    Args:
        event: of the pod.
        container: the one that is waited for.
        ephemeral: it was added to a pod that has a past: only its own events count.
    """
    if ephemeral and f"{{{container}}}" not in event.field_path:
        return None
    if event.reason == "Pulling":
        return event.message[:1].lower() + event.message[1:], Tone.CHANGING
    if event.reason == "Pulled":
        return event.message[:1].lower() + event.message[1:], Tone.PLAIN
    if event.type != WARNING or event.reason in _TOLD:
        return None
    return f"{event.reason}: {event.message}", Tone.WARNING


def pulls(event: Event) -> bool:
    """Whether it tells how far an image's pull is."""
    return event.reason in _PULLS


def _statuses(status: PodStatus) -> Iterable[ContainerStatus]:
    for group in (status.container_statuses, status.ephemeral_container_statuses, status.init_container_statuses):
        yield from group or ()


def _place(node: str, status: PodStatus) -> tuple[str, Tone]:
    if node:
        return f"scheduled on {node}", Tone.PLAIN
    for each in status.conditions or ():
        if each.type == "PodScheduled" and each.status != "True" and (each.message or each.reason):
            return f"no node yet: {clean(each.message or each.reason or '')}", Tone.WARNING
    return "waits for a node", Tone.CHANGING


def _container(name: str, found: ContainerStatus | None, status: PodStatus) -> tuple[Stage, str, Tone]:
    """Stage, words and tone by the state of the container itself; no words where it has none."""
    state = found.state if found is not None else None
    if found is None or state is None:
        return Stage.WAITING, "", Tone.CHANGING
    if state.running is not None:
        return Stage.READY, f"container {name} runs", Tone.OK
    if state.terminated is not None:
        well = not state.terminated.exit_code
        return Stage.OVER, f"container {name} {_exit(state.terminated)}", Tone.OK if well else Tone.BAD
    if state.waiting is None or (state.waiting.reason or "") in _CREATING:
        return Stage.WAITING, _initializing(status) or f"container {name} is being created", Tone.CHANGING
    reason, message = state.waiting.reason or "", state.waiting.message or ""
    before = found.last_state.terminated if found.last_state is not None else None
    last = f" It {_exit(before)} before." if before is not None else ""
    return Stage.WAITING, full_stop(f"{reason}: {message}" if message else reason) + last, Tone.BAD


def _exit(ended: Terminated) -> str:
    """`ended with code 127 (StartError: no such file)`."""
    reason = "" if ended.reason in (None, "", "Completed", "Error") else ended.reason
    why = ": ".join(part for part in (reason, ended.message) if part)
    return f"ended with code {ended.exit_code or 0}" + (f" ({why})" if why else "")


def _initializing(status: PodStatus) -> str:
    """Which init container is waited for."""
    rows: Sequence[ContainerStatus] = status.init_container_statuses or ()
    for each in rows:
        state = each.state
        ended = state.terminated if state is not None else None
        if ended is not None and (ended.exit_code or 0) == 0:
            continue
        if each.started and state is not None and state.running is not None:
            continue  # a sidecar, or the last one: it runs and holds up nothing
        waiting = state.waiting if state is not None else None
        how = _exit(ended) if ended is not None else (waiting.reason or "waits") if waiting is not None else "runs"
        return f"waits for init container {each.name or ''}, which {how}"
    return ""


def _lost(status: PodStatus) -> str:
    """Why the pod as a whole has failed: evicted, its time over, no room on its node."""
    if status.phase == "Failed" and status.reason:
        return full_stop(f"{status.reason}: {status.message}" if status.message else status.reason)
    if status.phase in ("Failed", "Succeeded"):
        return f"The pod has ended ({status.phase})."
    return ""


def _waits(status: PodStatus, node: str) -> tuple[str, Tone]:
    """Nothing is known of the container."""
    return _initializing(status) or f"waits for the kubelet of {node}", Tone.CHANGING
