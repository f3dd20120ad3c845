"""Restart, pause and resume of a rollout."""

from typing import Final

from k8stui.model import tree
from k8stui.model.duration import stamp
from k8stui.model.kinds import DAEMON_SETS, DEPLOYMENTS, STATEFUL_SETS
from k8stui.model.kubectl import about, command, named, quoted
from k8stui.model.objects import Object, ObjectRow
from k8stui.operations.building import UnableError
from k8stui.operations.mutation import Inverse, Mutation, Risk, patch

RESTARTED: Final = "kubectl.kubernetes.io/restartedAt"
MANAGER: Final = "kubectl-rollout"
ROLLED: Final = frozenset({DEPLOYMENTS.resource, STATEFUL_SETS.resource, DAEMON_SETS.resource})
"""What has revisions and rolls."""


def restart(found: ObjectRow, *, at: str) -> Mutation:
    """New pods of the same template: an annotation in it says when it was asked for.

    There is no way back: pods that ended do not return. Where the server keeps the change but rolls nothing or only a
    part (OnDelete, a partition), `says` says so, which kubectl does not.

    Args:
        at: RFC 3339, to the second, with an offset.

    Raises:
        UnableError: another kind, a paused Deployment, restarted in this very second.
    """
    ref = found.ref
    if ref.kind.resource not in ROLLED:
        raise UnableError(f"{quoted(ref)} restarting is not supported: only Deployments, StatefulSets and DaemonSets")
    if stamp(at) is None:
        raise UnableError(f"'{at}' is no time: write it like 2026-11-21T06:10:53Z")
    obj = found.exact()
    if tree.value(obj, "spec", "paused") is True:
        raise UnableError(f"{quoted(ref)} can't restart paused deployment (run rollout resume first)")
    path = ("spec", "template", "metadata", "annotations", RESTARTED)
    if tree.value(obj, *path) == at:
        raise UnableError(
            f"{named(ref)}: if restart has already been triggered within the past second, "
            "please wait before attempting to trigger another"
        )
    caveat = held_back(obj)
    return Mutation(
        builder="rollout.restart",
        target=ref,
        request=patch(ref, {"spec": {"template": {"metadata": {"annotations": {RESTARTED: at}}}}}, manager=MANAGER),
        risk=Risk.CHANGE,
        says=f"restart {about(ref)}" + (f" ({caveat})" if caveat else ""),
        done=f"{named(ref)} restarted" + (f" ({caveat})" if caveat else ""),
        kubectl=command("rollout", "restart", named(ref), namespace=ref.namespace),
        args={"at": at},
        before={"restartedAt": tree.text(obj, *path)},
        trivial=True,
    )


def held_back(obj: Object) -> str:
    """Why a changed template does not reach the pods by itself, or not all of them; empty where it does."""
    strategy = tree.part(obj, "spec", "updateStrategy")
    if tree.text(strategy, "type") == "OnDelete":
        return "OnDelete: a pod changes only when it is deleted"
    partition = tree.number(strategy, "rollingUpdate", "partition")
    if partition > 0:
        return f"partition {partition}: only pods from number {partition} on change"
    if tree.value(obj, "spec", "paused") is True:
        return "paused: it changes nothing before it is resumed"
    return ""


def pause(found: ObjectRow) -> Mutation:
    """Hold a Deployment's rollout where it is. Raises UnableError: another kind, or paused already."""
    return _paused(found, on=True)


def resume(found: ObjectRow) -> Mutation:
    """Let a Deployment's rollout go on. Raises UnableError: another kind, or not paused."""
    return _paused(found, on=False)


def _paused(found: ObjectRow, *, on: bool) -> Mutation:
    ref = found.ref
    word = "pause" if on else "resume"
    if ref.kind.resource != DEPLOYMENTS.resource:
        doing = "pausing" if on else "resuming"
        raise UnableError(f"{quoted(ref)} {doing} is not supported: only Deployments can be paused")
    is_on = tree.value(found.exact(), "spec", "paused") is True
    if is_on is on:
        raise UnableError(f"{quoted(ref)} is {'already' if on else 'not'} paused")
    value = True if on else None
    return Mutation(
        builder=f"rollout.{word}",
        target=ref,
        request=patch(ref, {"spec": {"paused": value}}, manager=MANAGER),
        risk=Risk.CHANGE if on else Risk.SAFE,
        says=f"{word} {about(ref)}",
        done=f"{named(ref)} {word}d",
        kubectl=command("rollout", word, named(ref), namespace=ref.namespace),
        before={"paused": is_on},
        inverse=Inverse("rollout.resume" if on else "rollout.pause", {}, {"/spec/paused": value}),
        trivial=True,
    )
