"""Where a pod may be put: selectors of nodes, tolerations, spread, quality of service."""

from k8stui.model import label_selector, tree
from k8stui.model.describe.layout import NONE, Text
from k8stui.model.describe.parts import labels
from k8stui.model.objects import Object
from k8stui.model.quantity import parse

_MEASURED = ("cpu", "memory")


def node_selectors(out: Text, pod: Object, level: int = 0) -> None:
    """Node-Selectors."""
    labels(out, "Node-Selectors", tree.strings(pod, "spec", "nodeSelector"), level)


def tolerations(out: Text, pod: Object, level: int = 0) -> None:
    """Tolerations, by key."""
    found = sorted(tree.rows(pod, "spec", "tolerations"), key=lambda each: tree.text(each, "key"))
    out.many("Tolerations", [toleration_text(each) for each in found], level)


def toleration_text(found: Object) -> str:
    """`node.kubernetes.io/not-ready:NoExecute op=Exists for 300s`."""
    value, effect = tree.text(found, "value"), tree.text(found, "effect")
    text = tree.text(found, "key") + (f"={value}" if value else "") + (f":{effect}" if effect else "")
    if tree.text(found, "operator") == "Exists" and not value:
        text += " op=Exists" if text else "op=Exists"
    seconds = found.get("tolerationSeconds")
    return text if seconds is None else f"{text} for {tree.number(found, 'tolerationSeconds')}s"


def spread(out: Text, pod: Object, level: int = 0) -> None:
    """Topology Spread Constraints, by key, where there are some."""
    found = sorted(tree.rows(pod, "spec", "topologySpreadConstraints"), key=lambda each: tree.text(each, "topologyKey"))
    if found:
        out.many("Topology Spread Constraints", [_constraint(each) for each in found], level)


def quality(pod: Object) -> str:
    """The pod's QoS class: what the server says, else computed from its requests and limits."""
    said = tree.text(pod, "status", "qosClass")
    if said:
        return said
    own = tree.part(pod, "spec", "resources")
    asking = [own] if own else [tree.part(each, "resources") for each in _containers(pod)]
    guaranteed = True
    sums: dict[str, dict[str, int]] = {"requests": {}, "limits": {}}
    for each in asking:
        limited = _positive(tree.part(each, "limits"))
        guaranteed = guaranteed and len(limited) == len(_MEASURED)
        for which, into in sums.items():
            for name, nanos in _positive(tree.part(each, which)).items():
                into[name] = into.get(name, 0) + nanos
    if not (sums["requests"] or sums["limits"]):
        return "BestEffort"
    same = all(sums["limits"].get(name) == nanos for name, nanos in sums["requests"].items())
    return "Guaranteed" if guaranteed and same and len(sums["requests"]) == len(sums["limits"]) else "Burstable"


def _constraint(found: Object) -> str:
    """`zone:DoNotSchedule when max skew 1 is exceeded for selector app=web`."""
    text = (
        f"{tree.text(found, 'topologyKey')}:{tree.text(found, 'whenUnsatisfiable')} "
        f"when max skew {tree.number(found, 'maxSkew')} is exceeded"
    )
    chosen = found.get("labelSelector")
    return f"{text} for selector {label_selector.text(chosen, empty=NONE)}" if isinstance(chosen, dict) else text


def _containers(pod: Object) -> list[Object]:
    return [*tree.rows(pod, "spec", "containers"), *tree.rows(pod, "spec", "initContainers")]


def _positive(amounts: Object) -> dict[str, int]:
    """CPU and memory in nanos, as far as they are more than nothing."""
    found = {}
    for name in _MEASURED:
        try:
            nanos = parse(tree.text(amounts, name)).nanos
        except ValueError:
            continue
        if nanos > 0:
            found[name] = nanos
    return found
