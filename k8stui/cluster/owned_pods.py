"""The pods of one workload, also those of ReplicaSets and Jobs that come later."""

from collections.abc import Callable

from k8stui.cluster.index import Index
from k8stui.cluster.silence import Fed
from k8stui.cluster.states import State
from k8stui.cluster.store import Store
from k8stui.model.kinds import CRON_JOBS, DEPLOYMENTS, JOBS, REPLICA_SETS, Kind, Ref
from k8stui.model.pods import Pod
from k8stui.model.workload_row import Workload


class OwnedPods(Store[Pod]):
    """Pods that an object controls, directly or through one that it controls; by uids of owners, O(1) a pod's event.

    Pods of a ReplicaSet or Job that is gone stay until they are gone themselves.

    Args:
        uid: the owner's.
        pods: all that may be its.
        between: ReplicaSets or Jobs that may be its; None where it owns its pods directly.
    """

    def __init__(self, uid: str, pods: Store[Pod], between: Store[Workload] | None = None) -> None:
        super().__init__()
        self._owners = {uid}
        self._uid = uid
        self._by_owner: Index[Pod, str] = Index(pods, lambda pod: pod.owner_uid or None)
        self._untaps: list[Callable[[], None]] = []
        if between is not None:
            self._owners.update(row.ref.uid for row in between.rows.values() if row.owner_uid == uid)
            self._untaps.append(between.tap(self._between_changed))
        for owner in self._owners:
            self.rows.update(self._by_owner.group(owner))
        self._untaps.append(pods.tap(self._pod_changed))

    def close(self) -> None:
        """Follow them no more."""
        for untap in self._untaps:
            untap()
        self._by_owner.close()
        super().close()

    def _pod_changed(self, old: Pod | None, new: Pod | None) -> None:
        if new is not None and new.owner_uid in self._owners:
            self.put(new)
        elif old is not None:
            self.remove(old.ref.uid)

    def _between_changed(self, old: Workload | None, new: Workload | None) -> None:
        if new is None:
            return
        uid, mine = new.ref.uid, new.owner_uid == self._uid
        if mine is (uid in self._owners):
            return
        pods = list(self._by_owner.group(uid).values())
        if mine:
            self._owners.add(uid)
            for pod in pods:
                self.put(pod)
        else:
            self._owners.discard(uid)
            for pod in pods:
                self.remove(pod.ref.uid)


class Owned:
    """`OwnedPods` with the freshness of the feed of pods."""

    def __init__(self, store: OwnedPods, pods: Fed[Pod]) -> None:
        self.store: Store[Pod] = store
        self._pods = pods

    @property
    def state(self) -> State:
        """How fresh the pods are."""
        return self._pods.state

    @property
    def heard(self) -> float | None:
        """When something last arrived about pods."""
        return self._pods.heard


def between(kind: Kind) -> Kind | None:
    """What stands between a workload of this kind and its pods."""
    return {DEPLOYMENTS.resource: REPLICA_SETS, CRON_JOBS.resource: JOBS}.get(kind.resource)


def owned(owner: Ref, pods: Fed[Pod], owners: Fed[Workload] | None) -> Owned:
    """The pods of a workload, live.

    Args:
        owner: the workload, by its uid.
        pods: all that may be its.
        owners: the feed of what `between` tells of; None where its pods are its own.
    """
    return Owned(OwnedPods(owner.uid, pods.store, owners.store if owners is not None else None), pods)
