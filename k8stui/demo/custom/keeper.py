"""Keeps the catalog as the stored CRDs say: whoever writes one, its kinds are served when the write returns.

Sources: the naming, establishing and finalizing controllers of `apiextensions-apiserver`.
"""

from collections.abc import Callable, Iterator

from k8stui.demo.clock import stamp
from k8stui.demo.custom.definitions import GROUP, PLURAL, kinds
from k8stui.demo.storage.changes import Change, Entry
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.objects import Object, ending, of_type, state
from k8stui.demo.storage.store import Store

CLEANUP = "customresourcecleanup.apiextensions.k8s.io"
"""Holds a CRD that is being deleted until its objects are gone."""
_NAMES = (
    ("plural", "PluralConflict"),
    ("singular", "SingularConflict"),
    ("shortNames", "ShortNamesConflict"),
    ("kind", "KindConflict"),
    ("listKind", "ListKindConflict"),
)


class Definitions:
    """Follows the CRDs of one store. A CRD that cannot be read is served by nobody, and harms nobody."""

    def __init__(self, store: Store, end: Callable[[Kind, Entry], object]) -> None:
        """`end` asks for the end of an object, as a client's DELETE does."""
        self._store = store
        self._end = end
        self._served: dict[str, tuple[Object, list[Kind]]] = {}
        self._followed: set[tuple[str, str]] = set()
        found = store.catalog.at(GROUP, "v1", PLURAL)
        if found is not None:
            self._kind = found
            store.on_change(found, self._changed)

    def _changed(self, change: Change) -> None:
        name = change.after.name
        if change.gone:
            self._forget(name)
            return
        entry = self._current(name)
        if entry is not change.after:
            return  # another change of it is on its way here
        crd = self._store.decode(self._kind, entry)
        if ending(crd):
            self._ending(name, crd, entry)
        elif not self._accepted(crd, entry):
            self._serve(name, crd)

    def _current(self, name: str) -> Entry | None:
        return self._store.table(self._kind).entries.get(f"/{name}")

    # ---- names and routes

    def _accepted(self, crd: Object, entry: Entry) -> bool:
        """Say which names are accepted; true when that was news (then the change comes back to us)."""
        try:
            kinds(crd)
        except ValueError:
            return False
        status, names = _map(crd, "status"), dict(crd["spec"]["names"])
        reason, message = "NoConflicts", "no conflicts found"
        for name, reason in self._conflicts(crd):  # noqa: B007  # the last one is the one that is told
            value = names.pop(name)
            message = f'"{value[0] if isinstance(value, list) else value}" is already in use'
        free = reason == "NoConflicts"
        conditions = _maps(status.get("conditions"))
        self._condition(conditions, "NamesAccepted", free, reason, message)
        if free:
            why = ("InitialNamesAccepted", "the initial names have been accepted")
            self._condition(conditions, "Established", True, *why)
        elif of_type(conditions, "Established") is None:
            self._condition(conditions, "Established", False, "NotAccepted", "not all names are accepted")
        status |= {"conditions": conditions, "acceptedNames": {"plural": "", "kind": "", **names}}
        if status == crd.get("status"):
            return False
        self._store.replace(self._kind, crd | {"status": status}, entry, status=True)
        return True

    def _condition(self, conditions: list[Object], kind: str, true: bool, reason: str, message: str) -> None:
        said = {"type": kind, "status": str(true)}
        known = of_type(conditions, kind)
        if known is None:
            conditions.append(known := dict(said))
        if known.get("status") != said["status"] or "lastTransitionTime" not in known:
            known["lastTransitionTime"] = stamp(self._store.clock.now())
        known |= said | {"reason": reason, "message": message}

    def _conflicts(self, crd: Object) -> Iterator[tuple[str, str]]:
        """The names that others of the group already have."""
        spec, own = crd["spec"], crd["metadata"]["name"]
        others = [kind for kind in self._store.catalog.kinds() if kind.group == spec["group"]]
        others = [kind for kind in others if kind.definition is None or kind.definition.name != own]
        resources = {name for kind in others for name in (kind.plural, kind.singular, *kind.short)}
        types = {name for kind in others for name in (kind.kind, kind.list_kind)}
        for name, reason in _NAMES:
            value = spec["names"].get(name)
            taken = types if name in ("kind", "listKind") else resources
            if any(each in taken for each in (value if isinstance(value, list) else [value])):
                yield name, reason

    def _serve(self, name: str, crd: Object) -> None:
        before = self._served.get(name)
        if before is not None and before[0] == crd["spec"]:
            return
        try:
            found = kinds(crd) if self._established(crd) else []
        except ValueError:
            found = []
        catalog = self._store.catalog
        for kind in before[1] if before else ():
            catalog.remove(kind)
        for kind in found:
            catalog.add(kind)
        self._served[name] = (crd["spec"], found)
        for kind in found[:1]:
            table = self._store.table(kind)
            table.kind, table.head = kind, kind.head
            self._follow(kind)

    @staticmethod
    def _established(crd: Object) -> bool:
        return state(crd, "Established") == "True"

    # ---- the end of one

    def _follow(self, kind: Kind) -> None:
        """Hear of the objects of this kind, whose last one may be all that a CRD waits for."""
        if kind.stored_as not in self._followed:
            self._followed.add(kind.stored_as)
            self._store.on_change(kind, self._object_changed)

    def _object_changed(self, change: Change) -> None:
        if not change.gone:
            return
        for name in list(self._served):
            entry = self._current(name)
            crd = self._store.decode(self._kind, entry) if entry else {"metadata": {}}
            if entry and ending(crd) and not self._objects(name):
                self._ending(name, crd, entry)

    def _objects(self, name: str) -> list[tuple[Kind, Entry]]:
        found = self._served.get(name, ({}, []))[1][:1]
        return [(kind, entry) for kind in found for entry in self._store.table(kind).within(None)]

    def _ending(self, name: str, crd: Object, entry: Entry) -> None:
        if CLEANUP not in (crd["metadata"].get("finalizers") or ()):
            return
        for kind, each in self._objects(name):
            self._end(kind, each)
        if self._objects(name):
            status = _map(crd, "status")
            status["conditions"] = _maps(status.get("conditions"))
            why = ("InstanceDeletionInProgress", "CustomResource deletion is in progress")
            self._condition(status["conditions"], "Terminating", True, *why)
            self._store.replace(self._kind, crd | {"status": status}, entry, status=True)
            return
        left = [each for each in crd["metadata"].get("finalizers") or () if each != CLEANUP]
        crd["metadata"].pop("finalizers", None)
        if left:
            crd["metadata"]["finalizers"] = left
            self._store.put(self._kind, crd, entry)
        elif self._current(name) is entry:
            self._store.remove(self._kind, entry)

    def _forget(self, name: str) -> None:
        """Serve its kinds no longer; objects that are left (their CRD went without asking) go with it."""
        _, found = self._served.pop(name, ({}, []))
        for kind in found[:1]:
            for entry in self._store.table(kind).within(None):
                self._store.remove(kind, entry)
        for kind in found:
            self._store.catalog.remove(kind)
        for kind in found[:1]:
            self._store.table(kind).log.wake()


def _map(obj: Object, name: str) -> Object:
    found = obj.get(name)
    return dict(found) if isinstance(found, dict) else {}


def _maps(found: object) -> list[Object]:
    return [dict(each) for each in found if isinstance(each, dict)] if isinstance(found, list) else []
