"""Taking a change of the journal back: why it cannot be, and what stands against it on the object as it is now."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from k8stui.model.kinds import SECRETS
from k8stui.model.objects import ObjectRow
from k8stui.model.text import clean
from k8stui.operations.building import UnableError
from k8stui.operations.journal.journal import Entry
from k8stui.operations.mutation import at
from k8stui.operations.outcomes import Result

PATIENCE: Final = 60.0
"""Seconds after which a change of another run without an outcome counts as cut off: no request takes longer."""
_SHOWN: Final = 60
"""Characters of a value that a sentence quotes."""
_NO_WAY: Final[Mapping[str, str]] = {
    "rollout.restart": "a restart has nothing to go back to: the new pods are of the same template",
    "removing.delete": "what was deleted is not kept: create it again from its manifest",
    "evictions.delete_pod": "a deleted pod does not come back: what owns it has made another",
    "evictions.evict": "an evicted pod does not come back: what owns it has made another",
    "removing.finalizer": "what waited for the finalizer has gone on",
    "removing.finalize": "the namespace has gone on",
    "patching.patch": "of a free patch the journal does not keep what it replaced",
    "applying.apply": "of a manifest the journal does not keep what it replaced: apply the one before",
    "drain": "evicted pods stay gone; uncordon a node by 1, then u",
    "sessions.exec": "what was typed in a session is not kept",
    "sessions.attach": "what was typed in a session is not kept",
    "debugging.ephemeral": "an ephemeral container can never be removed: it goes with its pod",
    "environment.env": "values of an environment are not kept: the workload's revisions lead back (R)",
}


def uncertain(entry: Entry) -> bool:
    """Whether nobody knows if it was done."""
    return entry.result in ("", Result.UNKNOWN.value)


def pending(entry: Entry, now: float, *, ours: bool) -> bool:
    """Whether its outcome may still come (`ours`: it is of this run)."""
    return not entry.result and (ours or now - entry.at < PATIENCE)


def refusal(entry: Entry, context: str) -> str:
    """Why it cannot be taken back from this context, in one sentence that says what helps; empty: it can be tried."""
    why = _refusal(entry, context)
    return f"{why} ({clean(entry.says, 120)})" if why else ""


def _refusal(entry: Entry, context: str) -> str:
    name = clean(entry.name, 80)
    if entry.undone:
        return "It was taken back already"
    if entry.result and entry.result not in (Result.DONE.value, Result.UNKNOWN.value):
        return "Nothing was changed, so there is nothing to take back"
    if entry.inverse is None:
        return f"There is no way back: {no_way(entry)}"
    if entry.context != context:
        there = clean(entry.context, 120)
        return f"That was in {there}, and {context} is open: type :ctx {there}, then J"
    if not entry.uid:
        return f"It is not known which object that made, so none is touched: look for {name}"
    if uncertain(entry) and not entry.inverse.expects:
        return f"It is not known whether it was done: look at {name}"
    return ""


def no_way(entry: Entry) -> str:
    """Why there is no way back, in words."""
    return _NO_WAY.get(entry.builder, "the journal keeps no way back of it")


def against(entry: Entry, found: ObjectRow) -> list[str]:
    """What the user has to know before it is taken back from the object as it is now, one sentence each.

    Raises UnableError: nobody knows whether it was done, and the object does not look so.
    """
    expects = entry.inverse.expects if entry.inverse is not None else {}
    tree = found.exact()
    other = {each: value for each, value in expects.items() if not _holds(at(tree, each), value)}
    name = clean(str(found.ref), 120)
    if not uncertain(entry):
        secret = found.ref.kind.resource == SECRETS.resource
        return [_changed(name, pointer, at(tree, pointer), value, secret) for pointer, value in other.items()]
    if other:
        raise UnableError(
            f"{name} does not look as if that had been done: nothing to take back ({clean(entry.says, 120)})"
        )
    return [f"It was never known whether that was done; {name} looks as if it was"]


def _holds(now: Any, value: Any) -> bool:
    """Whether a field holds what was set; one that is not there is as good as one that is false."""
    return bool(now == value) or (now in (None, False) and value in (None, False))


def _changed(name: str, pointer: str, now: Any, value: Any, secret: bool) -> str:
    field = clean(pointer.strip("/").replace("/", ".").replace("~1", "/").replace("~0", "~"), 120)
    if secret and not field.startswith("metadata."):
        return f"Somebody has changed {field} of {name} since"
    return f"Somebody has changed {name} since: {field} is {shown(now)}, and was set to {shown(value)}"


def shown(value: Any) -> str:
    """A value of a field in a sentence: short, in one line; `not set` for none."""
    if value is None:
        return "not set"
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return clean(text, _SHOWN) if text else '""'
