"""What is asked of any object, whatever its kind: its key, its metadata, its conditions.

Objects may be poison that was planted in the store: what is missing or of another type is taken for empty.
"""

from typing import Any

Object = dict[str, Any]
"""An API object, or a part of one, as JSON has it."""


def key_of(obj: Object) -> str:
    """`namespace/name`; `/name` of what has no namespace."""
    meta = obj["metadata"]
    return f"{meta.get('namespace', '')}/{meta['name']}"


def labels_of(obj: Object) -> dict[str, str]:
    """Its labels."""
    return obj["metadata"].get("labels") or {}


def annotations_of(obj: Object) -> dict[str, str]:
    """Its annotations."""
    return obj["metadata"].get("annotations") or {}


def ending(obj: Object) -> bool:
    """Whether its deletion was asked for."""
    return "deletionTimestamp" in obj["metadata"]


def controller_of(obj: Object) -> Object | None:
    """The owner reference of its controller (`metav1.GetControllerOf`)."""
    return next((row for row in obj["metadata"].get("ownerReferences") or () if row.get("controller")), None)


def controller_uid(obj: Object) -> str:
    """The uid of its controller; empty without one."""
    row = controller_of(obj)
    return str(row.get("uid", "")) if row else ""


def reference(owner: Object) -> Object:
    """An owner reference: what holds it goes when its last owner goes."""
    meta = owner["metadata"]
    return {"apiVersion": owner["apiVersion"], "kind": owner["kind"], "name": meta["name"], "uid": meta["uid"]}


def controller_reference(owner: Object) -> Object:
    """An owner reference that says who controls it (`metav1.NewControllerRef`)."""
    return reference(owner) | {"controller": True, "blockOwnerDeletion": True}


def phase(obj: Object) -> str:
    """The phase of its status (of a pod Pending, Running, Succeeded, Failed); empty before anybody has said."""
    status = obj.get("status")
    return str(status.get("phase", "")) if isinstance(status, dict) else ""


def condition(status: object, name: str) -> Object | None:
    """The condition of this type in a status."""
    return of_type(status.get("conditions"), name) if isinstance(status, dict) else None


def of_type(rows: object, name: str) -> Object | None:
    """The row of this type among conditions, addresses and the like."""
    for row in rows if isinstance(rows, list | tuple) else ():
        if isinstance(row, dict) and row.get("type") == name:
            return row
    return None


def state(obj: Object, name: str) -> str:
    """True, False or Unknown, as its condition of this type says; empty without one."""
    row = condition(obj.get("status"), name)
    return str(row.get("status", "")) if row else ""


def turned(old: Object | None, value: str, now: str) -> str:
    """The lastTransitionTime of a condition that is `value` at `now`, having been `old` before."""
    since = old.get("lastTransitionTime") if old and old.get("status") == value else None
    return str(since) if since else now
