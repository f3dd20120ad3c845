"""A decoded picture of one kind in the store, kept up by its change log: what a controller looks at."""

from collections.abc import Callable
from typing import Any

from k8stui.demo.storage.changes import Entry
from k8stui.demo.storage.store import Store

Object = dict[str, Any]


class Informer:
    """The objects of one kind by uid, as of the last `refresh`; load is left out, it has no controllers."""

    def __init__(self, store: Store, resource: str, *, without: str = "load") -> None:
        """`without` is the namespace that is not looked at."""
        self._store = store
        self._kind = store.catalog.named(resource)
        self._without = without
        self._seen = -1
        self._owned: dict[str, dict[str, Object]] = {}
        self.objects: dict[str, Object] = {}

    def refresh(self) -> list[Object]:
        """Read what changed since the last time; returns the new states (of the deleted ones nothing)."""
        table = self._store.table(self._kind)
        if self._seen < table.log.floor:
            self.objects.clear()
            self._owned.clear()
            entries = table.within(None)
        else:
            latest: dict[str, Entry | None] = {}
            for change in table.log.after(self._seen):
                latest[change.after.uid] = None if change.gone else change.after
            for uid, entry in latest.items():
                if entry is None:
                    self._drop(uid)
            entries = [entry for entry in latest.values() if entry is not None]
        self._seen = self._store.revision
        changed = []
        for entry in entries:
            if entry.namespace == self._without:
                continue
            found = self._store.decode(self._kind, entry)
            self._drop(entry.uid, unless=found)
            if sane(found):
                self.objects[entry.uid] = found
                if parent := controller(found):
                    self._owned.setdefault(parent, {})[entry.uid] = found
                changed.append(found)
        return changed

    def _drop(self, uid: str, *, unless: Object | None = None) -> None:
        """Forget an object; one that is about to be put again under the same owner keeps its place."""
        old = self.objects.get(uid)
        if old is None:
            return
        parent = controller(old)
        if unless is not None and sane(unless) and controller(unless) == parent:
            return
        del self.objects[uid]
        if parent in self._owned:
            self._owned[parent].pop(uid, None)
            if not self._owned[parent]:
                del self._owned[parent]

    def of(self, owner: Object) -> list[Object]:
        """The objects that `owner` controls, in the order in which they were first seen."""
        return list(self._owned.get(owner["metadata"]["uid"], {}).values())

    def where(self, test: Callable[[Object], bool]) -> list[Object]:
        """The objects that pass, in the order in which they were first seen."""
        return [obj for obj in self.objects.values() if test(obj)]


def sane(obj: Object) -> bool:
    """Whether a controller can work with it: the store takes anything, also what no real server would."""
    obj.setdefault("status", {})
    references = obj["metadata"].get("ownerReferences", [])
    rows = references if isinstance(references, list) else [None]
    return (
        isinstance(obj.get("spec"), dict) and isinstance(obj["status"], dict) and all(isinstance(r, dict) for r in rows)
    )


def controller(obj: Object) -> str:
    """The uid of its controller; empty without one."""
    rows = obj["metadata"].get("ownerReferences", ())
    return next((str(row.get("uid", "")) for row in rows if row.get("controller")), "")


def ending(obj: Object) -> bool:
    """Whether its deletion was asked for."""
    return "deletionTimestamp" in obj["metadata"]


def finished(pod: Object) -> bool:
    """Whether a pod has come to its end."""
    return pod.get("status", {}).get("phase") in ("Succeeded", "Failed")


def is_ready(pod: Object) -> bool:
    """Whether a pod takes requests."""
    rows = pod.get("status", {}).get("conditions", ())
    return not ending(pod) and any(row["type"] == "Ready" and row["status"] == "True" for row in rows)
