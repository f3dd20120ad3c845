"""StatefulSets as `kubectl describe` has them."""

from datetime import tzinfo

from k8stui.model import label_selector, tree
from k8stui.model.columns import Tone
from k8stui.model.describe.controlled import pods_status, pods_want
from k8stui.model.describe.layout import NONE, Cell, Text
from k8stui.model.describe.parts import (
    events,
    events_of,
    heading,
    identity,
    labels,
    moment,
    quantity,
    shown,
)
from k8stui.model.describe.template import pod_template
from k8stui.model.document import Line, Subject, Want
from k8stui.model.objects import Object
from k8stui.model.storage import class_of


def wants(obj: Object) -> tuple[Want, ...]:
    """Its pods and its events."""
    return (*pods_want(obj), events_of(obj, "StatefulSet"))


def describe(subject: Subject, now: float, zone: tzinfo) -> list[Line]:
    """The description. `now` in epoch seconds by the server's clock."""
    obj, out = subject.object, Text(now, zone)
    heading(out, obj)
    out.field("CreationTimestamp", moment(tree.text(obj, "metadata", "creationTimestamp"), zone))
    out.field("Selector", label_selector.text(tree.value(obj, "spec", "selector")))
    identity(out, obj)
    desired, total = tree.number(obj, "spec", "replicas", default=1), tree.number(obj, "status", "replicas")
    out.field("Replicas", Cell(f"{desired} desired | {total} total", Tone.WARNING if total < desired else None))
    strategy = tree.part(obj, "spec", "updateStrategy")
    out.field("Update Strategy", tree.text(strategy, "type"))
    rolling = tree.part(strategy, "rollingUpdate")
    if "partition" in rolling:
        out.field("Partition", tree.text(rolling, "partition"), level=1)
        if "maxUnavailable" in rolling:
            out.field("MaxUnavailable", tree.text(rolling, "maxUnavailable"), level=1)
    pods_status(out, subject)
    pod_template(out, tree.part(obj, "spec", "template"), tree.namespace(obj))
    _claims(out, tree.rows(obj, "spec", "volumeClaimTemplates"))
    events(out, subject)
    return out.lines()


def _claims(out: Text, templates: list[Object]) -> None:
    """Volume Claims: what every pod gets."""
    if not templates:
        out.field("Volume Claims", NONE)
        return
    out.head("Volume Claims")
    for each in templates:
        out.field("Name", tree.name(each), level=1)
        out.field("StorageClass", class_of(each), level=1)
        labels(out, "Labels", tree.strings(each, "metadata", "labels"), level=1)
        labels(out, "Annotations", tree.strings(each, "metadata", "annotations"), level=1)
        storage = tree.value(each, "spec", "resources", "requests", "storage")
        out.field("Capacity", "<default>" if storage is None else quantity(storage), level=1)
        out.field("Access Modes", shown(tree.texts(each, "spec", "accessModes")), level=1)
