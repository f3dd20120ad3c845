"""The ReplicaSet of a Deployment's present template: found, numbered, annotated, or made (`deployment/sync.go`)."""

from collections.abc import Sequence

from k8stui.demo.clock import stamp
from k8stui.demo.controllers import deploymentstatus as statuses
from k8stui.demo.controllers.rolling import DESIRED, MOST, max_surge, new_size, replicas, wanted_total
from k8stui.demo.controllers.templates import HASH, same, template_hash
from k8stui.demo.controllers.workload import Workload, copied
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.objects import Object, annotations_of, condition, controller_reference, controller_uid

REVISION = "deployment.kubernetes.io/revision"
HISTORY = "deployment.kubernetes.io/revision-history"
LONGEST_HISTORY = 2000
"""Letters of the revisions that a ReplicaSet had before."""
_NOT_COPIED = frozenset(
    {
        *(REVISION, HISTORY, DESIRED, MOST),
        *("kubectl.kubernetes.io/last-applied-configuration", "deprecated.deployment.rollback.to"),
    }
)


def revision(of: Object) -> int:
    """Its number; 0 without one."""
    text = annotations_of(of).get(REVISION, "")
    return int(text) if text.isdecimal() else 0


def by_age(sets: Sequence[Object]) -> list[Object]:
    """The oldest first."""
    return sorted(sets, key=lambda each: (each["metadata"]["creationTimestamp"], each["metadata"]["name"]))


def find_new(deployment: Object, sets: Sequence[Object]) -> Object | None:
    """The one that has the Deployment's template; of several the oldest."""
    template = deployment["spec"]["template"]
    return next((each for each in by_age(sets) if same(each["spec"]["template"], template)), None)


def sized(deployment: Object) -> dict[str, str]:
    """The annotations by which a scaled Deployment is told from one in a rollout."""
    wanted = replicas(deployment)
    return {DESIRED: str(wanted), MOST: str(wanted + max_surge(deployment))}


def annotated(deployment: Object, of: Object | None, newest: int) -> dict[str, str]:
    """What the new ReplicaSet's annotations are to be: the Deployment's, and at least the revision `newest`."""
    found = dict(annotations_of(of)) if of else {}
    found |= {name: text for name, text in annotations_of(deployment).items() if name not in _NOT_COPIED}
    old = found.get(REVISION, "")
    if old and not old.isdecimal():
        return found
    if int(old or 0) < newest:
        found[REVISION] = str(newest)
        if old:
            found[HISTORY] = _history(found.get(HISTORY, ""), old)
    return found


def _history(before: str, old: str) -> str:
    rows = [*filter(None, before.split(",")), old]
    while len(",".join(rows)) > LONGEST_HISTORY:
        rows.pop(0)
    return ",".join(rows)


class NewSets:
    """What a Deployment's controller does about its new ReplicaSet."""

    def __init__(self, workload: Workload) -> None:
        self._workload = workload
        self._registry = workload.world.registry

    def keep(self, deployment: Object, new: Object, old: Sequence[Object]) -> tuple[Object, Object]:
        """Bring annotations and numbers up to date; returns the Deployment and the ReplicaSet as they are then."""
        wanted = annotated(deployment, new, max(map(revision, old), default=0) + 1)
        ready = deployment["spec"].get("minReadySeconds", 0)
        if wanted != annotations_of(new) or ready != new["spec"].get("minReadySeconds", 0):
            changed = copied(new)
            changed["metadata"]["annotations"] = wanted
            changed["spec"] |= {"minReadySeconds": ready}
            if not ready:
                del changed["spec"]["minReadySeconds"]
            return deployment, self._registry.update(changed)
        row = None
        known = condition(deployment["status"], statuses.PROGRESSING)
        if known is None and statuses.deadline(deployment) is not None:
            words = f'Found new replica set "{new["metadata"]["name"]}"'
            row = self._condition("True", "FoundNewReplicaSet", words)
        return self._say(deployment, wanted.get(REVISION, ""), row), new

    def make(self, deployment: Object, old: Sequence[Object]) -> tuple[Object, Object]:
        """A ReplicaSet of the present template, as large as the rollout allows. Raises Refusal."""
        mark = template_hash(deployment["spec"]["template"], deployment["status"].get("collisionCount"))
        newest = max(map(revision, old), default=0) + 1
        body = self._body(deployment, mark, new_size(deployment, wanted_total(old), 0), newest)
        try:
            made = self._registry.create(body)
        except Refusal as refusal:
            self._refused(deployment, body["metadata"]["name"], refusal)
            raise
        name, size = made["metadata"]["name"], replicas(made)
        if size:
            words = f"Scaled up replica set {name} from 0 to {size}"
            self._workload.events.event(deployment, "Normal", "ScalingReplicaSet", words)
        row = None
        if statuses.deadline(deployment) is not None:
            row = self._condition("True", "NewReplicaSetCreated", f'Created new replica set "{name}"')
        return self._say(deployment, str(newest), row), made

    def _body(self, deployment: Object, mark: str, size: int, newest: int) -> Object:
        spec, meta = deployment["spec"], deployment["metadata"]
        template = copied(spec["template"])
        inner = template.setdefault("metadata", {})
        inner["labels"] = (inner.get("labels") or {}) | {HASH: mark}
        chosen = copied(spec["selector"])
        chosen["matchLabels"] = (chosen.get("matchLabels") or {}) | {HASH: mark}
        found: Object = {"replicas": size}
        if spec.get("minReadySeconds"):
            found["minReadySeconds"] = spec["minReadySeconds"]
        return {
            "kind": "ReplicaSet",
            "apiVersion": "apps/v1",
            "metadata": {
                "name": f"{meta['name']}-{mark}",
                "namespace": meta["namespace"],
                "labels": dict(inner["labels"]),
                "annotations": annotated(deployment, None, newest) | sized(deployment),
                "ownerReferences": [controller_reference(deployment)],
            },
            "spec": found | {"selector": chosen, "template": template},
        }

    def _refused(self, deployment: Object, name: str, refusal: Refusal) -> None:
        """Another template has the same hash: count it, the next look makes another name. Else say what is wrong."""
        if refusal.reason == "AlreadyExists":
            namespace = deployment["metadata"]["namespace"]
            other = self._workload.world.store.get("replicasets.apps", name, namespace)
            mine = controller_uid(other) == deployment["metadata"]["uid"]
            if not mine or not same(other["spec"]["template"], deployment["spec"]["template"]):
                number = deployment["status"].get("collisionCount", 0) + 1
                self._workload.report(deployment, deployment["status"] | {"collisionCount": number})
            return
        words = f'Failed to create new replica set "{name}": {refusal.message}'
        if statuses.deadline(deployment) is not None:
            self._say(deployment, "", self._condition("False", "ReplicaSetCreateError", words))
        self._workload.events.event(deployment, "Warning", "ReplicaSetCreateError", words)

    def _condition(self, value: str, reason: str, words: str) -> Object:
        return statuses.made(statuses.PROGRESSING, value, reason, words, stamp(self._workload.world.now))

    def _say(self, deployment: Object, number: str, row: Object | None) -> Object:
        """Write the revision and a condition into the Deployment, where they differ."""
        status, annotations = deployment["status"], annotations_of(deployment)
        if row is not None:
            status = status | {"conditions": statuses.put(status.get("conditions", ()), row)}
        if number:
            annotations = annotations | {REVISION: number}
        return self._workload.report(deployment, status, annotations)
