"""What an object has to do with others: owners up, owned down, and whatever uses it or is used by it.

The protocol: the screen asks `wants(kind, object, around)` with what it has read so far, reads what is new, and asks
again until nothing new is wanted, at most `ROUNDS` times (each round follows owners one step further up). `related` can
be asked at any time: what has not been read yet is told without a note. Everything is pure; nothing is remembered.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from k8stui.model import tree
from k8stui.model.columns import Tone
from k8stui.model.document import Line, Subject, Want
from k8stui.model.kinds import (
    AUTOSCALERS,
    BUDGETS,
    CLUSTER_ROLE_BINDINGS,
    CONFIG_MAPS,
    INGRESS_CLASSES,
    INGRESSES,
    NAMESPACES,
    NETWORK_POLICIES,
    NODES,
    POD_MAKERS,
    PODS,
    ROLE_BINDINGS,
    SECRETS,
    SERVICE_ACCOUNTS,
    SERVICES,
    STORAGE_CLASSES,
    VOLUME_CLAIMS,
    VOLUMES,
    Kind,
    usual,
)
from k8stui.model.objects import Object
from k8stui.model.refs import named
from k8stui.model.relations import custom, owners, rules, template, traffic, users
from k8stui.model.relations.base import USUAL, Around, Known, KnownKinds, Relation, by_name, found, one, title

__all__ = ["ROUNDS", "Known", "KnownKinds", "Relation", "lines", "related", "wants"]

ROUNDS = 3
"""How often wants may lead to more wants."""
_ORDER = (
    *("not ready", "owner", "owned", "pod", "class", "route", "service", "name", "port", "endpoints", "ingress"),
    *("budget", "autoscaler", "scales", "refers to", "used by", "config map", "secret", "volume claim", "volume"),
    *("storage class", "node", "service account", "role binding", "role", "subject", "network policy", "holds"),
)
"""How groups follow one another; what is not here comes last."""
_TITLES = {
    "not ready": "Not ready, first of all",
    "owner": "Owned by",
    "owned": "Owns",
    "used by": "Used by",
    "refers to": "Refers to",
    "scales": "Scales",
    "holds": "Holds here",
    "name": "Name",
    "class": "Class",
    "endpoints": "Endpoints",
    "ingress": "Ingresses",
    "storage class": "Storage class",
    "node": "Node",
    "service account": "Service account",
    "network policy": "Network policies",
}
"""Those that are not the sort's own name with an s."""


def wants(kind: Kind, obj: Object, around: Around, known: Known = USUAL) -> tuple[Want, ...]:
    """The neighbours to read next; their names begin with `related/`. Each name stands once.

    `known`: the server's kinds, for owners and references of other than the built-in ones.
    """
    rows: dict[str, Want] = {}
    for want in _wants(usual(kind), obj, around, known):
        rows.setdefault(want.name, want)
    return tuple(rows.values())


def related(subject: Subject, known: Known = USUAL) -> list[Relation]:
    """Everything that it has to do with, by sort of relation; faults have the tone BAD."""
    rows = dict.fromkeys(_related(usual(subject.kind), subject.object, subject.around, known))
    return sorted(rows, key=lambda each: _ORDER.index(each.how) if each.how in _ORDER else len(_ORDER))


def lines(relations: Iterable[Relation], missing: Iterable[str] = ()) -> list[Line]:
    """For reading: a heading for each sort, below it a line for each object that leads there.

    `missing`: sentences on what could not be read (`Subject.missing`), told at the end.
    """
    found_: list[Line] = []
    for how, group in groupby(relations, key=lambda each: each.how):
        found_.append(Line(_TITLES.get(how, f"{how[:1].upper()}{how[1:]}s")))
        found_ += [_line(each) for each in group]
    unread = [Line(f"  {text}", Tone.MUTED) for text in dict.fromkeys(missing)]
    return [*found_, Line("Could not be read"), *unread] if unread else found_


def _line(each: Relation) -> Line:
    start = f"  {'  ' * each.depth}{each.title}"
    if not each.note:
        return Line(start, each.tone, target=each.target)
    text = f"{start}  {each.note}"
    muted = each.tone if each.tone is not Tone.PLAIN else Tone.MUTED
    return Line(text, Tone.PLAIN, ((len(start) + 2, len(text), muted),), each.target)


# ---- by kind


def _wants(kind: Kind, obj: Object, around: Around, known: Known) -> Iterator[Want]:
    yield from owners.wants(obj, around, known)
    yield from owners.owned_wants(kind, obj)
    for concerns, sort, _ in _SORTS:
        if concerns(kind):
            yield from sort(kind, obj, around, known)


def _related(kind: Kind, obj: Object, around: Around, known: Known) -> Iterator[Relation]:
    yield from owners.relations(obj, around, known)
    yield from owners.owned(kind, obj, around)
    for concerns, _, sort in _SORTS:
        if concerns(kind):
            yield from sort(kind, obj, around, known)


def _pods_wants(kind: Kind, obj: Object, around: Around, known: Known) -> Iterator[Want]:
    """For what is or makes pods."""
    pod, namespace = template.of(kind, obj), tree.namespace(obj)
    if pod:
        yield from traffic.wants(namespace)
        yield from rules.wants(namespace)
        yield from template.wants(pod, namespace, around)
    if kind == PODS and (node := tree.text(obj, "spec", "nodeName")):
        yield by_name("related/node", NODES, None, node)


def _of_pods(kind: Kind, obj: Object, around: Around, known: Known) -> Iterator[Relation]:
    """What a pod, or what makes pods, has to do with."""
    pod, namespace = template.of(kind, obj), tree.namespace(obj)
    if not pod:
        return
    yield from traffic.of_pods([pod], around)
    yield from rules.budgets([pod], around)
    yield from rules.autoscalers(_scaled(kind, obj, around), around)
    yield from template.relations(pod, namespace, around)
    yield from rules.bindings(namespace, template.account(pod), around)
    yield from rules.policies([pod], around)
    if kind == PODS:
        yield from _node(obj, around)


def _scaled(kind: Kind, obj: Object, around: Around) -> list[tuple[str, str]]:
    """Itself and its owners, as autoscalers call them."""
    found_ = [(kind.kind, tree.name(obj))]
    for each in (row for name, rows in around.items() if name.startswith("related/owner ") for row in rows):
        found_.append((tree.text(each, "kind"), tree.name(each)))
    return found_


def _node(pod: Object, around: Around) -> Iterator[Relation]:
    name = tree.text(pod, "spec", "nodeName")
    if not name:
        return
    node = found(around, "related/node", name)
    if node is not None:
        ready = tree.condition(node, "Ready").get("status")
        cordoned = ", cordoned" if tree.value(node, "spec", "unschedulable") is True else ""
        words = {"True": "ready", "Unknown": "not heard of"}.get(str(ready), "not ready")
        yield one("node", NODES, node, words + cordoned, Tone.OK if ready == "True" else Tone.BAD)
    else:
        gone = "related/node" in around
        note, tone = ("missing", Tone.BAD) if gone else ("", Tone.PLAIN)
        yield Relation("node", title(NODES, name), named(NODES, "", name), note, tone)


def _of_class(kind: Kind, obj: Object, around: Around, known: Known) -> Iterator[Relation]:
    """The Ingresses of an ingress class."""
    for each in around.get("related/ingresses", ()):
        if tree.text(each, "spec", "ingressClassName") == tree.name(obj):
            yield one("ingress", INGRESSES, each, tree.namespace(each))


def _of_service(kind: Kind, obj: Object, around: Around, known: Known) -> Iterator[Relation]:
    yield from traffic.of_service(obj, around)
    for pod in around.get("related/pods", ()):
        yield one("pod", PODS, pod, *owners.state(PODS, pod))


_Wants = Callable[[Kind, Object, Around, Known], Iterable[Want]]
_Relations = Callable[[Kind, Object, Around, Known], Iterable[Relation]]


def _is(*kinds: Kind) -> Callable[[Kind], bool]:
    return kinds.__contains__


_SORTS: tuple[tuple[Callable[[Kind], bool], _Wants, _Relations], ...] = (
    (_is(PODS, *POD_MAKERS), _pods_wants, _of_pods),
    (_is(SERVICES), lambda kind, obj, around, known: traffic.service_wants(obj), _of_service),
    (
        _is(INGRESSES),
        lambda kind, obj, around, known: traffic.ingress_wants(obj),
        lambda kind, obj, around, known: traffic.of_ingress(obj, around),
    ),
    (_is(INGRESS_CLASSES), lambda kind, obj, around, known: [Want("related/ingresses", INGRESSES)], _of_class),
    (
        _is(AUTOSCALERS),
        lambda kind, obj, around, known: rules.scaled_wants(obj, known),
        lambda kind, obj, around, known: rules.scaled(obj, around, known),
    ),
    (
        _is(BUDGETS, NETWORK_POLICIES),
        lambda kind, obj, around, known: users.selected_wants(kind, obj),
        lambda kind, obj, around, known: users.selected(kind, around),
    ),
    (
        _is(NAMESPACES),
        lambda kind, obj, around, known: users.namespace_wants(tree.name(obj)),
        lambda kind, obj, around, known: users.inside(around),
    ),
    (
        _is(ROLE_BINDINGS, CLUSTER_ROLE_BINDINGS),
        lambda kind, obj, around, known: (),
        lambda kind, obj, around, known: rules.of_binding(kind, obj),
    ),
    (custom.is_custom, custom.wants, custom.relations),
    (
        _is(CONFIG_MAPS, SECRETS, SERVICE_ACCOUNTS, VOLUME_CLAIMS),
        lambda kind, obj, around, known: users.wants(kind, obj),
        lambda kind, obj, around, known: users.relations(kind, obj, around),
    ),
    (
        _is(SERVICE_ACCOUNTS),
        lambda kind, obj, around, known: rules.binding_wants(tree.namespace(obj)),
        lambda kind, obj, around, known: rules.bindings(tree.namespace(obj), tree.name(obj), around),
    ),
    (
        _is(VOLUME_CLAIMS, VOLUMES, STORAGE_CLASSES),
        lambda kind, obj, around, known: users.volume_wants(kind, obj),
        lambda kind, obj, around, known: users.volumes(kind, obj, around),
    ),
)
"""Whom each sort of relation concerns, what it has to read, and what it makes of that."""
