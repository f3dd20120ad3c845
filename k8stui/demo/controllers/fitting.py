"""Whether a pod may run on a node, in the scheduler's words: selectors, affinity, taints, cordons, resources, ports.

The words are those of kube-scheduler 1.34's filter plugins.
"""

from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from k8stui.demo.storage.objects import Object, labels_of
from k8stui.model import quantity

CORDON = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}


class Needs(Struct):
    """What a pod asks of a node (`k8s.io/component-helpers/resource` PodRequests): milli-CPU, bytes, others whole."""

    amounts: dict[str, int] = field(default_factory=dict)
    ports: frozenset[tuple[str, int]] = frozenset()
    """Protocol and host port."""


class Usage(Struct):
    """What the pods of one node take together."""

    amounts: dict[str, int] = field(default_factory=dict)
    pods: int = 0
    ports: dict[tuple[str, int], int] = field(default_factory=dict)

    def add(self, needs: Needs, sign: int = 1) -> None:
        """One pod more (or less, with -1)."""
        self.pods += sign
        for name, amount in needs.amounts.items():
            self.amounts[name] = self.amounts.get(name, 0) + sign * amount
        for port in needs.ports:
            self.ports[port] = self.ports.get(port, 0) + sign


def amount(resource: str, text: object) -> int:
    """A quantity in the unit that sums use; 0 for what is none."""
    try:
        parsed = quantity.parse(str(text))
    except ValueError:
        return 0
    return parsed.milli_value() if resource == "cpu" else parsed.value()


def needs_of(pod: Object) -> Needs:
    """The sum of its containers and sidecars, or its largest init container, and its overhead."""
    spec = pod["spec"]
    together: dict[str, int] = {}
    largest: dict[str, int] = {}
    for row in spec.get("initContainers") or ():
        into = together if row.get("restartPolicy") == "Always" else largest
        for name, number in _requests(row).items():
            into[name] = into.get(name, 0) + number if into is together else max(into.get(name, 0), number)
    for row in spec.get("containers") or ():
        for name, number in _requests(row).items():
            together[name] = together.get(name, 0) + number
    for name, number in largest.items():
        together[name] = max(together.get(name, 0), number)
    for name, text in (spec.get("overhead") or {}).items():
        together[name] = together.get(name, 0) + amount(name, text)
    ports = (port for row in spec.get("containers") or () for port in row.get("ports") or () if port.get("hostPort"))
    return Needs(together, frozenset((port.get("protocol", "TCP"), port["hostPort"]) for port in ports))


def _requests(container: Object) -> dict[str, int]:
    resources = container.get("resources") or {}
    asked = {**(resources.get("limits") or {}), **(resources.get("requests") or {})}
    return {name: amount(name, text) for name, text in asked.items()}


def tolerates(tolerations: Iterable[Object], taint: Object) -> bool:
    """Whether one of the tolerations covers the taint (k8s.io/api/core/v1 Toleration.ToleratesTaint)."""
    for row in tolerations:
        if row.get("effect") and row["effect"] != taint["effect"]:
            continue
        if row.get("key") and row["key"] != taint["key"]:
            continue
        if row.get("operator") == "Exists" or row.get("value", "") == taint.get("value", ""):
            return True
    return False


def selected(pod: Object, node: Object) -> bool:
    """Whether the node is one that the pod's nodeSelector and required node affinity allow."""
    labels = labels_of(node)
    if any(labels.get(key) != value for key, value in (pod["spec"].get("nodeSelector") or {}).items()):
        return False
    affinity = (pod["spec"].get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    if required is None:
        return True
    fields = {"metadata.name": node["metadata"]["name"]}
    return any(
        _match(term.get("matchExpressions", ()), labels) and _match(term.get("matchFields", ()), fields)
        for term in required.get("nodeSelectorTerms", ())
        if term.get("matchExpressions") or term.get("matchFields")
    )


def _match(rows: Iterable[Object], labels: Mapping[str, str]) -> bool:
    return all(_holds(row, labels.get(row["key"])) for row in rows)


def _holds(row: Object, value: str | None) -> bool:
    operator: str = row["operator"]
    values: list[str] = row.get("values", [])
    if operator in ("Exists", "DoesNotExist"):
        return (value is not None) == (operator == "Exists")
    if operator == "NotIn":
        return value not in values
    if operator == "In":
        return value in values
    number = value or ""
    if not number.lstrip("-").isdecimal() or len(values) != 1 or not str(values[0]).lstrip("-").isdecimal():
        return False
    return int(number) > int(values[0]) if operator == "Gt" else int(number) < int(values[0])


def barred(pod: Object, node: Object) -> str:
    """Why this node is none for the pod whatever runs on it; empty when it is one."""
    tolerations = pod["spec"].get("tolerations", [])
    if node["spec"].get("unschedulable") and not tolerates(tolerations, CORDON):
        return "node(s) were unschedulable"
    for taint in node["spec"].get("taints", []):
        if taint["effect"] != "PreferNoSchedule" and not tolerates(tolerations, taint):
            return "node(s) had untolerated taint(s)"
    return "" if selected(pod, node) else "node(s) didn't match Pod's node affinity/selector"


def full(needs: Needs, node: Object, usage: Usage) -> list[str]:
    """What the node has too little of for one more such pod."""
    has = node.get("status", {}).get("allocatable", {})
    short = []
    if "pods" in has and usage.pods + 1 > amount("pods", has["pods"]):
        short.append("Too many pods")
    for name, number in needs.amounts.items():
        if number and usage.amounts.get(name, 0) + number > amount(name, has.get(name, "0")):
            short.append(f"Insufficient {name}")
    if any(usage.ports.get(port) for port in needs.ports):
        short.append("node(s) didn't have free ports for the requested pod ports")
    return short
