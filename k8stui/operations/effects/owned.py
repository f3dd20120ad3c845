"""What goes with a workload that is deleted, and what becomes of a StatefulSet's claims and their data."""

from collections.abc import Iterator, Sequence
from typing import Final

from k8stui.model import label_selector, tree
from k8stui.model.columns import Tone
from k8stui.model.document import Line, Want
from k8stui.model.kinds import (
    CRON_JOBS,
    DAEMON_SETS,
    DEPLOYMENTS,
    JOBS,
    PODS,
    REPLICA_SETS,
    REPLICATION_CONTROLLERS,
    STATEFUL_SETS,
    VOLUME_CLAIMS,
    VOLUMES,
)
from k8stui.model.objects import Object
from k8stui.model.sentences import counted, listed
from k8stui.operations.budgets import is_ready
from k8stui.operations.effects.setting import Ask, Setting

DELETE: Final = "removing.delete"
_WORKLOADS: Final = frozenset(
    each.resource
    for each in (DEPLOYMENTS, REPLICA_SETS, REPLICATION_CONTROLLERS, STATEFUL_SETS, DAEMON_SETS, JOBS, CRON_JOBS)
)
_MOST_VOLUMES: Final = 20
"""Volumes of claims that are looked at."""


def concerns(setting: Setting) -> bool:
    """Whether a workload is deleted."""
    return setting.builder == DELETE and setting.kind.resource in _WORKLOADS


def wants(setting: Setting) -> Iterator[Ask]:
    """What it owns; for claims in the second round the volumes behind them."""
    if not concerns(setting):
        return
    resource, where, chosen = setting.kind.resource, setting.namespace, label_selector.pods_of(setting.object)
    if resource == CRON_JOBS.resource:
        yield Want("jobs", JOBS, where)
        return
    if chosen is None:
        return
    yield Want("pods", PODS, where, labels=str(chosen))
    if resource == DEPLOYMENTS.resource:
        yield Want("replica sets", REPLICA_SETS, where, labels=str(chosen))
    if resource == STATEFUL_SETS.resource and tree.rows(setting.object, "spec", "volumeClaimTemplates"):
        yield Want("claims", VOLUME_CLAIMS, where)
        for claim in claims(setting)[:_MOST_VOLUMES]:
            if name := tree.text(claim, "spec", "volumeName"):
                yield Want.one(f"volume {name}", VOLUMES, None, name)


def claims(setting: Setting) -> list[Object]:
    """The claims that its templates made: `data-db-0`."""
    templates = tree.rows(setting.object, "spec", "volumeClaimTemplates")
    starts = [f"{tree.name(row)}-{tree.name(setting.object)}-" for row in templates]
    found = []
    for claim in setting.read("claims"):
        name = tree.name(claim)
        if any(name.startswith(start) and name.removeprefix(start).isdigit() for start in starts):
            found.append(claim)
    return sorted(found, key=lambda each: (len(tree.name(each)), tree.name(each)))


def lines(setting: Setting, *, with_claims: bool = False) -> Iterator[Line]:
    """What it owns, then its claims; `with_claims`: these are deleted in the same question."""
    if not concerns(setting):
        return
    sets, jobs, pods = _owned(setting, "replica sets"), _owned(setting, "jobs"), _pods(setting)
    rows = [_named(found, one) for found, one in ((sets, "ReplicaSet"), (jobs, "Job"), (pods, "pod")) if found]
    cascade = setting.arg("cascade", "background")
    for text in rows:
        if cascade == "orphan":
            yield Line(f"stays, owned by nobody: {text}", Tone.WARNING)
        else:
            yield Line(f"goes with it: {text}", Tone.BAD)
    if not rows and ("pods" in setting.around or "jobs" in setting.around):
        yield Line("it owns nothing that runs", Tone.MUTED)
    if cascade == "foreground":
        yield Line("foreground: it stays, being deleted, until all of that is gone")
    yield from _claims(setting, with_claims=with_claims)


def _owned(setting: Setting, name: str) -> list[Object]:
    uid = tree.uid(setting.object)
    return [each for each in setting.read(name) if uid in _owners(each)]


def _pods(setting: Setting) -> list[Object]:
    uids = {tree.uid(setting.object), *(tree.uid(each) for each in _owned(setting, "replica sets"))}
    return [each for each in setting.read("pods") if uids & _owners(each)]


def _owners(obj: Object) -> set[str]:
    return {tree.text(row, "uid") for row in tree.rows(obj, "metadata", "ownerReferences")} - {""}


def _named(found: Sequence[Object], one: str) -> str:
    """`3 pods (2 ready): web-1, web-2, web-3`."""
    ready = f" ({sum(is_ready(each) for each in found)} ready)" if one == "pod" else ""
    return f"{counted(len(found), one)}{ready}: {listed(sorted(tree.name(each) for each in found))}"


def _claims(setting: Setting, *, with_claims: bool) -> Iterator[Line]:
    found = claims(setting)
    if not found:
        return
    names = f"{counted(len(found), 'claim')}: {listed([tree.name(each) for each in found])}"
    policy = tree.text(setting.object, "spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted") or "Retain"
    if with_claims:
        yield Line(f"deleted, too, each by itself: {names}", Tone.BAD)
    elif policy == "Delete" and setting.arg("cascade", "background") != "orphan":
        yield Line(f"goes with it (persistentVolumeClaimRetentionPolicy Delete): {names}", Tone.BAD)
    else:
        yield Line(f"stays (persistentVolumeClaimRetentionPolicy {policy}): {names}")
    yield from data(setting, found, goes=with_claims or policy == "Delete")


def data(setting: Setting, found: Sequence[Object], *, goes: bool) -> Iterator[Line]:
    """What the volumes' reclaim policies mean for the data of these claims, once these are deleted."""
    policies: dict[str, list[str]] = {}
    for claim in found:
        name = tree.text(claim, "spec", "volumeName")
        for volume in setting.read(f"volume {name}") if name else ():
            policy = tree.text(volume, "spec", "persistentVolumeReclaimPolicy") or "Retain"
            policies.setdefault(policy, []).append(tree.name(claim))
    for policy, names in policies.items():
        of = f"reclaim policy {policy} ({listed(names)})"
        if policy == "Retain":
            yield Line(f"{of}: the volume and its data stay" + (", released" if goes else ""))
        elif goes:
            yield Line(f"{of}: the data is deleted with the claim", Tone.BAD)
        else:
            yield Line(f"{of}: the data would go with the claim", Tone.MUTED)
