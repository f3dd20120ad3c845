"""Nodes and their leases as they come off the wire: only what rows need, every field may be missing or null."""

from msgspec import Struct

from k8stui.model.raw import Amounts, Condition, Meta, Whole


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
