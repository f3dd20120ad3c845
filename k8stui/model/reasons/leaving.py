"""Why an object that was deleted is still there, and why a pod was thrown out."""

import re
from collections.abc import Iterator
from types import MappingProxyType

from k8stui.model import tree
from k8stui.model.columns import Tone
from k8stui.model.document import Line, Subject
from k8stui.model.duration import human, stamp
from k8stui.model.kinds import NODES, Ref
from k8stui.model.pod_status import ENDED
from k8stui.model.reasons.podparts import node, silent_since
from k8stui.model.reasons.saying import brief, head, more
from k8stui.model.refs import named
from k8stui.model.sentences import counted, ended

PATIENCE = 30.0
"""Seconds after the grace in which nobody wonders."""
_LOW = re.compile(r"The node was low on resource: ([^.\s]+)\.")
_REASONS = MappingProxyType(
    {
        "PreemptionByScheduler": "the scheduler made room for a pod of a higher priority",
        "DeletionByTaintManager": "its node has a taint that it does not tolerate (any longer)",
        "EvictionByEvictionAPI": "somebody evicted it (a drain does)",
        "DeletionByPodGC": "its node is gone, or out of service",
        "TerminationByKubelet": "its node threw it out",
    }
)
"""Of the condition DisruptionTarget (core/v1)."""
_FINALIZERS = MappingProxyType(
    {
        "foregroundDeletion": "the server, when all that it owns is gone",
        "orphan": "the server, when what it owns has no owner any more",
        "kubernetes.io/pvc-protection": "the server, when no pod uses it any more",
        "kubernetes.io/pv-protection": "the server, when no claim is bound to it any more",
        "batch.kubernetes.io/job-tracking": "the Job controller, when it has counted the pod",
        "service.kubernetes.io/load-balancer-cleanup": "the cloud's controller, when the load balancer is gone",
    }
)
"""Who takes a finalizer away."""


def deleting(obj: object) -> bool:
    """Whether its deletion was asked for."""
    return bool(tree.text(obj, "metadata", "deletionTimestamp"))


def explain(subject: Subject, now: float) -> Iterator[Line]:
    """Why it is still there: its grace, finalizers, a node that says nothing."""
    obj = subject.object
    at = stamp(tree.text(obj, "metadata", "deletionTimestamp"))
    grace = tree.number(obj, "metadata", "deletionGracePeriodSeconds")
    finalizers = tree.texts(obj, "metadata", "finalizers")
    over = at is not None and now > at
    since = f" for {human(now - (at - grace))}" if at is not None else ""
    stuck = bool(finalizers) or (at is not None and now > at + PATIENCE)
    yield head(f"It is being deleted{since}{_cause(subject)}.", tone=Tone.BAD if stuck else Tone.CHANGING)
    if not over and at is not None:
        yield more(f"It has {human(at - now)} left of its grace of {grace} s.")
    elif grace and at is not None:
        yield more(f"Its grace of {grace} s was over {human(now - at)} ago.")
    for name in finalizers:
        who = _FINALIZERS.get(name, f"the controller behind {name.partition('/')[0]}: is that running?")
        yield more(ended(f"The finalizer {name} keeps it; it is taken away by {who}"))
    if subject.kind.plural == "pods" and over:
        yield from _held(subject, now)


def _held(subject: Subject, now: float) -> Iterator[Line]:
    """A pod whose grace is over: who should say that its containers have ended?"""
    name = tree.text(subject.object, "spec", "nodeName")
    found = node(subject)
    if found is None or not name:
        return
    target = named(NODES, "", name)
    if not found:
        yield more(f"Its node {name} does not exist any more: it can be deleted by force.", tone=Tone.BAD)
    elif (since := silent_since(found)) is not None:
        words = f"Its node {name} has not been heard of for {human(now - since)}: nobody can say that it has ended."
        yield more(words, target, Tone.BAD)
        yield more("If that machine is off for sure: taint the node out-of-service, or delete the pod by force.")
    elif not tree.texts(subject.object, "metadata", "finalizers"):
        yield more(f"The kubelet of {name} has not said that its containers have ended.", target)


def silent(subject: Subject, now: float) -> Iterator[Line]:
    """A pod whose node says nothing: what is shown of it was true then."""
    name = tree.text(subject.object, "spec", "nodeName")
    since = silent_since(node(subject))
    if since is None or tree.text(subject.object, "status", "phase") in ENDED:
        return
    yield head(
        f"Its node {name} has not been heard of for {human(now - since)}: what is shown of the pod was true then.",
        named(NODES, "", name),
    )
    yield from _stays(subject)


def _stays(subject: Subject) -> Iterator[Line]:
    """Nothing replaces a pod that tolerates its node's silence for ever."""
    for row in tree.rows(subject.object, "spec", "tolerations"):
        unreachable = tree.text(row, "key") in ("", "node.kubernetes.io/unreachable")
        fits = tree.text(row, "effect") in ("", "NoExecute") and row.get("operator") == "Exists"
        if unreachable and fits and row.get("tolerationSeconds") is None:
            yield more("It tolerates that without end: it stays there until somebody decides.")
            return


def failed(subject: Subject, now: float, mend: Ref | None) -> Iterator[Line]:
    """A pod that ended as a whole: evicted, refused by its node, out of time."""
    pod = subject.object
    reason, said = tree.text(pod, "status", "reason"), tree.text(pod, "status", "message")
    if not reason and not said:
        return
    name = tree.text(pod, "spec", "nodeName")
    target = named(NODES, "", name) if name else mend
    low = _LOW.search(said)
    if reason == "Evicted" and low:
        yield head(f"Evicted: the node {name} was low on {low[1].replace('-', ' ')}.", target)
        yield more(ended(brief(said.partition(low[0])[2] or said)))
    elif reason == "Evicted":
        yield head(ended(f"Evicted by the node {name}: {brief(said)}"), target)
    elif reason == "DeadlineExceeded":
        seconds = tree.number(pod, "spec", "activeDeadlineSeconds")
        within = f" ({counted(seconds, 'second')})" if seconds else ""
        yield head(f"It ran longer than its activeDeadlineSeconds allow{within}.", mend)
    elif reason.startswith("OutOf"):
        yield head(f"The node {name} refused it: it has not enough {reason.removeprefix('OutOf')} left.", target)
        yield more(ended(brief(said)))
    else:
        yield head(ended(f"{reason or 'Failed'}{': ' + brief(said) if said else ''}"), target)


def _cause(subject: Subject) -> str:
    """Who wants it gone, where a condition says so."""
    found = tree.condition(subject.object, "DisruptionTarget")
    if found.get("status") != "True":
        return ""
    reason = tree.text(found, "reason")
    return f": {_REASONS.get(reason) or brief(tree.text(found, 'message')) or reason}"


def contents(subject: Subject) -> Iterator[Line]:
    """What a namespace that ends still holds (its conditions)."""
    for row in tree.rows(subject.object, "status", "conditions"):
        if row.get("status") == "True" and tree.text(row, "type").startswith("Namespace"):
            yield more(ended(brief(tree.text(row, "message"))), tone=Tone.BAD)
