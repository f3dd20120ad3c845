"""Where a pod may run: node selectors, taints, cordons and the number of pods, with the scheduler's own sentence."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

Object = dict[str, Any]


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


def refusal(pod: Object, node: Object) -> str:
    """Why the pod may not run on this node, in the scheduler's words; empty when it may."""
    spec, labels = pod["spec"], node["metadata"].get("labels", {})
    if any(labels.get(key) != value for key, value in spec.get("nodeSelector", {}).items()):
        return "node(s) didn't match Pod's node affinity/selector"
    tolerations = spec.get("tolerations", [])
    if node["spec"].get("unschedulable"):
        cordon = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}
        if not tolerates(tolerations, cordon):
            return "node(s) were unschedulable"
    for taint in node["spec"].get("taints", []):
        if taint["effect"] != "PreferNoSchedule" and not tolerates(tolerations, taint):
            return "node(s) had untolerated taint(s)"
    return ""


def place(pod: Object, nodes: Iterable[Object], pods: Iterable[Object]) -> tuple[str, str]:
    """(node, "") for the node with the fewest pods among those that may take it; ("", why not) when none may."""
    nodes = list(nodes)
    loads = Counter(other.get("spec", {}).get("nodeName") for other in pods)
    reasons: Counter[str] = Counter()
    free = []
    for node in nodes:
        if why := refusal(pod, node):
            reasons[why] += 1
        else:
            free.append(node["metadata"]["name"])
    if free:
        return min(free, key=lambda name: (loads[name], name)), ""
    return "", _sentence(len(nodes), reasons)


def _sentence(total: int, reasons: Counter[str]) -> str:
    if not total:
        return "no nodes available to schedule pods"
    parts = sorted(f"{number} {why}" for why, number in reasons.items())
    preemption = f"preemption: 0/{total} nodes are available: {total} Preemption is not helpful for scheduling."
    return f"0/{total} nodes are available: {', '.join(parts)}. no new claims to deallocate, {preemption}"
