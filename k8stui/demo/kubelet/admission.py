"""Whether a node takes a pod: the kubelet's own look, after the scheduler's or instead of it."""

from k8stui.demo.controllers.fitting import Usage, amount, needs_of, selected
from k8stui.demo.kubelet.ending import mirror
from k8stui.demo.kubelet.runs import Sandbox
from k8stui.demo.kubelet.site import Site
from k8stui.demo.kubelet.status import quality
from k8stui.demo.storage.objects import Object, state

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
    if not selected(pod, node):
        why = "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector"
        return "NodeAffinity", f"Pod was rejected: {why}"
    return _room(site, node, pod)


def _pressures(node: Object, pod: Object) -> list[str]:
    found = [kind for kind in PRESSURES if state(node, kind) == "True"]
    if found == ["MemoryPressure"] and quality(pod["spec"]) != "BestEffort":
        return []
    return found


def _room(site: Site, node: Object, pod: Object) -> tuple[str, str] | None:
    """What the node has too little of, with the pods that it has taken."""
    room = (node.get("status") or {}).get("allocatable") or {}
    taken = Usage()
    for box in site.boxes.values():
        if not box.over and (other := _pod(site, box, pod)):
            taken.add(needs_of(other))
    if "pods" in room and taken.pods + 1 > int(room["pods"]):
        return _short("pods", 1, taken.pods, int(room["pods"]))
    asked = needs_of(pod)
    for kind in ("cpu", "memory"):
        needed, used = asked.amounts.get(kind, 0), taken.amounts.get(kind, 0)
        if kind in room and needed and used + needed > (whole := amount(kind, room[kind])):
            return _short(kind, needed, used, whole)
    return None


def _short(kind: str, asked: int, used: int, whole: int) -> tuple[str, str]:
    why = f"Node didn't have enough resource: {kind}, requested: {asked}, used: {used}, capacity: {whole}"
    return f"OutOf{kind}", f"Pod was rejected: {why}"


def _pod(site: Site, box: Sandbox, but: Object) -> Object | None:
    return None if box.uid == but["metadata"]["uid"] else site.world.cache("pods").get(box.key)
