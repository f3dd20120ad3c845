"""Whether a node takes a pod: the kubelet's own look, after the scheduler's or instead of it."""

from k8stui.demo.kubelet.ending import mirror
from k8stui.demo.kubelet.runs import Sandbox
from k8stui.demo.kubelet.site import Site
from k8stui.demo.kubelet.status import quality
from k8stui.demo.storage.objects import Object, labels_of, state
from k8stui.model import quantity

CRITICAL = 2_000_000_000
"""Priority from which on a pod is taken under any pressure."""
PRESSURES = ("MemoryPressure", "DiskPressure", "PIDPressure")


def critical(pod: Object) -> bool:
    """Whether a pod is taken and kept under any pressure."""
    return mirror(pod) or int(pod["spec"].get("priority") or 0) >= CRITICAL


def refusal(site: Site, pod: Object) -> tuple[str, str] | None:
    """Reason and message when the node does not take it."""
    node = site.node
    if not node:
        return None
    if not critical(pod) and (kinds := _pressures(node, pod)):
        return "Evicted", f"Pod was rejected: The node had condition: [{', '.join(kinds)}]. "
    labels = labels_of(node)
    if any(labels.get(key) != value for key, value in (pod["spec"].get("nodeSelector") or {}).items()):
        why = "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector"
        return "NodeAffinity", f"Pod was rejected: {why}"
    return _room(site, node, pod)


def _pressures(node: Object, pod: Object) -> list[str]:
    found = [kind for kind in PRESSURES if state(node, kind) == "True"]
    if found == ["MemoryPressure"] and quality(pod["spec"]) != "BestEffort":
        return []
    return found


def requests(pod: Object) -> dict[str, int]:
    """Millicores and bytes that a pod asks for."""
    found = {"cpu": 0, "memory": 0}
    for row in pod["spec"].get("containers") or ():
        asked = (row.get("resources") or {}).get("requests") or {}
        found["cpu"] += round(float(quantity.parse(str(asked.get("cpu", "0")))) * 1000)
        found["memory"] += round(float(quantity.parse(str(asked.get("memory", "0")))))
    return found


def _room(site: Site, node: Object, pod: Object) -> tuple[str, str] | None:
    room = (node.get("status") or {}).get("allocatable") or {}
    others = [other for box in site.boxes.values() if not box.over and (other := _pod(site, box, pod))]
    asked = requests(pod)
    if "pods" in room and len(others) + 1 > int(room["pods"]):
        return _short("pods", 1, len(others), int(room["pods"]))
    for kind in ("cpu", "memory"):
        if kind not in room or not asked[kind]:
            continue
        factor = 1000 if kind == "cpu" else 1
        used = sum(requests(other)[kind] for other in others)
        whole = round(float(quantity.parse(str(room[kind]))) * factor)
        if used + asked[kind] > whole:
            return _short(kind, asked[kind], used, whole)
    return None


def _short(kind: str, asked: int, used: int, whole: int) -> tuple[str, str]:
    why = f"Node didn't have enough resource: {kind}, requested: {asked}, used: {used}, capacity: {whole}"
    return f"OutOf{kind}", f"Pod was rejected: {why}"


def _pod(site: Site, box: Sandbox, but: Object) -> Object | None:
    return None if box.uid == but["metadata"]["uid"] else site.world.cache("pods").get(box.key)
