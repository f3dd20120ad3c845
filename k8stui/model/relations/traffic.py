"""What brings traffic to pods: Services, their endpoints, Ingresses with the fault at its place."""

from collections.abc import Iterator, Sequence

from k8stui.model import label_selector, tree
from k8stui.model.columns import Tone
from k8stui.model.document import Want
from k8stui.model.kinds import ENDPOINT_SLICES, INGRESS_CLASSES, INGRESSES, PODS, SECRETS, SERVICES
from k8stui.model.objects import Object
from k8stui.model.refs import named
from k8stui.model.relations.base import Around, Relation, by_name, found, joined, one, title

_SERVICE = "kubernetes.io/service-name"
_DEFAULT = "ingressclass.kubernetes.io/is-default-class"
_OLD_CLASS = "kubernetes.io/ingress.class"


# ---- Services of pods


def wants(namespace: str) -> tuple[Want, ...]:
    """The Services of a namespace with their endpoints, and its Ingresses."""
    return (
        Want("related/services", SERVICES, namespace),
        Want("related/endpoints", ENDPOINT_SLICES, namespace),
        Want("related/ingresses", INGRESSES, namespace),
    )


def of_pods(pods: Sequence[Object], around: Around) -> Iterator[Relation]:
    """The Services that select one of the pods (or templates), and the Ingresses that lead to these."""
    for service in around.get("related/services", ()):
        chosen = label_selector.pods_of(service)
        if any(label_selector.selects(chosen, pod) for pod in pods):
            yield one("service", SERVICES, service, *endpoints_note(service, around))
            yield from _ingresses(tree.name(service), around)


def _ingresses(service: str, around: Around) -> Iterator[Relation]:
    for ingress in around.get("related/ingresses", ()):
        at = [place for place, backend in routes(ingress) if tree.text(backend, "service", "name") == service]
        if at:
            yield one("ingress", INGRESSES, ingress, joined(*at[:3], f"{len(at) - 3} more" if len(at) > 3 else ""))


def endpoints(service: Object, around: Around) -> tuple[int, int] | None:
    """Ready endpoints and all of them; None where they were not read. An address in two slices counts once."""
    if "related/endpoints" not in around:
        return None
    ready: dict[str, bool] = {}
    for each in around["related/endpoints"]:
        if tree.text(each, "metadata", "labels", _SERVICE) == tree.name(service):
            for row in tree.rows(each, "endpoints"):
                address = tree.text(row, "targetRef", "uid") or ",".join(tree.texts(row, "addresses"))
                ready[address] = ready.get(address, False) or tree.value(row, "conditions", "ready") is not False
    return sum(ready.values()), len(ready)


def endpoints_note(service: Object, around: Around) -> tuple[str, Tone]:
    """`2 of 3 endpoints ready`, `ExternalName db.example`, `no endpoints`."""
    if tree.text(service, "spec", "type") == "ExternalName":
        return f"ExternalName {tree.text(service, 'spec', 'externalName')}", Tone.PLAIN
    counts = endpoints(service, around)
    if counts is None:
        return "", Tone.PLAIN
    ready, total = counts
    if not total:
        return "no endpoints", Tone.BAD
    return f"{ready} of {total} endpoints ready", Tone.OK if ready == total else Tone.WARNING if ready else Tone.BAD


# ---- a Service


def service_wants(service: Object) -> Iterator[Want]:
    """What it selects, its endpoints, the Ingresses of its namespace."""
    namespace, chosen = tree.namespace(service), label_selector.pods_of(service)
    labels = f"{_SERVICE}={tree.name(service)}"
    yield Want("related/endpoints", ENDPOINT_SLICES, namespace, labels=labels)
    yield Want("related/ingresses", INGRESSES, namespace)
    if chosen is not None:
        yield Want("related/pods", PODS, namespace, labels=str(chosen))


def of_service(service: Object, around: Around) -> Iterator[Relation]:
    """Its endpoints, what it selects, ports that no pod has, Ingresses."""
    if tree.text(service, "spec", "type") == "ExternalName":
        yield Relation("name", f"ExternalName {tree.text(service, 'spec', 'externalName')}")
    chosen = label_selector.pods_of(service)
    pods = around.get("related/pods")
    if chosen is not None and pods is not None:
        if not pods:
            yield Relation("pod", "no pod", None, f"its selector {chosen} matches none", Tone.BAD)
        yield from _ports(service, pods)
    for each in around.get("related/endpoints", ()):
        rows = tree.rows(each, "endpoints")
        ready = sum(tree.value(row, "conditions", "ready") is not False for row in rows)
        tone = Tone.OK if rows and ready == len(rows) else Tone.WARNING if ready else Tone.BAD
        yield one("endpoints", ENDPOINT_SLICES, each, f"{ready} of {len(rows)} ready", tone)
    yield from _ingresses(tree.name(service), around)


def _ports(service: Object, pods: Sequence[Object]) -> Iterator[Relation]:
    """Target ports by name that no container declares: no endpoint will ever have them."""
    names = {
        tree.text(port, "name")
        for pod in pods
        for place in ("containers", "initContainers")
        for container in tree.rows(pod, "spec", place)
        for port in tree.rows(container, "ports")
    }
    for port in tree.rows(service, "spec", "ports"):
        target = port.get("targetPort")
        if pods and isinstance(target, str) and target not in names:
            yield Relation("port", f"targetPort {target}", None, "no container of its pods declares it", Tone.BAD)


# ---- an Ingress


def routes(ingress: Object) -> Iterator[tuple[str, Object]]:
    """`host/path` and backend of every route; the default one is called `*`."""
    if backend := tree.part(ingress, "spec", "defaultBackend"):
        yield "*", backend
    for rule in tree.rows(ingress, "spec", "rules"):
        for path in tree.rows(rule, "http", "paths"):
            yield f"{tree.text(rule, 'host') or '*'}{tree.text(path, 'path') or '/'}", tree.part(path, "backend")


def ingress_wants(ingress: Object) -> Iterator[Want]:
    """Services and endpoints of its namespace, the classes, each TLS secret by name."""
    namespace = tree.namespace(ingress)
    yield Want("related/services", SERVICES, namespace)
    yield Want("related/endpoints", ENDPOINT_SLICES, namespace)
    yield Want("related/classes", INGRESS_CLASSES)
    for name in _secrets(ingress):
        yield by_name(f"related/secrets {name}", SECRETS, namespace, name)


def _secrets(ingress: Object) -> dict[str, list[str]]:
    """TLS secrets with their hosts."""
    found_: dict[str, list[str]] = {}
    for row in tree.rows(ingress, "spec", "tls"):
        if name := tree.text(row, "secretName"):
            found_.setdefault(name, []).extend(tree.texts(row, "hosts"))
    return found_


def of_ingress(ingress: Object, around: Around) -> Iterator[Relation]:
    """Its class, its routes each with its fault, its TLS secrets."""
    namespace = tree.namespace(ingress)
    yield from _class(ingress, around)
    rows = list(routes(ingress))
    for place, backend in rows:
        yield _route(place, backend, namespace, around)
    if not rows:
        yield Relation("route", "no routes", None, "it has neither rules nor a default backend", Tone.BAD)
    for name, hosts in _secrets(ingress).items():
        target, want = named(SECRETS, namespace, name), f"related/secrets {name}"
        obj = found(around, want, name)
        note, tone = "", Tone.PLAIN
        if want in around and obj is None:
            note, tone = "missing", Tone.BAD
        elif obj is not None and not {"tls.crt", "tls.key"} <= tree.part(obj, "data").keys():
            note, tone = "has no tls.crt and tls.key", Tone.BAD
        yield Relation("secret", title(SECRETS, name), target, joined(note, f"TLS of {', '.join(hosts) or '*'}"), tone)


def _class(ingress: Object, around: Around) -> Iterator[Relation]:
    """Who carries it out."""
    name = tree.text(ingress, "spec", "ingressClassName")
    old = tree.text(ingress, "metadata", "annotations", _OLD_CLASS)
    classes = around.get("related/classes")
    if name:
        obj = found(around, "related/classes", name)
        gone = classes is not None and obj is None
        note = "missing: nobody carries it out" if gone else tree.text(obj, "spec", "controller")
        target = named(INGRESS_CLASSES, "", name)
        yield Relation("class", title(INGRESS_CLASSES, name), target, note, Tone.BAD if gone else Tone.PLAIN)
    elif old:
        yield Relation("class", f"class {old}", None, f"by the annotation {_OLD_CLASS}")
    elif classes is not None:
        usual = [each for each in classes if tree.text(each, "metadata", "annotations", _DEFAULT) == "true"]
        if usual:
            yield one("class", INGRESS_CLASSES, usual[0], "the default class")
        else:
            why = "it names none, and none is the default: nobody may carry it out"
            yield Relation("class", "no class", None, why, Tone.WARNING)


def _route(place: str, backend: Object, namespace: str, around: Around) -> Relation:
    """One route, with what is wrong on its way."""
    name = tree.text(backend, "service", "name")
    if not name:
        resource = tree.part(backend, "resource")
        if not resource:
            return Relation("route", place, None, "no backend", Tone.BAD)
        return Relation("route", f"{place} → {tree.text(resource, 'kind')} {tree.text(resource, 'name')}")
    port = tree.text(backend, "service", "port", "name") or tree.text(backend, "service", "port", "number")
    target, said = named(SERVICES, namespace, name), f"{place} → {name}:{port}"
    if "related/services" not in around:
        return Relation("route", said, target)
    service = found(around, "related/services", name)
    if service is None:
        return Relation("route", said, target, f"no Service {name}", Tone.BAD)
    if not _has_port(service, port):
        return Relation("route", said, target, f"the Service {name} has no port {port}", Tone.BAD)
    return Relation("route", said, target, *endpoints_note(service, around))


def _has_port(service: Object, port: str) -> bool:
    if tree.text(service, "spec", "type") == "ExternalName" and not tree.rows(service, "spec", "ports"):
        return True
    return any(port in (tree.text(row, "name"), tree.text(row, "port")) for row in tree.rows(service, "spec", "ports"))
