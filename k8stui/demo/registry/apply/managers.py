"""metadata.managedFields: who manages which fields of an object, and how each write changes that."""

from typing import Any

from msgspec import Struct

from k8stui.demo.registry.apply.fields import difference, tracked
from k8stui.demo.registry.apply.places import Paths, read, written
from k8stui.demo.schema.schema import Type
from k8stui.demo.schema.typed import empty
from k8stui.demo.storage.store import Object

APPLY, UPDATE = "Apply", "Update"
BEFORE = "before-first-apply"
"""Manages what was there before anybody applied anything."""
_NEVER = ""


class Who(Struct, frozen=True):
    """One manager as ownership tells them apart."""

    manager: str
    operation: str
    api_version: str
    subresource: str = ""

    def __str__(self) -> str:
        """As a conflict names it."""
        text = f'"{self.manager}"'
        if self.subresource:
            text += f' with subresource "{self.subresource}"'
        return f"{text} using {self.api_version}" if self.operation == UPDATE else text


class Managers:
    """The managers of one object, with what they own and when that last changed."""

    def __init__(self, entries: Any) -> None:
        """From `managedFields`; what is no entry is left out."""
        self.owned: dict[Who, Paths] = {}
        self.times: dict[Who, str] = {}
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict) and entry.get("manager"):
                who = Who(
                    str(entry["manager"]),
                    str(entry.get("operation") or UPDATE),
                    str(entry.get("apiVersion") or ""),
                    str(entry.get("subresource") or ""),
                )
                self.owned[who] = self.owned.get(who, set()) | read(entry.get("fieldsV1"))
                self.times[who] = str(entry.get("time") or _NEVER)

    def entries(self) -> list[Object]:
        """As `managedFields`: applied ones first, then by time and name."""
        kept = [who for who, paths in self.owned.items() if paths]
        order = sorted(
            kept,
            key=lambda who: (who.operation, self.times.get(who, _NEVER), who.manager, who.api_version, who.subresource),
        )
        return [self._entry(who) for who in order]

    def _entry(self, who: Who) -> Object:
        entry: Object = {"manager": who.manager, "operation": who.operation, "apiVersion": who.api_version}
        if self.times.get(who):
            entry["time"] = self.times[who]
        entry |= {"fieldsType": "FieldsV1", "fieldsV1": written(self.owned[who])}
        return entry | ({"subresource": who.subresource} if who.subresource else {})

    def others(self, who: Who) -> Paths:
        """What anybody else owns."""
        return set().union(*(paths for each, paths in self.owned.items() if each != who))

    def take(self, who: Who, paths: Paths, removed: Paths) -> None:
        """These fields belong to nobody else any more; removed ones to nobody at all."""
        gone = paths | removed
        for each in self.owned:
            if each != who:
                self.owned[each] = self.owned[each] - gone

    def update(self, who: Who, changed: Paths, removed: Paths, now: str) -> None:
        """What a write by other means than apply makes of it."""
        self.take(who, changed, removed)
        before = self.owned.get(who, set())
        after = (before - removed) | changed
        self.owned[who] = after
        if after != before:
            self.times[who] = now


def first(of: Type, obj: Object, who: Who, now: str, *, status: bool) -> list[Object]:
    """The managedFields of an object that somebody created without apply; `status`: its status counts too."""
    left_out = () if status else ("status",)
    managers = Managers(None)
    found = difference(of, tracked(empty(of), without=left_out), tracked(obj, without=left_out))
    managers.update(who, found.changed, found.removed, now)
    return managers.entries()


def after_update(of: Type, old: Object, new: Object, who: Who, now: str) -> list[Object] | None:
    """The managedFields after a write by other means; None for an object that is not tracked.

    Source: fieldmanager's skipNonApplied: an object without managers gets none by an update.
    """
    sent, known = new["metadata"].get("managedFields"), old["metadata"].get("managedFields")
    if sent == [{}]:
        return None
    if not known and not sent:
        return None
    found = difference(of, tracked(old), tracked(new))
    if not found.changed and not found.removed:
        return list(sent or known or ())
    managers = Managers(sent or known)
    managers.update(who, found.changed, found.removed, now)
    return managers.entries()
