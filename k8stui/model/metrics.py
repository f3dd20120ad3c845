"""What nodes and pods use, as the metrics server tells it (metrics.k8s.io)."""

from msgspec import Struct

from k8stui.model.kinds import NODE_METRICS, POD_METRICS, Ref
from k8stui.model.raw import Amounts, Meta, RawUsage, named
from k8stui.model.requests import amount
from k8stui.model.shared import Labels, interned_name, labels_of, ref_of
from k8stui.model.top import MEBI

_LONG = 18
"""Characters of a number that no quantity's bounds touch."""


class Used(Struct, frozen=True, gc=False):
    """What one container uses."""

    name: str
    cpu: int
    """Thousandths of a core, rounded up as kubectl does."""
    memory: int
    """Bytes."""


class NodeUsage(Struct, frozen=True, gc=False):
    """What a node uses. The metrics server gives its objects no uid: the node's name stands for it."""

    ref: Ref
    version: str
    """Made of the numbers, as far as they are shown: equal ones are no change."""
    labels: Labels
    cpu: int
    memory: int


class PodUsage(Struct, frozen=True, gc=False):
    """What a pod uses: the sums over its containers. Its uid is `namespace/name`."""

    ref: Ref
    version: str
    labels: Labels
    cpu: int
    memory: int
    containers: tuple[Used, ...]


def node_row(raw: RawUsage) -> NodeUsage:
    """The row of decoded NodeMetrics. Raises msgspec.ValidationError where it has no name."""
    meta = named(raw.metadata)
    nanos, memory = _numbers(raw.usage)
    cpu = _milli(nanos)
    return NodeUsage(_ref(meta, pods=False), f"{cpu}/{memory // MEBI}", labels_of(meta), cpu, memory)


def pod_row(raw: RawUsage) -> PodUsage:
    """The row of decoded PodMetrics. Raises msgspec.ValidationError where it has no name."""
    meta = named(raw.metadata)
    used = []
    nanos = memory = 0
    for each in raw.containers or ():
        own_nanos, own_memory = _numbers(each.usage)
        nanos += own_nanos
        memory += own_memory
        used.append(Used(interned_name(each.name), _milli(own_nanos), own_memory))
    cpu = _milli(nanos)
    version = f"{cpu}/{memory // MEBI}"
    if len(used) > 1:
        version += "".join([f" {each.cpu}/{each.memory // MEBI}" for each in used])
    # Nobody filters metrics by labels: those of the pod itself are there for that.
    return PodUsage(_ref(meta, pods=True), version, (), cpu, memory, tuple(used))


def _ref(meta: Meta, *, pods: bool) -> Ref:
    """By name: what uid a server may give is not the pod's."""
    found = ref_of(POD_METRICS if pods else NODE_METRICS, meta)
    return Ref(found.kind, found.namespace, found.name, key(found.namespace, found.name))


def key(namespace: str, name: str) -> str:
    """What stands for the uid of a pod's metrics, or, without a namespace, of a node's."""
    return f"{namespace}/{name}" if namespace else name


def _milli(nanos: int) -> int:
    """Thousandths of a core, rounded up once, after everything is added (as `kubectl top`)."""
    return -(-nanos // 10**6)


def _numbers(amounts: Amounts | None) -> tuple[int, int]:
    """Nanocores and bytes; what is missing or no quantity is nothing.

    As a metrics server writes them (nanocores, kibibytes) they are read without the grammar: hardly two are equal, so
    that remembering them would not help either.
    """
    if not amounts:
        return 0, 0
    cpu, memory = amounts.get("cpu"), amounts.get("memory")
    if type(cpu) is str and cpu[-1:] == "n" and cpu[:-1].isdecimal() and len(cpu) < _LONG:
        nanos = int(cpu[:-1])
    else:
        nanos = found.nanos if (found := amount(amounts, "cpu")) is not None else 0
    if type(memory) is str and memory[-2:] == "Ki" and memory[:-2].isdecimal() and len(memory) < _LONG:
        size = int(memory[:-2]) * 1024
    else:
        size = found.value() if (found := amount(amounts, "memory")) is not None else 0
    return nanos, size
