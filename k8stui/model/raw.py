"""Objects as they come off the wire: only the fields that rows need, every one of them may be missing or null."""

from typing import Annotated, TypeAlias

from msgspec import Meta as Limits
from msgspec import Struct, ValidationError, field

Whole: TypeAlias = Annotated[int, Limits(ge=-(2**63), le=2**63 - 1)]
"""A Go integer: a larger one is no such object's."""
Amounts: TypeAlias = dict[str, str | int | float | None]
"""Resource names to quantities."""


class Owner(Struct, rename="camel", gc=False):
    """metadata.ownerReferences[]."""

    kind: str | None = None
    name: str | None = None
    uid: str | None = None
    controller: bool | None = None


class Meta(Struct, rename="camel", gc=False):
    """metadata; managedFields and annotations are passed over."""

    name: str | None = None
    namespace: str | None = None
    uid: str | None = None
    resource_version: str | None = None
    creation_timestamp: str | None = None
    deletion_timestamp: str | None = None
    labels: dict[str, str | None] | None = None
    finalizers: list[str] | None = None
    owner_references: list[Owner] | None = None


class Condition(Struct, rename="camel", gc=False):
    """status.conditions[] of pods and nodes."""

    type: str | None = None
    status: str | None = None
    reason: str | None = None
    message: str | None = None
    last_heartbeat_time: str | None = None
    last_transition_time: str | None = None


class Resources(Struct, gc=False):
    """Requests and limits."""

    requests: Amounts | None = None
    limits: Amounts | None = None


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


class RawTaint(Struct, rename="camel", gc=False):
    """spec.taints[] of a node."""

    key: str | None = None
    value: str | None = None
    effect: str | None = None
    time_added: str | None = None


class NodeSpec(Struct, gc=False):
    """A node's spec."""

    unschedulable: bool | None = None
    taints: list[RawTaint] | None = None


class Address(Struct, gc=False):
    """status.addresses[]."""

    type: str | None = None
    address: str | None = None


class NodeInfo(Struct, rename="camel", gc=False):
    """status.nodeInfo."""

    kubelet_version: str | None = None
    kernel_version: str | None = None
    os_image: str | None = None
    container_runtime_version: str | None = None
    architecture: str | None = None


class NodeStatus(Struct, rename="camel", gc=False):
    """A node's status."""

    conditions: list[Condition] | None = None
    addresses: list[Address] | None = None
    node_info: NodeInfo | None = None
    allocatable: Amounts | None = None
    capacity: Amounts | None = None


class RawNode(Struct, gc=False):
    """A node."""

    metadata: Meta | None = None
    spec: NodeSpec | None = None
    status: NodeStatus | None = None


class LeaseSpec(Struct, rename="camel", gc=False):
    """A lease's spec."""

    holder_identity: str | None = None
    renew_time: str | None = None
    lease_duration_seconds: Whole | None = None


class RawLease(Struct, gc=False):
    """A lease."""

    metadata: Meta | None = None
    spec: LeaseSpec | None = None


class NamespaceStatus(Struct, gc=False):
    """A namespace's status."""

    phase: str | None = None
    conditions: list[Condition] | None = None


class RawNamespace(Struct, gc=False):
    """A namespace."""

    metadata: Meta | None = None
    status: NamespaceStatus | None = None


class ContainerUsage(Struct, gc=False):
    """containers[] of PodMetrics."""

    name: str | None = None
    usage: Amounts | None = None


class RawUsage(Struct, gc=False):
    """NodeMetrics (usage) and PodMetrics (containers)."""

    metadata: Meta | None = None
    usage: Amounts | None = None
    containers: list[ContainerUsage] | None = None


class RawObject(Struct, gc=False):
    """Any object, of which only the metadata is looked at."""

    metadata: Meta | None = None


def identified(meta: Meta | None) -> Meta:
    """The metadata of an object that a store can hold; ValidationError where uid or name are missing."""
    if meta is None or not meta.uid or not meta.name:
        raise ValidationError("The object has no name or no uid.")
    return meta


def named(meta: Meta | None) -> Meta:
    """The same for objects that are made for each answer (metrics, component statuses) and so have no uid.

    Where the server gives none, `namespace/name` stands for it. Raises ValidationError without a name.
    """
    if meta is None or not meta.name:
        raise ValidationError("The object has no name.")
    if not meta.uid:
        meta.uid = f"{meta.namespace}/{meta.name}" if meta.namespace else meta.name
    return meta
