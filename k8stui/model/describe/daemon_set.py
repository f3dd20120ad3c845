"""DaemonSets as `kubectl describe` has them."""

from datetime import tzinfo

from k8stui.model import label_selector, tree
from k8stui.model.columns import Tone
from k8stui.model.describe.controlled import pairs, pods_status, pods_want
from k8stui.model.describe.layout import Text
from k8stui.model.describe.parts import events, events_of, heading, identity
from k8stui.model.describe.template import pod_template
from k8stui.model.document import Line, Subject, Want
from k8stui.model.objects import Object


def wants(obj: Object) -> tuple[Want, ...]:
    """Its pods and its events."""
    return (*pods_want(obj), events_of(obj, "DaemonSet"))


def describe(subject: Subject, now: float, zone: tzinfo) -> list[Line]:
    """The description. `now` in epoch seconds by the server's clock."""
    obj, out = subject.object, Text(now, zone)
    heading(out, obj)
    out.field("Selector", label_selector.text(tree.value(obj, "spec", "selector")))
    out.field("Node-Selector", pairs(tree.strings(obj, "spec", "template", "spec", "nodeSelector")))
    identity(out, obj)
    desired = tree.number(obj, "status", "desiredNumberScheduled")
    _count(out, "Desired Number of Nodes Scheduled", desired, amiss=False)
    for title, field in (
        ("Current Number of Nodes Scheduled", "currentNumberScheduled"),
        ("Number of Nodes Scheduled with Up-to-date Pods", "updatedNumberScheduled"),
        ("Number of Nodes Scheduled with Available Pods", "numberAvailable"),
    ):
        count = tree.number(obj, "status", field)
        _count(out, title, count, amiss=count < desired)
    wrong = tree.number(obj, "status", "numberMisscheduled")
    _count(out, "Number of Nodes Misscheduled", wrong, amiss=wrong > 0)
    pods_status(out, subject)
    pod_template(out, tree.part(obj, "spec", "template"), tree.namespace(obj))
    events(out, subject)
    return out.lines()


def _count(out: Text, title: str, count: int, *, amiss: bool) -> None:
    """These long titles have no column, as in kubectl."""
    out.line(f"{title}: {count}", tone=Tone.WARNING if amiss else Tone.PLAIN)
