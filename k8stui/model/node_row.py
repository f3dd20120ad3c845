"""The typed row of a node: kubectl's columns, conditions, taints, what it can carry and when it was heard last."""

from msgspec import Struct

from k8stui.model.duration import stamp
from k8stui.model.kinds import NODES, Ref
from k8stui.model.node_raw import Address, NodeInfo, NodeSpec, NodeStatus, RawNode
from k8stui.model.raw import Condition, identified
from k8stui.model.requests import amount
from k8stui.model.shared import Labels, interned, labels_of, ref_of
from k8stui.model.taint import Taint, severity, taint
from k8stui.model.text import clean

_ROLE = "node-role.kubernetes.io/"
_TROUBLE = (
    "MemoryPressure",
    "DiskPressure",
    "PIDPressure",
    "NetworkUnavailable",
    "KernelDeadlock",
    "ReadonlyFilesystem",
    "FrequentKubeletRestart",
    "FrequentContainerdRestart",
    "FrequentUnregisterNetDevice",
)
"""Conditions that are bad when True: the kubelet's, the network's, and those of the node problem detector."""


class Node(Struct, frozen=True, gc=False, kw_only=True):
    """One node. Texts are clean, times are epoch seconds; nothing in it depends on now."""

    ref: Ref
    version: str
    """The resourceVersion; `kubelet` is what runs on the node."""
    labels: Labels
    created: float | None
    ready: str
    """The Ready condition: `True`, `False`, `Unknown`, or empty where there is none."""
    ready_reason: str
    ready_message: str
    heartbeat: float | None
    """When the kubelet last wrote its status: with leases only every five minutes."""
    changed: float | None
    """When Ready last changed."""
    troubles: tuple[str, ...]
    """Pressure and other bad conditions that are True."""
    cordoned: bool
    roles: tuple[str, ...]
    kubelet: str
    internal_ip: str
    external_ip: str
    os_image: str
    kernel: str
    runtime: str
    architecture: str
    taints: tuple[Taint, ...]
    """The worst effects first."""
    cpu: int | None
    """Allocatable, in thousandths of a core; None where nobody says."""
    memory: int | None
    """Allocatable bytes."""
    pods: int | None
    """Allocatable pods."""

    @property
    def word(self) -> str:
        """kubectl's STATUS: a node without a Ready condition is `Unknown`, never blank."""
        word = {"True": "Ready", "": "Unknown"}.get(self.ready, "NotReady")
        return f"{word},SchedulingDisabled" if self.cordoned else word


def row(raw: RawNode) -> Node:
    """The row of a decoded node. Raises msgspec.ValidationError where it has no name or uid."""
    meta = identified(raw.metadata)
    spec, status = raw.spec or NodeSpec(), raw.status or NodeStatus()
    info = status.node_info or NodeInfo()
    labels = labels_of(meta)
    conditions = status.conditions or []
    ready = next((each for each in conditions if each.type == "Ready"), None) or Condition()
    taints = [taint(each) for each in spec.taints or ()]
    room = status.allocatable or status.capacity
    cpu, memory, pods = amount(room, "cpu"), amount(room, "memory"), amount(room, "pods")
    return Node(
        ref=ref_of(NODES, meta),
        version=meta.resource_version or "",
        labels=labels,
        created=stamp(meta.creation_timestamp),
        ready=interned(ready.status or ("Unknown" if ready.type else "")),
        ready_reason=interned(ready.reason),
        ready_message=clean(ready.message or ""),
        heartbeat=stamp(ready.last_heartbeat_time),
        changed=stamp(ready.last_transition_time),
        troubles=tuple(
            name for name in _TROUBLE if any(each.type == name and each.status == "True" for each in conditions)
        ),
        cordoned=bool(spec.unschedulable),
        roles=_roles(labels),
        kubelet=interned(info.kubelet_version),
        internal_ip=_address(status.addresses, "InternalIP"),
        external_ip=_address(status.addresses, "ExternalIP"),
        os_image=interned(info.os_image),
        kernel=interned(info.kernel_version),
        runtime=interned(info.container_runtime_version),
        architecture=interned(info.architecture),
        taints=tuple(sorted(taints, key=severity)),
        cpu=cpu.milli_value() if cpu is not None else None,
        memory=memory.value() if memory is not None else None,
        pods=pods.value() if pods is not None else None,
    )


def _roles(labels: Labels) -> tuple[str, ...]:
    """The roles that labels give, sorted."""
    found = {key.removeprefix(_ROLE) for key, _ in labels if key.startswith(_ROLE)}
    found |= {value for key, value in labels if key == "kubernetes.io/role"}
    return tuple(sorted(found - {""}))


def _address(addresses: list[Address] | None, kind: str) -> str:
    """The first address of that type."""
    return next((interned(each.address) for each in addresses or () if each.type == kind), "")
