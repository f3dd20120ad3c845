"""API objects as plain dicts, as a 1.34 server and a kubelet write them: metadata, nodes, leases, namespaces, services.

Times are seconds since the epoch and become RFC 3339 texts here. Pure: the same arguments give the same object.
"""

from random import Random
from typing import Any
from uuid import UUID

from msgspec import Struct

from k8stui.demo.clock import micro, stamp

Json = dict[str, Any]
"""An API object, or a part of one."""

ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
"""The letters of generated names (k8s.io/apimachinery/pkg/util/rand): no vowels, so no words."""

VERSION = "v1.34.4"


def uid(random: Random) -> str:
    """A version 4 UUID out of a seeded generator."""
    return str(UUID(int=random.getrandbits(128), version=4))


def suffix(random: Random, length: int = 5) -> str:
    """What the API server appends to a generateName."""
    return "".join(random.choices(ALPHABET, k=length))


def metadata(
    name: str,
    namespace: str = "",
    *,
    uid: str,
    created: float,
    labels: dict[str, str] | None = None,
    annotations: dict[str, str] | None = None,
    owner: Json | None = None,
    generation: int = 0,
) -> Json:
    """ObjectMeta without a resourceVersion, which the store gives."""
    meta: Json = {"name": name}
    if namespace:
        meta["namespace"] = namespace
    meta |= {"uid": uid, "creationTimestamp": stamp(created)}
    if generation:
        meta["generation"] = generation
    if labels:
        meta["labels"] = labels
    if annotations:
        meta["annotations"] = annotations
    if owner:
        meta["ownerReferences"] = [owner]
    return meta


def owner(parent: Json) -> Json:
    """An ownerReference to the controller `parent`."""
    return {
        "apiVersion": parent["apiVersion"],
        "kind": parent["kind"],
        "name": parent["metadata"]["name"],
        "uid": parent["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


class Machine(Struct, frozen=True):
    """What a node is made of; `silent` is for how many seconds its kubelet has not been heard (0: it lives)."""

    name: str
    zone: str
    ip: str
    age: float
    role: str = ""
    pool: str = "main"
    """Label `shop.example/pool`: the scenario's DaemonSets run on `main`, made load on `load` (with a taint)."""
    type: str = "m6i.xlarge"
    cpu: int = 4
    memory: int = 16
    """GiB."""
    cordoned: bool = False
    full: bool = False
    """Under DiskPressure."""
    silent: float = 0.0


HEALTHY = (
    ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
)
FULL = ("DiskPressure", "True", "KubeletHasDiskPressure", "kubelet has disk pressure")
GRACE = 47.0
"""Seconds from a kubelet's end to Ready=Unknown, as measured on a real cluster."""


def conditions(machine: Machine, now: float) -> list[Json]:
    """The node's four conditions: of a silent kubelet all Unknown, stamped when the controller noticed."""
    heard = now - machine.silent
    noticed = machine.silent > GRACE
    rows = []
    for kind, status, reason, message in HEALTHY:
        since = now - machine.age + 12
        if machine.full and kind == "DiskPressure":
            kind, status, reason, message = FULL
            since = now - 840
        if noticed:
            status, reason, message = "Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status."
            since = heard + GRACE
        row = {"type": kind, "status": status, "lastHeartbeatTime": stamp(heard - heard % 60)}
        rows.append(row | {"lastTransitionTime": stamp(since), "reason": reason, "message": message})
    return rows


def taints(machine: Machine, now: float) -> list[Json]:
    """What the node controller puts on it: unreachable (twice), the pressure, the cordon, the control plane's own."""
    rows: list[Json] = []
    if machine.role == "control-plane":
        rows.append({"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"})
    if machine.pool == "load":
        rows.append({"key": "shop.example/load", "effect": "NoSchedule"})
    if machine.full:
        key = "node.kubernetes.io/disk-pressure"
        rows.append({"key": key, "effect": "NoSchedule", "timeAdded": stamp(now - 840)})
    if machine.silent > GRACE:
        added = stamp(now - machine.silent + GRACE)
        for effect in ("NoSchedule", "NoExecute"):
            rows.append({"key": "node.kubernetes.io/unreachable", "effect": effect, "timeAdded": added})
    if machine.cordoned:
        key = "node.kubernetes.io/unschedulable"
        rows.append({"key": key, "effect": "NoSchedule", "timeAdded": stamp(now - 1520)})
    return rows


def _labels(machine: Machine) -> dict[str, str]:
    labels = {
        "beta.kubernetes.io/arch": "amd64",
        "beta.kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": machine.name,
        "kubernetes.io/os": "linux",
        "node.kubernetes.io/instance-type": machine.type,
        "shop.example/pool": machine.pool,
        "topology.kubernetes.io/region": machine.zone[:-1],
        "topology.kubernetes.io/zone": machine.zone,
    }
    if machine.role:
        labels[f"node-role.kubernetes.io/{machine.role}"] = ""
    if machine.role == "control-plane":
        labels["node.kubernetes.io/exclude-from-external-load-balancers"] = ""
    return labels


def node(machine: Machine, now: float, *, uid: str, images: tuple[str, ...] = (), number: int = 0) -> Json:
    """A node as its kubelet and the node controller leave it; `number` makes its pod network."""
    cpu, memory = machine.cpu, machine.memory * 1024 * 1024
    network = f"10.244.{number}.0/24"
    spec: Json = {"podCIDR": network, "podCIDRs": [network], "providerID": f"demo:///{machine.zone}/i-{uid[:8]}"}
    if rows := taints(machine, now):
        spec["taints"] = rows
    if machine.cordoned:
        spec["unschedulable"] = True
    room = {"ephemeral-storage": "81106868Ki", "hugepages-1Gi": "0", "hugepages-2Mi": "0", "pods": "110"}
    held = room | {"ephemeral-storage": "74748089472"}
    machine_id = uid.replace("-", "")
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": metadata(
            machine.name,
            uid=uid,
            created=now - machine.age,
            labels=_labels(machine),
            annotations={
                "node.alpha.kubernetes.io/ttl": "0",
                "volumes.kubernetes.io/controller-managed-attach-detach": "true",
            },
        ),
        "spec": spec,
        "status": {
            "capacity": {"cpu": str(cpu), "memory": f"{memory - 412_312}Ki"} | room,
            "allocatable": {"cpu": f"{cpu * 1000 - 80}m", "memory": f"{memory - 1_102_488}Ki"} | held,
            "conditions": conditions(machine, now),
            "addresses": [
                {"type": "InternalIP", "address": machine.ip},
                {"type": "Hostname", "address": machine.name},
            ],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
            "nodeInfo": {
                "machineID": machine_id,
                "systemUUID": f"ec2{uid[3:]}",
                "bootID": f"{uid[9:13]}{uid[4:]}",
                "kernelVersion": "6.8.0-45-generic",
                "osImage": "Ubuntu 24.04.1 LTS",
                "containerRuntimeVersion": "containerd://2.1.4",
                "kubeletVersion": VERSION,
                "kubeProxyVersion": "",
                "operatingSystem": "linux",
                "architecture": "amd64",
            },
            "images": [{"names": [name], "sizeBytes": 31_457_280 + 7919 * len(name)} for name in images],
        },
    }


def lease(machine: Machine, parent: Json, now: float, *, uid: str) -> Json:
    """The node's heartbeat, last renewed when its kubelet was last heard."""
    reference = {key: value for key, value in owner(parent).items() if key in ("apiVersion", "kind", "name", "uid")}
    return {
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": metadata(machine.name, "kube-node-lease", uid=uid, created=now - machine.age, owner=reference),
        "spec": {
            "holderIdentity": machine.name,
            "leaseDurationSeconds": 40,
            "renewTime": micro(now - machine.silent),
        },
    }


def namespace(name: str, created: float, *, uid: str) -> Json:
    """An active namespace."""
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": metadata(name, uid=uid, created=created, labels={"kubernetes.io/metadata.name": name}),
        "spec": {"finalizers": ["kubernetes"]},
        "status": {"phase": "Active"},
    }


def service(
    name: str, namespace: str, port: int, labels: dict[str, str], address: str, created: float, uid: str
) -> Json:
    """A ClusterIP service in front of the pods with these labels."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(name, namespace, uid=uid, created=created, labels=labels),
        "spec": {
            "ports": [{"name": "http", "protocol": "TCP", "port": port, "targetPort": "http"}],
            "selector": labels,
            "clusterIP": address,
            "clusterIPs": [address],
            "type": "ClusterIP",
            "sessionAffinity": "None",
            "ipFamilies": ["IPv4"],
            "ipFamilyPolicy": "SingleStack",
            "internalTrafficPolicy": "Cluster",
        },
        "status": {"loadBalancer": {}},
    }
