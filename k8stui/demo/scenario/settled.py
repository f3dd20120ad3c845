"""Owners as their controllers would have left them: when these look for the first time, there is nothing to write.

What the statuses hold and how revisions are named is asked of the controllers themselves.
"""

from collections.abc import Sequence

from k8stui.demo.clock import stamp
from k8stui.demo.controllers import deploymentstatus
from k8stui.demo.controllers.daemonpods import GENERATION, LABEL, is_updated, pinned, placement, tolerations
from k8stui.demo.controllers.podfacts import active, is_ready, ready_condition
from k8stui.demo.controllers.replicasets import counted
from k8stui.demo.controllers.revisions import HASH, SET_HASH, data_hash, data_of
from k8stui.demo.controllers.templates import template_hash
from k8stui.demo.scenario.objects import Json, metadata, owner
from k8stui.model import duration

READY = 8.0
"""Seconds from a pod's creation until it is ready, in the scenario."""


def replicaset_status(of: Json, pods: Sequence[Json]) -> Json:
    """Its counts."""
    rows = [pod for pod in pods if active(pod)]
    return counted(of, rows, sum(map(is_ready, rows)))


def deployment_status(of: Json, new: Json, pods: Sequence[Json], *, started: bool) -> Json:
    """Counts and conditions. `started`: its pods were available once; else it has missed its progress deadline."""
    created = duration.stamp(of["metadata"]["creationTimestamp"]) or 0.0
    found = deploymentstatus.calculated(of | {"status": {}}, [new], new, stamp(created))
    row = found["conditions"][0]
    since = created + READY
    if row["status"] == "False":
        since = _unready_since(pods) if started else created
    row |= {"lastUpdateTime": stamp(since), "lastTransitionTime": stamp(since)}
    name = new["metadata"]["name"]
    if started:
        words = (deploymentstatus.DONE, f'ReplicaSet "{name}" has successfully progressed.')
        progress = deploymentstatus.made("Progressing", "True", *words, stamp(created + READY))
        progress["lastTransitionTime"] = stamp(created)
    else:
        words = (deploymentstatus.TIMED_OUT, f'ReplicaSet "{name}" has timed out progressing.')
        late = created + of["spec"]["progressDeadlineSeconds"] + 1
        progress = deploymentstatus.made("Progressing", "False", *words, stamp(late))
    return found | {"conditions": [row, progress]}


def _unready_since(pods: Sequence[Json]) -> float:
    """When the last pod that is not ready stopped being it."""
    rows = [ready_condition(pod) for pod in pods if not is_ready(pod)]
    return max((duration.stamp(row["lastTransitionTime"]) or 0.0 for row in rows if row), default=0.0)


def revision(of: Json, *, uid: str) -> Json:
    """The ControllerRevision of a StatefulSet's or DaemonSet's first and present template."""
    data = data_of(of)
    daemon = of["kind"] == "DaemonSet"
    mark = template_hash(of["spec"]["template"]) if daemon else data_hash(data, 0)
    meta = metadata(
        f"{of['metadata']['name']}-{mark}",
        of["metadata"]["namespace"],
        uid=uid,
        created=duration.stamp(of["metadata"]["creationTimestamp"]) or 0.0,
        labels=of["spec"]["template"]["metadata"]["labels"] | {HASH if daemon else SET_HASH: mark},
        annotations=dict(of["metadata"]["annotations"]) if daemon else None,
        owner=owner(of),
    )
    head: Json = {"apiVersion": "apps/v1", "kind": "ControllerRevision", "metadata": meta}
    return head | {"data": data, "revision": 1}


def stateful_labels(of: Json, number: int, revised: Json) -> dict[str, str]:
    """The labels of a StatefulSet's pod of this number."""
    labels = {"apps.kubernetes.io/pod-index": str(number), HASH: revised["metadata"]["name"]}
    return labels | {"statefulset.kubernetes.io/pod-name": f"{of['metadata']['name']}-{number}"}


def stateful_status(of: Json, revised: Json, pods: Sequence[Json]) -> Json:
    """Its counts and the name of its revision."""
    name, ready = revised["metadata"]["name"], sum(map(is_ready, pods))
    status: Json = {"observedGeneration": 1, "replicas": len(pods)}
    counts = {"readyReplicas": ready, "currentReplicas": len(pods), "updatedReplicas": len(pods)}
    status |= {key: value for key, value in counts.items() if value}
    return status | {"currentRevision": name, "updateRevision": name, "collisionCount": 0, "availableReplicas": ready}


def daemon_labels(of: Json, revised: Json) -> dict[str, str]:
    """The labels of a DaemonSet's pod."""
    return {HASH: revised["metadata"]["labels"][HASH], LABEL: of["metadata"]["annotations"][GENERATION]}


def pin(pod: Json, node: str) -> None:
    """Give a daemon's pod the affinity and the tolerations that it is made with."""
    spec = pod["spec"]
    spec["affinity"] = pinned(spec.get("affinity"), node)
    spec["tolerations"] = tolerations(spec)


def runs_on(of: Json, node: Json) -> bool:
    """Whether a DaemonSet wants a pod there."""
    return placement(of, node)[0]


def daemon_status(of: Json, revised: Json, pods: Sequence[Json]) -> Json:
    """Its counts; every pod is where it should be."""
    mark, ready = revised["metadata"]["labels"][HASH], sum(map(is_ready, pods))
    status: Json = {"currentNumberScheduled": len(pods), "numberMisscheduled": 0, "desiredNumberScheduled": len(pods)}
    status |= {"numberReady": ready, "observedGeneration": 1}
    counts = {"updatedNumberScheduled": sum(is_updated(of, pod, mark) for pod in pods), "numberAvailable": ready}
    counts["numberUnavailable"] = len(pods) - ready
    return status | {key: value for key, value in counts.items() if value}
