"""Deployments as `kubectl describe` has them, with their ReplicaSets as places to go."""

from datetime import tzinfo
from typing import Any

from k8stui.model import kinds, label_selector, tree
from k8stui.model.columns import Tone
from k8stui.model.describe.controlled import conditions, owned
from k8stui.model.describe.layout import NONE, Cell, Text
from k8stui.model.describe.parts import events, events_of, heading, identity, moment, not_there, unread
from k8stui.model.describe.template import pod_template
from k8stui.model.document import Line, Subject, Want
from k8stui.model.kinds import Ref
from k8stui.model.objects import Object

_HASH = "pod-template-hash"


def wants(obj: Object) -> tuple[Want, ...]:
    """Its ReplicaSets and its events."""
    selector = label_selector.read(tree.value(obj, "spec", "selector"))
    sets = Want("replicasets", kinds.REPLICA_SETS, tree.namespace(obj), labels=str(selector or ""))
    return (sets, events_of(obj, "Deployment"))


def describe(subject: Subject, now: float, zone: tzinfo) -> list[Line]:
    """The description. `now` in epoch seconds by the server's clock."""
    obj, out = subject.object, Text(now, zone)
    heading(out, obj)
    out.field("CreationTimestamp", moment(tree.text(obj, "metadata", "creationTimestamp"), zone))
    identity(out, obj)
    out.field("Selector", label_selector.text(tree.value(obj, "spec", "selector")))
    out.field("Replicas", _replicas(obj))
    if tree.value(obj, "spec", "paused") is True:
        out.field("Paused", Cell("true: a changed template is not rolled out", Tone.WARNING))
    out.field("StrategyType", tree.text(obj, "spec", "strategy", "type"))
    out.field("MinReadySeconds", str(tree.number(obj, "spec", "minReadySeconds")))
    rolling = tree.part(obj, "spec", "strategy", "rollingUpdate")
    if rolling:
        unavailable, surge = (tree.text(rolling, name) or "<nil>" for name in ("maxUnavailable", "maxSurge"))
        out.field("RollingUpdateStrategy", f"{unavailable} max unavailable, {surge} max surge")
    pod_template(out, tree.part(obj, "spec", "template"), tree.namespace(obj))
    conditions(out, tree.rows(obj, "status", "conditions"), bad=("ReplicaFailure",))
    _replica_sets(out, subject)
    events(out, subject)
    return out.lines()


def newest(deployment: Object, sets: list[Object]) -> Object | None:
    """The ReplicaSet of its present template: the oldest one that has it (deployment controller, FindNewReplicaSet)."""
    wanted = _plain(tree.part(deployment, "spec", "template"))
    return next((each for each in in_age(sets) if _plain(tree.part(each, "spec", "template")) == wanted), None)


def in_age(sets: list[Object]) -> list[Object]:
    """By creation, then name."""
    return sorted(sets, key=lambda each: (tree.text(each, "metadata", "creationTimestamp"), tree.name(each)))


def _replicas(obj: Object) -> Cell:
    desired = tree.number(obj, "spec", "replicas", default=1)
    updated, total, available, unavailable = (
        tree.number(obj, "status", name)
        for name in ("updatedReplicas", "replicas", "availableReplicas", "unavailableReplicas")
    )
    text = f"{desired} desired | {updated} updated | {total} total | {available} available | {unavailable} unavailable"
    return Cell(text, Tone.WARNING if unavailable or available < desired else None)


def _replica_sets(out: Text, subject: Subject) -> None:
    """OldReplicaSets and NewReplicaSet, a line each."""
    if unread(subject, "replicasets"):
        out.field("ReplicaSets", not_there(subject, "replicasets"))
        return
    sets = owned(subject, "replicasets")
    if not sets:
        return
    new = newest(subject.object, sets)
    title = "OldReplicaSets"
    old: list[Object | None] = [each for each in in_age(sets) if each is not new]
    for each in old or [None]:
        _replica_set(out, title, each)
        title = ""
    _replica_set(out, "NewReplicaSet", new)


def _replica_set(out: Text, title: str, found: Object | None) -> None:
    if found is None:
        out.field(title, NONE)
        return
    created, desired = tree.number(found, "status", "replicas"), tree.number(found, "spec", "replicas", default=1)
    text = f"{tree.name(found)} ({created}/{desired} replicas created)"
    tone = Tone.WARNING if created < desired else Tone.MUTED if not desired else None
    target = Ref(kinds.REPLICA_SETS, tree.namespace(found), tree.name(found), tree.uid(found))
    if title:
        out.field(title, Cell(text, tone), target=target)
    else:
        out.row("", Cell(text, tone), target=target)


def _plain(template: Any) -> Any:
    """A template for comparing: without the hash, and without what is empty (apimachinery equality.Semantic)."""
    if isinstance(template, dict):
        found = {key: _plain(value) for key, value in template.items() if key != _HASH}
        return {key: value for key, value in found.items() if value not in (None, {}, [])}
    if isinstance(template, list):
        return [_plain(each) for each in template]
    return template
