"""Describing what no other module knows: its identity and its events."""

from datetime import tzinfo

from k8stui.model import tree
from k8stui.model.describe.layout import Text
from k8stui.model.describe.parts import events, events_of, heading, identity
from k8stui.model.document import Line, Subject, Want
from k8stui.model.objects import Object


def wants(found: Object) -> tuple[Want, ...]:
    """Its events."""
    return (events_of(found, tree.text(found, "kind")),)


def describe(subject: Subject, now: float, zone: tzinfo) -> list[Line]:
    """Name, labels, annotations, events."""
    out = Text(now, zone)
    heading(out, subject.object, namespaced=subject.kind.namespaced)
    identity(out, subject.object)
    events(out, subject)
    return out.lines()
