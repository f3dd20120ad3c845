"""StatefulSets: numbered pods, made in order and replaced from the highest number down.

After `k8s.io/kubernetes/pkg/controller/statefulset`.
"""

from collections.abc import Iterable

from msgspec import Struct

from k8stui.demo.controllers.availability import is_available, until_next
from k8stui.demo.controllers.claims import Claims
from k8stui.demo.controllers.podfacts import finished
from k8stui.demo.controllers.revisions import HASH, SET_HASH, Revisions, data_hash, data_of
from k8stui.demo.controllers.statefulpods import (
    claims_of,
    is_healthy,
    ordinal,
    runs,
    stateful_pod,
    wanted_ordinals,
)
from k8stui.demo.controllers.workload import Workload
from k8stui.demo.controllers.world import World
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.objects import Object, ending, key_of, labels_of, phase, reference

CLAIMS = "persistentvolumeclaims"


class Turn(Struct):
    """One look at a StatefulSet."""

    owner: Object
    current: Object
    """The revision that its pods are of, or were before a rollout."""
    update: Object
    """The revision that they are to be of."""
    collisions: int
    pods: list[Object]
    """By number."""
    members: dict[int, Object | None]
    """The pods it wants, by number; None where there is none."""
    condemned: list[Object]
    """Those beyond its size, the highest number first."""
    replaced: bool = False
    """A pod of the current revision was asked to go."""

    @property
    def ordered(self) -> bool:
        """One after the other."""
        return bool(self.owner["spec"].get("podManagementPolicy", "OrderedReady") != "Parallel")

    @property
    def strategy(self) -> Object:
        """updateStrategy."""
        found: Object = self.owner["spec"].get("updateStrategy") or {}
        return found

    @property
    def partition(self) -> int:
        """How many of the lowest numbers stay at the current revision."""
        return int((self.strategy.get("rollingUpdate") or {}).get("partition", 0))

    @property
    def least(self) -> int:
        """minReadySeconds."""
        return int(self.owner["spec"].get("minReadySeconds", 0))


class StatefulSets(Workload):
    """The controller of StatefulSets."""

    def __init__(self, world: World) -> None:
        super().__init__(world, "statefulsets.apps", "statefulset-controller")
        self._claims = Claims(self, self.cache, "pods")
        self._revisions = Revisions(self, SET_HASH, lambda owner, number: data_hash(data_of(owner), number))
        self._volumes = world.cache(CLAIMS)

    def reconcile(self, obj: Object) -> None:
        """One step, or as many as its policy allows. Raises Refusal when a pod or a claim is refused."""
        rows = self._revisions.of(obj)
        if ending(obj) and not rows:
            return
        turn = self._turn(obj, rows)
        refusal = None
        if not ending(obj):
            try:
                self._proceed(turn)
            except Refusal as found:
                refusal = found
        self.report(obj, self._status(turn))
        if turn.least and (wait := until_next(self.world, turn.pods, turn.least)) is not None:
            self.later(obj, wait)
        if refusal is not None:
            raise refusal
        live = {turn.current["metadata"]["name"], turn.update["metadata"]["name"]}
        live |= {labels_of(pod).get(HASH, "") for pod in turn.pods}
        self._revisions.truncate(rows, live, obj["spec"].get("revisionHistoryLimit", 10))

    def _turn(self, obj: Object, rows: list[Object]) -> Turn:
        name = obj["metadata"]["name"]
        update, collisions = self._revisions.current(obj, rows, obj["status"].get("collisionCount", 0))
        known = obj["status"].get("currentRevision")
        current = next((row for row in rows if row["metadata"]["name"] == known), update)
        pods = self._claims.of(obj, lambda pod: ordinal(pod, name) >= 0)
        pods = sorted((pod for pod in pods if ordinal(pod, name) >= 0), key=lambda pod: ordinal(pod, name))
        members: dict[int, Object | None] = dict.fromkeys(wanted_ordinals(obj))
        condemned: list[Object] = []
        for pod in pods:
            if ordinal(pod, name) in members:
                members[ordinal(pod, name)] = pod
            else:
                condemned.insert(0, pod)
        return Turn(obj, current, update, collisions, pods, members, condemned)

    # ---- steps

    def _proceed(self, turn: Turn) -> None:
        """First what is missing, then what is too much, then what is of an old revision."""
        for number, pod in turn.members.items():
            if self._keep(turn, number, pod) and turn.ordered:
                return
        if any(pod is not None and finished(pod) for pod in turn.members.values()):
            return
        if self._dismiss(turn) or turn.strategy.get("type", "RollingUpdate") == "OnDelete":
            return
        self._renew(turn)

    def _keep(self, turn: Turn, number: int, pod: Object | None) -> bool:
        """See to one wanted pod; whether those after it have to wait."""
        if pod is None:
            self._create(turn, number)
            return True
        if finished(pod):
            if not ending(pod):
                self._delete(turn, pod)
            return True
        if phase(pod) == "Pending":
            self._provide(turn, number, pod["metadata"]["name"])
        return ending(pod) or not runs(pod) or not is_available(self.world, pod, turn.least)

    def _dismiss(self, turn: Turn) -> bool:
        """Delete pods beyond the size, in order the highest first; whether there is anything to wait for."""
        rows = [*turn.members.values(), *reversed(turn.condemned)]
        unhealthy = next((pod for pod in rows if not is_healthy(pod)), None)
        waits = False
        for pod in turn.condemned:
            if ending(pod):
                if turn.ordered:
                    return True
                continue
            fit = runs(pod) and is_available(self.world, pod, turn.least)
            if turn.ordered and not fit and pod is not unhealthy:
                return True
            self._hand_over(turn, pod)
            self._delete(turn, pod)
            waits = True
            if turn.ordered:
                return True
        return waits

    def _renew(self, turn: Turn) -> None:
        """Delete the highest pod of an old revision; those that are unhealthy are waited for."""
        name = turn.update["metadata"]["name"]
        lowest = wanted_ordinals(turn.owner).start + turn.partition
        for number in sorted(turn.members, reverse=True):
            pod = turn.members[number]
            if number < lowest or pod is None:
                return
            if labels_of(pod).get(HASH) != name and not ending(pod):
                self._delete(turn, pod)
                turn.replaced = True
                return
            if not is_healthy(pod) or not is_available(self.world, pod, turn.least):
                return

    # ---- pods and claims

    def _create(self, turn: Turn, number: int) -> None:
        revision = turn.current if self._is_current(turn, number) else turn.update
        made = stateful_pod(turn.owner, revision, number)
        name = made["metadata"]["name"]
        self._provide(turn, number, name)
        try:
            self.world.registry.create(made)
        except Refusal as refusal:
            self._say(turn.owner, "Warning", "FailedCreate", f"create Pod {name}", f"failed error: {refusal.message}")
            raise
        self._say(turn.owner, "Normal", "SuccessfulCreate", f"create Pod {name}", "successful")

    def _is_current(self, turn: Turn, number: int) -> bool:
        """Whether a pod that is made anew is still of the current revision."""
        first = wanted_ordinals(turn.owner).start
        if turn.strategy.get("rollingUpdate") is not None:
            return number < first + turn.partition
        rolling = turn.strategy.get("type", "RollingUpdate") == "RollingUpdate"
        return rolling and number < first + int(turn.owner["status"].get("currentReplicas", 0))

    def _delete(self, turn: Turn, pod: Object) -> None:
        name = pod["metadata"]["name"]
        try:
            self.remove(pod, "pods")
        except Refusal as refusal:
            self._say(turn.owner, "Warning", "FailedDelete", f"delete Pod {name}", f"failed error: {refusal.message}")
            raise
        self._say(turn.owner, "Normal", "SuccessfulDelete", f"delete Pod {name}", "successful")

    def _provide(self, turn: Turn, number: int, pod: str) -> None:
        """Make the claims of a pod that are not there."""
        for _, claim in claims_of(turn.owner, number):
            meta = claim["metadata"]
            if self._volumes.get(key_of(claim)) is not None:
                continue
            what = f"create Claim {meta['name']} Pod {pod}"
            try:
                self.world.registry.create(claim)
            except Refusal as refusal:
                self._say(turn.owner, "Warning", "FailedCreate", what, f"failed error: {refusal.message}")
                raise
            self._say(turn.owner, "Normal", "SuccessfulCreate", what, "success")

    def _hand_over(self, turn: Turn, pod: Object) -> None:
        """The claims of a pod that goes for good go with it, when the retention policy says so."""
        policy = turn.owner["spec"].get("persistentVolumeClaimRetentionPolicy") or {}
        if policy.get("whenScaled", "Retain") != "Delete":
            return
        for _, claim in claims_of(turn.owner, ordinal(pod, turn.owner["metadata"]["name"])):
            meta = claim["metadata"]
            if self._volumes.get(key_of(claim)) is not None:
                found = self.world.store.get(CLAIMS, meta["name"], meta["namespace"])
                found["metadata"]["ownerReferences"] = [reference(pod)]
                self.world.registry.update(found)

    def _say(self, owner: Object, type_: str, reason: str, what: str, how: str) -> None:
        self.events.event(owner, type_, reason, f"{what} in StatefulSet {owner['metadata']['name']} {how}")

    # ---- status

    def _status(self, turn: Turn) -> Object:
        old, new = turn.current["metadata"]["name"], turn.update["metadata"]["name"]
        wanted = len(turn.members)
        ready = sum(map(runs, turn.pods))
        current, updated = _of(turn.pods, old) - turn.replaced, _of(turn.pods, new)
        rolling = turn.strategy.get("type", "RollingUpdate") == "RollingUpdate"
        if rolling and updated == wanted == ready:
            current, old = updated, new
        status: Object = {"observedGeneration": turn.owner["metadata"].get("generation", 1)}
        status["replicas"] = len(turn.pods)
        counts = {"readyReplicas": ready, "currentReplicas": max(0, current), "updatedReplicas": updated}
        status |= {name: number for name, number in counts.items() if number}
        status |= {"currentRevision": old, "updateRevision": new, "collisionCount": turn.collisions}
        status["availableReplicas"] = sum(runs(pod) and is_available(self.world, pod, turn.least) for pod in turn.pods)
        return status


def _of(pods: Iterable[Object], revision: str) -> int:
    """How many of the pods that stay are of a revision."""
    return sum(labels_of(pod).get(HASH) == revision and not ending(pod) for pod in pods)
