"""The typed row of a pod: what kubectl shows of it, and what kubectl hides."""

from msgspec import Struct

from k8stui.model.duration import stamp
from k8stui.model.kinds import PODS, Ref
from k8stui.model.pod_raw import Container as RawContainer
from k8stui.model.pod_raw import ContainerStatus, PodSpec, PodStatus, RawPod, Terminated
from k8stui.model.pod_status import Reading, condition_is_true, gates, later, read
from k8stui.model.pod_why import sentence
from k8stui.model.raw import Owner, identified
from k8stui.model.requests import cpu_and_memory, limits_in_force
from k8stui.model.shared import Labels, controller_of, interned, interned_name, labels_of, ref_of
from k8stui.model.text import clean


class Exit(Struct, frozen=True, gc=False):
    """How a container ended."""

    reason: str
    code: int
    at: float | None = None
    """Epoch seconds."""

    def __str__(self) -> str:
        """`OOMKilled 137`."""
        return f"{self.reason or 'Exit'} {self.code}"


class Container(Struct, frozen=True, gc=False):
    """One container of a pod, as far as tables, logs and sessions ask."""

    name: str
    image: str
    role: str = ""
    """Empty for an ordinary one, else `init`, `sidecar` or `ephemeral`."""
    state: str = ""
    """`running`, `waiting`, `terminated`, or empty while the kubelet has said nothing."""
    reason: str = ""
    """Why it waits or has ended."""
    code: int | None = None
    """Its exit code, where it has ended."""
    ready: bool = False
    restarts: int = 0
    last: Exit | None = None
    """How the run before this one ended."""
    cpu_limit: int = 0
    """Thousandths of a core; 0: none."""
    memory_limit: int = 0
    """Bytes; 0: none."""


class Pod(Struct, frozen=True, gc=False, kw_only=True):
    """One pod. Texts are clean, times are epoch seconds; nothing in it depends on now."""

    ref: Ref
    version: str
    labels: Labels
    created: float | None
    deleted: float | None
    """When its grace ends, where it is being deleted."""
    word: str
    """kubectl's STATUS."""
    beneath: str
    """STATUS as if it were not being deleted."""
    phase: str
    ready: int
    total: int
    restarts: int
    restarted: float | None
    ip: str
    node: str
    nominated: str
    gates: str
    owner_kind: str
    owner_name: str
    owner_uid: str
    containers: tuple[Container, ...]
    exit: Exit | None
    """The newest ending of any container that is not a plain success."""
    why: str
    """One sentence on what is not well, else empty."""
    unscheduled: str
    """The scheduler's message, while no node was found."""
    cpu: int
    """Effective request in thousandths of a core."""
    memory: int
    """Effective request in bytes."""
    claims: tuple[str, ...] = ()
    """The volume claims it uses, by name."""
    unready: bool = False
    """Its condition Ready is not True although its containers are ready: a silent node, a closed readiness gate."""


def row(raw: RawPod) -> Pod:
    """The row of a decoded pod. Raises msgspec.ValidationError where it has no name or uid."""
    meta = identified(raw.metadata)
    spec, status = raw.spec or PodSpec(), raw.status or PodStatus()
    reading = read(raw)
    owner = controller_of(meta) or _NOBODY
    containers = _containers(spec, status)
    exit_ = _exit(status)
    deleted = stamp(meta.deletion_timestamp)
    cpu, memory = cpu_and_memory(spec, status)
    return Pod(
        ref=ref_of(PODS, meta),
        version=meta.resource_version or "",
        labels=labels_of(meta),
        created=stamp(meta.creation_timestamp),
        deleted=deleted,
        word=interned(reading.word),
        beneath=interned(reading.beneath),
        phase=interned_name(status.phase),
        ready=reading.ready,
        total=reading.total,
        restarts=reading.restarts,
        restarted=reading.restarted,
        ip=_ip(status),
        node=interned_name(spec.node_name),
        nominated=interned_name(status.nominated_node_name),
        gates=gates(spec, status) if spec.readiness_gates else "",
        owner_kind=interned_name(owner.kind),
        owner_name=interned_name(owner.name),
        owner_uid=interned_name(owner.uid),
        containers=containers,
        exit=exit_,
        why="" if _well(reading, spec, meta.deletion_timestamp) else clean(sentence(raw, reading, str(exit_ or ""))),
        unscheduled=_unscheduled(spec, status),
        cpu=cpu,
        memory=memory,
        claims=_claims(spec, meta.name or "") if spec.volumes else (),
        unready=reading.ready == reading.total and _unready(status),
    )


_NOBODY = Owner()


def _well(reading: Reading, spec: PodSpec, deleting: str | None) -> bool:
    """Nothing to explain."""
    if deleting or spec.readiness_gates:
        return False
    return reading.word in ("Completed", "Succeeded") or (reading.word == "Running" and reading.ready == reading.total)


def _unready(status: PodStatus) -> bool:
    return any(each.type == "Ready" and each.status != "True" for each in status.conditions or ())


def _claims(spec: PodSpec, name: str) -> tuple[str, ...]:
    """The claims behind its volumes; one that is made for the pod is named after both."""
    found = []
    for each in spec.volumes or ():
        if each.persistent_volume_claim is not None and each.persistent_volume_claim.claim_name:
            found.append(interned_name(each.persistent_volume_claim.claim_name))
        elif each.ephemeral is not None:
            found.append(clean(f"{name}-{each.name or ''}"))
    return tuple(found)


def _ip(status: PodStatus) -> str:
    """The first address; servers before dual stack knew only podIP."""
    if status.pod_ips and status.pod_ips[0].ip:
        return clean(status.pod_ips[0].ip)
    return clean(status.pod_ip) if status.pod_ip else ""


def _unscheduled(spec: PodSpec, status: PodStatus) -> str:
    """What the scheduler says while it finds no node."""
    if spec.node_name or condition_is_true(status.conditions, "PodScheduled"):
        return ""
    for each in status.conditions or ():
        if each.type == "PodScheduled" and each.message:
            return clean(each.message)
    return ""


def _containers(spec: PodSpec, status: PodStatus) -> tuple[Container, ...]:
    """All of them: init containers and sidecars, ordinary ones, ephemeral ones."""
    found = _joined(spec.containers, status.container_statuses, "")
    if spec.init_containers:
        found = _joined(spec.init_containers, status.init_container_statuses, "init") + found
    if spec.ephemeral_containers:
        found += _joined(spec.ephemeral_containers, status.ephemeral_container_statuses, "ephemeral")
    return tuple(found)


def _joined(specs: list[RawContainer] | None, statuses: list[ContainerStatus] | None, role: str) -> list[Container]:
    """Containers of one role with what the kubelet says of them, found by name."""
    said = {each.name: each for each in statuses or ()}
    found = []
    for each in specs or ():
        own = "sidecar" if role == "init" and each.restart_policy == "Always" else role
        status = said.get(each.name)
        found.append(_container(each, own, status if status is not None else _SILENT))
    return found


_SILENT = ContainerStatus()


def _container(spec: RawContainer, role: str, status: ContainerStatus) -> Container:
    """One container; while the kubelet has said nothing of it, its state is empty."""
    state, last = status.state, status.last_state
    word, reason, code = "", "", None
    if state is None:
        pass
    elif state.running is not None:
        word = "running"
    elif state.terminated is not None:
        word, reason, code = "terminated", interned(state.terminated.reason), state.terminated.exit_code or 0
    elif state.waiting is not None:
        word, reason = "waiting", interned(state.waiting.reason)
    cpu, memory = 0, 0
    if spec.resources is not None or status.resources is not None:
        cpu, memory = limits_in_force(spec.resources, status.resources)
    return Container(
        interned_name(spec.name),
        interned(spec.image),
        role,
        word,
        reason,
        code,
        bool(status.ready),
        status.restart_count or 0,
        _exited(last.terminated) if last is not None and last.terminated is not None else None,
        cpu,
        memory,
    )


def _exited(ended: Terminated) -> Exit:
    """A decoded ending."""
    reason = ended.reason or (f"Signal:{ended.signal}" if ended.signal else "")
    return Exit(interned(reason), ended.exit_code or 0, stamp(ended.finished_at))


def _exit(status: PodStatus) -> Exit | None:
    """The newest ending; that a container is done with success is no news, that it was started again after one is."""
    found: Exit | None = None
    for group in (status.container_statuses, status.init_container_statuses):
        for each in group or ():
            now = each.state.terminated if each.state is not None else None
            last = each.last_state.terminated if each.last_state is not None else None
            for ended in (last, now if now is not None and now.exit_code else None):
                if ended is not None:
                    exited = _exited(ended)
                    if found is None or later(found.at, exited.at) != found.at:
                        found = exited
    return found
