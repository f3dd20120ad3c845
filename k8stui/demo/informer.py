"""A decoded picture of one kind in the store, kept up by its change log: what a controller looks at."""

from collections.abc import Callable
from typing import Any

from k8stui.demo.changes import Entry
from k8stui.demo.store import Store

Object = dict[str, Any]


class Informer:
    """The objects of one kind by uid, as of the last `refresh`; load is left out, it has no controllers."""

    def __init__(self, store: Store, resource: str, *, without: str = "load") -> None:
        """`without` is the namespace that is not looked at."""
        self._store = store
        self._kind = store.catalog.named(resource)
        self._without = without
        self._seen = -1
        self.objects: dict[str, Object] = {}

    def refresh(self) -> list[Object]:
        """Read what changed since the last time; returns the new states (of the deleted ones nothing)."""
        table = self._store.table(self._kind)
        if self._seen < table.log.floor:
            self.objects.clear()
            entries = table.within(None)
        else:
            latest: dict[str, Entry | None] = {}
            for change in table.log.after(self._seen):
                latest[change.after.uid] = None if change.gone else change.after
            for uid, entry in latest.items():
                if entry is None:
                    self.objects.pop(uid, None)
            entries = [entry for entry in latest.values() if entry is not None]
        self._seen = self._store.revision
        changed = []
        for entry in entries:
            if entry.namespace != self._without:
                self.objects[entry.uid] = found = self._store.decode(self._kind, entry)
                changed.append(found)
        return changed

    def where(self, test: Callable[[Object], bool]) -> list[Object]:
        """The objects that pass, in the order in which they were first seen."""
        return [obj for obj in self.objects.values() if test(obj)]


def owned(obj: Object, uid: str) -> bool:
    """Whether the object with this uid is its controller."""
    return any(row.get("uid") == uid and row.get("controller") for row in obj["metadata"].get("ownerReferences", ()))


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
