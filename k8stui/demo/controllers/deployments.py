"""Deployments: rollouts, scaling, pauses and the history of their ReplicaSets.

After `k8s.io/kubernetes/pkg/controller/deployment`. One look makes at most one step up or one step down.
"""

from collections.abc import Mapping

from msgspec import Struct

from k8stui.demo.clock import stamp
from k8stui.demo.controllers import deploymentstatus as statuses
from k8stui.demo.controllers.claims import Claims
from k8stui.demo.controllers.controller import owner_keys
from k8stui.demo.controllers.newsets import NewSets, by_age, find_new, revision, sized
from k8stui.demo.controllers.podfacts import finished
from k8stui.demo.controllers.rolling import (
    DESIRED,
    cleanup_sizes,
    count,
    is_rolling,
    max_unavailable,
    new_size,
    number_in,
    proportional_sizes,
    replicas,
    shrunk_sizes,
    wanted_total,
)
from k8stui.demo.controllers.workload import Workload, copied
from k8stui.demo.controllers.world import World
from k8stui.demo.storage.objects import Object, annotations_of, condition, ending


class Turn(Struct):
    """One look at a Deployment: it and its ReplicaSets as they are so far."""

    deployment: Object
    old: list[Object]
    """The oldest first."""
    new: Object | None

    def copy(self) -> "Turn":
        """What was seen: counts are reported of that, the next look sees the ReplicaSets as they are then."""
        return Turn(self.deployment, list(self.old), self.new)

    @property
    def sets(self) -> list[Object]:
        """All of them, the new one last."""
        return [*self.old, self.new] if self.new else self.old

    @property
    def active(self) -> list[Object]:
        """Those that want pods."""
        return [each for each in self.sets if replicas(each)]


class Deployments(Workload):
    """The controller of Deployments."""

    def __init__(self, world: World) -> None:
        super().__init__(world, "deployments.apps", "deployment-controller")
        self._claims = Claims(self, self.cache, "replicasets.apps")
        self._pods = world.cache("pods")
        self._pods.handle(self._pod_gone)
        self._news = NewSets(self)

    def _pod_gone(self, old: Object | None, new: Object | None) -> None:
        """Recreate waits for the last old pod."""
        if old is None or new is not None:
            return
        for key in owner_keys("ReplicaSet")(old):
            parent = self._claims.children.get(key)
            for each in owner_keys("Deployment")(parent) if parent else ():
                found = self.cache.get(each)
                if found is not None and not is_rolling(found):
                    self.enqueue(each)

    def reconcile(self, obj: Object) -> None:
        """One step."""
        if obj["spec"].get("selector") in ({}, None):
            words = "This deployment is selecting all pods. A non-empty selector is required."
            self.events.event(obj, "Warning", "SelectingAll", words)
            return
        sets = by_age(self._claims.of(obj))
        new = find_new(obj, sets)
        turn = Turn(copied(obj), [each for each in sets if each is not new], new)
        if ending(obj):
            self._report_counts(turn)
            return
        self._pause(turn)
        if turn.new is not None:
            turn.deployment, turn.new = self._news.keep(turn.deployment, turn.new, turn.old)
        if obj["spec"].get("paused") or self._is_resized(turn):
            self._resize(turn)
        elif is_rolling(obj):
            self._roll(turn)
        else:
            self._recreate(turn)

    # ---- the two strategies

    def _roll(self, turn: Turn) -> None:
        new = self._renew(turn)
        size = new_size(turn.deployment, wanted_total(turn.sets), replicas(new))
        size = min(size, replicas(turn.deployment))
        seen = turn.copy()
        if self._scale(turn, {new["metadata"]["name"]: size}):
            self._report(seen)
            return
        if self._shrink(turn):
            self._report(turn)
            return
        self._clean_up_when_complete(turn)
        self._report(turn)

    def _shrink(self, turn: Turn) -> bool:
        """Scale old ReplicaSets down as far as enough pods stay available: first by what is of no use anyway."""
        old = [each for each in turn.old if replicas(each)]
        if not old or turn.new is None:
            return False
        least = replicas(turn.deployment) - max_unavailable(turn.deployment)
        unready = replicas(turn.new) - turn.new["status"].get("availableReplicas", 0)
        most = wanted_total(turn.sets) - least - unready
        if most <= 0:
            return False
        cleaned = self._scale(turn, cleanup_sizes(old, most))
        surplus = count(turn.sets, "availableReplicas") - least
        old = [each for each in turn.old if replicas(each)]
        return self._scale(turn, shrunk_sizes(old, surplus) if surplus > 0 else {}) or cleaned

    def _recreate(self, turn: Turn) -> None:
        if self._scale(turn, {each["metadata"]["name"]: 0 for each in turn.old}) or self._is_occupied(turn):
            self._report(turn)
            return
        new = self._renew(turn)
        self._scale(turn, {new["metadata"]["name"]: replicas(turn.deployment)})
        self._clean_up_when_complete(turn)
        self._report(turn)

    def _is_occupied(self, turn: Turn) -> bool:
        """Whether an old pod is still there."""
        pods = (pod for each in turn.old for pod in self._pods.of(each))
        return count(turn.old, "replicas") > 0 or any(not finished(pod) for pod in pods)

    def _renew(self, turn: Turn) -> Object:
        """The new ReplicaSet, made when there is none."""
        if turn.new is None:
            turn.deployment, turn.new = self._news.make(turn.deployment, turn.old)
        return turn.new

    # ---- scaling

    def _is_resized(self, turn: Turn) -> bool:
        """Whether the Deployment was scaled since its ReplicaSets were."""
        desired = (number_in(each, DESIRED) for each in turn.active)
        return any(number is not None and number != replicas(turn.deployment) for number in desired)

    def _resize(self, turn: Turn) -> None:
        """Bring a change of `replicas` to the ReplicaSets, also while it is paused or in the middle of a rollout."""
        wanted, seen = replicas(turn.deployment), turn.copy()
        only = self._active_or_latest(turn)
        if only is not None:
            self._scale(turn, {only["metadata"]["name"]: wanted}, marks=True)
        elif self._is_saturated(turn):
            self._scale(turn, {each["metadata"]["name"]: 0 for each in turn.old})
        elif is_rolling(turn.deployment):
            self._scale(turn, proportional_sizes(turn.deployment, turn.active), marks=True)
        if turn.deployment["spec"].get("paused"):
            self._clean_up(turn)
        self._report_counts(seen)

    def _active_or_latest(self, turn: Turn) -> Object | None:
        """The one that wants pods; without any the newest; None when there are several."""
        if len(turn.active) == 1:
            return turn.active[0]
        return turn.sets[-1] if turn.sets and not turn.active else None

    def _is_saturated(self, turn: Turn) -> bool:
        wanted, new = replicas(turn.deployment), turn.new
        if new is None or number_in(new, DESIRED) != wanted:
            return False
        return bool(replicas(new) == wanted == new["status"].get("availableReplicas", 0))

    def _scale(self, turn: Turn, sizes: Mapping[str, int], *, marks: bool = False) -> bool:
        """Give ReplicaSets their sizes; whether any changed. `marks`: also what says how large the Deployment is."""
        found = False
        for index, each in enumerate(turn.old):
            if each["metadata"]["name"] in sizes:
                turn.old[index], moved = self._scale_one(turn, each, sizes[each["metadata"]["name"]], marks)
                found |= moved
        if turn.new and turn.new["metadata"]["name"] in sizes:
            turn.new, moved = self._scale_one(turn, turn.new, sizes[turn.new["metadata"]["name"]], marks)
            found |= moved
        return found

    def _scale_one(self, turn: Turn, each: Object, size: int, marks: bool) -> tuple[Object, bool]:
        before, wanted = replicas(each), sized(turn.deployment)
        if before == size and (not marks or wanted.items() <= annotations_of(each).items()):
            return each, False
        changed = copied(each)
        changed["spec"]["replicas"] = size
        changed["metadata"]["annotations"] = annotations_of(each) | wanted
        made = self.world.registry.update(changed)
        if before != size:
            way, name = "up" if size > before else "down", each["metadata"]["name"]
            words = f"Scaled {way} replica set {name} from {before} to {size}"
            self.events.event(turn.deployment, "Normal", "ScalingReplicaSet", words)
        return made, before != size

    # ---- the rest

    def _clean_up_when_complete(self, turn: Turn) -> None:
        if statuses.is_complete(turn.deployment, turn.deployment["status"]):
            self._clean_up(turn)

    def _clean_up(self, turn: Turn) -> None:
        """Delete old ReplicaSets beyond the history limit, the lowest revision first."""
        rows = sorted((each for each in turn.old if not ending(each)), key=revision)
        surplus = len(rows) - turn.deployment["spec"].get("revisionHistoryLimit", 10)
        for each in rows[: max(0, surplus)]:
            observed = each["status"].get("observedGeneration", 0) >= each["metadata"].get("generation", 1)
            if observed and not replicas(each) and not each["status"].get("replicas", 0):
                self.remove(each, "replicasets.apps")

    def _pause(self, turn: Turn) -> None:
        """Say that it is paused, or goes on; a deadline that was missed stays said."""
        of = turn.deployment
        rows = of["status"].get("conditions", ())
        row = condition(of["status"], statuses.PROGRESSING)
        reason = row.get("reason") if row else ""
        if statuses.deadline(of) is None or reason == statuses.TIMED_OUT:
            return
        paused = bool(of["spec"].get("paused"))
        if paused == (reason == statuses.PAUSED):
            return
        words = (statuses.PAUSED, "Deployment is paused") if paused else ("DeploymentResumed", "Deployment is resumed")
        made = statuses.made(statuses.PROGRESSING, "Unknown", *words, stamp(self.world.now))
        turn.deployment = self.report(of, of["status"] | {"conditions": statuses.put(rows, made)})

    def _report_counts(self, turn: Turn) -> None:
        """Counts and availability; nothing about progress."""
        now = stamp(self.world.now)
        self.report(turn.deployment, statuses.calculated(turn.deployment, turn.sets, turn.new, now))

    def _report(self, turn: Turn) -> None:
        """Everything, and an alarm for the progress deadline."""
        of, now = turn.deployment, stamp(self.world.now)
        status = statuses.calculated(of, turn.sets, turn.new, now)
        row = condition(of["status"], statuses.PROGRESSING)
        waited = self.elapsed(row.get("lastUpdateTime") if row else None)
        status = statuses.progress(of, status, turn.new, now, waited)
        status = statuses.failures(status, turn.sets, turn.new)
        self.report(of, status)
        self._set_alarm(of, status)

    def _set_alarm(self, of: Object, status: Object) -> None:
        limit, row = statuses.deadline(of), condition(status, statuses.PROGRESSING)
        if limit is None or row is None or row["reason"] in (statuses.TIMED_OUT, statuses.DONE):
            return
        if not statuses.is_complete(of, status):
            self.later(of, limit - self.elapsed(row.get("lastUpdateTime")) + 1)
