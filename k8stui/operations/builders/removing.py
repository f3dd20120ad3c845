"""Deleting, evicting, and taking finalizers away. Nothing here can be taken back."""

from typing import Final

import msgspec

from k8stui.model import tree
from k8stui.model.kinds import NAMESPACES
from k8stui.model.kubectl import about, command, named, typed
from k8stui.model.objects import ObjectRow
from k8stui.model.sentences import listed
from k8stui.model.text import clean
from k8stui.operations.builders import evictions
from k8stui.operations.building import AlreadySoError, UnableError
from k8stui.operations.mutation import JSON, JSON_PATCH, Mutation, Request, Risk

CASCADES: Final = {"background": "Background", "foreground": "Foreground", "orphan": "Orphan"}
MIRROR: Final = "kubernetes.io/config.mirror"
FORCED: Final = "it may continue to run on the cluster indefinitely"
FORCE_WARNING: Final = (
    "Immediate deletion does not wait for confirmation that the running resource has been terminated. "
    "The resource may continue to run on the cluster indefinitely."
)
"""kubectl's own."""


def delete(
    found: ObjectRow,
    *,
    grace: int | None = None,
    now: bool = False,
    force: bool = False,
    cascade: str = "background",
) -> Mutation:
    """Delete the very object (precondition on its uid, which kubectl does not send). There is no way back.

    Args:
        grace: seconds; None: the object's own. 0 without `force` is 1, as kubectl does.
        now: in a second.
        force: at once, without waiting for the node to confirm: it may go on running there.
        cascade: `background`, `foreground` or `orphan` for what it owns.

    Raises:
        UnableError: options that exclude each other, with kubectl's sentences.
    """
    ref = found.ref
    seconds = grace_of(grace, now=now, force=force)
    cascade = cascade_of(cascade)
    body = {
        "propagationPolicy": CASCADES[cascade],
        **({} if seconds is None else {"gracePeriodSeconds": seconds}),
        "preconditions": {"uid": ref.uid},
    }
    how = [f"{FORCED}"] * force + ["what it owns is left behind"] * (cascade == "orphan")
    flags = [f"--grace-period={grace}"] * (grace is not None) + ["--now"] * now + ["--force"] * force
    flags += [f"--cascade={cascade}"] * (cascade != "background")
    word = "force delete" if force else "delete"
    return Mutation(
        builder="removing.delete",
        target=ref,
        request=Request("DELETE", ref.path, msgspec.json.encode(body), JSON),
        risk=Risk.DESTRUCTIVE,
        says=f"{word} {about(ref)}" + (f" ({'; '.join(how)})" if how else ""),
        done=f'{typed(ref.kind)} "{ref.name}" {"force deleted" if force else "deleted"}',
        kubectl=command("delete", named(ref), *flags, namespace=ref.namespace),
        verb="delete",
        args={"grace": grace, "now": now, "force": force, "cascade": cascade},
        trivial=True,
        typed=force,
    )


def cascade_of(text: str) -> str:
    """One of `CASCADES`, also by its old name (`true`, `false`). Raises UnableError with kubectl's sentence."""
    found = {"true": "background", "false": "orphan"}.get(text, text)
    if found not in CASCADES:
        raise UnableError(f'invalid cascade value ({clean(text, 40)}). Must be "background", "foreground", or "orphan"')
    return found


def grace_of(grace: int | None, *, now: bool, force: bool) -> int | None:
    """The gracePeriodSeconds that is sent; None: no such field. Raises UnableError with kubectl's sentences."""
    if grace is not None and grace < 0:
        grace = None
    if now and grace is not None:
        raise UnableError("--now and --grace-period cannot be specified together")
    if force and (now or (grace is not None and grace > 0)):
        raise UnableError("--force and --grace-period greater than 0 cannot be specified together")
    if force:
        return 0
    return 1 if now or grace == 0 else grace


def evict(found: ObjectRow, *, grace: int = evictions.OWN) -> Mutation:
    """Evict one pod (`evictions.evict`), and say beforehand where that does nothing.

    Raises UnableError: no pod, or the mirror of a static pod, which the kubelet makes again at once.
    """
    if MIRROR in tree.part(found.exact(), "metadata", "annotations"):
        raise UnableError(f"{named(found.ref)} mirrors a static pod: only removing its manifest on the node ends it")
    return evictions.evict(found, grace=grace)


def finalizer(found: ObjectRow, *, finalizer: str) -> Mutation:
    """Take one finalizer away, and no other: the server refuses where the list is another one by now.

    What it stood for is not cleaned up by anybody. There is no way back: an object that waits for it is gone at once.

    Raises UnableError: there is no such finalizer.
    """
    ref = found.ref
    known = tree.texts(found.exact(), "metadata", "finalizers")
    if finalizer not in known:
        have = listed([clean(each, 80) for each in known], 5) or "none"
        raise UnableError(f"{named(ref)} has no finalizer '{clean(finalizer, 80)}': it has {have}")
    operations = [
        {"op": "test", "path": "/metadata/uid", "value": ref.uid},
        {"op": "test", "path": "/metadata/finalizers", "value": known},
        {"op": "remove", "path": f"/metadata/finalizers/{known.index(finalizer)}"},
    ]
    deleting = bool(tree.text(found.exact(), "metadata", "deletionTimestamp"))
    ends = deleting and len(known) == 1
    text = msgspec.json.encode(operations).decode()
    return Mutation(
        builder="removing.finalizer",
        target=ref,
        request=Request("PATCH", ref.path, text.encode(), JSON_PATCH),
        risk=Risk.DESTRUCTIVE,
        says=f"take the finalizer {clean(finalizer, 80)} from {about(ref)}"
        + (" (then it is gone at once)" if ends else ""),
        done=f"{named(ref)} patched",
        kubectl=command("patch", named(ref), "--type=json", "-p", text, namespace=ref.namespace),
        args={"finalizer": finalizer},
        before={"finalizers": [clean(each, 80) for each in known]},
        typed=True,
    )


def finalize(found: ObjectRow) -> Mutation:
    """Let a namespace that is being deleted go, whatever is still in it: by `namespaces/x/finalize`.

    The objects in it are left in the store, out of reach, and come back with a namespace of that name. There is no way
    back. uid and resourceVersion go along.

    Raises:
        AlreadySoError: nothing holds it there.
        UnableError: no namespace, or one that is not being deleted.
    """
    ref, obj = found.ref, found.exact()
    if ref.kind.resource != NAMESPACES.resource:
        raise UnableError(
            f"{named(ref)} cannot be finalized: only a namespace can; take single finalizers away instead"
        )
    if not tree.text(obj, "metadata", "deletionTimestamp"):
        raise UnableError(f"{named(ref)} is not being deleted: delete it first")
    if not tree.texts(obj, "spec", "finalizers"):
        raise AlreadySoError(f"{named(ref)} waits for no spec.finalizers: look at its metadata.finalizers")
    body = obj | {"spec": tree.part(obj, "spec") | {"finalizers": []}}
    path = ref.kind.path(None, ref.name, "finalize")
    shown = command("get", "namespace", ref.name, "-o", "json")
    return Mutation(
        builder="removing.finalize",
        target=ref,
        request=Request("PUT", path, msgspec.json.encode(body), JSON),
        risk=Risk.DESTRUCTIVE,
        says=f"finalize namespace {ref.name} (what is left in it is out of reach)",
        done=f"{named(ref)} finalized",
        kubectl=f"{shown} | jq '.spec.finalizers = []' | {command('replace', '--raw', path, '-f', '-')}",
        verb="update",
        subresource="finalize",
        before={"finalizers": tree.texts(obj, "spec", "finalizers")},
        typed=True,
    )
