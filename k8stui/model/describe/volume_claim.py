"""PersistentVolumeClaims as `kubectl describe` has them, and why one is not bound."""

from collections.abc import Iterator
from datetime import tzinfo

from k8stui.model import kinds, tree
from k8stui.model.columns import Tone
from k8stui.model.describe.claims import claim_facts
from k8stui.model.describe.layout import NONE, Text
from k8stui.model.describe.parts import events, events_of, moment, named, not_there, quantity, truth, unread
from k8stui.model.document import Line, Subject, Want
from k8stui.model.kinds import Ref
from k8stui.model.objects import Object
from k8stui.model.storage import NO_PROVISIONER, WAITS, access_modes, class_of, mounted


def wants(obj: Object) -> tuple[Want, ...]:
    """The pods of its namespace, its events and, where it is not bound, the storage classes."""
    found = (Want("pods", kinds.PODS, tree.namespace(obj)), events_of(obj, "PersistentVolumeClaim"))
    return found if _bound(obj) else (*found, Want("classes", kinds.STORAGE_CLASSES))


def describe(subject: Subject, now: float, zone: tzinfo) -> list[Line]:
    """The description. `now` in epoch seconds by the server's clock."""
    obj, out = subject.object, Text(now, zone)
    claim_facts(out, obj, whole=True)
    if not _bound(obj):
        asked = quantity(tree.value(obj, "spec", "resources", "requests", "storage"))
        out.field("Requested", f"{asked} {access_modes(tree.texts(obj, 'spec', 'accessModes'))}".strip())
    _used_by(out, subject)
    for text, target in _waits(subject):
        out.line(text, tone=Tone.WARNING, target=target)
    _conditions(out, tree.rows(obj, "status", "conditions"))
    events(out, subject)
    return out.lines()


def users(subject: Subject) -> list[Object]:
    """The pods that use it: by a volume, or as the owner of an ephemeral one; by name."""
    obj = subject.object
    owners = {
        tree.text(each, "uid") for each in tree.rows(obj, "metadata", "ownerReferences") if each.get("kind") == "Pod"
    }
    pods = [pod for pod in subject.around.get("pods", ()) if tree.uid(pod) in owners or tree.name(obj) in mounted(pod)]
    return sorted(pods, key=tree.name)


def _bound(obj: Object) -> bool:
    return tree.text(obj, "status", "phase") == "Bound"


def _used_by(out: Text, subject: Subject) -> None:
    """Used By, a pod a line."""
    if unread(subject, "pods"):
        out.field("Used By", not_there(subject, "pods"))
        return
    title = "Used By"
    for pod in users(subject):
        target = Ref(kinds.PODS, tree.namespace(pod), tree.name(pod), tree.uid(pod))
        if title:
            out.field(title, tree.name(pod), target=target)
        else:
            out.row("", tree.name(pod), target=target)
        title = ""
    if title:
        out.field(title, NONE)


def _waits(subject: Subject) -> Iterator[tuple[str, Ref | None]]:
    """Why it is Pending, in plain words, as far as that can be known."""
    obj = subject.object
    phase = tree.text(obj, "status", "phase")
    if phase == "Lost":
        yield f"Its volume {tree.text(obj, 'spec', 'volumeName')} is gone: what was on it is lost to this claim.", None
    if phase != "Pending" or unread(subject, "classes"):
        return
    wanted, classes = class_of(obj), {tree.name(each): each for each in subject.around["classes"]}
    volume = tree.text(obj, "spec", "volumeName")
    found = classes.get(wanted)
    target = named(kinds.STORAGE_CLASSES, "", wanted)
    if volume:
        yield f"It waits for the volume {volume}, which it names.", named(kinds.VOLUMES, "", volume)
    elif not wanted:
        yield "It names no storage class: it waits for a volume that fits and that somebody makes by hand.", None
    elif found is None:
        have = ", ".join(sorted(classes)[:5]) or "none"
        yield f"The storage class {wanted} does not exist; there are: {have}.", target
    elif tree.text(found, "volumeBindingMode") == WAITS and not _node_chosen(obj):
        yield _late(subject, wanted), target
    elif tree.text(found, "provisioner") == NO_PROVISIONER:
        yield f"The storage class {wanted} makes no volumes: it waits for one that somebody makes by hand.", target
    else:
        yield f"It waits for the provisioner {tree.text(found, 'provisioner')} to make its volume.", target


def _late(subject: Subject, wanted: str) -> str:
    """Bound only when a pod that uses it has a node."""
    if unread(subject, "pods"):
        return f"The storage class {wanted} binds it when a pod that uses it is scheduled."
    pods = users(subject)
    if not pods:
        return f"No pod uses it yet: the storage class {wanted} binds it when the first one is scheduled."
    return f"The storage class {wanted} binds it when {tree.name(pods[0])} is scheduled: see why that is not."


def _node_chosen(obj: Object) -> bool:
    return "volume.kubernetes.io/selected-node" in tree.strings(obj, "metadata", "annotations")


def _conditions(out: Text, rows: list[Object]) -> None:
    """Resizing and the like: whatever is there is going on."""
    if not rows:
        return
    out.head("Conditions")
    out.table(
        ("Type", "Status", "LastProbeTime", "LastTransitionTime", "Reason", "Message"),
        (
            (
                tree.text(row, "type"),
                truth(tree.text(row, "status")),
                moment(tree.text(row, "lastProbeTime"), out.zone),
                moment(tree.text(row, "lastTransitionTime"), out.zone),
                tree.text(row, "reason"),
                tree.text(row, "message"),
            )
            for row in rows
        ),
    )
