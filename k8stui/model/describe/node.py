"""Describing a node."""

from datetime import tzinfo

from k8stui.model import kinds, tree
from k8stui.model.columns import Tone
from k8stui.model.describe.layout import NONE, UNSET, Cell, Text
from k8stui.model.describe.load import load
from k8stui.model.describe.parts import events, flag, identity, moment, not_there, resources, truth, unread
from k8stui.model.document import Line, Subject, Want
from k8stui.model.objects import Object
from k8stui.model.taint import taints_of

PODS, LEASE, EVENTS = "pods", "lease", "events"
"""The wants' names."""
_ROLE = "node-role.kubernetes.io/"
_OLD_ROLE = "kubernetes.io/role"
_LEASES = "kube-node-lease"
_INFO = (
    ("Machine ID", "machineID"),
    ("System UUID", "systemUUID"),
    ("Boot ID", "bootID"),
    ("Kernel Version", "kernelVersion"),
    ("OS Image", "osImage"),
    ("Operating System", "operatingSystem"),
    ("Architecture", "architecture"),
    ("Container Runtime Version", "containerRuntimeVersion"),
    ("Kubelet Version", "kubeletVersion"),
    ("Kube-Proxy Version", "kubeProxyVersion"),
)


def wants(node: Object) -> tuple[Want, ...]:
    """Its pods that have not ended, its lease, its events whatever uid they name."""
    name = tree.name(node)
    running = f"spec.nodeName={name},status.phase!=Succeeded,status.phase!=Failed"
    return (
        Want(PODS, kinds.PODS, fields=running),
        Want.one(LEASE, kinds.LEASES, _LEASES, name),
        Want(EVENTS, kinds.EVENTS, fields=f"involvedObject.kind=Node,involvedObject.name={name}"),
    )


def describe(subject: Subject, now: float, zone: tzinfo) -> list[Line]:
    """The node in kubectl's sections."""
    out, node = Text(now, zone), subject.object
    out.field("Name", tree.name(node))
    out.field("Roles", ",".join(_roles(node)) or NONE)
    identity(out, node)
    out.field("CreationTimestamp", moment(tree.text(node, "metadata", "creationTimestamp"), zone))
    out.many("Taints", [Cell(each, Tone.WARNING) for each in _taints(node)])
    kept_off = flag(node, "spec", "unschedulable")
    out.field("Unschedulable", Cell(kept_off, Tone.WARNING if kept_off == "true" else None))
    _lease(out, subject)
    _conditions(out, node)
    out.head("Addresses")
    for each in tree.rows(node, "status", "addresses"):
        out.field(tree.text(each, "type"), tree.text(each, "address"), level=1)
    for title in ("Capacity", "Allocatable"):
        amounts = tree.part(node, "status", title.lower())
        if amounts:
            out.head(title)
            resources(out, amounts, 1)
    out.head("System Info")
    for title, field in _INFO:
        out.field(title, tree.text(node, "status", "nodeInfo", field), level=1)
    for title, said in _network(node):
        if said:
            out.field(title, said)
    _pods(out, subject)
    events(out, subject, keep=lambda event: tree.text(event, "involvedObject", "uid") in _uids(node))
    return out.lines()


def _uids(node: Object) -> tuple[str, str]:
    """Under what uids it is reported on: controllers give its own, the kubelet gives the node's name."""
    return tree.uid(node), tree.name(node)


def _network(node: Object) -> tuple[tuple[str, str], ...]:
    """What the network and the cloud know it by."""
    return (
        ("PodCIDR", tree.text(node, "spec", "podCIDR")),
        ("PodCIDRs", ",".join(tree.texts(node, "spec", "podCIDRs"))),
        ("ProviderID", tree.text(node, "spec", "providerID")),
    )


def _pods(out: Text, subject: Subject) -> None:
    """Non-terminated Pods and Allocated resources, or why not."""
    if not unread(subject, PODS):
        load(out, subject.object, subject.around[PODS])
        return
    gone = not_there(subject, PODS)
    out.field("Pods", Cell(f"not authorized: {gone.text}", gone.tone) if " may not " in gone.text else gone)


def _roles(node: Object) -> list[str]:
    """What the labels say that it is for."""
    found = tree.strings(node, "metadata", "labels")
    roles = {key.removeprefix(_ROLE) for key in found if key.startswith(_ROLE)} | {found.get(_OLD_ROLE, "")}
    return sorted(roles - {""})


def _taints(node: Object) -> list[str]:
    """`key=value:Effect`, by effect, then by key."""
    return [str(each) for each in sorted(taints_of(node), key=lambda each: f"{each.effect},{each.key}")]


def _lease(out: Text, subject: Subject) -> None:
    """By whom and when its lease was taken and renewed."""
    found = subject.around.get(LEASE)
    if found is None:
        gone = not_there(subject, LEASE)
        failed = LEASE in subject.missing
        out.field("Lease", Cell(f"Failed to get lease: {gone.text}", gone.tone) if failed else gone)
        return
    if not found:
        said = f'Failed to get lease: leases.coordination.k8s.io "{tree.name(subject.object)}" not found'
        out.field("Lease", Cell(said, Tone.WARNING))
        return
    out.head("Lease")
    spec = tree.part(found[0], "spec")
    out.field("HolderIdentity", tree.text(spec, "holderIdentity") or UNSET, level=1)
    for title, field in (("AcquireTime", "acquireTime"), ("RenewTime", "renewTime")):
        at = tree.text(spec, field)
        out.field(title, moment(at, out.zone) if at else UNSET, level=1)


def _conditions(out: Text, node: Object) -> None:
    """Ready should be true, every other condition false."""
    found = tree.rows(node, "status", "conditions")
    if not found:
        return
    out.head("Conditions")
    titles = ("Type", "Status", "LastHeartbeatTime", "LastTransitionTime", "Reason", "Message")
    out.table(titles, [_condition(each, out.zone) for each in found])


def _condition(found: Object, zone: tzinfo) -> tuple[str | Cell, ...]:
    """The cells of one condition; kubectl ends each with a space, which makes the columns that much wider."""
    kind = tree.text(found, "type")
    beat, turn = (moment(tree.text(found, name), zone) for name in ("lastHeartbeatTime", "lastTransitionTime"))
    message = tree.text(found, "message")
    status = truth(tree.text(found, "status"), "False" if kind == "Ready" else "True")
    bad = Cell(status.text, Tone.BAD) if status.tone and kind == "Ready" else status
    return f"{kind} ", Cell(f"{bad.text} ", bad.tone), f"{beat} ", f"{turn} ", f"{tree.text(found, 'reason')} ", message
