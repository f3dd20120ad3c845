"""Pods as they come off the wire: only the fields that rows need, every one of them may be missing or null."""

from msgspec import Struct, field

from k8stui.model.raw import Amounts, Condition, Meta, Resources, Whole


class Waiting(Struct, gc=False):
    """state.waiting."""

    reason: str | None = None
    message: str | None = None


class Running(Struct, gc=False):
    """state.running."""


class Terminated(Struct, rename="camel", gc=False):
    """state.terminated."""

    reason: str | None = None
    message: str | None = None
    exit_code: Whole | None = None
    signal: Whole | None = None
    finished_at: str | None = None


class State(Struct, gc=False):
    """State or lastState of a container: at most one of the three is there."""

    waiting: Waiting | None = None
    running: Running | None = None
    terminated: Terminated | None = None


class ContainerStatus(Struct, rename="camel", gc=False):
    """status.containerStatuses[] and the like for init and ephemeral containers."""

    name: str | None = None
    state: State | None = None
    last_state: State | None = None
    ready: bool | None = None
    started: bool | None = None
    restart_count: Whole | None = None
    resources: Resources | None = None
    allocated_resources: Amounts | None = None


class Container(Struct, rename="camel", gc=False):
    """spec.containers[] and the like."""

    name: str | None = None
    image: str | None = None
    restart_policy: str | None = None
    resources: Resources | None = None


class Gate(Struct, rename="camel", gc=False):
    """spec.readinessGates[] (conditionType) and spec.schedulingGates[] (name)."""

    condition_type: str | None = None
    name: str | None = None


class ClaimSource(Struct, rename="camel", gc=False):
    """persistentVolumeClaim of a volume."""

    claim_name: str | None = None


class EphemeralSource(Struct, gc=False):
    """ephemeral of a volume: a claim is made for the pod."""


class Volume(Struct, rename="camel", gc=False):
    """spec.volumes[], as far as claims stand behind it."""

    name: str | None = None
    persistent_volume_claim: ClaimSource | None = None
    ephemeral: EphemeralSource | None = None


class PodSpec(Struct, rename="camel", gc=False):
    """A pod's spec."""

    node_name: str | None = None
    containers: list[Container] | None = None
    init_containers: list[Container] | None = None
    ephemeral_containers: list[Container] | None = None
    volumes: list[Volume] | None = None
    readiness_gates: list[Gate] | None = None
    scheduling_gates: list[Gate] | None = None
    overhead: Amounts | None = None
    resources: Resources | None = None


class PodIP(Struct, gc=False):
    """status.podIPs[]."""

    ip: str | None = None


class PodStatus(Struct, rename="camel", gc=False):
    """A pod's status."""

    phase: str | None = None
    reason: str | None = None
    message: str | None = None
    resize: str | None = None
    conditions: list[Condition] | None = None
    container_statuses: list[ContainerStatus] | None = None
    init_container_statuses: list[ContainerStatus] | None = None
    ephemeral_container_statuses: list[ContainerStatus] | None = None
    nominated_node_name: str | None = None
    pod_ip: str | None = field(name="podIP", default=None)
    pod_ips: list[PodIP] | None = field(name="podIPs", default=None)


class RawPod(Struct, gc=False):
    """A pod."""

    metadata: Meta | None = None
    spec: PodSpec | None = None
    status: PodStatus | None = None
