"""The cluster's network as far as a command in a pod can tell: names, addresses, and who answers behind a port."""

from collections.abc import Iterator
from enum import Enum
from ipaddress import ip_address
from typing import Any

from msgspec import Struct

from k8stui.demo.runtime.containers import Containers, specs
from k8stui.demo.runtime.machine import Machine
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.objects import Object, ending, state

SUFFIX = "svc.cluster.local"


class Outcome(Enum):
    """How an attempt to connect ends."""

    OPEN = "open"
    REFUSED = "refused"
    TIMEOUT = "timeout"


class Peer(Struct, frozen=True):
    """What is at the other end of a connection."""

    outcome: Outcome
    pod: Object | None = None
    """Who answers; None: the API server itself."""
    port: int = 0
    """The port in that pod."""


class Network:
    """What one container can reach."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._containers = machine.containers
        self._store = machine.containers.store

    # ---- names

    def dns(self) -> bool:
        """Somebody answers questions for names: a kube-dns without ready pods does not."""
        try:
            service = self._store.get("services", "kube-dns", "kube-system")
        except Refusal:
            return True
        return bool(list(self._ready(service)))

    def resolve(self, name: str) -> tuple[str, list[str]]:
        """The full name and its addresses; none when there is no such name."""
        if name == "localhost":
            return name, ["127.0.0.1"]
        if name == self._machine.hostname:
            return name, [self._machine.address]
        if _is_address(name):
            return name, [name]
        searched = () if name.endswith(".") else self._machine.search
        plain = name.rstrip(".")
        for full in [f"{plain}.{suffix}" for suffix in searched] + [plain]:
            if found := self._lookup(full):
                return full, found
        return plain, []

    def _lookup(self, full: str) -> list[str]:
        """`service.namespace.svc.cluster.local`, or a pod of a headless service before it."""
        if not full.endswith("." + SUFFIX):
            return []
        parts = full.removesuffix("." + SUFFIX).split(".")
        if len(parts) not in (2, 3):
            return []
        host, name, namespace = ["", *parts][-3:]
        try:
            service = self._store.get("services", name, namespace)
        except Refusal:
            return []
        spec = service.get("spec") or {}
        if spec.get("type") == "ExternalName":
            return []
        if host:
            pods = (pod for pod in self._ready(service) if pod["metadata"]["name"] == host)
            return [pod["status"]["podIP"] for pod in pods]
        if spec.get("clusterIP") in (None, "", "None"):
            return [pod["status"]["podIP"] for pod in self._ready(service)]
        return [str(spec["clusterIP"])]

    # ---- connections

    def connect(self, address: str, port: int) -> Peer:
        """Who answers there."""
        if address.startswith("127."):
            return at_pod(self._containers, self._machine.pod, port)
        service = self._service_at(address)
        if service is not None:
            return self._through(service, port)
        pod = self._pod_at(address)
        return at_pod(self._containers, pod, port) if pod is not None else Peer(Outcome.TIMEOUT)

    def answers(self, address: str) -> bool:
        """Somebody with that address answers a ping: this machine, or a pod on a node that lives."""
        if address.startswith("127.") or address == self._machine.address:
            return True
        pod = self._pod_at(address)
        return pod is not None and self._containers.alive(str(pod["spec"].get("nodeName", "")))

    def _through(self, service: Object, port: int) -> Peer:
        rows = [row for row in service["spec"].get("ports") or () if row["port"] == port]
        if not rows:
            return Peer(Outcome.TIMEOUT)  # no rule catches it, and nobody has that address
        meta = service["metadata"]
        if (meta["name"], meta.get("namespace")) == ("kubernetes", "default"):
            return Peer(Outcome.OPEN)
        pods = list(self._ready(service))
        if not pods:
            return Peer(Outcome.REFUSED)
        return at_pod(self._containers, pods[0], target_port(pods[0], rows[0]))

    def _ready(self, service: Object) -> Iterator[Object]:
        """The pods that a service sends to; endpoints written by hand have none."""
        spec = service.get("spec") or {}
        selector = spec.get("selector")
        if not selector:
            return
        kind = self._store.catalog.named("pods")
        for entry in self._store.table(kind).within(service["metadata"].get("namespace", "default")):
            if all(entry.labels.get(key) == value for key, value in selector.items()):
                pod = self._store.decode(kind, entry)
                ready = state(pod, "Ready") == "True" or spec.get("publishNotReadyAddresses")
                if ready and not ending(pod) and pod["status"].get("podIP"):
                    yield pod

    def _service_at(self, address: str) -> Object | None:
        for service in self._store.list("services"):
            if (service.get("spec") or {}).get("clusterIP") == address:
                return service
        return None

    def _pod_at(self, address: str) -> Object | None:
        kind = self._store.catalog.named("pods")
        found = (entry for entry in self._store.table(kind).within(None) if entry.fields.get("status.podIP") == address)
        entry = next(found, None)
        return None if entry is None else self._store.decode(kind, entry)


def at_pod(containers: Containers, pod: Object, port: int) -> Peer:
    """A connection to a port of a pod: open when a running container declares it; nobody refuses on a silent node."""
    node = str(pod["spec"].get("nodeName", ""))
    if not node or not containers.alive(node):
        return Peer(Outcome.TIMEOUT)
    for spec in specs(pod):
        declared = any(row["containerPort"] == port for row in spec.get("ports") or ())
        if declared and containers.running(pod, str(spec["name"])):
            return Peer(Outcome.OPEN, pod, port)
    return Peer(Outcome.REFUSED)


def target_port(pod: Object, row: Object) -> int:
    """The port of the pod that a port of a service means: a number, or the name of one; 0 when it has none so named."""
    target: Any = row.get("targetPort") or row["port"]
    if isinstance(target, int) or str(target).isdecimal():
        return int(target)
    for spec in specs(pod):
        for port in spec.get("ports") or ():
            if port.get("name") == target:
                return int(port["containerPort"])
    return 0


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
