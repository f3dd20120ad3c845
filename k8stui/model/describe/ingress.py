"""Ingresses as `kubectl describe` has them: which host and path goes to whom, and who is not there."""

from datetime import tzinfo

from k8stui.model import kinds, tree
from k8stui.model.columns import Tone
from k8stui.model.describe.endpoints import SERVICE, endpoints, listed, of_service
from k8stui.model.describe.layout import NONE, Cell, Text
from k8stui.model.describe.parts import annotations, events, events_of, labels, named, unread
from k8stui.model.document import Line, Subject, Want
from k8stui.model.kinds import Ref
from k8stui.model.objects import Object


def wants(obj: Object) -> tuple[Want, ...]:
    """The Services of its namespace, the EndpointSlices of those that it names, the classes, and its events."""
    namespace = tree.namespace(obj)
    found = [Want("services", kinds.SERVICES, namespace), Want("classes", kinds.INGRESS_CLASSES)]
    names = sorted({name for each in _backends(obj) if (name := tree.text(each, "service", "name"))})
    if names:
        found.append(Want("slices", kinds.ENDPOINT_SLICES, namespace, labels=f"{SERVICE} in ({','.join(names)})"))
    return (*found, events_of(obj, "Ingress"))


def describe(subject: Subject, now: float, zone: tzinfo) -> list[Line]:
    """The description. `now` in epoch seconds by the server's clock."""
    obj, out = subject.object, Text(now, zone)
    out.field("Name", tree.name(obj))
    labels(out, "Labels", tree.strings(obj, "metadata", "labels"))
    out.field("Namespace", tree.namespace(obj))
    out.field("Address", _address(obj))
    _class(out, subject)
    default = tree.part(obj, "spec", "defaultBackend")
    backend, target = _backend(subject, default) if default else ("<default>", None)
    out.field("Default backend", backend, target=target)
    _tls(out, tree.rows(obj, "spec", "tls"), tree.namespace(obj))
    _rules(out, subject, backend)
    annotations(out, "Annotations", tree.strings(obj, "metadata", "annotations"))
    events(out, subject)
    return out.lines()


def _address(obj: Object) -> str:
    rows = tree.rows(obj, "status", "loadBalancer", "ingress")
    return ",".join(sorted({tree.text(row, "ip") or tree.text(row, "hostname") for row in rows} - {""}))


def _class(out: Text, subject: Subject) -> None:
    name = tree.text(subject.object, "spec", "ingressClassName")
    known = {tree.name(each) for each in subject.around.get("classes", ())}
    gone = name and "classes" in subject.around and name not in known
    shown = Cell(f"{name} (there is no such class: nobody serves this)", Tone.WARNING) if gone else name or NONE
    out.field("Ingress Class", shown, target=named(kinds.INGRESS_CLASSES, "", name))


def _tls(out: Text, rows: list[Object], namespace: str) -> None:
    """Which hosts are terminated with which Secret."""
    if rows:
        out.head("TLS")
    for row in rows:
        secret, hosts = tree.text(row, "secretName"), ",".join(tree.texts(row, "hosts"))
        text = f"{secret} terminates {hosts}" if secret else f"SNI routes {hosts}"
        out.line(text, 1, target=named(kinds.SECRETS, namespace, secret))


def _rules(out: Text, subject: Subject, default: str | Cell) -> None:
    """A line a host and a line a path."""
    out.head("Rules")
    out.table(("Host", "Path", "Backends"), ())
    rules = [each for each in tree.rows(subject.object, "spec", "rules") if each.get("http") is not None]
    for rule in rules:
        out.row(tree.text(rule, "host") or "*", "", level=1)
        for path in tree.rows(rule, "http", "paths"):
            backend, target = _backend(subject, tree.part(path, "backend"))
            out.row("  ", f"{tree.text(path, 'path')} ", backend, level=1, target=target)
    if not rules:
        out.row("*", "*", default, level=1)


def _backend(subject: Subject, backend: Object) -> tuple[str | Cell, Ref | None]:
    """`web:80 (10.0.0.1:8080)`, and where the Service is; a warning where there is none, or nobody behind it."""
    service, resource = tree.part(backend, "service"), tree.part(backend, "resource")
    if not service:
        group = tree.text(resource, "apiGroup") or NONE
        kind, name = tree.text(resource, "kind"), tree.text(resource, "name")
        return (f"APIGroup: {group}, Kind: {kind}, Name: {name}" if resource else "", None)
    name = tree.text(service, "name")
    port = tree.text(service, "port", "number") or tree.text(service, "port", "name")
    said = f"{name}:{port}"
    target = named(kinds.SERVICES, tree.namespace(subject.object), name)
    if unread(subject, "services"):
        return f"{said} ({unread(subject, 'services')})", target
    found = next((each for each in subject.around["services"] if tree.name(each) == name), None)
    if found is None:
        return Cell(f'{said} (<error: services "{name}" not found>)', Tone.WARNING), target
    target = Ref(kinds.SERVICES, tree.namespace(found), name, tree.uid(found))
    if tree.text(found, "spec", "type") == "ExternalName":
        return f"{said} ({tree.text(found, 'spec', 'externalName')})", target
    match = _port(found, port)
    if match is None:
        return Cell(f"{said} (the Service has no such port)", Tone.WARNING), target
    if unread(subject, "slices"):
        return f"{said} ({unread(subject, 'slices')})", target
    answering = endpoints(of_service(subject.around["slices"], name), tree.text(match, "name"))
    text = f"{said} ({listed(answering)})"
    return (text if any(each.ready for each in answering) else Cell(text, Tone.WARNING)), target


def _port(service: Object, wanted: str) -> Object | None:
    """The Service's port of that name or number."""
    ports = tree.rows(service, "spec", "ports")
    return next((each for each in ports if wanted in (tree.text(each, "name"), tree.text(each, "port"))), None)


def _backends(obj: Object) -> list[Object]:
    """All that it sends requests to."""
    found = [tree.part(obj, "spec", "defaultBackend")]
    for rule in tree.rows(obj, "spec", "rules"):
        found += [tree.part(path, "backend") for path in tree.rows(rule, "http", "paths")]
    return found
