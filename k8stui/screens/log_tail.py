"""The last lines of containers' logs: read once, or followed while a pod fails."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct

from k8stui.kube.errors import ApiError, Failure
from k8stui.model import tree
from k8stui.model.kinds import PODS, Ref
from k8stui.model.objects import Object
from k8stui.model.reasons import pod_reasons
from k8stui.model.refs import ref
from k8stui.model.text import clean

if TYPE_CHECKING:
    from k8stui.cluster.session import Session

AGAIN = 1.0
"""Seconds before a log that could not be had is asked for again: a kubelet needs a moment after a crash."""
TRIES = 6
"""How often in all, unless it is refused."""
AFRESH = 3.0
"""Seconds between two looks at the log of a container that runs and is not ready."""


async def read_tail(session: Session, pod: Ref, container: str, *, previous: bool) -> list[str]:
    """The last `pod_reasons.TAIL` lines, cleaned. Raises ApiError."""
    path = pod.kind.path(pod.namespace, pod.name, "log")
    query = [("container", container), ("tailLines", str(pod_reasons.TAIL))]
    if previous:
        query.append(("previous", "true"))
    answer = await session.connection.request("GET", path, query=query, accept="*/*")
    return [clean(line) for line in answer.body.decode("utf-8", "replace").splitlines()]


class Tail(Struct, frozen=True):
    """What a log ended with."""

    container: str
    previous: bool
    """Of the run before the present one."""
    lines: tuple[str, ...] = ()
    error: str = ""
    """Why it cannot be had."""


_Run = tuple[str, str, bool, int]
"""uid, container, previous, and how often the container was started: another run has another log."""


class LastLines:
    """The last lines of one pod's failing containers, read as soon as they fail.

    Args:
        session: of the pod's context.
        changed: called when there is something new.
    """

    def __init__(self, session: Session, changed: Callable[[], None]) -> None:
        self._session = session
        self._changed = changed
        self._tails: dict[_Run, Tail] = {}
        self._reading: dict[_Run, asyncio.Task[None]] = {}

    def of(self, pod: Object, now: float) -> list[Tail]:
        """What is known of the pod's logs by now; what is not known is being read."""
        found = ref(PODS, pod)
        starts = {tree.text(row, "name"): tree.number(row, "restartCount") for row in _statuses(pod)}
        runs: dict[_Run, bool] = {}
        for each in pod_reasons.previous_logs(pod, now):
            live = not each.previous and any(
                tree.text(row, "name") == each.container and tree.value(row, "state", "running") is not None
                for row in _statuses(pod)
            )
            runs[found.uid, each.container, each.previous, starts.get(each.container, 0)] = live
        for gone in [run for run in self._reading if run not in runs]:
            self._reading.pop(gone).cancel()
        for run, live in runs.items():
            if run not in self._reading:
                task = asyncio.get_running_loop().create_task(self._read(run, found, live))
                self._reading[run] = task
        self._tails = {run: tail for run, tail in self._tails.items() if run in runs}
        return [self._tails[run] for run in runs if run in self._tails]

    async def _read(self, run: _Run, pod: Ref, live: bool) -> None:
        """Read it; again where it could not be had, and from time to time while its container runs."""
        _, container, previous, _ = run
        failures = 0
        while True:
            try:
                lines = await read_tail(self._session, pod, container, previous=previous)
            except ApiError as error:
                failures += 1
                self._keep(run, Tail(container, previous, error=error.sentence))
                if failures >= TRIES or error.failure in (Failure.FORBIDDEN, Failure.UNAUTHORIZED):
                    return
                await asyncio.sleep(AGAIN)
                continue
            self._keep(run, Tail(container, previous, tuple(line for line in lines if line.strip())))
            if not live:
                return
            await asyncio.sleep(AFRESH)

    def _keep(self, run: _Run, tail: Tail) -> None:
        known = self._tails.get(run)
        if known == tail or (tail.error and known is not None and known.lines):
            return  # what was read before counts more than that it cannot be read now
        self._tails[run] = tail
        self._changed()

    def forget(self) -> None:
        """Read everything anew (ctrl+r), also what was refused."""
        for task in self._reading.values():
            task.cancel()
        self._reading.clear()

    def close(self) -> None:
        """Read nothing more."""
        self.forget()
        self._tails.clear()


def _statuses(pod: Object) -> list[Object]:
    return [*tree.rows(pod, "status", "initContainerStatuses"), *tree.rows(pod, "status", "containerStatuses")]
