"""Why a pod that has a node does not start there: volumes, its network, a node that is not well."""

import re
from collections.abc import Iterator

from k8stui.model import tree
from k8stui.model.columns import Tone
from k8stui.model.document import Line, Subject
from k8stui.model.kinds import NODES, VOLUME_CLAIMS, Ref
from k8stui.model.pod_status import STARTING
from k8stui.model.reasons import configuring
from k8stui.model.reasons.podparts import containers, events, node
from k8stui.model.reasons.saying import brief, head, more
from k8stui.model.refs import named, ref
from k8stui.model.sentences import ended

_TOLD = ("FailedMount", "FailedAttachVolume", "FailedMapVolume", "FailedCreatePodSandBox", "NetworkNotReady")
_VOLUME = re.compile(r'volume "([^"]+)"|unmounted volumes=\[([^\]]+)\]')
_PVC = re.compile(r"error processing PVC [^/\s]+/([^:\s]+)")
_NO_NETWORK = (
    "cni plugin not initialized",
    "cni config uninitialized",
    "NetworkPluginNotReady",
    "no networks found in",
)
_ADDRESSES = ("no IP addresses available", "failed to assign an IP", "no available IP", "failed to allocate")


def waits(subject: Subject) -> bool:
    """Whether it is placed and some container has not been made yet."""
    pod = subject.object
    if tree.text(pod, "status", "phase") != "Pending" or not tree.text(pod, "spec", "nodeName"):
        return False
    found = [one for one in containers(pod) if not one.init]
    return all(not one.status or tree.text(one.waiting, "reason") in STARTING for one in found) and not any(
        one.status and tree.text(one.waiting, "reason") not in STARTING for one in containers(pod)
    )


def explain(subject: Subject, mend: Ref | None) -> Iterator[Line]:
    """What the kubelet stumbles over; that it has only begun where no event says more."""
    pod = subject.object
    where = tree.text(pod, "spec", "nodeName")
    if running := next((one for one in containers(pod) if one.init and not one.sidecar and one.running), None):
        yield head(f"{running.title} is still running; the others wait for its end.", tone=Tone.CHANGING)
        return
    said = next(iter(events(subject, *_TOLD)), None)
    if said is not None:
        yield from _told(subject, tree.text(said, "reason"), tree.text(said, "message"), mend)
    elif line := _network(subject, tree.text(tree.condition(node(subject), "Ready"), "message")):
        yield line
    elif not tree.rows(pod, "status", "containerStatuses"):
        yield head(f"Waits for the kubelet of {where} to start it.", tone=Tone.CHANGING)
    else:
        yield head(f"It is being made on {where}.", tone=Tone.CHANGING)


def _told(subject: Subject, reason: str, said: str, mend: Ref | None) -> Iterator[Line]:
    if reason in ("FailedMount", "FailedAttachVolume", "FailedMapVolume"):
        yield from _volume(subject, reason, said, mend)
    elif line := _network(subject, said):
        yield line
    elif any(sign in said for sign in _ADDRESSES):
        yield head("Its network cannot be made: there is no address left for it.", _node(subject))
        yield more(ended(f"The node says: {brief(said)}"))
    else:
        yield head("Its sandbox (the pod's network and namespaces) cannot be made.", _node(subject))
        yield more(ended(f"The node says: {brief(said)}"))


def _volume(subject: Subject, reason: str, said: str, mend: Ref | None) -> Iterator[Line]:
    match = _VOLUME.search(said)
    name = (match[1] or match[2]) if match else ""
    who = f"Volume {name}" if name else "A volume"
    if line := configuring.missing(subject, f"{who}: the pod", said, mend):
        yield line
        return
    claim = _PVC.search(said)
    target = named(VOLUME_CLAIMS, tree.namespace(subject.object), claim[1]) if claim else mend
    if "Multi-Attach" in said or "already exclusively attached" in said:
        yield head(f"{who} is still attached to another node, and can be attached to one only.", target)
    elif claim and "not bound" in said:
        yield head(f"{who}: the claim {claim[1]} is not bound.", target)
        return
    else:
        verb = "attached" if reason == "FailedAttachVolume" else "mounted"
        yield head(f"{who} cannot be {verb}.", target)
    yield more(ended(f"The node says: {brief(said)}"))


def _network(subject: Subject, said: str) -> Line | None:
    """The node has no pod network (yet)."""
    if not any(sign in said for sign in _NO_NETWORK):
        return None
    where = tree.text(subject.object, "spec", "nodeName")
    return head(f"The pod network of {where} is not there: its CNI plugin is not initialised.", _node(subject))


def _node(subject: Subject) -> Ref:
    found = node(subject)
    return ref(NODES, found) if found else named(NODES, "", tree.text(subject.object, "spec", "nodeName"))
