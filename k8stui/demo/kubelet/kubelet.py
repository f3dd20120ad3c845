"""The kubelets of all nodes, and the scheduler before them: what becomes of a pod once it is made.

A pod's image says how it fares (`Habits`): most start and stay, some cannot be pulled, some eat more memory than
they may. Nothing is remembered of a pod but its uid: each step looks at the pod as it then is in the store.
"""

from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any

from msgspec import Struct

from k8stui.demo.controllers.agenda import Agenda
from k8stui.demo.controllers.informer import Informer, ending, finished
from k8stui.demo.controllers.scheduler import place
from k8stui.demo.scenario import podstates
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.store import Store
from k8stui.model import quantity

Object = dict[str, Any]
Step = Callable[[Object], None]


class Habits(Struct, frozen=True):
    """How the containers of some images behave."""

    missing: frozenset[str] = frozenset()
    """Images that no registry has."""
    hungry: dict[str, str] = {}
    """Image -> memory it comes to need: with a lower limit it is OOMKilled, again and again."""
    brief: dict[str, float] = {}
    """Image -> seconds after which it is done (exit code 0)."""


LOOK = 0.5
"""Seconds between two looks at the change log."""
BACKOFF = (10, 20, 40)
"""Seconds before each restart, the last for all others: a cluster with `maxContainerRestartPeriod: 40s`."""


class Kubelets:
    """All nodes' kubelets and the scheduler."""

    def __init__(self, store: Store, agenda: Agenda, random: Random, habits: Habits, silent: frozenset[str]) -> None:
        """`silent` are the nodes whose kubelet stopped: nothing happens to their pods any more."""
        self._store = store
        self._agenda = agenda
        self._random = random
        self._habits = habits
        self._silent = silent
        self._pods = Informer(store, "pods")
        self._known: set[str] = set()
        self._leaving: set[str] = set()
        self._deaths: dict[str, int] = {}
        self._address = 10

    def start(self) -> None:
        """Begin to look; pods that run already go on as they are."""
        for pod in self._pods.refresh():
            self._known.add(pod["metadata"]["uid"])
            self._resume(pod)
        self._agenda.every(LOOK, self.look)

    def look(self) -> None:
        """Take on what is new and let go what shall end."""
        for pod in self._pods.refresh():
            self._agenda.attempt(partial(self._notice, pod))
        for gone in self._known - self._pods.objects.keys():
            self._known.discard(gone)
            self._leaving.discard(gone)
            self._deaths.pop(gone, None)

    def _notice(self, pod: Object) -> None:
        uid = pod["metadata"]["uid"]
        if ending(pod):
            self._end(pod, uid)
        elif uid not in self._known:
            self._known.add(uid)
            self._after(self._random.uniform(0.1, 0.4), pod, self._schedule)

    # ---- steps

    def _after(self, seconds: float, pod: Object, step: Step) -> None:
        """Do `step` to this very pod and store it, unless it is gone, ending or finished by then."""
        meta = pod["metadata"]

        def act() -> None:
            now = self._find(meta)
            if now is None or ending(now) or finished(now):
                return
            step(now)
            try:
                self._store.update(now)
            except Refusal:  # the step itself removed it
                return

        self._agenda.after(seconds, act)

    def _find(self, meta: Object) -> Object | None:
        """The pod as it is now; None when it is gone or another one has its name."""
        try:
            pod = self._store.get("pods", meta["name"], meta["namespace"])
        except Refusal:
            return None
        return pod if pod["metadata"]["uid"] == meta["uid"] else None

    def _schedule(self, pod: Object) -> None:
        """Bind it to a node, or say why not and try again later."""
        at = self._agenda.now
        pod["status"].setdefault("qosClass", "BestEffort")
        node = pod["spec"].get("nodeName", "")
        if not node:
            others = (other for other in self._pods.objects.values() if not finished(other))
            node, why = place(pod, self._store.list("nodes"), others)
            if not node:
                podstates.unschedulable(pod, at, why)
                self._after(20, pod, self._schedule)
                return
        podstates.scheduled(pod, at, node)
        if node not in self._silent:
            self._after(self._random.uniform(0.2, 0.6), pod, self._create)

    def _create(self, pod: Object) -> None:
        podstates.creating(pod, self._agenda.now, self._host(pod["spec"]["nodeName"]))
        self._after(self._random.uniform(1.2, 3.0), pod, self._pull)

    def _pull(self, pod: Object) -> None:
        at = self._agenda.now
        self._address = self._address % 240 + 1
        number = self._node_number(pod["spec"]["nodeName"])
        host = pod["status"]["hostIP"]
        podstates.address(pod, at, host if pod["spec"].get("hostNetwork") else f"10.244.{number}.{self._address + 9}")
        if self._missing(pod):
            self._unpulled(pod, waiting=False)
            return
        self._run(pod)

    def _unpulled(self, pod: Object, *, waiting: bool) -> None:
        """The image is asked for again and again (or another one, when somebody has mended the pod)."""
        if not waiting and not self._missing(pod):
            self._run(pod)
            return
        podstates.unpulled(pod, self._agenda.now, waiting=waiting)
        self._after(14 if waiting else 6, pod, lambda later: self._unpulled(later, waiting=not waiting))

    def _run(self, pod: Object) -> None:
        podstates.started(pod, self._agenda.now)
        self._live(pod)

    def _live(self, pod: Object) -> None:
        """What the running pod does next."""
        image = pod["spec"]["containers"][0]["image"]
        if image in self._habits.brief:
            seconds = self._habits.brief[image] * self._random.uniform(0.8, 1.2)
            podstates.ready(pod, self._agenda.now)
            self._after(seconds, pod, lambda later: podstates.completed(later, self._agenda.now))
            return
        self._after(self._random.uniform(2.0, 5.0), pod, lambda later: podstates.ready(later, self._agenda.now))
        if self._starves(pod):
            self._after(self._random.uniform(14.0, 22.0), pod, self._die)

    def _die(self, pod: Object) -> None:
        podstates.died(pod, self._agenda.now, 137, "OOMKilled")
        self._after(self._random.uniform(1.0, 2.0), pod, self._back_off)

    def _back_off(self, pod: Object) -> None:
        uid = pod["metadata"]["uid"]
        deaths = self._deaths[uid] = self._deaths.get(uid, -1) + 1
        seconds = BACKOFF[min(deaths, len(BACKOFF) - 1)]
        podstates.backoff(pod, self._agenda.now, seconds)
        self._after(seconds, pod, self._restart)

    def _restart(self, pod: Object) -> None:
        podstates.restarted(pod, self._agenda.now)
        self._live(pod)

    def _resume(self, pod: Object) -> None:
        """Take a pod of the seed as it stands."""
        if ending(pod) or finished(pod) or pod["spec"].get("nodeName") in self._silent:
            return
        rows = pod["status"].get("containerStatuses", [{}])
        state = rows[0].get("state", {})
        reason = state.get("waiting", {}).get("reason", "")
        if "nodeName" not in pod["spec"]:
            self._after(self._random.uniform(5, 20), pod, self._schedule)
        elif reason == "ImagePullBackOff":
            self._after(5, pod, lambda later: self._unpulled(later, waiting=False))
        elif reason == "CrashLoopBackOff":
            self._deaths[pod["metadata"]["uid"]] = len(BACKOFF)
            self._after(self._random.uniform(4, 9), pod, self._restart)
        elif "running" in state and self._starves(pod):
            self._after(self._random.uniform(10, 20), pod, self._die)

    # ---- the end

    def _end(self, pod: Object, uid: str) -> None:
        """Stop the containers of a pod whose deletion was asked for, then let go of it."""
        node = pod["spec"].get("nodeName", "")
        if uid in self._leaving or node in self._silent:
            return
        if pod["metadata"].get("finalizers"):
            return
        self._leaving.add(uid)
        grace = pod["metadata"].get("deletionGracePeriodSeconds", 30)
        wait = self._random.uniform(1.5, 4.0)
        meta = pod["metadata"]
        self._agenda.after(min(float(grace), wait) if node else 0.0, lambda: self._remove(meta))

    def _remove(self, meta: Object) -> None:
        pod = self._find(meta)
        if pod is None:
            return
        if pod["metadata"].get("finalizers"):
            self._leaving.discard(meta["uid"])
        else:
            self._store.delete("pods", meta["name"], meta["namespace"])

    # ---- facts

    def _missing(self, pod: Object) -> bool:
        return any(row["image"] in self._habits.missing for row in pod["spec"]["containers"])

    def _starves(self, pod: Object) -> bool:
        """Whether its memory limit is below what its image comes to need."""
        first = pod["spec"]["containers"][0]
        limit = first.get("resources", {}).get("limits", {}).get("memory")
        need = self._habits.hungry.get(first["image"])
        return bool(need and limit and quantity.parse(limit) < quantity.parse(need))

    def _host(self, node: str) -> str:
        try:
            rows = self._store.get("nodes", node)["status"]["addresses"]
        except Refusal:
            return ""
        return next((str(row["address"]) for row in rows if row["type"] == "InternalIP"), "")

    def _node_number(self, node: str) -> int:
        try:
            return int(self._store.get("nodes", node)["spec"]["podCIDR"].split(".")[2])
        except (Refusal, KeyError, ValueError, IndexError):
            return 255
