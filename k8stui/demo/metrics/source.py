"""Where the numbers come from. Whoever knows better than the default (a kubelet) gives the cluster another source."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import blake2b
from math import pi, sin
from typing import Protocol

import msgspec
from msgspec import Struct, field

from k8stui.demo.storage.store import Store
from k8stui.model.quantity import parse


class Usage(Struct, frozen=True):
    """Processor in cores, memory in bytes."""

    cpu: float = 0.0
    memory: float = 0.0


class MetricsSource(Protocol):
    """What is used at a time (seconds since the epoch)."""

    def nodes(self, names: Iterable[str], now: float) -> dict[str, Usage]:
        """Usage by node; a node of which nothing is known is not in it."""
        ...

    def pods(self, namespace: str, now: float) -> dict[str, dict[str, Usage]]:
        """Usage by container, by pod (`namespace/name`) of one namespace, or of all (empty); running pods only."""
        ...


class _Requests(Struct):
    requests: dict[str, str | int | float] | None = None


class _Container(Struct):
    name: str = ""
    resources: _Requests = field(default_factory=_Requests)


class _Spec(Struct, rename="camel"):
    node_name: str = ""
    containers: list[_Container] = field(default_factory=list)


class _ContainerStatus(Struct):
    name: str = ""
    state: dict[str, msgspec.Raw] = field(default_factory=dict)


class _Status(Struct, rename="camel"):
    phase: str = ""
    container_statuses: list[_ContainerStatus] | None = None


class _Pod(Struct):
    spec: _Spec
    status: _Status


_CPU, _MEMORY = 0.05, 96.0 * 2**20
"""What a container uses at most that asks for nothing."""
_SYSTEM = Usage(0.12, 420.0 * 2**20)
"""What a node uses for itself."""
_PERIODS = (97.0, 431.0, 1777.0)
"""Seconds after which the parts of the wandering come round again."""


class RequestedUsage:
    """Usage made of what running containers ask for: each wanders slowly within its requests, the same for the same
    pods at the same time."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def pods(self, namespace: str, now: float) -> dict[str, dict[str, Usage]]:
        """Usage by container by pod."""
        return {key: usage for key, _, usage in self._running(namespace, now)}

    def nodes(self, names: Iterable[str], now: float) -> dict[str, Usage]:
        """The sum of a node's pods, and what the node needs itself."""
        found = {name: _system(name, now) for name in names}
        for _, node, containers in self._running("", now):
            if (known := found.get(node)) is not None:
                cpu = known.cpu + sum(each.cpu for each in containers.values())
                memory = known.memory + sum(each.memory for each in containers.values())
                found[node] = Usage(cpu, memory)
        return found

    def _running(self, namespace: str, now: float) -> Iterator[tuple[str, str, dict[str, Usage]]]:
        """Key, node and usage of the pods that run. A pod that cannot be read uses nothing."""
        decoder = msgspec.json.Decoder(_Pod)
        for entry in self._store.table(self._store.catalog.named("pods")).within(namespace or None):
            if entry.fields.get("status.phase") != "Running":
                continue
            try:
                pod = decoder.decode(entry.raw)
            except msgspec.DecodeError:
                continue
            running = _running(pod)
            usage = {each.name: _used(entry.uid, each, now) for each in pod.spec.containers if each.name in running}
            if usage:
                yield entry.key, pod.spec.node_name, usage


def _running(pod: _Pod) -> set[str]:
    if pod.status.container_statuses is None:
        return {each.name for each in pod.spec.containers}
    return {each.name for each in pod.status.container_statuses if "running" in each.state}


def _used(uid: str, container: _Container, now: float) -> Usage:
    asked = container.resources.requests or {}
    cpu, memory = _amount(str(asked.get("cpu", ""))) or _CPU, _amount(str(asked.get("memory", ""))) or _MEMORY
    busy, full = _wander(f"{uid}/{container.name}/cpu", now), _wander(f"{uid}/{container.name}/memory", now)
    return Usage(cpu * (0.1 + 0.7 * busy), memory * (0.45 + 0.4 * full))


def _system(node: str, now: float) -> Usage:
    part = 0.6 + 0.8 * _wander(node, now)
    return Usage(_SYSTEM.cpu * part, _SYSTEM.memory * part)


def _wander(seed: str, now: float) -> float:
    """Something between 0 and 1 that moves slowly."""
    return (
        sum(sin(2 * pi * (now / period + phase)) for period, phase in zip(_PERIODS, _phases(seed), strict=True)) / 6
        + 0.5
    )


@lru_cache(maxsize=50_000)
def _phases(seed: str) -> tuple[float, ...]:
    return tuple(byte / 256 for byte in blake2b(seed.encode(), digest_size=len(_PERIODS)).digest())


@lru_cache(maxsize=1000)
def _amount(text: str) -> float:
    try:
        return float(parse(text))
    except ValueError:
        return 0.0
