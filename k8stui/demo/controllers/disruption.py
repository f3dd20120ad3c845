"""The disruption controller: how many pods of a PodDisruptionBudget may go now.

After `kubernetes/pkg/controller/disruption`.
"""

from k8stui.demo.clock import epoch, stamp
from k8stui.demo.controllers.controller import Controller
from k8stui.demo.controllers.events import Recorder
from k8stui.demo.controllers.podfacts import finished, is_ready
from k8stui.demo.controllers.world import World
from k8stui.demo.storage.objects import Object, condition, controller_of, ending, key_of, labels_of, turned
from k8stui.demo.storage.selectors import selects

FORGET = 120.0
"""Seconds after which an eviction that was granted but never came is counted no longer (DeletionTimeout)."""
_UNMANAGED = (
    "Pods selected by this PodDisruptionBudget (selector: %s) were found to be unmanaged. As a result, the status of "
    "the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please "
    'set ".spec.minAvailable" field of the PDB to an integer value.'
)
_SCALES = {
    "ReplicaSet": "replicasets.apps",
    "Deployment": "deployments.apps",
    "StatefulSet": "statefulsets.apps",
    "ReplicationController": "replicationcontrollers",
}


class Disruption(Controller):
    """Keeps the status of every budget; an eviction in between counts itself in, this one puts it right."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._recorder = Recorder(world, "controllermanager")
        self._budgets = world.cache("poddisruptionbudgets.policy")
        self._pods = world.cache("pods")
        self._scales = {kind: world.cache(resource) for kind, resource in _SCALES.items()}
        self.watch("poddisruptionbudgets.policy")
        self.watch("pods", self._over)

    def _over(self, pod: Object) -> list[str]:
        """The budgets that select a pod."""
        found = self._budgets.all(pod["metadata"]["namespace"])
        return [key_of(each) for each in found if selects(each["spec"].get("selector"), labels_of(pod))]

    def sync(self, key: str) -> None:
        """One budget."""
        seen = self._budgets.get(key)
        if seen is None:
            return
        meta = seen["metadata"]
        budget = self.world.store.get("poddisruptionbudgets.policy", meta["name"], meta["namespace"])
        selected = self._pods.selected(meta["namespace"], budget["spec"].get("selector"))
        pods = [each for each in selected if not finished(each)]
        status = dict(budget.get("status", {}))
        disrupted = self._disrupted(key, status.get("disruptedPods", {}), pods)
        expected, desired, problem = self._expected(budget, pods)
        ready = (each["metadata"]["name"] for each in pods if is_ready(each) and not ending(each))
        healthy = sum(name not in disrupted for name in ready)
        allowed = max(0, healthy - desired) if expected > 0 else 0
        if not pods:
            self._recorder.event(budget, "Normal", "NoPods", "No matching pods found")
        if not _is_plain(budget["spec"]) and not all(map(controller_of, pods)):
            self._recorder.event(budget, "Warning", "UnmanagedPods", _UNMANAGED % _go(budget["spec"].get("selector")))
        if problem:
            self._recorder.event(budget, "Warning", "CalculateExpectedPodCountFailed", problem)
        status.pop("disruptedPods", None)
        generation = meta.get("generation", 1)
        counts = {"observedGeneration": generation} | ({"disruptedPods": disrupted} if disrupted else {})
        counts |= {"disruptionsAllowed": allowed, "currentHealthy": healthy}
        counts |= {"desiredHealthy": desired, "expectedPods": expected}
        counts["conditions"] = [self._condition(status, generation, allowed)]
        budget["status"] = counts
        self.world.registry.update_status(budget)

    def _condition(self, status: Object, generation: int, allowed: int) -> Object:
        value = "True" if allowed else "False"
        since = turned(condition(status, "DisruptionAllowed"), value, stamp(self.world.now))
        row = {"type": "DisruptionAllowed", "status": value, "observedGeneration": generation}
        row |= {"lastTransitionTime": since, "message": ""}
        return row | {"reason": "SufficientPods" if allowed else "InsufficientPods"}

    def _disrupted(self, key: str, granted: Object, pods: list[Object]) -> Object:
        """The granted evictions that have not come yet; looked at again when the oldest is forgotten."""
        names = {each["metadata"]["name"] for each in pods if not ending(each)}
        kept = {}
        for name, at in granted.items():
            left = epoch(str(at)) + FORGET - self.world.now
            if name in names and left > 0:
                kept[name] = at
                self.enqueue(key, after=left)
        return kept

    def _expected(self, budget: Object, pods: list[Object]) -> tuple[int, int, str]:
        """Pods that should be there, pods that must be healthy, and what is wrong with the question."""
        spec = budget["spec"]
        if _is_plain(spec):
            return len(pods), max(0, int(spec["minAvailable"])), ""
        expected, problem = self._scale_of(pods)
        if "maxUnavailable" in spec:
            return expected, max(0, expected - _scaled(spec["maxUnavailable"], expected)), problem
        if "minAvailable" in spec:
            return expected, _scaled(spec["minAvailable"], expected), problem
        return expected, max(0, expected - 1), problem

    def _scale_of(self, pods: list[Object]) -> tuple[int, str]:
        """What the controllers of these pods want, each counted once."""
        wanted: dict[str, int] = {}
        for pod in pods:
            owner = controller_of(pod)
            if owner is None:
                continue
            found = self._top(owner, pod["metadata"]["namespace"])
            if found is None:
                return 0, f'found no controller ref for pod "{pod["metadata"]["name"]}"'
            wanted[found["metadata"]["uid"]] = found["spec"].get("replicas", 1)
        return sum(wanted.values()), ""

    def _top(self, owner: Object, namespace: str) -> Object | None:
        """The Deployment of a ReplicaSet, else the owner itself; None for what has no scale."""
        cache = self._scales.get(owner["kind"])
        found = cache.get(f"{namespace}/{owner['name']}") if cache else None
        above = controller_of(found) if found is not None else None
        if above is None or above["kind"] not in self._scales:
            return found
        return self._scales[above["kind"]].get(f"{namespace}/{above['name']}") or found


def _is_plain(spec: Object) -> bool:
    """A number of pods: nothing has to be known of their controllers."""
    return "minAvailable" in spec and not _is_percentage(spec["minAvailable"])


def _go(selector: Object | None) -> str:
    """A LabelSelector as Go prints it."""
    if selector is None:
        return "nil"
    labels = "".join(f"{key}: {value}," for key, value in sorted((selector.get("matchLabels") or {}).items()))
    rows = "".join(
        f"LabelSelectorRequirement{{Key:{row['key']},Operator:{row['operator']},"
        f"Values:[{' '.join(row.get('values') or ())}],}},"
        for row in selector.get("matchExpressions") or ()
    )
    return (
        f"&LabelSelector{{MatchLabels:map[string]string{{{labels}}},"
        f"MatchExpressions:[]LabelSelectorRequirement{{{rows}}},}}"
    )


def _is_percentage(value: object) -> bool:
    return isinstance(value, str) and value.endswith("%")


def _scaled(value: object, total: int) -> int:
    """An IntOrString of a whole, rounded up (intstr.GetScaledValueFromIntOrPercent)."""
    if _is_percentage(value):
        return -(-int(str(value)[:-1]) * total // 100)
    return int(str(value))
