"""How many pods a workload has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from k8stui.model import tree
from k8stui.model.kinds import (
    CRON_JOBS,
    DAEMON_SETS,
    DEPLOYMENTS,
    JOBS,
    REPLICA_SETS,
    REPLICATION_CONTROLLERS,
    STATEFUL_SETS,
    Kind,
    Ref,
)
from k8stui.model.kubectl import about, command, named
from k8stui.model.label_selector import pods_of
from k8stui.model.objects import ObjectRow
from k8stui.operations.building import AlreadySoError, UnableError
from k8stui.operations.mutation import JSON, MERGE, Inverse, Mutation, Request, Risk, patch

if TYPE_CHECKING:
    from k8stui.operations.journal.journal import Entry

_SCALED: Final = frozenset(
    each.resource for each in (DEPLOYMENTS, STATEFUL_SETS, REPLICA_SETS, REPLICATION_CONTROLLERS)
)
_MOST: Final = 2**31 - 1
ANY: Final = -(2**31)
"""The least number that the API has a place for."""


def scalable(kind: Kind) -> bool:
    """Whether it has the subresource `scale`, as far as its constants or discovery tell."""
    return kind.resource in _SCALED or "scale" in kind.subresources


def scale(found: ObjectRow, *, replicas: int | str, expected: int | None = None, version: str = "") -> Mutation:
    """Another number of replicas, by the scale subresource; undo scales back.

    As kubectl: a merge patch, or with a precondition the whole Scale, which the resourceVersion guards. Other than
    kubectl the patch carries the uid, and nothing is sent where the number is that already.

    Args:
        replicas: a whole number from 0, as typed.
        expected: refuse unless it has that many now (`--current-replicas`); None: whatever it has.
        version: refuse unless that is its resourceVersion (`--resource-version`).

    Raises:
        AlreadySoError: it has that many.
        UnableError: no number, a kind without replicas, a precondition that is not met.
    """
    ref = found.ref
    if not ref.name:
        raise UnableError("a resource name cannot be empty")
    _check_kind(found)
    wanted = whole(replicas, "The number of replicas")
    obj = found.exact()
    now = tree.value(obj, "spec", "replicas")
    now = now if isinstance(now, int) else (1 if ref.kind.resource in _SCALED else None)
    if expected is not None and now != expected:
        raise UnableError(f"Expected replicas to be {expected}, was {now}: look at it and try again")
    if version and found.version != version:
        raise UnableError(f"Expected resource version to be {version}, was {found.version}: look at it and try again")
    if now == wanted and expected is None and not version:
        raise AlreadySoError(f"{named(ref)} has {wanted} replicas already")
    guarded = expected is not None or bool(version)
    told = {"/spec/replicas": wanted} if tree.value(obj, "spec", "replicas") is not None else {}
    return Mutation(
        builder="scaling.scale",
        target=ref,
        request=_whole(found, wanted) if guarded else _patch(found, wanted),
        risk=Risk.CHANGE if wanted else Risk.DESTRUCTIVE,
        says=f"scale {about(ref)} " + (f"from {now} to {wanted}" if now is not None else f"to {wanted}"),
        done=f"{named(ref)} scaled",
        kubectl=command("scale", named(ref), f"--replicas={wanted}", namespace=ref.namespace),
        verb="update" if guarded else "patch",
        subresource="scale",
        args={"replicas": wanted},
        before={} if now is None else {"replicas": now},
        inverse=None if now is None else Inverse("scaling.scale", {"replicas": now}, told),
        trivial=True,
    )


def before_zero(entries: Sequence[Entry], context: str, ref: Ref) -> int | None:
    """How many replicas it had before we scaled it to 0, by the journal; None where that does not say.

    Args:
        entries: of all runs, oldest first.
        context: of the object.
        ref: the very object.
    """
    for entry in reversed(entries):
        if entry.builder != "scaling.scale" or entry.result != "done" or entry.context != context:
            continue
        if (entry.resource, entry.uid) != (ref.kind.resource, ref.uid) or entry.inverse is None:
            continue
        count = entry.inverse.args.get("replicas")
        if isinstance(count, int) and count > 0 and entry.inverse.expects.get("/spec/replicas") == 0:
            return count
    return None


def whole(typed: int | str, what: str, least: int = 0) -> int:
    """The whole number typed; a `least` of `ANY` says that negative ones mean something, too.

    Raises UnableError with one sentence.
    """
    text = str(typed).strip()
    digits = text.removeprefix("-")
    bounds = "" if least <= ANY else f" from {least}"
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 10:
        raise UnableError(f"{what} must be a whole number{bounds}, not '{text[:40]}'")
    number = int(text)
    if not least <= number <= _MOST:
        raise UnableError(f"{what} must be a whole number{bounds or f' from {ANY}'} to {_MOST}, not {number}")
    return number


def _check_kind(found: ObjectRow) -> None:
    kind = found.ref.kind
    if kind.resource == DAEMON_SETS.resource:
        raise UnableError(f"{named(found.ref)} has no replicas: a DaemonSet runs one pod on each node that it selects")
    if kind.resource in (CRON_JOBS.resource, JOBS.resource):
        raise UnableError(f"{named(found.ref)} cannot be scaled: z suspends it")
    if not scalable(kind):
        raise UnableError(f"{named(found.ref)} cannot be scaled: {kind.kind} has no scale subresource")


def _patch(found: ObjectRow, replicas: int) -> Request:
    """As kubectl's; the scale of a custom kind passes over the uid, so there the resourceVersion stands for it."""
    version = "" if found.ref.kind.resource in _SCALED else found.version
    return patch(found.ref, {"spec": {"replicas": replicas}}, content_type=MERGE, version=version, subresource="scale")


def _whole(found: ObjectRow, replicas: int) -> Request:
    """The Scale, as the server would show it, with another number."""
    ref = found.ref
    obj = found.exact()
    made = tree.text(obj, "metadata", "creationTimestamp")
    pods = pods_of(obj) if ref.kind.resource in _SCALED else None
    metadata = {"name": ref.name, "namespace": ref.namespace, "uid": ref.uid, "resourceVersion": found.version}
    body = {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": metadata | ({"creationTimestamp": made} if made else {}),
        "spec": {"replicas": replicas},
        "status": {"replicas": tree.number(obj, "status", "replicas")} | ({"selector": str(pods)} if pods else {}),
    }
    path = ref.kind.path(ref.namespace or None, ref.name, "scale")
    return Request("PUT", path, msgspec.json.encode(body), JSON)
