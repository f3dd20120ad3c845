"""The pods of a DaemonSet: where they may run, and how they are pinned there (`daemon/util`)."""

from k8stui.demo.controllers.fitting import selected, tolerates
from k8stui.demo.controllers.podfacts import finished
from k8stui.demo.controllers.revisions import HASH
from k8stui.demo.controllers.templates import pod_of
from k8stui.demo.controllers.workload import copied
from k8stui.demo.storage.objects import Object, annotations_of, labels_of

GENERATION = "deprecated.daemonset.template.generation"
LABEL = "pod-template-generation"
_TOLERATED = (
    ("not-ready", "NoExecute"),
    ("unreachable", "NoExecute"),
    ("disk-pressure", "NoSchedule"),
    ("memory-pressure", "NoSchedule"),
    ("pid-pressure", "NoSchedule"),
    ("unschedulable", "NoSchedule"),
)
_HARD = ("NoSchedule", "NoExecute")


def tolerations(spec: Object) -> list[Object]:
    """Its own, and those that every daemon has."""
    rows = list(spec.get("tolerations") or ())
    wanted = [*_TOLERATED, ("network-unavailable", "NoSchedule")] if spec.get("hostNetwork") else _TOLERATED
    for name, effect in wanted:
        made = {"key": f"node.kubernetes.io/{name}", "operator": "Exists", "effect": effect}
        kept = [row for row in rows if not _alike(row, made)]
        rows = [*kept, made]
    return rows


def _alike(one: Object, other: Object) -> bool:
    """Whether two tolerations are about the same (core/v1 Toleration.MatchToleration)."""
    names = ("key", "effect", "operator", "value")
    return all((one.get(name) or "") == (other.get(name) or "") for name in names)


def pinned(affinity: Object | None, node: str) -> Object:
    """The affinity with its node terms replaced by one field: the node's name."""
    found = copied(affinity or {})
    required = found.setdefault("nodeAffinity", {}).setdefault("requiredDuringSchedulingIgnoredDuringExecution", {})
    field = {"key": "metadata.name", "operator": "In", "values": [node]}
    terms = required.get("nodeSelectorTerms") or [{}]
    required["nodeSelectorTerms"] = [row | {"matchFields": [field]} for row in terms]
    return found


def daemon_pod(owner: Object, mark: str, node: str) -> Object:
    """A pod for one node; the scheduler will find that it fits there and nowhere else."""
    labels = {HASH: mark}
    if number := annotations_of(owner).get(GENERATION):
        labels[LABEL] = number
    made = pod_of(owner["spec"]["template"], owner, labels=labels)
    spec = made["spec"]
    spec["affinity"] = pinned(spec.get("affinity"), node)
    spec["tolerations"] = tolerations(spec)
    return made


def target(pod: Object) -> str:
    """The node it runs on, or is meant for."""
    if node := pod["spec"].get("nodeName"):
        return str(node)
    affinity = (pod["spec"].get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or {}
    for term in required.get("nodeSelectorTerms") or ():
        for row in term.get("matchFields") or ():
            if row.get("key") == "metadata.name" and row.get("values"):
                return str(row["values"][0])
    return ""


def placement(owner: Object, node: Object) -> tuple[bool, bool]:
    """Whether it should run there, and whether a pod that does may stay."""
    spec = owner["spec"]["template"]["spec"]
    if spec.get("nodeName") not in (None, "", node["metadata"]["name"]):
        return False, False
    if not selected({"spec": spec}, node):
        return False, False
    rows = tolerations(spec)
    effects = {
        taint["effect"]
        for taint in node["spec"].get("taints") or ()
        if taint["effect"] in _HARD and not tolerates(rows, taint)
    }
    return not effects, "NoExecute" not in effects


def is_updated(owner: Object, pod: Object, mark: str) -> bool:
    """Whether it is of the present template."""
    labels = labels_of(pod)
    number = annotations_of(owner).get(GENERATION)
    return labels.get(HASH) == mark or (bool(number) and labels.get(LABEL) == number)


def by_age(pods: list[Object]) -> list[Object]:
    """Those on a node first, then the oldest; ended ones last."""
    return sorted(
        pods,
        key=lambda pod: (
            finished(pod),
            not pod["spec"].get("nodeName"),
            pod["metadata"]["creationTimestamp"],
            pod["metadata"]["name"],
        ),
    )
