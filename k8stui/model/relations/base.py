"""What a relation is, which kinds there are to be related, and what all sorts of relations share."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Protocol

from msgspec import Struct

from k8stui.model import tree
from k8stui.model.columns import Tone
from k8stui.model.document import Want
from k8stui.model.kinds import BUILT_IN, Kind, Ref, usual
from k8stui.model.objects import Object
from k8stui.model.refs import owners, ref
from k8stui.model.sentences import flat

Around = Mapping[str, list[Object]]
"""What was read, by the name of the want."""


class Relation(Struct, frozen=True):
    """One object that another has to do with."""

    how: str
    """`owner`, `owned`, `service`, `budget`, `autoscaler`, `ingress`, `route`, `config map`, `secret`, …"""
    title: str
    """How the object is called: `ConfigMap settings`, a route `shop.example/cart → cart:http`."""
    target: Ref | None = None
    """None where its kind is not known, or where it is no object."""
    note: str = ""
    """`envFrom of container web`, `allows 0`, `2 of 3 endpoints ready`, `missing`."""
    tone: Tone = Tone.PLAIN
    """BAD: a fault, as a reference to what does not exist."""
    depth: int = 0
    """How far it is away, in chains of owners."""


class Known(Protocol):
    """The kinds of a server, as far as relations ask for them."""

    def named(self, group: str, kind: str) -> Kind | None:
        """The kind that owner references and other references call so."""
        ...

    def family(self, group: str) -> Iterable[Kind]:
        """The kinds of a group and of those below it (`acme.cert-manager.io` of `cert-manager.io`)."""
        ...


class KnownKinds:
    """Such a choice from any kinds: `KnownKinds(kinds.preferred)` with what discovery found."""

    def __init__(self, kinds: Iterable[Kind]) -> None:
        """Of several with one name the first counts."""
        found: dict[tuple[str, str], Kind] = {}
        for each in kinds:
            found.setdefault((each.group, each.kind), usual(each))
        self._kinds: Mapping[tuple[str, str], Kind] = MappingProxyType(found)

    def named(self, group: str, kind: str) -> Kind | None:
        """The kind of that group and name."""
        return self._kinds.get((group, kind))

    def family(self, group: str) -> list[Kind]:
        """Those of the group that can be listed, and of groups below it; the core has none."""
        below = f".{group}"
        found = (kind for (name, _), kind in self._kinds.items() if group and (name == group or name.endswith(below)))
        return [kind for kind in found if "list" in kind.verbs]


USUAL = KnownKinds(BUILT_IN.values())
"""The built-in kinds."""


def title(kind: Kind, name: str) -> str:
    """`ConfigMap settings`."""
    return f"{kind.kind} {name}"


def by_name(want: str, kind: Kind, namespace: str | None, name: str) -> Want:
    """The one object of that name."""
    return Want.one(want, kind, namespace, name)


def found(around: Around, want: str, name: str = "") -> Object | None:
    """The object (of that name) in the answer to a want; None where it is not there or was not read."""
    return next((each for each in around.get(want, ()) if not name or tree.name(each) == name), None)


def one(how: str, kind: Kind, obj: Object, note: str = "", tone: Tone = Tone.PLAIN, depth: int = 0) -> Relation:
    """A relation to an object that was read."""
    return Relation(how, title(kind, tree.name(obj)), ref(kind, obj), note, tone, depth)


def joined(*parts: str) -> str:
    """The parts that say something, with commas."""
    return ", ".join(part for part in parts if part)


def owned_by(parents: Iterable[Object], children: Iterable[Object]) -> list[Object]:
    """The children that one of the parents owns."""
    uids = {tree.uid(each) for each in parents} - {""}
    return [each for each in children if any(row.get("uid") in uids for row in owners(each))]


def readiness(obj: Object) -> tuple[str, Tone]:
    """How an object says it is: `ready`, or what it says it waits for; empty where it says nothing.

    The conditions Ready, Available, Synced or Healthy, else `status.state` or `status.phase` (cert-manager's orders and
    challenges have only these).
    """
    for kind in ("Ready", "Available", "Synced", "Healthy"):
        row = tree.condition(obj, kind)
        if row:
            if row.get("status") == "True":
                return "ready", Tone.OK
            said = tree.text(row, "message") or tree.text(row, "reason")
            return f"not {kind.lower()}: {flat(said)}" if said else f"not {kind.lower()}", Tone.BAD
    state = tree.text(obj, "status", "state") or tree.text(obj, "status", "phase")
    why = flat(tree.text(obj, "status", "reason"))
    if state.lower() in ("invalid", "errored", "error", "failed", "expired", "degraded", "lost"):
        return f"{state}: {why}" if why else state, Tone.BAD
    if state.lower() in ("pending", "processing", "provisioning"):
        return f"{state}: {why}" if why else state, Tone.WARNING
    return state, Tone.PLAIN
