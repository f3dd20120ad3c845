"""ReplicaSets and ReplicationControllers: as many pods of a template as are wanted.

After `k8s.io/kubernetes/pkg/controller/replicaset`; a ReplicationController is the same under another name.
"""

from functools import partial

from k8stui.demo.clock import stamp
from k8stui.demo.controllers.availability import is_available, until_next
from k8stui.demo.controllers.claims import Claims
from k8stui.demo.controllers.podcontrol import BURST, PodControl
from k8stui.demo.controllers.podfacts import active, is_ready
from k8stui.demo.controllers.ranking import to_delete
from k8stui.demo.controllers.templates import pod_of
from k8stui.demo.controllers.workload import Workload
from k8stui.demo.controllers.world import World
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.objects import Object, controller_uid, ending, labels_of, of_type

FAILURE = "ReplicaFailure"


def counted(obj: Object, pods: list[Object], available: int) -> Object:
    """The status of a ReplicaSet with these active pods; counts of zero are absent."""
    marks = (obj["spec"].get("template", {}).get("metadata", {}).get("labels") or {}).items()
    counts = {
        "fullyLabeledReplicas": sum(marks <= labels_of(pod).items() for pod in pods),
        "readyReplicas": sum(map(is_ready, pods)),
        "availableReplicas": available,
    }
    status: Object = {"replicas": len(pods)} | {name: count for name, count in counts.items() if count}
    return status | {"observedGeneration": obj["metadata"].get("generation", 1)}


class ReplicaSets(Workload):
    """The controller of ReplicaSets."""

    def __init__(
        self, world: World, resource: str = "replicasets.apps", component: str = "replicaset-controller"
    ) -> None:
        super().__init__(world, resource, component)
        self._claims = Claims(self, self.cache, "pods")
        self._control = PodControl(self)

    def reconcile(self, obj: Object) -> None:
        """Make or delete what is missing or too much, then say how it stands. Raises Refusal when pods are refused."""
        pods = [pod for pod in self._claims.of(obj) if active(pod)]
        refusal = None if ending(obj) else self._manage(obj, pods)
        least = obj["spec"].get("minReadySeconds", 0)
        self.report(obj, self._status(obj, pods, refusal))
        if least and (wait := until_next(self.world, pods, least)) is not None:
            self.later(obj, wait)
        if refusal is not None:
            raise refusal

    def _manage(self, obj: Object, pods: list[Object]) -> Refusal | None:
        """Returns the first refusal."""
        wanted = obj["spec"].get("replicas", 1)
        if len(pods) < wanted:
            make = partial(pod_of, obj["spec"]["template"], obj)
            return self._control.create_all(obj, [make] * (wanted - len(pods)))
        first = None
        surplus = min(len(pods) - wanted, BURST)
        victims = to_delete(pods, self._related(obj), surplus, self.world.now) if surplus else []
        for victim in victims:
            try:
                self._control.delete(obj, victim)
            except Refusal as refusal:
                first = first or refusal
        return first

    def _related(self, obj: Object) -> list[Object]:
        """The active pods of all ReplicaSets with the same controller: crowded nodes give theirs first."""
        parent = controller_uid(obj)
        family = self.cache.owned(parent) if parent else []
        return [pod for each in family or [obj] for pod in self._claims.children.of(each) if active(pod)]

    def _status(self, obj: Object, pods: list[Object], refusal: Refusal | None) -> Object:
        least = obj["spec"].get("minReadySeconds", 0)
        status = counted(obj, pods, sum(is_available(self.world, pod, least) for pod in pods))
        if rows := self._conditions(obj, pods, refusal):
            status["conditions"] = rows
        return status

    def _conditions(self, obj: Object, pods: list[Object], refusal: Refusal | None) -> list[Object]:
        """ReplicaFailure comes with the first refusal and goes with the first look without one."""
        rows = list(obj["status"].get("conditions", ()))
        if refusal is None:
            return [row for row in rows if row.get("type") != FAILURE]
        if of_type(rows, FAILURE):
            return rows
        reason = "FailedCreate" if len(pods) < obj["spec"].get("replicas", 1) else "FailedDelete"
        made = {"type": FAILURE, "status": "True", "lastTransitionTime": stamp(self.world.now)}
        return [*rows, made | {"reason": reason, "message": refusal.message}]


class ReplicationControllers(ReplicaSets):
    """The controller of ReplicationControllers."""

    def __init__(self, world: World) -> None:
        super().__init__(world, "replicationcontrollers", "replication-controller")
