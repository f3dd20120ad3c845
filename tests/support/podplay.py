"""Pods that start and end as if nodes ran them: for tests of controllers, which have no kubelet."""

from collections.abc import Callable
from typing import Any

from k8stui.demo.clock import stamp
from k8stui.demo.controllers.daemonpods import target
from k8stui.demo.registry.registry import Deletion
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.objects import ending
from tests.support.inside import Inside

Object = dict[str, Any]

CONDITIONS = ("Initialized", "Ready", "ContainersReady", "PodScheduled")


class PodPlay:
    """Every new pod that `runs` approves becomes Running and ready; every deleted one goes."""

    def __init__(
        self,
        inside: Inside,
        *,
        start: float | Callable[[], float] = 0.5,
        stop: float = 0.5,
        runs: Callable[[Object], bool] = lambda pod: True,
    ) -> None:
        """`start` and `stop` are seconds; `start` may be asked anew for every pod."""
        self.inside = inside
        self.start = start
        self.stop = stop
        self.runs = runs
        self._seen: set[tuple[str, str]] = set()
        inside.world.cache("pods").handle(self._changed)

    def _changed(self, old: Object | None, new: Object | None) -> None:
        if new is None:
            return
        name = new["metadata"]["name"], new["metadata"]["namespace"]
        what = "stop" if ending(new) else "start"
        if (new["metadata"]["uid"], what) in self._seen:
            return
        self._seen.add((new["metadata"]["uid"], what))
        if what == "stop":
            self.inside.agenda.after(self.stop, lambda: self.vanish(*name))
        elif self.runs(new):
            wait = self.start() if callable(self.start) else self.start
            self.inside.agenda.after(wait, lambda: self.run(*name))

    def run(self, name: str, namespace: str = "default") -> None:
        """Running and ready, unless it is gone or ended by now."""
        try:
            pod = self.inside.get("pods", name, namespace)
        except Refusal:
            return
        if pod["status"].get("phase") in (None, "Pending") and not ending(pod):
            node = target(pod) or "worker-1"
            change = self.inside.store.modify
            change("pods", name, namespace, change=lambda found: found["spec"].setdefault("nodeName", node))
            self.say(name, "Running", namespace=namespace)

    def say(
        self,
        name: str,
        phase: str,
        *,
        ready: bool = True,
        restarts: int = 0,
        exit_code: int = 0,
        namespace: str = "default",
    ) -> None:
        """Write a phase, with the conditions and the container statuses that belong to it."""
        pod = self.inside.get("pods", name, namespace)
        at = stamp(self.inside.agenda.now)
        running = phase == "Running" and ready
        value = {"Ready": running, "ContainersReady": running}
        rows = [
            {"type": kind, "status": "True" if value.get(kind, True) else "False", "lastTransitionTime": at}
            for kind in CONDITIONS
        ]
        state: Object = {"running": {"startedAt": at}}
        if phase in ("Succeeded", "Failed"):
            state = {"terminated": {"exitCode": exit_code, "finishedAt": at, "startedAt": at}}
        containers = [
            {"name": row["name"], "ready": running, "restartCount": restarts, "state": state}
            for row in pod["spec"]["containers"]
        ]
        pod["status"] |= {"phase": phase, "conditions": rows, "containerStatuses": containers}
        self.inside.registry.update_status(pod)

    def vanish(self, name: str, namespace: str = "default") -> None:
        """The node has let go of a pod that is being deleted."""
        try:
            self.inside.registry.delete("pods", name, namespace, options=Deletion(grace=0))
        except Refusal:
            return
