"""Workloads joined with their pods' restarts, their autoscalers and the last run of CronJobs: by owners' uids alone."""

from collections.abc import Callable, Iterable

from k8stui.cluster.index import Index, Sums
from k8stui.cluster.joined import Joined
from k8stui.cluster.relapses import Relapses
from k8stui.cluster.store import Store
from k8stui.model.autoscalers import Autoscaler, Target, autoscaler
from k8stui.model.managers import Manager
from k8stui.model.objects import ObjectRow
from k8stui.model.pods import Pod
from k8stui.model.workload_row import Workload
from k8stui.model.workloads import WorkloadLine


class Restarts:
    """Restarts of a workload's pods, summed through what stands between (ReplicaSets, Jobs), O(1) an event.

    A pod counts for its controller and for the controller of that, whichever of the three arrives first.

    Args:
        pods: all that are to count.
        between: what may stand between a pod and a workload.
        changed: called with the uid of a workload whose sum is another one now.
    """

    def __init__(self, pods: Store[Pod], between: Iterable[Store[Workload]], changed: Callable[[str], None]) -> None:
        self._tell: Callable[[str], None] = lambda uid: None
        self._parents: dict[str, str] = {}
        self._children: dict[str, set[str]] = {}
        self._counted: dict[str, int] = {}
        """What of each ReplicaSet or Job its owner's sum holds."""
        self._sums: dict[str, int] = {}
        """By owner of owners."""
        self._direct: Sums[Pod, str, int] = Sums(
            pods,
            key=lambda pod: pod.owner_uid or None,
            zero=0,
            add=lambda total, pod: total + pod.restarts,
            subtract=lambda total, pod: total - pod.restarts,
            changed=self._direct_changed,
        )
        self._untaps: list[Callable[[], None]] = []
        for store in between:
            for row in store.rows.values():
                self._between_changed(None, row)
            self._untaps.append(store.tap(self._between_changed))
        self._tell = changed

    def of(self, uid: str) -> int:
        """All restarts of the pods of this workload."""
        return self._direct.sum(uid) + self._sums.get(uid, 0)

    def controllers(self, uid: str) -> Iterable[str]:
        """This workload, and the ReplicaSets or Jobs that it controls: the owners of its pods."""
        return (uid, *self._children.get(uid, ()))

    def close(self) -> None:
        """Follow nobody any more."""
        self._direct.close()
        for untap in self._untaps:
            untap()

    def _direct_changed(self, uid: str) -> None:
        """A pod's controller has another sum: pass the difference on."""
        self._tell(uid)
        parent = self._parents.get(uid)
        if parent is not None:
            now = self._direct.sum(uid)
            self._add(parent, now - self._counted.get(uid, 0))
            self._count(uid, now)

    def _between_changed(self, old: Workload | None, new: Workload | None) -> None:
        row = new if new is not None else old
        assert row is not None
        uid = row.ref.uid
        before, after = self._parents.get(uid), (new.owner_uid or None) if new is not None else None
        if before == after:
            return
        if before is not None:
            del self._parents[uid]
            self._children[before].discard(uid)
            if not self._children[before]:
                del self._children[before]
            self._add(before, -self._counted.pop(uid, 0))
        if after is not None:
            self._parents[uid] = after
            self._children.setdefault(after, set()).add(uid)
            now = self._direct.sum(uid)
            self._count(uid, now)
            self._add(after, now)

    def _count(self, uid: str, restarts: int) -> None:
        if restarts:
            self._counted[uid] = restarts
        else:
            self._counted.pop(uid, None)

    def _add(self, uid: str, restarts: int) -> None:
        if not restarts:
            return
        total = self._sums.get(uid, 0) + restarts
        if total:
            self._sums[uid] = total
        else:
            del self._sums[uid]
        self._tell(uid)


class Autoscalers:
    """Who sets the replicas of what, from whole HorizontalPodAutoscalers, O(1) an event.

    Args:
        scalers: those that are to count.
        changed: called with a target whose autoscalers are others now.
    """

    def __init__(self, scalers: Store[ObjectRow], changed: Callable[[Target], None]) -> None:
        self._tell: Callable[[Target], None] = lambda target: None
        self._known: dict[str, Autoscaler] = {}
        self._by_target: dict[Target, dict[str, Manager]] = {}
        for row in scalers.rows.values():
            self._changed(None, row)
        self._tell = changed
        self._untap = scalers.tap(self._changed)

    def of(self, row: Workload) -> tuple[Manager, ...]:
        """Those of a workload, by name."""
        found = self._by_target.get((row.ref.namespace, row.kind, row.ref.name))
        return tuple(sorted(found.values(), key=str)) if found else ()

    def close(self) -> None:
        """Follow them no more."""
        self._untap()

    def _changed(self, old: ObjectRow | None, new: ObjectRow | None) -> None:
        row = new if new is not None else old
        assert row is not None
        uid = row.ref.uid
        before = self._known.pop(uid, None)
        after = autoscaler(new.tree()) if new is not None else None
        if before is not None:
            group = self._by_target[before.target]
            del group[uid]
            if not group:
                del self._by_target[before.target]
        if after is not None:
            self._known[uid] = after
            self._by_target.setdefault(after.target, {})[uid] = after.manager
        if before != after:
            for target in {each.target for each in (before, after) if each is not None}:
                self._tell(target)


class WorkloadLines(Joined[Workload, WorkloadLine]):
    """Workloads with what is known beside them; one event marks the workload concerned and no other.

    Args:
        workloads: those that are shown.
        pods: the pods whose restarts count.
        between: ReplicaSets and Jobs, shown or not.
        jobs: Jobs, to know how the last run of a CronJob ended.
        scalers: HorizontalPodAutoscalers as whole objects.
        now: the server's time, seconds since the epoch.
    """

    def __init__(
        self,
        workloads: Store[Workload],
        *,
        pods: Store[Pod],
        between: Iterable[Store[Workload]],
        jobs: Store[Workload],
        scalers: Store[ObjectRow],
        now: Callable[[], float],
    ) -> None:
        self._relapses = Relapses(pods, now)
        self._restarts = Restarts(pods, between, lambda uid: self.again((uid,)))
        self._pods: Index[Pod, str] = Index(pods, lambda pod: pod.owner_uid or None)
        self._scalers = Autoscalers(scalers, self._rescaled)
        self._by_name: Index[Workload, Target] = Index(
            workloads, lambda row: (row.ref.namespace, row.kind, row.ref.name)
        )
        self._runs: Index[Workload, str] = Index(jobs, _cron_job)
        self._untap_jobs = jobs.tap(self._run_changed)
        super().__init__(workloads, self._line)

    def pods(self, uid: str) -> list[Pod]:
        """The pods of a workload, in no order; costs as much as it has."""
        return [pod for owner in self._restarts.controllers(uid) for pod in self._pods.group(owner).values()]

    def review(self) -> float | None:
        """Mark what reads differently because time has passed; seconds until the next look."""
        self.again(self._relapses.over())
        return self._relapses.next

    def close(self) -> None:
        """Follow nobody any more."""
        self._relapses.close()
        self._restarts.close()
        self._pods.close()
        self._scalers.close()
        self._by_name.close()
        self._runs.close()
        self._untap_jobs()
        super().close()

    def _line(self, row: Workload) -> WorkloadLine:
        uid = row.ref.uid
        last = self._last_run(uid) if row.kind == "CronJob" else ""
        failing = self._relapses.of(uid, self._restarts.controllers(uid)) if row.kind not in ("CronJob", "Job") else ""
        return WorkloadLine(row, self._restarts.of(uid), self._scalers.of(row), last, failing)

    def _last_run(self, uid: str) -> str:
        """How the newest ended run failed; of a CronJob there are as many as its history limits keep."""
        ended = [row for row in self._runs.group(uid).values() if row.holds("Failed") or row.holds("Complete")]
        if not ended:
            return ""
        newest = max(ended, key=lambda row: (row.started or row.created or 0.0, row.ref.name))
        failed = newest.condition("Failed")
        if failed is None or not failed.true:
            return ""
        return f"{newest.ref.name}: {failed.reason or 'Failed'}"

    def _rescaled(self, target: Target) -> None:
        self.again(self._by_name.group(target))

    def _run_changed(self, old: Workload | None, new: Workload | None) -> None:
        for row in (old, new):
            if row is not None and (owner := _cron_job(row)) is not None:
                self.again((owner,))


def _cron_job(row: Workload) -> str | None:
    """The uid of the CronJob that made a Job."""
    return row.owner_uid if row.owner_kind == "CronJob" and row.owner_uid else None
