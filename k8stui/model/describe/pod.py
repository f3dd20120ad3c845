"""Describing a pod."""

from datetime import tzinfo

from k8stui.model import kinds, tree
from k8stui.model.columns import Tone
from k8stui.model.describe.containers import containers, seccomp
from k8stui.model.describe.layout import NONE, Cell, Text
from k8stui.model.describe.parts import (
    controller,
    events,
    events_of,
    heading,
    identity,
    lasting,
    limits_and_requests,
    moment,
    named,
    truth,
)
from k8stui.model.describe.placing import node_selectors, quality, spread, tolerations
from k8stui.model.describe.volumes import volumes
from k8stui.model.document import Line, Subject, Want
from k8stui.model.objects import Object
from k8stui.model.pod_status import ENDED

_MIRROR = "kubernetes.io/config.mirror"
_PHASES = {"Running": Tone.OK, "Pending": Tone.CHANGING, "Succeeded": Tone.MUTED, "Failed": Tone.BAD}


def wants(pod: Object) -> tuple[Want, ...]:
    """Its events. The kubelet reports on a static pod under the uid of its file."""
    return (events_of(pod, "", tree.strings(pod, "metadata", "annotations").get(_MIRROR, "")),)


def describe(subject: Subject, now: float, zone: tzinfo) -> list[Line]:
    """The pod in kubectl's sections."""
    out, pod = Text(now, zone), subject.object
    heading(out, pod)
    _standing(out, pod)
    identity(out, pod)
    _status(out, pod)
    _addresses(out, pod)
    said, place = controller(pod)
    if said:
        out.field("Controlled By", said, target=place)
    nominated = tree.text(pod, "status", "nominatedNodeName")
    if nominated:
        out.field("NominatedNodeName", nominated, target=named(kinds.NODES, "", nominated))
    if tree.part(pod, "spec", "resources"):
        out.head("Resources")
        limits_and_requests(out, tree.part(pod, "spec", "resources"), 1)
    _containers(out, pod)
    _conditions(out, pod)
    volumes(out, pod)
    out.field("QoS Class", quality(pod))
    node_selectors(out, pod)
    tolerations(out, pod)
    spread(out, pod)
    events(out, subject)
    return out.lines()


def _standing(out: Text, pod: Object) -> None:
    """Priority to Start Time."""
    spec, namespace = tree.part(pod, "spec"), tree.namespace(pod)
    if "priority" in spec:
        out.field("Priority", str(tree.number(spec, "priority")))
    for title, field, kind in (
        ("Priority Class Name", "priorityClassName", kinds.PRIORITY_CLASSES),
        ("Runtime Class Name", "runtimeClassName", kinds.RUNTIME_CLASSES),
        ("Service Account", "serviceAccountName", kinds.SERVICE_ACCOUNTS),
    ):
        name = tree.text(spec, field)
        if name:
            out.field(title, name, target=named(kind, namespace, name))
    node = tree.text(spec, "nodeName")
    where = f"{node}/{tree.text(pod, 'status', 'hostIP')}" if node else NONE
    out.field("Node", where, target=named(kinds.NODES, "", node))
    if tree.text(pod, "status", "startTime"):
        out.field("Start Time", moment(tree.text(pod, "status", "startTime"), out.zone))


def _status(out: Text, pod: Object) -> None:
    """Status to the seccomp profile."""
    phase = tree.text(pod, "status", "phase")
    going = lasting(pod, out.now) if phase not in ENDED else None
    out.field("Status", going or Cell(phase, _PHASES.get(phase, Tone.WARNING)))
    if going is not None:
        grace = tree.number(pod, "metadata", "deletionGracePeriodSeconds")
        out.field("Termination Grace Period", f"{grace}s")
    for title in ("Reason", "Message"):
        said = tree.text(pod, "status", title.lower())
        if said:
            out.field(title, Cell(said, Tone.WARNING))
    seccomp(out, tree.part(pod, "spec", "securityContext"), 0, 0)


def _addresses(out: Text, pod: Object) -> None:
    """IP and IPs."""
    out.field("IP", tree.text(pod, "status", "podIP"))
    addresses = [tree.text(each, "ip") for each in tree.rows(pod, "status", "podIPs")]
    if not addresses:
        out.field("IPs", NONE)
        return
    out.head("IPs")
    for each in addresses:
        out.field("IP", each, level=1)


def _containers(out: Text, pod: Object) -> None:
    """All three kinds of containers; the ordinary ones always."""
    if tree.rows(pod, "spec", "initContainers"):
        containers(out, "Init Containers", pod, "initContainers", "initContainerStatuses")
    containers(out, "Containers", pod, "containers", "containerStatuses")
    if tree.rows(pod, "spec", "ephemeralContainers"):
        containers(out, "Ephemeral Containers", pod, "ephemeralContainers", "ephemeralContainerStatuses")


def _conditions(out: Text, pod: Object) -> None:
    """Readiness Gates and Conditions."""
    found = tree.rows(pod, "status", "conditions")
    gates = [tree.text(each, "conditionType") for each in tree.rows(pod, "spec", "readinessGates")]
    if gates:
        out.head("Readiness Gates")
        said = {gate: tree.text(tree.condition(pod, gate), "status") or NONE for gate in gates}
        out.table(("Type", "Status"), [(f"{gate} ", truth(said[gate])) for gate in gates], rule=False)
    if found:
        out.head("Conditions")
        over = tree.text(pod, "status", "phase") in ENDED
        rows = [(tree.text(each, "type"), tree.text(each, "status")) for each in found]
        cells = [(f"{kind} ", status if over else truth(status, _ill(kind))) for kind, status in rows]
        out.table(("Type", "Status"), cells, rule=False)


def _ill(kind: str) -> str:
    """Which status of a condition is the bad one."""
    return "True" if kind in ("DisruptionTarget", "PodResizePending") else "False"
