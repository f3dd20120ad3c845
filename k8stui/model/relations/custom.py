"""Chains of custom resources: what they refer to, what they own, and the first link that is not ready.

cert-manager's issuer, certificate, request, order and challenge are such a chain; so are the objects of most operators.
Links are found by owner references, and by references of the form `somethingRef: {name, kind, group}` in the spec.
"""

from collections.abc import Iterator

from msgspec import Struct

from k8stui.model import tree
from k8stui.model.columns import Tone
from k8stui.model.document import Want
from k8stui.model.kinds import (
    BUILT_IN,
    DAEMON_SETS,
    DEPLOYMENTS,
    JOBS,
    PODS,
    SECRETS,
    SERVICES,
    STATEFUL_SETS,
    Kind,
)
from k8stui.model.objects import Object
from k8stui.model.refs import group_of, named
from k8stui.model.relations.base import Around, Known, Relation, by_name, found, joined, one, owned_by, title
from k8stui.model.relations.owners import state

_MADE = (DEPLOYMENTS, STATEFUL_SETS, DAEMON_SETS, JOBS, SERVICES, PODS)
"""What operators make, beside resources of their own groups."""
_OWN_GROUPS = frozenset(
    f"{name}.k8s.io"
    for name in (
        *("admissionregistration", "apiextensions", "apiregistration", "authentication", "authorization"),
        *("certificates", "coordination", "discovery", "events", "flowcontrol.apiserver", "internal.apiserver"),
        *("metrics", "networking", "node", "rbac.authorization", "resource", "scheduling", "storage"),
    )
)
"""Groups of Kubernetes itself; other groups under k8s.io (Gateway API, snapshots) are CRDs like any other."""
_MOST = 12
"""Kinds of the same family that are looked through, and references that are followed."""
_DEEPEST = 4


class Pointer(Struct, frozen=True):
    """A reference in a spec."""

    kind: Kind
    namespace: str
    name: str
    field: str


def is_custom(kind: Kind) -> bool:
    """Whether its kind was defined in the cluster, not by Kubernetes."""
    return "." in kind.group and kind.resource not in BUILT_IN and kind.group not in _OWN_GROUPS


def pointers(kind: Kind, obj: Object, known: Known) -> list[Pointer]:
    """The references in its spec, and the secret that `secretName` names."""
    rows: dict[Pointer, None] = {}
    for pointer in _walk(kind, obj, tree.part(obj, "spec"), "spec", known, 0):
        rows[pointer] = None
    return list(rows)[:_MOST]


def _walk(kind: Kind, obj: Object, at: object, path: str, known: Known, depth: int) -> Iterator[Pointer]:
    """Look into maps and lists, but not without end."""
    if depth > 6:
        return
    if isinstance(at, list):
        for each in at:
            yield from _walk(kind, obj, each, path, known, depth + 1)
    if not isinstance(at, dict):
        return
    namespace = tree.namespace(obj)
    for key, value in at.items():
        if key == "secretName" and isinstance(value, str) and value and namespace:
            yield Pointer(SECRETS, namespace, value, f"{path}.{key}")
        elif key.endswith("Ref") and isinstance(value, dict) and (pointer := _pointer(kind, obj, value, known, key)):
            yield pointer
        else:
            yield from _walk(kind, obj, value, f"{path}.{key}", known, depth + 1)


def _pointer(kind: Kind, obj: Object, value: Object, known: Known, key: str) -> Pointer | None:
    """`{name, kind, group}` or `{name, kind, apiVersion}`; without a kind a `secretRef` is a secret."""
    name, word = tree.text(value, "name"), tree.text(value, "kind")
    if not name:
        return None
    if not word:
        target = SECRETS if "secret" in key.lower() else None
    else:
        group = tree.text(value, "group") or tree.text(value, "apiGroup") or group_of(value)
        target = known.named(group, word) or known.named(kind.group, word)
    if target is None:
        return None
    namespace = tree.text(value, "namespace") or tree.namespace(obj)
    return Pointer(target, namespace if target.namespaced else "", name, key)


def wants(kind: Kind, obj: Object, around: Around, known: Known) -> Iterator[Want]:
    """What it refers to, by name; its family and what operators make, in its namespace."""
    namespace = tree.namespace(obj) or None
    for pointer in pointers(kind, obj, known):
        if pointer.kind != SECRETS:
            yield by_name(_name(pointer), pointer.kind, pointer.namespace, pointer.name)
    for each in _family(kind, known):
        yield Want(f"related/family {each.resource}", each, namespace if each.namespaced else None)


def _family(kind: Kind, known: Known) -> list[Kind]:
    """Kinds of the same group and of the groups below; after them what operators make."""
    return [*list(known.family(kind.group))[:_MOST], *_MADE]


def _name(pointer: Pointer) -> str:
    return f"related/pointer {pointer.kind.resource} {pointer.namespace}/{pointer.name}"


def relations(kind: Kind, obj: Object, around: Around, known: Known) -> list[Relation]:
    """The chain, what is not ready first: what it depends on, then what it made, the deepest first."""
    referred = [_referred(pointer, around) for pointer in pointers(kind, obj, known)]
    made = list(_owned(kind, [obj], around, known, 0))
    wrong = (Tone.BAD, Tone.WARNING)
    first = [each for each in referred if each.tone in wrong]
    deep = sorted((each for each in made if each.tone in wrong), key=lambda each: -each.depth)
    causes = [_caused(each) for each in [*first, *deep][:1]]
    return [*causes, *referred, *made]


def _caused(each: Relation) -> Relation:
    return Relation("not ready", each.title, each.target, each.note, each.tone)


def _referred(pointer: Pointer, around: Around) -> Relation:
    want = _name(pointer)
    obj = found(around, want, pointer.name)
    how = "secret" if pointer.kind == SECRETS else "refers to"
    if obj is not None:
        note, tone = state(pointer.kind, obj)
        return one(how, pointer.kind, obj, joined(pointer.field, note), tone)
    gone = want in around
    target = named(pointer.kind, pointer.namespace, pointer.name)
    note = joined("missing" if gone else "", pointer.field)
    return Relation(how, title(pointer.kind, pointer.name), target, note, Tone.BAD if gone else Tone.PLAIN)


def _owned(kind: Kind, parents: list[Object], around: Around, known: Known, depth: int) -> Iterator[Relation]:
    """What they own, each followed by what that owns."""
    for each in _family(kind, known) if depth < _DEEPEST else ():
        for child in owned_by(parents, around.get(f"related/family {each.resource}", ())):
            yield one("owned", each, child, *state(each, child), depth)
            yield from _owned(kind, [child], around, known, depth + 1)
