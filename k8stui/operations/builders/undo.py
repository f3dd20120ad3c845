"""Back to an earlier revision of a workload."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from k8stui.model import tree
from k8stui.model.kinds import DEPLOYMENTS, STATEFUL_SETS
from k8stui.model.kubectl import about, command, named
from k8stui.model.objects import Object, ObjectRow
from k8stui.operations.builders.revisions import CAUSE, NUMBER, Revision, listing, revisions
from k8stui.operations.builders.rollout import held_back
from k8stui.operations.builders.templates import same
from k8stui.operations.building import AlreadySoError, UnableError
from k8stui.operations.mutation import JSON_PATCH, Inverse, Mutation, Request, Risk, patch

__all__ = ["back", "listing", "undo"]

_OF_THE_DEPLOYMENT: Final = frozenset(
    {
        "kubectl.kubernetes.io/last-applied-configuration",
        NUMBER,
        "deployment.kubernetes.io/revision-history",
        "deployment.kubernetes.io/desired-replicas",
        "deployment.kubernetes.io/max-replicas",
        "deprecated.deployment.rollback.to",
    }
)
"""Annotations that say something of the Deployment or of a ReplicaSet, not of the template."""


def undo(found: ObjectRow, *, revision: int = 0, name: str = "", around: Sequence[ObjectRow] = ()) -> Mutation:
    """Give a Deployment, StatefulSet or DaemonSet the template of an earlier revision, also in mid-rollout.

    Safer than kubectl: the object must be the very one and unchanged since it was read (uid and resourceVersion), and
    annotations that only the Deployment has are kept, where kubectl drops them; the change-cause alone goes with its
    revision. Templates are compared by meaning, so more is found to be so already. The way back is the revision that
    was current.

    Args:
        revision: its number; 0 is the one before the newest.
        name: of the ReplicaSet or ControllerRevision, instead of a number.
        around: what `listing` names.

    Raises:
        AlreadySoError: the template is that one.
        UnableError: no such revision, no history, a paused Deployment, another kind.
    """
    ref = found.ref
    known = revisions(found, around)
    chosen = _chosen(found, known, revision, name)
    obj = found.exact()
    if tree.value(obj, "spec", "paused") is True:
        raise UnableError(
            "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again"
        )
    if same(chosen.template, tree.part(obj, "spec", "template")):
        already = f"skipped rollback (current template already matches revision {chosen.number})"
        raise AlreadySoError(f"{named(ref)} {already}")
    is_deployment = ref.kind.resource == DEPLOYMENTS.resource
    current = next((each for each in known if each.current), None)
    caveat = held_back(obj)
    kept = _own_annotations(obj, chosen) if is_deployment else {}
    return Mutation(
        builder="undo.undo",
        target=ref,
        request=_of_deployment(found, chosen) if is_deployment else _of_revision(found, chosen),
        risk=Risk.CHANGE,
        says=f"undo {about(ref)} to revision {chosen.number}" + (f" ({caveat})" if caveat else ""),
        done=f"{named(ref)} rolled back",
        kubectl=command("rollout", "undo", named(ref), f"--to-revision={chosen.number}", namespace=ref.namespace),
        args={"revision": chosen.number},
        before={"revision": current.number, "images": list(current.images)} | ({"keeps": sorted(kept)} if kept else {})
        if current
        else {},
        inverse=Inverse("undo.undo", {"revision": current.number}, _told(obj, chosen)) if current else None,
    )


def back(found: ObjectRow, expects: Object) -> Inverse | None:
    """The way back to the template that the object has now, through its history; None where that cannot be named.

    For changes whose values must not be kept (an environment). A DaemonSet does not say which revision it has.

    Args:
        found: the object before the change.
        expects: fields that the change sets.
    """
    obj = found.exact()
    if tree.number(obj, "status", "observedGeneration") != tree.number(obj, "metadata", "generation"):
        return None
    if found.ref.kind.resource == DEPLOYMENTS.resource:
        number = tree.text(obj, "metadata", "annotations", NUMBER)
        return Inverse("undo.undo", {"revision": int(number)}, expects) if number.isdecimal() else None
    name = tree.text(obj, "status", "updateRevision")
    if found.ref.kind.resource == STATEFUL_SETS.resource and name:
        return Inverse("undo.undo", {"name": name}, expects)
    return None


def _chosen(found: ObjectRow, known: Sequence[Revision], number: int, name: str) -> Revision:
    """As kubectl chooses, and with its sentences."""
    if name:
        for each in known:
            if each.ref.name == name:
                return each
        raise UnableError(f"unable to find specified revision {name} in history")
    if number:
        for each in known:
            if each.number == number:
                return each
        have = ", ".join(str(each.number) for each in reversed(known)) or "none"
        raise UnableError(f"unable to find specified revision {number} in history: there are {have}")
    if len(known) > 1:
        return known[1]
    if found.ref.kind.resource == DEPLOYMENTS.resource:
        raise UnableError(f'no rollout history found for deployment "{found.ref.name}"')
    raise UnableError(f"{named(found.ref)}: no last revision to roll back to")


def _of_deployment(found: ObjectRow, chosen: Revision) -> Request:
    """As kubectl's JSON patch; where the Deployment has no annotations, they are added: `replace` would fail."""
    obj = found.exact()
    own = tree.part(obj, "metadata", "annotations")
    theirs = tree.part(chosen.tree, "metadata", "annotations")
    wanted = _own_annotations(obj, chosen) | {key: own[key] for key in own if key in _OF_THE_DEPLOYMENT}
    wanted |= {key: value for key, value in theirs.items() if key not in _OF_THE_DEPLOYMENT}
    operations: list[Object] = [
        _replace("/metadata/uid", found.ref.uid),
        _replace("/metadata/resourceVersion", found.version),
        _replace("/spec/template", chosen.template),
        _replace("/metadata/annotations", wanted) | ({} if own else {"op": "add"}),
    ]
    return Request("PATCH", found.ref.path, msgspec.json.encode(operations), JSON_PATCH)


def _replace(path: str, value: Any) -> Object:
    return {"op": "replace", "path": path, "value": value}


def _own_annotations(deployment: Object, chosen: Revision) -> Object:
    """Annotations that only the Deployment has: kubectl would drop them."""
    theirs = tree.part(chosen.tree, "metadata", "annotations")
    own = tree.part(deployment, "metadata", "annotations")
    left_out = _OF_THE_DEPLOYMENT | {CAUSE}
    return {key: value for key, value in own.items() if key not in theirs and key not in left_out}


def _of_revision(found: ObjectRow, chosen: Revision) -> Request:
    """As kubectl's strategic patch: what the ControllerRevision holds, which says itself that it replaces."""
    data = tree.part(chosen.tree, "data")
    if tree.text(data, "spec", "template", "$patch") != "replace":
        raise UnableError(f"Revision {chosen.number} of {named(found.ref)} holds no whole template: edit it instead")
    return patch(found.ref, data, version=found.version)


def _told(obj: Object, chosen: Revision) -> Object:
    """Images that will be others: by them it shows whether it was done. Nothing where all stay the same."""
    return {
        f"/spec/template/spec/{name}/{index}/image": row.get("image")
        for name in ("containers", "initContainers")
        for index, row in enumerate(tree.rows(chosen.template, "spec", name))
        if row.get("image") != tree.text(_at(obj, name, index), "image")
    }


def _at(obj: Object, name: str, index: int) -> Object:
    rows = tree.rows(obj, "spec", "template", "spec", name)
    return rows[index] if index < len(rows) else {}
