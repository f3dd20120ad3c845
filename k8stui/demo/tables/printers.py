"""The printers of the server, kind by kind: column sets and cells as Kubernetes 1.34 makes them (recorded Tables)."""

from collections.abc import Callable
from typing import Any

from k8stui.demo.storage.kinds import Kind
from k8stui.demo.tables.podprinter import POD
from k8stui.demo.tables.tables import (
    AGE,
    CREATED,
    GENERIC,
    NONE,
    UNKNOWN,
    Column,
    Printer,
    dig,
    list_of,
    map_of,
    name_column,
)

Object = dict[str, Any]
_ROLE = "node-role.kubernetes.io/"


def printer(kind: Kind) -> Printer:
    """How a kind is printed: by its own printer, else name and age."""
    return _PRINTERS.get(kind.plural, GENERIC)


def _count(*path: str) -> Callable[[Object, float], object]:
    def cell(obj: Object, now: float) -> object:
        return dig(obj, *path) or 0

    return cell


def _node_status(obj: Object, now: float) -> str:
    conditions = list_of(obj, "status", "conditions")
    ready = next((each for each in conditions if each.get("type") == "Ready"), None)
    words = ["Unknown" if ready is None else "Ready" if ready.get("status") == "True" else "NotReady"]
    if dig(obj, "spec", "unschedulable"):
        words.append("SchedulingDisabled")
    return ",".join(words)


def _roles(obj: Object, now: float) -> str:
    labels = map_of(obj, "metadata", "labels")
    roles = {key.removeprefix(_ROLE) for key in labels if key.startswith(_ROLE)}
    if named := labels.get("kubernetes.io/role"):
        roles.add(named)
    return ",".join(sorted(filter(None, roles))) or NONE


def _address(kind: str) -> Callable[[Object, float], str]:
    def cell(obj: Object, now: float) -> str:
        addresses = list_of(obj, "status", "addresses")
        return next((str(each.get("address")) for each in addresses if each.get("type") == kind), NONE)

    return cell


def _info(field: str) -> Callable[[Object, float], str]:
    return lambda obj, now: str(dig(obj, "status", "nodeInfo", field) or UNKNOWN)


def _template(field: str) -> Callable[[Object, float], str]:
    def cell(obj: Object, now: float) -> str:
        containers = list_of(obj, "spec", "template", "spec", "containers")
        return ",".join(str(each.get(field, "")) for each in containers)

    return cell


def _selector(obj: Object, now: float) -> str:
    parts = [f"{key}={value}" for key, value in sorted(map_of(obj, "spec", "selector", "matchLabels").items())]
    for each in list_of(obj, "spec", "selector", "matchExpressions"):
        key, values = each.get("key"), ",".join(sorted(map(str, each.get("values") or [])))
        texts = {"Exists": f"{key}", "DoesNotExist": f"!{key}", "In": f"{key} in ({values})"}
        parts.append(texts.get(str(each.get("operator")), f"{key} notin ({values})"))
    return ",".join(parts) or NONE


def _ready(obj: Object, now: float) -> str:
    wanted = dig(obj, "spec", "replicas")
    return f"{dig(obj, 'status', 'readyReplicas') or 0}/{1 if wanted is None else wanted}"


def _phase(obj: Object, now: float) -> str:
    return str(dig(obj, "status", "phase") or "")


_TEMPLATE = (
    Column("Containers", _template("name"), wide=True),
    Column("Images", _template("image"), wide=True),
    Column("Selector", _selector, wide=True),
)

_PRINTERS: dict[str, Printer] = {
    "pods": POD,
    "nodes": Printer(
        (
            name_column(),
            Column("Status", _node_status),
            Column("Roles", _roles),
            AGE,
            Column("Version", lambda obj, now: dig(obj, "status", "nodeInfo", "kubeletVersion") or ""),
            Column("Internal-IP", _address("InternalIP"), wide=True),
            Column("External-IP", _address("ExternalIP"), wide=True),
            Column("OS-Image", _info("osImage"), wide=True),
            Column("Kernel-Version", _info("kernelVersion"), wide=True),
            Column("Container-Runtime", _info("containerRuntimeVersion"), wide=True),
        )
    ),
    "namespaces": Printer((name_column(), Column("Status", _phase), AGE)),
    "deployments": Printer(
        (
            name_column(),
            Column("Ready", _ready),
            Column("Up-to-date", _count("status", "updatedReplicas")),
            Column("Available", _count("status", "availableReplicas")),
            AGE,
            *_TEMPLATE,
        )
    ),
    "replicasets": Printer(
        (
            name_column(),
            Column("Desired", _count("spec", "replicas"), "integer"),
            Column("Current", _count("status", "replicas"), "integer"),
            Column("Ready", _count("status", "readyReplicas"), "integer"),
            AGE,
            *_TEMPLATE,
        )
    ),
    "statefulsets": Printer((name_column(), Column("Ready", _ready), AGE, *_TEMPLATE[:2])),
    "leases": Printer(
        (name_column(), Column("Holder", lambda obj, now: dig(obj, "spec", "holderIdentity") or ""), AGE)
    ),
    "roles": CREATED,
    "clusterroles": CREATED,
    "customresourcedefinitions": CREATED,
}
