"""Which node could take a pod: taints, selectors, affinity and room, by the scheduler's rules (its filter plugins)."""

import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec import Struct

from k8stui.model import taint, tree
from k8stui.model.objects import Object
from k8stui.model.pod_raw import RawPod
from k8stui.model.pod_status import ENDED
from k8stui.model.quantity import ZERO, Quantity, parse
from k8stui.model.requests import Totals, effective_requests, sum_of
from k8stui.model.taint import Taint

_INTEGER = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)


class Free(Struct, frozen=True):
    """What one node has of a resource."""

    node: str
    left: Quantity
    allocatable: Quantity


def untolerated(pod: Object, node: Object) -> list[Taint]:
    """The taints that keep the pod off the node."""
    return taint.untolerated(taint.tolerations_of(pod), taint.taints_of(node))


def lacking(pod: Object, node: Object) -> list[str]:
    """The pairs of the pod's nodeSelector that the node does not have, as `key=value`."""
    labels = tree.strings(node, "metadata", "labels")
    wanted = tree.strings(pod, "spec", "nodeSelector")
    return [f"{key}={value}" for key, value in sorted(wanted.items()) if labels.get(key) != value]


def terms(pod: Object) -> list[Object]:
    """The terms of the required node affinity: one of them has to be met."""
    path = ("spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")
    return tree.rows(pod, *path)


def meets(found: Sequence[Object], node: Object) -> bool:
    """Whether the node meets one of the terms; a term without conditions is met by none."""
    labels, fields = tree.strings(node, "metadata", "labels"), {"metadata.name": tree.name(node)}
    return any(
        _all(tree.rows(term, "matchExpressions"), labels) and _all(tree.rows(term, "matchFields"), fields)
        for term in found
        if tree.rows(term, "matchExpressions") or tree.rows(term, "matchFields")
    )


def chosen(pod: Object, node: Object) -> bool:
    """Whether nodeSelector and required node affinity allow the node."""
    wanted = terms(pod)
    return not lacking(pod, node) and (not wanted or meets(wanted, node))


def shown_terms(found: Sequence[Object]) -> str:
    """`zone in (a, b) and disk, or size > 3`."""
    return ", or ".join(
        " and ".join(_shown(row) for row in [*tree.rows(term, "matchExpressions"), *tree.rows(term, "matchFields")])
        for term in found
    )


def _shown(row: Object) -> str:
    key, values = tree.text(row, "key"), ", ".join(tree.texts(row, "values"))
    match tree.text(row, "operator"):
        case "Exists":
            return key
        case "DoesNotExist":
            return f"no {key}"
        case "In":
            return f"{key} in ({values})"
        case "NotIn":
            return f"{key} not in ({values})"
        case "Gt":
            return f"{key} > {values}"
        case "Lt":
            return f"{key} < {values}"
        case other:
            return f"{key} {other} {values}"


def _all(rows: Sequence[Object], labels: Mapping[str, str]) -> bool:
    return all(_holds(row, labels.get(tree.text(row, "key"))) for row in rows)


def _holds(row: Object, value: str | None) -> bool:
    """One condition (component-helpers nodeaffinity)."""
    values = tree.texts(row, "values")
    match tree.text(row, "operator"):
        case "In":
            return value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
        case "Gt" | "Lt" as sign:
            numbers = [value or "", *values]
            if len(numbers) != 2 or not all(_INTEGER.fullmatch(each) for each in numbers):
                return False
            return int(numbers[0]) > int(numbers[1]) if sign == "Gt" else int(numbers[0]) < int(numbers[1])
        case _:
            return False


def requests(pod: Object) -> Totals:
    """What the scheduler counts for the pod; nothing for one that cannot be read."""
    try:
        raw = msgspec.convert({"spec": pod.get("spec"), "status": pod.get("status")}, RawPod)
    except msgspec.ValidationError:
        return {}
    return effective_requests(raw.spec, raw.status) if raw.spec is not None else {}


def taken(placed: Iterable[Object]) -> dict[str, list[Object]]:
    """The pods that take room, by node."""
    found: dict[str, list[Object]] = {}
    for pod in placed:
        node = tree.text(pod, "spec", "nodeName")
        if node and tree.text(pod, "status", "phase") not in ENDED:
            found.setdefault(node, []).append(pod)
    return found


def roomiest(resource: str, nodes: Iterable[Object], placed: Mapping[str, Sequence[Object]]) -> Free | None:
    """The node that has most left of a resource; of pods, each counts one. None without nodes."""
    best: Free | None = None
    for node in nodes:
        name = tree.name(node)
        mine = placed.get(name, ())
        has = amount(tree.text(node, "status", "allocatable", resource))
        used = Quantity.of(len(mine)) if resource == "pods" else sum_of(map(requests, mine)).get(resource, ZERO)
        free = Free(name, has - used, has)
        if best is None or best.left < free.left:
            best = free
    return best


def amount(text: str) -> Quantity:
    """The quantity written there, zero where there is none."""
    try:
        return parse(text)
    except ValueError:
        return ZERO
