"""Why no node takes a pod: the scheduler's sentence part by part, with the nodes, taints and claims it speaks of."""

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct

from k8stui.model import tree
from k8stui.model.columns import Tone
from k8stui.model.document import Line, Subject, Want
from k8stui.model.kinds import EVENTS, NODES, PODS, STORAGE_CLASSES, VOLUME_CLAIMS, VOLUMES, Ref
from k8stui.model.objects import Object
from k8stui.model.reasons import claims
from k8stui.model.reasons.placing import (
    chosen,
    lacking,
    meets,
    requests,
    roomiest,
    shown_terms,
    taken,
    terms,
    untolerated,
)
from k8stui.model.reasons.podparts import seen
from k8stui.model.reasons.saying import brief, head, more
from k8stui.model.refs import ref
from k8stui.model.sentences import counted, ended, listed

_AVAILABLE = re.compile(r"\d+/(\d+) nodes are available: (.*?)\.(?=\s|$)", re.DOTALL)
_COUNT = re.compile(r"(\d+) (.*)", re.DOTALL)
_TAINT = re.compile(r"node\(s\) had (?:untolerated )?taint \{([^:}]*): ?([^}]*)\}")
_CLAIM = re.compile(r'persistentvolumeclaim "([^"]+)"|PersistentVolumeClaim', re.IGNORECASE)
_CORDON = "node.kubernetes.io/unschedulable"
"""The taint of a cordoned node: that it is cordoned is said anyway."""
_UNITS = MappingProxyType({"cpu": "CPU", "memory": "memory", "ephemeral-storage": "ephemeral storage", "pods": "pods"})


class Part(Struct, frozen=True):
    """One part of the scheduler's sentence: on how many nodes (0: not said) what stands against the pod."""

    nodes: int
    text: str


def unplaced(pod: Object) -> bool:
    """Whether it waits for a node."""
    return tree.text(pod, "status", "phase") in ("Pending", "") and not tree.text(pod, "spec", "nodeName")


def message(pod: Object, events: Sequence[Object] = ()) -> str:
    """What the scheduler said last: the condition PodScheduled, or the event FailedScheduling."""
    said = tree.condition(pod, "PodScheduled")
    if said.get("status") != "True" and tree.text(said, "message"):
        return tree.text(said, "message")
    failed = [row for row in events if row.get("reason") == "FailedScheduling"]
    return tree.text(max(failed, key=seen, default={}), "message")


def parts(text: str) -> tuple[int, list[Part]]:
    """The number of nodes and the parts of `0/8 nodes are available: 1 Too many pods, 7 ….`, most nodes first.

    What it says of preemption is left out. A text of another form is one part.
    """
    match = _AVAILABLE.search(text)
    if match is None:
        return 0, [Part(0, text.strip().rstrip("."))] if text.strip() else []
    found = []
    for piece in re.split(r", (?=\d+ )", match[2]):
        counts = _COUNT.fullmatch(piece)
        found.append(Part(int(counts[1]), counts[2]) if counts else Part(0, piece))
    return int(match[1]), sorted(found, key=lambda part: -part.nodes)


def wants(pod: Object) -> tuple[Want, ...]:
    """The nodes, the pods that take room on them, and the claims, as far as the scheduler's sentence speaks of them."""
    said, namespace = message(pod), tree.namespace(pod)
    found = [Want("pod/nodes", NODES)]
    if "Insufficient" in said or "Too many pods" in said:
        found.append(Want("pod/placed", PODS, fields="spec.nodeName!=,status.phase!=Succeeded,status.phase!=Failed"))
    if claims.names(pod):
        found += [Want("pod/claims", VOLUME_CLAIMS, namespace), Want("pod/storage classes", STORAGE_CLASSES)]
        fields = "involvedObject.kind=PersistentVolumeClaim"
        found.append(Want("pod/claim events", EVENTS, namespace, fields=fields))
        found.append(Want("pod/volumes", VOLUMES))
    return tuple(found)


def explain(subject: Subject, mend: Ref | None) -> list[Line]:
    """Why it has no node. `mend`: where its template can be changed."""
    pod = subject.object
    gates = [tree.text(row, "name") for row in tree.rows(pod, "spec", "schedulingGates")]
    if gates:
        words = f"Held back by {counted(len(gates), 'scheduling gate')}: {listed(gates)}."
        return [
            head(words, mend, Tone.WARNING),
            more("Whoever set a gate has to take it away before a node is chosen."),
        ]
    said = message(pod, subject.around.get("pod/events", ()))
    if not said:
        return [head("Waits for the scheduler to choose a node.", tone=Tone.CHANGING), *_scheduler(pod)]
    total, found = parts(said)
    everything = subject.around.get("pod/nodes")
    words = f"No node takes it: {counted(total, 'node')}, none fits." if total else "No node takes it."
    lines = [head(words, mend)]
    for part in found:
        lines += _part(part, subject, everything, mend)
    return lines


def _scheduler(pod: Object) -> list[Line]:
    """Another scheduler than the usual one may not be there."""
    name = tree.text(pod, "spec", "schedulerName")
    return (
        [more(f"It asks for the scheduler {name}: is that running?")] if name not in ("", "default-scheduler") else []
    )


def _part(part: Part, subject: Subject, nodes: list[Object] | None, mend: Ref | None) -> list[Line]:
    """One part in plain words."""
    if _CLAIM.search(part.text) or "persistent volume" in part.text or "volume node affinity" in part.text:
        return claims.explain(subject, _on(part), part.text)
    pod = subject.object
    if part.text.startswith("Insufficient "):
        return [_short(part, part.text.removeprefix("Insufficient ").strip(), subject, nodes, mend)]
    if part.text == "Too many pods":
        return [_short(part, "pods", subject, nodes, mend)]
    if "taint" in part.text:
        return _taints(part, pod, nodes)
    for begin, explained in _EXPLAINED.items():
        if begin in part.text:
            return explained(part, pod, nodes, mend)
    words = next((text for begin, text in _WORDS.items() if begin in part.text), brief(part.text))
    return [more(ended(f"{_on(part)}{words}"), mend)]


def _on(part: Part) -> str:
    return f"{counted(part.nodes, 'node')}: " if part.nodes else ""


def _short(part: Part, resource: str, subject: Subject, nodes: list[Object] | None, mend: Ref | None) -> Line:
    """Too little of a resource: what is asked, and the most that is free."""
    pod = subject.object
    unit = _UNITS.get(resource, resource)
    asked = requests(pod).get(resource)
    words = f"{_on(part)}not enough {unit}" if resource != "pods" else f"{_on(part)}as many pods as it may have"
    if resource != "pods" and asked is not None:
        words += f": it asks for {asked}"
    placed = subject.around.get("pod/placed")
    if nodes is None or placed is None:
        why = subject.missing.get("pod/placed") or subject.missing.get("pod/nodes") or ""
        return more(f"{ended(words)} {why}".strip(), mend)
    fitting = [node for node in nodes if chosen(pod, node) and not untolerated(pod, node) and not _cordoned(pod, node)]
    best = roomiest(resource, fitting or nodes, taken(placed))
    if best is None:
        return more(ended(words), mend)
    left = best.left if best.left.nanos > 0 else "nothing"
    return more(f"{words}; the most that is free is {left} of {best.allocatable} on {best.node}.", mend)


def _taints(part: Part, pod: Object, nodes: list[Object] | None) -> list[Line]:
    """Each taint that it does not tolerate, with its nodes."""
    found: dict[str, list[Object]] = {}
    for node in nodes or ():
        for taint in untolerated(pod, node):
            if taint.key == _CORDON and _cordoned(pod, node):
                continue
            found.setdefault(str(taint), []).append(node)
    if not found:
        match = _TAINT.search(part.text)
        which = f"the taint {match[1]}{'=' + match[2] if match[2] else ''}" if match else "a taint"
        return [more(f"{_on(part)}{which} that it does not tolerate.")]
    return [
        more(
            f"{counted(len(those), 'node')}: the taint {shown} that it does not tolerate: {_names(those)}.",
            ref(NODES, those[0]) if len(those) == 1 else None,
        )
        for shown, those in sorted(found.items(), key=lambda item: -len(item[1]))
    ]


def _cordon(part: Part, pod: Object, nodes: list[Object] | None, mend: Ref | None) -> list[Line]:
    cordoned = [node for node in nodes or () if _cordoned(pod, node)]
    if not cordoned:
        return [more(f"{_on(part)}cordoned.")]
    return [more(f"{counted(len(cordoned), 'node')}: cordoned: {_names(cordoned)}.", ref(NODES, cordoned[0]))]


def _cordoned(pod: Object, node: Object) -> bool:
    return tree.value(node, "spec", "unschedulable") is True


def _selector(part: Part, pod: Object, nodes: list[Object] | None, mend: Ref | None) -> list[Line]:
    """What of nodeSelector and affinity is met by how many nodes."""
    wanted = tree.strings(pod, "spec", "nodeSelector")
    lines = []
    for key, value in sorted(wanted.items()):
        pair = f"{key}={value}"
        words = f"{_on(part)}no label {pair}, which its nodeSelector asks for"
        if nodes is not None:
            having = [node for node in nodes if pair not in lacking(pod, node)]
            words += f"; {_names(having) if having else 'no node at all'} has it" if len(having) < 2 else ""
            words += f"; {len(having)} of {len(nodes)} nodes have it" if len(having) > 1 else ""
        lines.append(more(f"{words}.", mend))
    if required := terms(pod):
        met = "" if nodes is None else f": met by {sum(meets(required, node) for node in nodes)} of {len(nodes)} nodes"
        lines.append(more(f"{_on(part)}its required node affinity {shown_terms(required)}{met}.", mend))
    return lines or [more(f"{_on(part)}not those that its node affinity or selector asks for.", mend)]


def _names(nodes: Sequence[Object]) -> str:
    return listed(sorted(map(tree.name, nodes)))


_EXPLAINED: Mapping[str, Callable[[Part, Object, list[Object] | None, Ref | None], list[Line]]] = MappingProxyType(
    {
        "were unschedulable": _cordon,
        "[NodeUnschedulable]": _cordon,
        "node affinity/selector": _selector,
        "[NodeAffinity]": _selector,
        "match node selector": _selector,
    }
)
_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "existing pods anti-affinity": "pods there keep it away by their anti-affinity",
        "pod anti-affinity rules": "its own anti-affinity: a pod that it keeps away from runs there",
        "pod affinity/anti-affinity": "pods that it must run beside are not there, or such that it keeps away from are",
        "pod affinity rules": "its pod affinity: the pods that it must run beside are not there",
        "topology spread constraints": "its topology spread constraints would not hold",
        "free ports": "the host ports that it wants are taken there",
        "max volume count": "no more volumes can be attached there",
        "no nodes available": "the cluster has no node that could be asked",
    }
)
"""By what the scheduler's plugins say."""
