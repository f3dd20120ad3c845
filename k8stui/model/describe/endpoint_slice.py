"""EndpointSlices as `kubectl describe` has them; endpoints that are not ready are marked."""

from datetime import tzinfo

from k8stui.model import kinds, tree
from k8stui.model.columns import Tone
from k8stui.model.describe.layout import NONE, UNSET, Cell, Text
from k8stui.model.describe.parts import events, events_of, heading, identity, named, shown
from k8stui.model.document import Line, Subject, Want
from k8stui.model.objects import Object


def wants(obj: Object) -> tuple[Want, ...]:
    """Its events."""
    return (events_of(obj, "EndpointSlice"),)


def describe(subject: Subject, now: float, zone: tzinfo) -> list[Line]:
    """The description. `now` in epoch seconds by the server's clock."""
    obj, out = subject.object, Text(now, zone)
    heading(out, obj)
    identity(out, obj)
    out.field("AddressType", tree.text(obj, "addressType"))
    ports = tree.rows(obj, "ports")
    if ports:
        out.head("Ports")
        out.table(("Name", "Port", "Protocol"), map(_port, ports))
    else:
        out.line(f"Ports: {UNSET}")
    rows = tree.rows(obj, "endpoints")
    if rows:
        out.head("Endpoints")
    else:
        out.line(f"Endpoints: {NONE}")
    for row in rows:
        _endpoint(out, row, tree.namespace(obj))
    events(out, subject)
    return out.lines()


def _port(port: Object) -> tuple[str, str, str]:
    return tree.text(port, "name") or UNSET, tree.text(port, "port") or UNSET, tree.text(port, "protocol")


def _endpoint(out: Text, row: Object, namespace: str) -> None:
    """One of them with its conditions and where it is."""
    out.field("- Addresses", ", ".join(tree.texts(row, "addresses")) or NONE, level=1)
    out.line("Conditions:", 2)
    ready = tree.value(row, "conditions", "ready")
    out.field("Ready", Cell(shown(ready), Tone.WARNING) if ready is False else shown(ready, UNSET), level=3)
    out.field("Hostname", tree.text(row, "hostname") or UNSET, level=2)
    reference = tree.part(row, "targetRef")
    if reference:
        kind, name = tree.text(reference, "kind"), tree.text(reference, "name")
        target = named(kinds.PODS, namespace, name) if kind == "Pod" else None
        out.field("TargetRef", f"{kind}/{name}", level=2, target=target)
    node = tree.text(row, "nodeName")
    out.field("NodeName", node or UNSET, level=2, target=named(kinds.NODES, "", node))
    out.field("Zone", tree.text(row, "zone") or UNSET, level=2)
