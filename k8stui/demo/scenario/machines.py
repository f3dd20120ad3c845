"""Nodes as their kubelets left them, and the leases by which these say that they live."""

from typing import Any

from k8stui.demo.clock import micro, stamp
from k8stui.demo.kubelet.images import size
from k8stui.demo.scenario.parts import Json, Machine

VERSION = "v1.34.4"
HEALTHY = (
    ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
)


def conditions(created: float, heard: float) -> list[Json]:
    """The four conditions of a healthy node; `heard` is when its kubelet last reported."""
    since = {"lastHeartbeatTime": stamp(heard), "lastTransitionTime": stamp(created + 12)}
    return [
        {"type": kind, "status": status, **since, "reason": reason, "message": message}
        for kind, status, reason, message in HEALTHY
    ]


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


def _taints(machine: Machine) -> list[Json]:
    if machine.role == "control-plane":
        return [{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}]
    return [{"key": "shop.example/load", "effect": "NoSchedule"}] if machine.pool == "load" else []


def node(machine: Machine, created: float, heard: float, *, images: tuple[str, ...] = (), number: int = 0) -> Json:
    """A healthy node; `number` makes its pod network."""
    cpu, memory = machine.cpu, machine.memory * 1024 * 1024
    network = f"10.244.{number}.0/24"
    spec: Json = {"podCIDR": network, "podCIDRs": [network], "providerID": f"demo:///{machine.zone}/{machine.name}"}
    if rows := _taints(machine):
        spec["taints"] = rows
    room = {"ephemeral-storage": "81106868Ki", "hugepages-1Gi": "0", "hugepages-2Mi": "0", "pods": "110"}
    held = room | {"ephemeral-storage": "74748089472"}
    notes = {"node.alpha.kubernetes.io/ttl": "0", "volumes.kubernetes.io/controller-managed-attach-detach": "true"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": machine.name, "labels": _labels(machine), "annotations": notes},
        "spec": spec,
        "status": {
            "capacity": {"cpu": str(cpu), "memory": f"{memory - 412_312}Ki"} | room,
            "allocatable": {"cpu": f"{cpu * 1000 - 80}m", "memory": f"{memory - 1_102_488}Ki"} | held,
            "conditions": conditions(created, heard),
            "addresses": [
                {"type": "InternalIP", "address": machine.ip},
                {"type": "Hostname", "address": machine.name},
            ],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
            "nodeInfo": _info(machine),
            "images": [{"names": [name], "sizeBytes": size(name)} for name in images],
        },
    }


def _info(machine: Machine) -> Json:
    mark = "".join(f"{ord(letter):02x}" for letter in machine.name).ljust(32, "0")[:32]
    return {
        "machineID": mark,
        "systemUUID": f"ec2{mark[3:8]}-{mark[8:12]}-{mark[12:16]}-{mark[16:20]}-{mark[20:]}",
        "bootID": f"{mark[24:]}-{mark[8:12]}-{mark[12:16]}-{mark[4:8]}-{mark[:12]}",
        "kernelVersion": "6.8.0-45-generic",
        "osImage": "Ubuntu 24.04.1 LTS",
        "containerRuntimeVersion": "containerd://2.1.4",
        "kubeletVersion": VERSION,
        "kubeProxyVersion": "",
        "operatingSystem": "linux",
        "architecture": "amd64",
    }


def lease(parent: Json, renewed: float) -> Json:
    """The node's heartbeat."""
    name = parent["metadata"]["name"]
    owner: dict[str, Any] = {"apiVersion": "v1", "kind": "Node", "name": name, "uid": parent["metadata"]["uid"]}
    meta = {"name": name, "namespace": "kube-node-lease", "ownerReferences": [owner]}
    spec = {"holderIdentity": name, "leaseDurationSeconds": 40, "renewTime": micro(renewed)}
    return {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": meta, "spec": spec}
