"""The end of objects: grace, finalizers, propagation. What waits for a finalizer or a kubelet only gets its marks here.

The rules are those of `rest.BeforeDelete` and the generic registry store of Kubernetes 1.34, checked on a real server.
"""

from calendar import timegm
from time import strptime
from typing import Any

from msgspec import Struct

from k8stui.demo.clock import stamp
from k8stui.demo.custom.definitions import GROUP, PLURAL
from k8stui.demo.custom.keeper import CLEANUP
from k8stui.demo.registry.options import Deletion
from k8stui.demo.storage import errors
from k8stui.demo.storage.changes import Entry
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.store import Object, Store

ORPHAN, FOREGROUND = "orphan", "foregroundDeletion"
"""The finalizers that the garbage collector takes away: dependents let loose, dependents gone."""
GRACE = 30
"""Seconds that a pod has when its spec does not say."""
FINISHED = ("Succeeded", "Failed")
_ORPHANING = frozenset({("batch", "jobs"), ("", "replicationcontrollers")})
"""Kinds whose dependents stay unless a deletion says otherwise (they are older than the garbage collector)."""
_UNOWNED = frozenset({("", "events"), ("events.k8s.io", "events")})
"""Kinds that the garbage collector has nothing to do with."""


class Ending(Struct, frozen=True):
    """What came of a deletion."""

    obj: Object
    """The object as it is now, or as it was last."""
    gone: bool
    """It is no longer stored (or would not be: dryRun)."""


def let_go(store: Store, now: float, kind: Kind, before: Entry, options: Deletion, *, dry: bool = False) -> Ending:
    """Delete one entry as far as its grace and its finalizers allow. Raises Refusal (409) for a precondition."""
    check_preconditions(kind, before, options)
    obj = store.decode(kind, before)
    meta = obj["metadata"]
    graceful = _Grace.of(kind, obj, options, now)
    if graceful.pending:
        return Ending(obj, gone=False)
    old = [each for each in meta.get("finalizers") or () if isinstance(each, str)]
    finalizers = _finalizers(kind, old, options)
    if graceful.marked or finalizers or old:
        meta.pop("finalizers", None)
        if finalizers:
            meta["finalizers"] = finalizers
            if not graceful.marked:
                _mark(meta, now)
        before = store.put(kind, obj, before, dry=dry)
        if finalizers or graceful.seconds > 0:
            return Ending(obj, gone=False)
    return Ending(obj if dry else store.remove(kind, before), gone=True)


def check_preconditions(kind: Kind, before: Entry, options: Deletion) -> None:
    """Raises Refusal (409): another uid or resourceVersion than the one asked for."""
    if options.uid not in (None, before.uid):
        why = f"the UID in the precondition ({options.uid}) does not match the UID in record ({before.uid}). "
        why += "The object might have been deleted and then recreated"
        raise errors.precondition(kind, before.name, why)
    if options.version not in (None, str(before.version)):
        why = f"the ResourceVersion in the precondition ({options.version}) does not match the ResourceVersion in "
        why += f"record ({before.version}). The object might have been modified"
        raise errors.precondition(kind, before.name, why)


def is_over(kind: Kind, obj: Object, old: Object) -> bool:
    """Whether this write of an object that was being deleted is its last: nothing holds it any more."""
    meta = old["metadata"]
    if obj["metadata"].get("finalizers") or not meta.get("deletionTimestamp"):
        return False
    if kind.plural == "namespaces" and not kind.group and section(obj, "spec").get("finalizers"):
        return False
    return not meta.get("deletionGracePeriodSeconds")


def added_finalizers(obj: Object, old: Object) -> list[dict[str, str]]:
    """The causes (422) against finalizers that are new on an object which is being deleted."""
    if not old["metadata"].get("deletionTimestamp"):
        return []
    known = old["metadata"].get("finalizers") or []
    fresh = sorted({each for each in obj["metadata"].get("finalizers") or [] if each not in known})
    if not fresh:
        return []
    shown = ", ".join(f'"{each}"' for each in fresh)
    why = "Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers "
    cause = errors.cause("Forbidden", f"{why}[]string{{{shown}}}", "metadata.finalizers")
    return [cause, cause]  # a real server's generic and own validation both find it


def section(obj: Object, name: str) -> Object:
    """A part of an object; empty where there is none, whatever was planted there."""
    found = obj.get(name)
    return found if isinstance(found, dict) else {}


class _Grace(Struct, frozen=True):
    """Graceful deletion, which only pods have."""

    pending: bool = False
    """It goes on as it is: there is nothing to write."""
    marked: bool = False
    """The object now says when its grace ends."""
    seconds: int = 0

    @classmethod
    def of(cls, kind: Kind, obj: Object, options: Deletion, now: float) -> "_Grace":
        """Marks a pod with the end of its grace, or shortens the one that it has."""
        if kind.plural != "pods" or kind.group:
            return cls()
        asked = options.grace
        if asked is not None and asked < 0:
            asked = 1
        if obj["metadata"].get("deletionTimestamp"):
            return cls._shortened(obj["metadata"], asked, now)
        seconds = _seconds_of(obj) if asked is None else asked
        meta = obj["metadata"]
        meta["deletionTimestamp"] = stamp(now + seconds) if (seconds := _due(obj, seconds)) else stamp(now)
        meta["deletionGracePeriodSeconds"] = seconds
        meta["generation"] = (meta.get("generation") or 0) + 1
        return cls(marked=True, seconds=seconds)

    @classmethod
    def _shortened(cls, meta: Object, asked: int | None, now: float) -> "_Grace":
        left = meta.get("deletionGracePeriodSeconds")
        if not isinstance(left, int) or left == 0:
            return cls()
        if asked is None or asked >= left:
            return cls(pending=True)
        end = (_moment(meta["deletionTimestamp"]) or now) - left + asked
        meta["deletionTimestamp"] = stamp(max(end, now))
        meta["deletionGracePeriodSeconds"] = asked
        return cls(marked=True, seconds=asked)


def _due(pod: Object, seconds: int) -> int:
    """The grace that it comes to: nobody waits for a pod without a node, or one that has ended."""
    if not section(pod, "spec").get("nodeName") or section(pod, "status").get("phase") in FINISHED:
        return 0
    return seconds if seconds >= 0 else 1


def _seconds_of(pod: Object) -> int:
    given = section(pod, "spec").get("terminationGracePeriodSeconds")
    return given if isinstance(given, int) else GRACE


def _mark(meta: Object, now: float) -> None:
    """Being deleted, as an object without a grace of its own is."""
    at = meta.get("deletionTimestamp")
    if not at and meta.get("generation"):
        meta["generation"] += 1
    if not at or (_moment(at) or 0) > now:
        meta["deletionTimestamp"] = stamp(now)
    meta["deletionGracePeriodSeconds"] = 0


def _finalizers(kind: Kind, old: list[Any], options: Deletion) -> list[Any]:
    """The finalizers, with the garbage collector's as the propagation asks for them; the same set keeps its order."""
    kept = [each for each in old if each not in (ORPHAN, FOREGROUND)]
    if (kind.group, kind.plural) == (GROUP, PLURAL) and CLEANUP not in kept:
        kept.append(CLEANUP)
    added = _collector(kind, old, options)
    if added:
        kept.append(added)
    return old if set(kept) == set(old) else kept


def _collector(kind: Kind, old: list[Any], options: Deletion) -> str:
    """The garbage collector's finalizer; none for dependents that go in the background."""
    place = (kind.group, kind.plural)
    if place in _UNOWNED:
        return ""
    if options.orphan is not None:
        return ORPHAN if options.orphan else ""
    if options.propagation:
        return {"Orphan": ORPHAN, "Foreground": FOREGROUND}.get(options.propagation, "")
    found = next((each for each in old if each in (ORPHAN, FOREGROUND)), "")
    return found or (ORPHAN if place in _ORPHANING else "")


def _moment(text: Any) -> float | None:
    """Seconds since the epoch of a stamp; None for what is none."""
    try:
        return float(timegm(strptime(text, "%Y-%m-%dT%H:%M:%SZ")))
    except (TypeError, ValueError):
        return None
