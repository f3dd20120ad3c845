"""kubectl's STATUS, READY and RESTARTS of a pod (printPod of pkg/printers/internalversion)."""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from k8stui.model.duration import stamp
from k8stui.model.pod_raw import ContainerStatus, PodSpec, PodStatus, RawPod, Terminated
from k8stui.model.raw import Condition

ENDED: Final = frozenset({"Succeeded", "Failed"})
"""Phases of pods that have ended: they take no room and use nothing."""
STARTING: Final = frozenset({"", "ContainerCreating", "PodInitializing"})
"""Waiting reasons of a container that nobody holds up."""


class Reading(Struct, gc=False):
    """What kubectl would print of one pod; texts are as the server sent them."""

    word: str
    """STATUS."""
    beneath: str
    """STATUS as it would be if the pod were not being deleted."""
    ready: int
    total: int
    restarts: int = 0
    restarted: float | None = None
    """When the last of the counted restarts happened, in epoch seconds."""

    def restart(self, status: ContainerStatus) -> None:
        """Count the restarts of one container."""
        self.restarts += status.restart_count or 0
        last = status.last_state
        if last is not None and last.terminated is not None:
            self.restarted = later(self.restarted, stamp(last.terminated.finished_at))


def read(raw: RawPod) -> Reading:
    """kubectl's algorithm, step by step."""
    spec, status = raw.spec or PodSpec(), raw.status or PodStatus()
    word = status.reason or status.phase or ""
    for condition in status.conditions or ():
        if condition.type == "PodScheduled" and condition.reason == "SchedulingGated":
            word = "SchedulingGated"
    total = len(spec.containers or ())
    sidecars: set[str] = set()
    for each in spec.init_containers or ():
        if each.restart_policy == "Always":
            total += 1
            sidecars.add(each.name or "")
    reading = Reading(word, word, 0, total)
    initializing = False
    if status.init_container_statuses:
        initializing = _initialization(
            reading, status.init_container_statuses, sidecars, len(spec.init_containers or ())
        )
    if not initializing or condition_is_true(status.conditions, "Initialized"):
        _containers(reading, status, sidecars)
    reading.word = reading.beneath
    if raw.metadata is not None and raw.metadata.deletion_timestamp:
        if status.reason == "NodeLost":
            reading.word = "Unknown"
        elif status.phase not in ENDED:
            reading.word = "Terminating"
    return reading


def condition_is_true(conditions: Iterable[Condition] | None, name: str) -> bool:
    """Whether a condition of that type is True."""
    return any(each.type == name and each.status == "True" for each in conditions or ())


def gates(spec: PodSpec, status: PodStatus) -> str:
    """READINESS GATES: how many of them are True; empty where there are none."""
    if not spec.readiness_gates:
        return ""
    found: dict[str | None, str | None] = {}
    for each in status.conditions or ():
        found.setdefault(each.type, each.status)
    met = sum(found.get(gate.condition_type) == "True" for gate in spec.readiness_gates)
    return f"{met}/{len(spec.readiness_gates)}"


def later(one: float | None, other: float | None) -> float | None:
    """The later of two times that may be unknown."""
    return other if one is None or (other is not None and other > one) else one


def _initialization(reading: Reading, statuses: list[ContainerStatus], sidecars: set[str], count: int) -> bool:
    """Scan the init containers in order up to the first that holds the pod up; whether there was one."""
    for index, each in enumerate(statuses):
        reading.restart(each)
        state = each.state
        ended = state.terminated if state is not None else None
        if ended is not None and not ended.exit_code:
            continue
        if each.name in sidecars and each.started:
            reading.ready += bool(each.ready)
            continue
        if ended is not None:
            reading.beneath = f"Init:{_ending(ended)}"
        elif (
            state is not None
            and state.waiting is not None
            and state.waiting.reason not in (None, "", "PodInitializing")
        ):
            reading.beneath = f"Init:{state.waiting.reason}"
        else:
            reading.beneath = f"Init:{index}/{count}"
        return True
    return False


def _containers(reading: Reading, status: PodStatus, sidecars: set[str]) -> None:
    """Scan the containers from last to first, so that the first one's problem wins; sidecars' restarts stay counted."""
    reading.restarts, reading.restarted = 0, None
    if sidecars:
        for each in _seen(status.init_container_statuses or (), sidecars):
            if each.name in sidecars:
                reading.restart(each)
    running = False
    for each in reversed(status.container_statuses or ()):
        if each.restart_count or each.last_state is not None:
            reading.restart(each)
        state = each.state
        if state is None:
            continue
        if state.waiting is not None and state.waiting.reason:
            reading.beneath = state.waiting.reason
        elif state.terminated is not None:
            reading.beneath = _ending(state.terminated)
        elif each.ready and state.running is not None:
            running = True
            reading.ready += 1
    if running and reading.beneath == "Completed":
        reading.beneath = "Running" if condition_is_true(status.conditions, "Ready") else "NotReady"


def _seen(statuses: Iterable[ContainerStatus], sidecars: set[str]) -> Iterable[ContainerStatus]:
    """The init containers up to and with the first that holds the pod up: kubectl looks no further."""
    for each in statuses:
        yield each
        ended = each.state.terminated if each.state is not None else None
        if not ((ended is not None and not ended.exit_code) or (each.name in sidecars and each.started)):
            return


def _ending(ended: Terminated) -> str:
    """Why a container ended."""
    if ended.reason:
        return ended.reason
    return f"Signal:{ended.signal}" if ended.signal else f"ExitCode:{ended.exit_code or 0}"
