"""What nodes and the node controller do: leases renewed every ten seconds, pods deleted from a node gone silent."""

from calendar import timegm
from functools import partial
from random import Random
from time import strptime
from typing import Any

from k8stui.demo.clock import micro, stamp
from k8stui.demo.controllers.agenda import Agenda
from k8stui.demo.controllers.informer import Informer, ending, finished
from k8stui.demo.controllers.rollouts import retire
from k8stui.demo.controllers.scheduler import tolerates
from k8stui.demo.scenario import podstates
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.store import Store

Object = dict[str, Any]

RENEW = 10.0
"""Seconds between two renewals of a lease (the kubelet's default)."""
REPORT = 300.0
"""Seconds between two reports of an unchanged node status (nodeStatusReportFrequency)."""
LOOK = 5.0
"""Seconds between two looks of the taint manager."""


class Heartbeats:
    """The leases and reports of the living nodes, and the taint manager."""

    def __init__(self, store: Store, agenda: Agenda, random: Random, silent: frozenset[str], pods: Informer) -> None:
        """`silent` are the nodes whose kubelet stopped; `pods` is refreshed by whoever owns it."""
        self._store = store
        self._agenda = agenda
        self._random = random
        self._silent = silent
        self._pods = pods
        self._nodes = Informer(store, "nodes")
        self._noticed: dict[tuple[str, str], float] = {}

    def start(self) -> None:
        """Every node beats at its own moment."""
        for node in self._store.list("nodes"):
            name = node["metadata"]["name"]
            if name not in self._silent:
                self._agenda.every(RENEW, partial(self._renew, name), first=self._random.uniform(0.5, RENEW))
                self._agenda.every(REPORT, partial(self._report, name), first=self._random.uniform(30, REPORT))
        self._agenda.every(LOOK, self._sweep)

    def _renew(self, name: str) -> None:
        def change(lease: Object) -> None:
            lease["spec"]["renewTime"] = micro(self._agenda.now)

        try:
            self._store.modify("leases.coordination.k8s.io", name, "kube-node-lease", change=change)
        except Refusal:  # somebody deleted it: a kubelet would make it anew, this one leaves it gone
            return

    def _report(self, name: str) -> None:
        def change(node: Object) -> None:
            for row in node["status"]["conditions"]:
                row["lastHeartbeatTime"] = stamp(self._agenda.now)

        try:
            self._store.modify("nodes", name, change=change)
        except Refusal:
            return

    def _sweep(self) -> None:
        """Delete the pods that tolerate a node's NoExecute taints no longer."""
        self._nodes.refresh()
        for node in self._nodes.objects.values():
            for taint in node["spec"].get("taints", []):
                if taint["effect"] == "NoExecute":
                    self._evict(node["metadata"]["name"], taint)

    def _evict(self, node: str, taint: Object) -> None:
        here = self._pods.where(lambda pod: pod["spec"].get("nodeName") == node)
        for pod in here:
            if ending(pod) or finished(pod):
                continue
            meta = pod["metadata"]
            since = self._noticed.setdefault((meta["uid"], taint["key"]), self._since(taint))
            if self._agenda.now < since + patience(pod, taint):
                continue
            podstates.disrupted(pod, self._agenda.now)
            try:
                retire(self._store, pod, self._agenda.now)
            except Refusal:  # changed or gone since the last look: the next one decides anew
                continue

    def _since(self, taint: Object) -> float:
        """When the taint came: its timeAdded, or now when it does not say."""
        try:
            return float(timegm(strptime(taint["timeAdded"], "%Y-%m-%dT%H:%M:%SZ")))
        except (KeyError, ValueError):
            return self._agenda.now


def patience(pod: Object, taint: Object) -> float:
    """For how many seconds a pod stays on a node with this taint: 0 without a toleration, infinite without a limit."""
    rows = [row for row in pod["spec"].get("tolerations", []) if tolerates([row], taint)]
    if not rows:
        return 0.0
    return min(float(row.get("tolerationSeconds", float("inf"))) for row in rows)
