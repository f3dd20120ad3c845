"""Server-side apply of one configuration by one manager (sigs.k8s.io/structured-merge-diff/merge)."""

import msgspec

from k8stui.demo.registry.apply.fields import difference, owned_by_apply, tracked
from k8stui.demo.registry.apply.managers import APPLY, BEFORE, UPDATE, Managers, Who
from k8stui.demo.registry.apply.merging import merged, without
from k8stui.demo.registry.apply.places import Path, Paths, shown
from k8stui.demo.schema.schema import Type
from k8stui.demo.schema.typed import empty
from k8stui.demo.storage import errors
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.store import Object

_KUBECTL, _LAST = "kubectl", "kubectl.kubernetes.io/last-applied-configuration"


def applied(
    kind: Kind,
    of: Type,
    live: Object | None,
    config: Object,
    manager: str,
    now: str,
    *,
    subresource: str = "",
    force: bool = False,
) -> Object:
    """What becomes of `live` (None: there is none yet), its managedFields included.

    Raises Refusal (409) for fields that others own and that this would change, unless forced.
    """
    who = Who(manager, APPLY, kind.api_version, subresource)
    sent = tracked(config, without=_reset(kind, subresource))
    wanted = owned_by_apply(of, sent)
    if live is None:
        managers = Managers(None)
        managers.owned[who], managers.times[who] = wanted, now
        return _with(config, managers)
    managers = Managers(live["metadata"].get("managedFields"))
    if not managers.owned:
        _claim_all(managers, kind, of, live)
    before = managers.owned.get(who, set())
    made = merged(of, live, sent)
    made = without(of, made, _given_up(before - wanted, managers.others(who), wanted))
    _unset(made, live)
    found = difference(of, tracked(live), tracked(made))
    if not force:
        _check(managers, who, found.changed - _applied_before(of, live, manager))
    managers.take(who, found.changed, found.removed)
    managers.owned[who] = wanted
    if found.changed or found.removed:
        managers.times[who] = now
    _note(made, config, manager)
    return _with(made, managers)


def _applied_before(of: Type, live: Object, manager: str) -> Paths:
    """What kubectl applied from the client's side it may take over (fieldmanager's lastAppliedManager)."""
    last = (live["metadata"].get("annotations") or {}).get(_LAST)
    if manager != _KUBECTL or not isinstance(last, str):
        return set()
    try:
        found = msgspec.json.decode(last)
    except msgspec.DecodeError:
        return set()
    return owned_by_apply(of, tracked(found)) if isinstance(found, dict) and _has_maps(found) else set()


def _has_maps(config: Object) -> bool:
    return all(isinstance(config.get(key, {}), dict) for key in ("metadata", "spec", "status"))


def _note(made: Object, config: Object, manager: str) -> None:
    """kubectl's annotation of what was applied last follows, so that a later client-side apply knows."""
    notes = made["metadata"].get("annotations") or {}
    if manager == _KUBECTL and _LAST in notes:
        last = msgspec.json.encode(config, order="sorted").decode() + "\n"
        made["metadata"]["annotations"] = {**notes, _LAST: last}


def _reset(kind: Kind, subresource: str) -> tuple[str, ...]:
    """What this write does not reach."""
    if subresource == "status":
        return ("spec",)
    return ("status",) if kind.has("status") else ()


def _with(obj: Object, managers: Managers) -> Object:
    return obj | {"metadata": {**obj["metadata"], "managedFields": managers.entries()}}


def _claim_all(managers: Managers, kind: Kind, of: Type, live: Object) -> None:
    who = Who(BEFORE, UPDATE, kind.api_version)
    managers.owned[who] = difference(of, tracked(empty(of)), tracked(live)).changed


def _given_up(paths: Paths, others: Paths, wanted: Paths) -> Paths:
    """Which of the fields that are no longer applied go: nobody else owns them or anything in them."""
    held = {path[:end] for path in others | wanted for end in range(1, len(path) + 1)}
    return {path for path in paths if path not in held}


def _unset(made: Object, live: Object) -> None:
    """Metadata maps and lists of which the last entry was given up."""
    for name in ("labels", "annotations", "finalizers", "ownerReferences"):
        if name in live["metadata"] and not made["metadata"].get(name):
            made["metadata"].pop(name, None)


def _check(managers: Managers, who: Who, changed: Paths) -> None:
    conflicts: list[tuple[Who, Path]] = []
    for each in sorted(managers.owned, key=str):
        if each != who:
            conflicts += [(each, path) for path in sorted(managers.owned[each] & changed)]
    if not conflicts:
        return
    causes = [
        {"reason": "FieldManagerConflict", "message": f"conflict with {each}", "field": shown(path)}
        for each, path in conflicts
    ]
    raise errors.Refusal(409, "Conflict", _message(conflicts), {"causes": causes})


def _message(conflicts: list[tuple[Who, Path]]) -> str:
    if len(conflicts) == 1:
        each, path = conflicts[0]
        return f"Apply failed with 1 conflict: conflict with {each}: {shown(path)}"
    lines = []
    for who in dict.fromkeys(each for each, _ in conflicts):
        lines.append(f"conflicts with {who}:")
        lines += [f"- {shown(path)}" for each, path in conflicts if each == who]
    joined = "\n".join(lines)
    return f"Apply failed with {len(conflicts)} conflicts: {joined}"
