"""PersistentVolumes as `kubectl describe` has them."""

from collections.abc import Iterator
from datetime import tzinfo

from k8stui.model import kinds, tree
from k8stui.model.columns import Tone
from k8stui.model.describe.layout import NONE, Cell, Text
from k8stui.model.describe.parts import events, events_of, identity, lasting, named, quantity
from k8stui.model.describe.sources import PERSISTENT
from k8stui.model.describe.volumes import volume_source
from k8stui.model.document import Line, Subject, Want
from k8stui.model.kinds import Ref
from k8stui.model.objects import Object
from k8stui.model.storage import access_modes, class_of

_FINE = ("Bound", "Available")


def wants(obj: Object) -> tuple[Want, ...]:
    """Its events."""
    return (events_of(obj, "PersistentVolume"),)


def describe(subject: Subject, now: float, zone: tzinfo) -> list[Line]:
    """The description. `now` in epoch seconds by the server's clock."""
    obj, out = subject.object, Text(now, zone)
    spec, status = tree.part(obj, "spec"), tree.part(obj, "status")
    out.field("Name", tree.name(obj))
    identity(out, obj)
    out.field("Finalizers", f"[{' '.join(tree.texts(obj, 'metadata', 'finalizers'))}]")
    found = class_of(obj)
    out.field("StorageClass", found, target=named(kinds.STORAGE_CLASSES, "", found))
    phase = tree.text(status, "phase")
    out.field("Status", lasting(obj, now) or Cell(phase, None if phase in _FINE else Tone.WARNING))
    _claim(out, tree.part(spec, "claimRef"))
    out.field("Reclaim Policy", tree.text(spec, "persistentVolumeReclaimPolicy"))
    out.field("Access Modes", access_modes(tree.texts(spec, "accessModes")))
    if mode := tree.text(spec, "volumeMode"):
        out.field("VolumeMode", mode)
    out.field("Capacity", quantity(tree.value(spec, "capacity", "storage")))
    _affinity(out, tree.part(spec, "nodeAffinity", "required"))
    out.field("Message", tree.text(status, "message"))
    out.head("Source")
    volume_source(out, spec, PERSISTENT, tree.text(spec, "claimRef", "namespace"))
    events(out, subject)
    return out.lines()


def _claim(out: Text, claim: Object) -> None:
    """Whose it is."""
    namespace, name = tree.text(claim, "namespace"), tree.text(claim, "name")
    target = Ref(kinds.VOLUME_CLAIMS, namespace, name, tree.text(claim, "uid")) if name else None
    out.field("Claim", f"{namespace}/{name}" if claim else "", target=target)


def _affinity(out: Text, required: Object) -> None:
    """From which nodes it can be reached."""
    if not required:
        out.field("Node Affinity", NONE)
        return
    out.head("Node Affinity")
    terms = tree.rows(required, "nodeSelectorTerms")
    if not terms:
        out.field("Required Terms", NONE, level=1)
        return
    out.line("Required Terms:", 1)
    for index, term in enumerate(terms):
        out.many(f"Term {index}", _expressions(term), level=2)


def _expressions(term: Object) -> Iterator[str]:
    for each in tree.rows(term, "matchExpressions"):
        values = tree.texts(each, "values")
        said = f"{tree.text(each, 'key')} {tree.text(each, 'operator').lower()}"
        yield f"{said} [{', '.join(values)}]" if values else said
