"""Pods that were started again after they failed, not long ago: between two failures their workload reads as well."""

import heapq
from collections.abc import Callable, Iterable

from k8stui.cluster.index import Index
from k8stui.cluster.store import Store
from k8stui.model.pods import Pod
from k8stui.model.workloads import LATELY, OFTEN


class Relapses:
    """Knows for each workload such a pod, and when that will be too long ago to be told.

    A pod's event costs O(1), a question about a workload as much as it has pods that failed.

    Args:
        pods: all that may be concerned.
        now: the server's time, seconds since the epoch.
    """

    def __init__(self, pods: Store[Pod], now: Callable[[], float]) -> None:
        self._now = now
        self._failed: Index[Pod, str] = Index(pods, _owner)
        self._due: list[tuple[float, str]] = []
        self._until: dict[str, float] = {}

    def of(self, uid: str, controllers: Iterable[str]) -> str:
        """How a pod of the workload `uid` ended lately (`OOMKilled 137`); "" where none did.

        Args:
            uid: the workload's.
            controllers: the owners of its pods.
        """
        now = self._now()
        for owner in controllers:
            for pod in self._failed.group(owner).values():
                until = (pod.restarted or 0.0) + LATELY
                if until > now:
                    if self._until.get(uid) != until:
                        self._until[uid] = until
                        heapq.heappush(self._due, (until, uid))
                    return str(pod.exit)
        self._until.pop(uid, None)
        return ""

    def over(self) -> list[str]:
        """The workloads of which something else has to be told from now on."""
        found = []
        while self._due and self._due[0][0] <= self._now():
            until, uid = heapq.heappop(self._due)
            if self._until.get(uid) == until:
                del self._until[uid]
                found.append(uid)
        return found

    @property
    def next(self) -> float | None:
        """Seconds until `over` may tell of one; None where none is coming."""
        return max(0.0, self._due[0][0] - self._now()) if self._due else None

    def close(self) -> None:
        """Follow them no more."""
        self._failed.close()


def _owner(pod: Pod) -> str | None:
    """Of a pod that failed and was started again more than once."""
    failed = pod.exit is not None and pod.restarted is not None and pod.restarts >= OFTEN
    return pod.owner_uid or None if failed else None
