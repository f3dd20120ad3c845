"""ReplicaSets and replication controllers as `kubectl describe` has them."""

from datetime import tzinfo

from k8stui.model import label_selector, tree
from k8stui.model.columns import Tone
from k8stui.model.describe.controlled import conditions, pairs, pods_status, pods_want
from k8stui.model.describe.layout import NONE, Cell, Text
from k8stui.model.describe.parts import controller, events, events_of, heading, identity
from k8stui.model.describe.template import pod_template
from k8stui.model.document import Line, Subject, Want
from k8stui.model.objects import Object


def wants(obj: Object) -> tuple[Want, ...]:
    """Its pods and its events."""
    return (*pods_want(_with_selector(obj)), events_of(obj, tree.text(obj, "kind")))


def describe(subject: Subject, now: float, zone: tzinfo) -> list[Line]:
    """The description. `now` in epoch seconds by the server's clock."""
    obj, out = subject.object, Text(now, zone)
    heading(out, obj)
    plain = tree.text(obj, "kind") == "ReplicationController"
    chosen = tree.value(obj, "spec", "selector")
    selector = pairs(tree.strings(chosen)) if plain else label_selector.text(chosen, empty=NONE)
    out.field("Selector", selector)
    identity(out, obj)
    owner, target = controller(obj)
    if owner:
        out.field("Controlled By", owner, target=target)
    current, desired = tree.number(obj, "status", "replicas"), tree.number(obj, "spec", "replicas", default=1)
    out.field("Replicas", Cell(f"{current} current / {desired} desired", Tone.WARNING if current < desired else None))
    pods_status(out, subject)
    pod_template(out, tree.part(obj, "spec", "template"), tree.namespace(obj))
    conditions(out, tree.rows(obj, "status", "conditions"), bad=("ReplicaFailure",))
    events(out, subject)
    return out.lines()


def _with_selector(obj: Object) -> Object:
    """A replication controller's selector is a plain map."""
    if tree.text(obj, "kind") != "ReplicationController":
        return obj
    selector = {"matchLabels": tree.strings(obj, "spec", "selector")}
    return {"metadata": tree.part(obj, "metadata"), "spec": {"selector": selector}}
