"""The printers of the server, kind by kind: column sets and cells as Kubernetes 1.34 makes them (recorded Tables)."""

from collections.abc import Callable
from typing import Any

from k8stui.demo.kinds import Kind
from k8stui.demo.podprinter import POD
from k8stui.demo.tables import AGE, CREATED, GENERIC, NONE, UNKNOWN, Column, Printer, name_column

Object = dict[str, Any]
_ROLE = "node-role.kubernetes.io/"


def printer(kind: Kind) -> Printer:
    """How a kind is printed: by its own printer, else name and age."""
    return _PRINTERS.get(kind.plural, GENERIC)


def _count(*path: str) -> Callable[[Object, float], object]:
    def cell(obj: Object, now: float) -> object:
        found: Any = obj
        for part in path:
            found = (found or {}).get(part)
        return found or 0

    return cell


def _node_status(obj: Object, now: float) -> str:
    conditions = obj.get("status", {}).get("conditions") or []
    ready = next((each for each in conditions if each.get("type") == "Ready"), None)
    words = ["Unknown" if ready is None else "Ready" if ready.get("status") == "True" else "NotReady"]
    if obj.get("spec", {}).get("unschedulable"):
        words.append("SchedulingDisabled")
    return ",".join(words)


def _roles(obj: Object, now: float) -> str:
    labels = obj["metadata"].get("labels") or {}
    roles = {key.removeprefix(_ROLE) for key in labels if key.startswith(_ROLE)}
    if named := labels.get("kubernetes.io/role"):
        roles.add(named)
    return ",".join(sorted(filter(None, roles))) or NONE


def _address(kind: str) -> Callable[[Object, float], str]:
    def cell(obj: Object, now: float) -> str:
        addresses = obj.get("status", {}).get("addresses") or []
        return next((each["address"] for each in addresses if each.get("type") == kind), NONE)

    return cell


def _info(field: str) -> Callable[[Object, float], str]:
    return lambda obj, now: obj.get("status", {}).get("nodeInfo", {}).get(field) or UNKNOWN


def _template(field: str) -> Callable[[Object, float], str]:
    def cell(obj: Object, now: float) -> str:
        containers = obj.get("spec", {}).get("template", {}).get("spec", {}).get("containers") or []
        return ",".join(each.get(field, "") for each in containers)

    return cell


def _selector(obj: Object, now: float) -> str:
    selector = obj.get("spec", {}).get("selector") or {}
    parts = [f"{key}={value}" for key, value in sorted((selector.get("matchLabels") or {}).items())]
    for each in selector.get("matchExpressions") or []:
        values = f" ({','.join(sorted(each.get('values') or []))})"
        texts = {"Exists": each["key"], "DoesNotExist": f"!{each['key']}"}
        word = "in" if each["operator"] == "In" else "notin"
        parts.append(texts.get(each["operator"], f"{each['key']} {word}{values}"))
    return ",".join(parts) or NONE


def _ready(obj: Object, now: float) -> str:
    wanted = obj.get("spec", {}).get("replicas", 1)
    return f"{obj.get('status', {}).get('readyReplicas', 0)}/{wanted}"


def _phase(obj: Object, now: float) -> str:
    return str(obj.get("status", {}).get("phase", ""))


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
            Column("Version", lambda obj, now: obj.get("status", {}).get("nodeInfo", {}).get("kubeletVersion", "")),
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
    "leases": Printer((name_column(), Column("Holder", lambda obj, now: obj["spec"].get("holderIdentity", "")), AGE)),
    "roles": CREATED,
    "clusterroles": CREATED,
    "customresourcedefinitions": CREATED,
}
