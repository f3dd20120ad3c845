"""Jobs: pods until so many have succeeded, or too many have failed, or the time is over.

After `k8s.io/kubernetes/pkg/controller/job`: a pod is counted exactly once, by a finalizer that it carries until then.
"""

from functools import partial

from k8stui.demo.clock import stamp
from k8stui.demo.controllers import jobstatus as statuses
from k8stui.demo.controllers.claims import Claims
from k8stui.demo.controllers.controller import owner_keys
from k8stui.demo.controllers.jobpods import (
    TRACKING,
    ended_at,
    has_failed,
    index_of,
    is_indexed,
    is_terminating,
    is_tracked,
    job_pod,
    restarts_of,
    written_indexes,
)
from k8stui.demo.controllers.jobturn import Failures, Turn
from k8stui.demo.controllers.podcontrol import PodControl
from k8stui.demo.controllers.podfacts import active, is_ready
from k8stui.demo.controllers.ranking import to_delete
from k8stui.demo.controllers.workload import Workload
from k8stui.demo.controllers.world import World
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.objects import Object, ending, phase
from k8stui.model import duration

BACKOFF, LONGEST = 10.0, 600.0
"""Seconds before a failed pod is replaced: doubled with every failure since the last success, up to the second."""
OURS = "kubernetes.io/job-controller"


class Jobs(Workload):
    """The controller of Jobs."""

    def __init__(self, world: World) -> None:
        super().__init__(world, "jobs.batch", "job-controller")
        self._claims = Claims(self, self.cache, "pods")
        self._control = PodControl(self)
        self._failures: dict[str, Failures] = {}

    def gone(self, key: str) -> None:
        """Pods that nobody will count any more are let go."""
        for pod in self._claims.children.all(key.partition("/")[0]):
            if is_tracked(pod) and key in owner_keys("Job")(pod):
                self._count(pod)

    def reconcile(self, obj: Object) -> None:
        """Count, decide whether it is over, make or delete pods, and say how it stands. Raises Refusal."""
        if obj["spec"].get("managedBy", OURS) != OURS:
            return
        pods = self._claims.of(obj)
        if statuses.is_finished(obj):
            self._failures.pop(obj["metadata"]["uid"], None)
            for pod in filter(is_tracked, pods):
                self._count(pod)
            self._expire(obj)
            return
        turn = self._turn(obj, pods)
        self._note_failures(turn)
        if (target := self._failure(turn)) is not None:
            self._give_up(turn, target)
        elif not ending(obj) and statuses.held(turn.status, statuses.CRITERIA) is None:
            self._manage(turn)
            self._say_suspended(turn)
            self._succeed(turn)
        self._write(turn)
        if turn.refusal is not None:
            raise turn.refusal

    def _turn(self, job: Object, pods: list[Object]) -> Turn:
        status = dict(job["status"])
        known = {uid for row in (status.get("uncountedTerminatedPods") or {}).values() for uid in row}
        fresh = [pod for pod in pods if is_tracked(pod) and pod["metadata"]["uid"] not in known]
        done = [pod for pod in fresh if phase(pod) == "Succeeded"]
        failed = [pod for pod in fresh if has_failed(pod, job)]
        turn = Turn(job, pods, status, [pod for pod in pods if active(pod)], done, failed)
        if not turn.suspended and not status.get("startTime"):
            status["startTime"] = stamp(self.world.now)
        return turn

    # ---- whether it is over

    def _failure(self, turn: Turn) -> tuple[str, str] | None:
        """Reason and message when it has failed."""
        if (row := statuses.held(turn.status, statuses.TARGET)) is not None:
            return row["reason"], row["message"]
        if statuses.held(turn.status, statuses.CRITERIA) is not None:
            return None
        if turn.failures > turn.spec("backoffLimit", 6) or self._restarts_too_often(turn):
            return "BackoffLimitExceeded", "Job has reached the specified backoff limit"
        limit, since = turn.spec("activeDeadlineSeconds"), turn.status.get("startTime")
        if limit is not None and since and not turn.suspended:
            left = limit - self.elapsed(since)
            if left <= 0:
                return "DeadlineExceeded", "Job was active longer than specified deadline"
            self.later(turn.job, left)
        return None

    def _restarts_too_often(self, turn: Turn) -> bool:
        """With restartPolicy OnFailure the restarts count instead of the pods."""
        if turn.job["spec"]["template"]["spec"].get("restartPolicy") != "OnFailure":
            return False
        found = sum(restarts_of(pod) for pod in turn.active if phase(pod) in ("Running", "Pending"))
        limit = turn.spec("backoffLimit", 6)
        return found >= limit if limit else found > 0

    def _give_up(self, turn: Turn, target: tuple[str, str]) -> None:
        at = stamp(self.world.now)
        turn.status = statuses.with_condition(turn.status, statuses.TARGET, "True", *target, at)
        for pod in turn.active:
            self._control.delete(turn.job, pod)

    def _succeed(self, turn: Turn) -> None:
        wanted = turn.spec("completions")
        enough = turn.succeeded > 0 if wanted is None else turn.succeeded >= wanted
        if enough and not turn.active:
            words = ("CompletionsReached", "Reached expected number of succeeded pods")
            at = stamp(self.world.now)
            turn.status = statuses.with_condition(turn.status, statuses.CRITERIA, "True", *words, at)

    def _say_suspended(self, turn: Turn) -> None:
        words = ("JobSuspended", "Job suspended") if turn.suspended else ("JobResumed", "Job resumed")
        at, value = stamp(self.world.now), str(turn.suspended)
        status = statuses.with_condition(turn.status, statuses.SUSPENDED, value, *words, at)
        if status is turn.status:
            return
        turn.status = status if turn.suspended else status | {"startTime": at}
        self.events.event(turn.job, "Normal", words[0].removeprefix("Job"), words[1])
        limit = turn.spec("activeDeadlineSeconds")
        if limit is not None and not turn.suspended:
            self.later(turn.job, limit)

    # ---- pods

    def _manage(self, turn: Turn) -> None:
        """Bring the number of active pods to what is wanted."""
        wanted = self._wanted(turn)
        surplus = len(turn.active) - wanted
        if surplus > 0:
            victims = to_delete(turn.active, turn.active, surplus, self.world.now)
            for pod in victims:
                self._count(pod)  # what the Job itself takes away is no failure
                self._control.delete(turn.job, pod)
            turn.active = [pod for pod in turn.active if pod not in victims]
            return
        waiting = sum(map(is_terminating, turn.pods)) if turn.spec("podReplacementPolicy") == "Failed" else 0
        missing = -surplus - waiting
        if missing <= 0:
            return
        if (wait := self._backoff(turn.job)) > 0:
            self.later(turn.job, wait)
            return
        if is_indexed(turn.job):
            taken = turn.indexes | {index_of(pod, turn.job) for pod in turn.active}
            free = [number for number in range(turn.spec("completions", 0)) if number not in taken]
            makes = [partial(job_pod, turn.job, number) for number in free[:missing]]
        else:
            makes = [partial(job_pod, turn.job)] * missing
        turn.refusal = self._control.create_all(turn.job, makes)
        self.world.refresh()
        turn.pods = self._claims.of(turn.job)
        turn.active = [pod for pod in turn.pods if active(pod)]

    def _wanted(self, turn: Turn) -> int:
        if turn.suspended:
            return 0
        most, completions = int(turn.spec("parallelism", 1)), turn.spec("completions")
        if completions is None:
            return len(turn.active) if turn.succeeded else most
        return max(0, min(int(completions) - turn.succeeded, most))

    def _note_failures(self, turn: Turn) -> None:
        """Failures since the last success, in the order in which the pods ended."""
        ends = [(ended_at(pod) or self.world.now, False) for pod in turn.failed]
        ends += [(ended_at(pod) or self.world.now, True) for pod in turn.done]
        if not ends:
            return
        known = self._failures.setdefault(turn.job["metadata"]["uid"], Failures())
        for moment, well in sorted(ends):
            known.number = 0 if well else known.number + 1
            known.last = moment

    def _backoff(self, job: Object) -> float:
        """Seconds until another pod may be made."""
        known = self._failures.get(job["metadata"]["uid"], Failures())
        if not known.number:
            return 0.0
        pause = min(BACKOFF * 2.0 ** min(known.number - 1, 10), LONGEST)
        return pause - self.world.age(known.last)

    def _count(self, pod: Object) -> None:
        """Take the finalizer from a pod."""
        if not is_tracked(pod):
            return
        meta = pod["metadata"]
        try:
            found = self.world.store.get("pods", meta["name"], meta["namespace"])
        except Refusal:
            return
        if found["metadata"]["uid"] != meta["uid"]:
            return
        kept = [each for each in found["metadata"].get("finalizers", ()) if each != TRACKING]
        found["metadata"]["finalizers"] = kept
        if not kept:
            del found["metadata"]["finalizers"]
        self.world.registry.update(found)

    # ---- status

    def _write(self, turn: Turn) -> None:
        """First which pods are about to be counted, then (their finalizers gone) the counts."""
        status = turn.status
        given_up = statuses.held(status, statuses.TARGET) is not None
        active_now, leaving = (0, len(turn.active)) if given_up else (len(turn.active), 0)
        status |= {"active": active_now, "terminating": leaving + sum(map(is_terminating, turn.pods))}
        status["ready"] = sum(map(is_ready, turn.active)) if active_now else 0
        uncounted = {name: list(rows) for name, rows in turn.uncounted.items()}
        done = [] if is_indexed(turn.job) else turn.done
        for name, pods in (("succeeded", done), ("failed", turn.failed)):
            if pods:
                uncounted[name] = [*uncounted.get(name, ()), *(pod["metadata"]["uid"] for pod in pods)]
        if turn.done or turn.failed:
            turn.job = self.report(turn.job, statuses.ordered(status | {"uncountedTerminatedPods": uncounted}))
        listed = {uid for rows in uncounted.values() for uid in rows}
        for pod in turn.pods:
            if pod in turn.done or pod["metadata"]["uid"] in listed:
                self._count(pod)
        if is_indexed(turn.job):
            status |= {"completedIndexes": written_indexes(turn.indexes), "succeeded": len(turn.indexes)}
        else:
            status["succeeded"] = status.get("succeeded", 0) + len(uncounted.get("succeeded", ()))
        status["failed"] = status.get("failed", 0) + len(uncounted.get("failed", ()))
        status["uncountedTerminatedPods"] = {}
        self.report(turn.job, statuses.ordered(self._ended(turn, status)))

    def _ended(self, turn: Turn, status: Object) -> Object:
        """The status with its last condition, once no pod of it runs any more."""
        if turn.active or status["terminating"]:
            return status
        at = stamp(self.world.now)
        if (row := statuses.held(status, statuses.CRITERIA)) is not None:
            self.events.event(turn.job, "Normal", "Completed", "Job completed")
            status = statuses.with_condition(status, statuses.COMPLETE, "True", row["reason"], row["message"], at)
            return status | {"completionTime": at}
        if (row := statuses.held(status, statuses.TARGET)) is not None:
            self.events.event(turn.job, "Warning", row["reason"], row["message"])
            return statuses.with_condition(status, statuses.FAILED, "True", row["reason"], row["message"], at)
        return status

    def _expire(self, job: Object) -> None:
        """A finished Job goes with its pods, so many seconds after its end (the TTL controller)."""
        limit = job["spec"].get("ttlSecondsAfterFinished")
        rows = (statuses.held(job["status"], kind) for kind in (statuses.COMPLETE, statuses.FAILED))
        moment = next((duration.stamp(row["lastTransitionTime"]) for row in rows if row), None)
        if limit is None or moment is None or ending(job):
            return
        left = limit - self.world.age(moment)
        if left > 0:
            self.later(job, left)
        else:
            self.remove(job, self.resource, propagation="Foreground")
