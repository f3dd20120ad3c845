"""A claim for storage in a description: one that exists, and the one in an ephemeral volume."""

from k8stui.model import kinds, tree
from k8stui.model.columns import Tone
from k8stui.model.describe.layout import Cell, Text
from k8stui.model.describe.parts import annotations, labels, lasting, named, quantity
from k8stui.model.objects import Object
from k8stui.model.storage import access_modes, class_of


def claim_facts(out: Text, claim: Object, *, whole: bool) -> None:
    """The claim without who uses it, its conditions and events; not `whole`: a template inside a pod."""
    if whole:
        out.field("Name", tree.name(claim))
        out.field("Namespace", tree.namespace(claim))
    found = class_of(claim)
    out.field("StorageClass", found, target=named(kinds.STORAGE_CLASSES, "", found))
    if whole:
        phase = tree.text(claim, "status", "phase")
        out.field("Status", lasting(claim, out.now) or Cell(phase, None if phase == "Bound" else Tone.WARNING))
    volume = tree.text(claim, "spec", "volumeName")
    out.field("Volume", volume, target=named(kinds.VOLUMES, "", volume))
    labels(out, "Labels", tree.strings(claim, "metadata", "labels"))
    annotations(out, "Annotations", tree.strings(claim, "metadata", "annotations"))
    if whole:
        out.field("Finalizers", f"[{' '.join(tree.texts(claim, 'metadata', 'finalizers'))}]")
    bound = bool(volume)
    out.field("Capacity", quantity(tree.value(claim, "status", "capacity", "storage")) if bound else "")
    out.field("Access Modes", access_modes(tree.texts(claim, "status", "accessModes")) if bound else "")
    if tree.text(claim, "spec", "volumeMode"):
        out.field("VolumeMode", tree.text(claim, "spec", "volumeMode"))
    source = tree.part(claim, "spec", "dataSource")
    if source:
        out.head("DataSource")
        if tree.text(source, "apiGroup"):
            out.field("APIGroup", tree.text(source, "apiGroup"), level=1)
        out.field("Kind", tree.text(source, "kind"), level=1)
        out.field("Name", tree.text(source, "name"), level=1)
