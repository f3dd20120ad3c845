"""How a pod ends: its containers are stopped within the grace, the last state is reported, then the API forgets it."""

from k8stui.demo.kubelet.running import follow, stop
from k8stui.demo.kubelet.runs import EPHEMERAL, NEVER, RUNNING, TERMINATED, Sandbox, between
from k8stui.demo.kubelet.site import Site
from k8stui.demo.kubelet.status import LOST
from k8stui.demo.registry.registry import Deletion
from k8stui.demo.storage.objects import Object, annotations_of, ending

MIRROR = "kubernetes.io/config.mirror"
"""Annotation of a static pod's mirror."""


def mirror(pod: Object) -> bool:
    """Whether the pod only shows in the API what a manifest on the node's disk says."""
    return MIRROR in annotations_of(pod)


def go(site: Site, box: Sandbox, pod: Object) -> None:
    """What a pod whose deletion was asked for needs now."""
    if mirror(pod):
        return remove(site, box, pod)
    grace = float(pod["metadata"].get("deletionGracePeriodSeconds") or 0)
    if box.killing == NEVER:
        box.killing, box.grace = site.now, grace
        stop_all(site, box, pod, grace)
    elif grace < box.grace:
        _shorten(site, box, grace)
    for run in list(box.runs.values()):
        follow(site, box, pod, run)
    if any(run.state == RUNNING for run in box.runs.values()):
        return None
    if box.leaves == NEVER:
        if not box.over:
            _close(box)
        box.leaves = site.later(between(0.3, 1.0, box.uid, "leaves"))
    if site.reached(box.leaves):
        return remove(site, box, pod)
    box.at(box.leaves)
    return None


def stop_all(site: Site, box: Sandbox, pod: Object, grace: float) -> None:
    """Stop whatever runs, and start nothing more."""
    for run in box.runs.values():
        run.step = ""
        if run.state == RUNNING:
            stop(site, box, pod, run, f"Stopping container {run.name}", grace)


def _shorten(site: Site, box: Sandbox, grace: float) -> None:
    box.grace = grace
    limit = max(box.killing + site.scaled(grace), site.now)
    for run in box.runs.values():
        if run.state == RUNNING and run.stops > limit:
            run.stops, run.stop_code = limit, 137


def _close(box: Sandbox) -> None:
    """Nothing runs any more; of what never ran, nobody knows (`TerminatePod` of the kubelet's status manager)."""
    box.over = True
    for run in box.runs.values():
        if run.state != TERMINATED and run.sort != EPHEMERAL and (box.up or run.last):
            run.state, run.code, run.why, run.note = TERMINATED, 137, "ContainerStatusUnknown", LOST
            run.started = run.ended = -1.0
            run.ready, run.container_id = False, ""


def remove(site: Site, box: Sandbox, pod: Object) -> None:
    """Let the API forget it; with a finalizer it stays there all the same."""
    meta = pod["metadata"]
    box.removed = True
    options = Deletion(grace=0, uid=meta["uid"])
    site.world.registry.delete("pods", meta["name"], meta["namespace"], options=options)


def taken_up(box: Sandbox, pod: Object) -> None:
    """A pod whose deletion was asked for long ago, and which only its finalizers hold."""
    idle = not any(run.state == RUNNING for run in box.runs.values())
    if ending(pod) and pod["metadata"].get("finalizers") and idle:
        box.over = box.removed = True
