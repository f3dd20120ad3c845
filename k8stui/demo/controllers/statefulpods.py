"""The pods of a StatefulSet: their ordinals, names and volumes (`statefulset/stateful_set_utils.go`)."""

from collections.abc import Iterator

from k8stui.demo.controllers.podfacts import is_ready
from k8stui.demo.controllers.revisions import HASH, template_of
from k8stui.demo.controllers.templates import pod_of
from k8stui.demo.controllers.workload import copied
from k8stui.demo.storage.objects import Object, ending, phase, reference


def ordinal(pod: Object, name: str) -> int:
    """The number of a pod of the StatefulSet of this name; -1 for one that is none of its."""
    head, _, number = pod["metadata"]["name"].rpartition("-")
    return int(number) if head == name and number.isdecimal() else -1


def first_ordinal(owner: Object) -> int:
    """Where its numbers begin."""
    return int((owner["spec"].get("ordinals") or {}).get("start", 0))


def wanted_ordinals(owner: Object) -> range:
    """The numbers of the pods it wants."""
    first = first_ordinal(owner)
    return range(first, first + int(owner["spec"].get("replicas", 1)))


def runs(pod: Object) -> bool:
    """Running and ready."""
    return phase(pod) == "Running" and is_ready(pod)


def is_healthy(pod: Object | None) -> bool:
    """Running, ready, and to stay."""
    return pod is not None and runs(pod) and not ending(pod)


def claims_of(owner: Object, number: int) -> Iterator[tuple[str, Object]]:
    """Volume name and claim, for each of its volumeClaimTemplates."""
    meta = owner["metadata"]
    selected = (owner["spec"].get("selector") or {}).get("matchLabels") or {}
    policy = (owner["spec"].get("persistentVolumeClaimRetentionPolicy") or {}).get("whenDeleted", "Retain")
    for row in owner["spec"].get("volumeClaimTemplates") or ():
        made = copied(row)
        made.pop("status", None)
        given = made.get("metadata") or {}
        volume = given["name"]
        head: Object = {"name": f"{volume}-{meta['name']}-{number}", "namespace": meta["namespace"]}
        head["labels"] = (given.get("labels") or {}) | selected
        if given.get("annotations"):
            head["annotations"] = given["annotations"]
        if policy == "Delete":
            head["ownerReferences"] = [reference(owner)]
        yield volume, {"kind": "PersistentVolumeClaim", "apiVersion": "v1", "metadata": head, "spec": made["spec"]}


def stateful_pod(owner: Object, revision: Object, number: int) -> Object:
    """The pod of this number, of this revision's template."""
    name = f"{owner['metadata']['name']}-{number}"
    labels = {
        "apps.kubernetes.io/pod-index": str(number),
        HASH: revision["metadata"]["name"],
        "statefulset.kubernetes.io/pod-name": name,
    }
    made = pod_of(template_of(revision), owner, name=name, labels=labels)
    spec = made["spec"] | {"hostname": name}
    if owner["spec"].get("serviceName"):
        spec["subdomain"] = owner["spec"]["serviceName"]
    claims = dict(claims_of(owner, number))
    if claims:
        rows = [
            {"name": volume, "persistentVolumeClaim": {"claimName": claim["metadata"]["name"]}}
            for volume, claim in claims.items()
        ]
        spec["volumes"] = rows + [row for row in spec.get("volumes") or () if row["name"] not in claims]
    return made | {"spec": spec}
