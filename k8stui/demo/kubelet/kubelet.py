"""The kubelets of all nodes: each looks at the pods bound to its node whenever something changes or is due."""

from collections.abc import Callable
from functools import partial
from typing import Any

from k8stui.demo.controllers.controller import Controller
from k8stui.demo.controllers.world import World
from k8stui.demo.kubelet import ending, nodes, starting, worker
from k8stui.demo.kubelet.habits import Habits
from k8stui.demo.kubelet.output import Output
from k8stui.demo.kubelet.running import end, signalled
from k8stui.demo.kubelet.runs import NEVER, RUNNING, Run, Sandbox, specs
from k8stui.demo.kubelet.site import Site
from k8stui.demo.kubelet.status import status
from k8stui.demo.kubelet.usage import KubeletUsage
from k8stui.demo.metrics.source import MetricsSource
from k8stui.demo.registry.registry import Deletion
from k8stui.demo.runtime.containers import Containers
from k8stui.demo.runtime.logs import Logs
from k8stui.demo.storage.changes import Change
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.objects import Object, key_of

LOAD = "load"
"""The namespace of made load: its pods are in no cache, and all that becomes of them is an end."""
MOMENT = 2.0
"""Seconds that such a pod takes to end."""
REFERRED = ("configmaps", "secrets", "persistentvolumeclaims")


class Kubelets(Controller):
    """What runs on the nodes. A node whose kubelet was not started, or was stopped, stays as it is."""

    def __init__(self, world: World, habits: Habits, logs: Logs | None = None) -> None:
        """Nothing happens before `start`. Pods that the API tells of are taken up as they are."""
        super().__init__(world)
        self.habits = habits
        self.output = Output(world, logs if logs is not None else Logs())
        self._sites: dict[str, Site] = {}
        self._containers: Containers | None = None
        self._reporters: dict[str, nodes.Reporter] = {}
        self._stopped: dict[str, Site] = {}
        self._homes: dict[str, tuple[str, str, Object | None]] = {}
        """Of each pod that was seen: its node, its uid, and what its static pod is."""
        for resource in dict.fromkeys((*REFERRED, *self._asked())):
            world.cache(resource).handle(partial(self._referred, resource))
        self.watch("pods")
        world.store.on_change(world.store.catalog.named("pods"), self._load)

    # ---- nodes

    def start(self, name: str) -> None:
        """The kubelet of a node starts (again): it reports, and takes care of its pods."""
        if name in self._sites:
            return
        site = self._stopped.pop(name) if name in self._stopped else Site(self.world, self.habits, self.output, name)
        self._sites[name] = site
        self._silence(name)
        reporter = self._reporters[name] = nodes.Reporter(site)
        nodes.begin(reporter)
        self._beat(reporter)
        for pod in self.world.cache("pods").all():
            if (pod.get("spec") or {}).get("nodeName") == name:
                self.enqueue(key_of(pod))

    def stop(self, name: str) -> None:
        """The kubelet of a node ends, as if killed: its containers run on, and nobody hears of them."""
        if (site := self._sites.pop(name, None)) is not None:
            self._stopped[name] = site
            del self._reporters[name]
            self._silence(name)

    def alive(self, name: str) -> bool:
        """Whether a kubelet runs on this node."""
        return name in self._sites

    def _beat(self, reporter: nodes.Reporter) -> None:
        if self._reporters.get(reporter.site.name) is not reporter:
            return
        site = reporter.site
        due = nodes.beat(reporter, self.habits.pressures) if site.node else site.later(nodes.RENEW)
        for box in site.boxes.values():
            if box.wake <= site.now:
                self.enqueue(box.key)
        self.world.agenda.after(max(due - site.now, 0.01) * self.world.agenda.speed, partial(self._beat, reporter))

    # ---- what the runtime tells

    def attach(self, containers: Containers) -> None:
        """Answer what the server asks the nodes, and hear what happens inside of containers."""
        self._containers = containers
        containers.on_signal = self.signalled
        containers.on_exit = self.exited
        containers.silent.update(self._stopped)

    def usage(self, base: MetricsSource) -> MetricsSource:
        """A source for metrics.k8s.io that knows what the kubelets know, and takes all else from `base`."""
        return KubeletUsage(base, self._known, self.alive, self.world.agenda.speed)

    def _known(self) -> list[Site]:
        return [*self._sites.values(), *self._stopped.values()]

    def _silence(self, name: str) -> None:
        """Nobody answers for a node whose kubelet was stopped."""
        if self._containers is not None:
            if self.alive(name):
                self._containers.silent.discard(name)
            else:
                self._containers.silent.add(name)

    def signalled(self, pod: Object, container: str, number: int) -> None:
        """A container's main process got a signal from inside (`kill 1`)."""
        self._inside(pod, container, lambda site, run: signalled(site, pod, run, number))

    def exited(self, pod: Object, container: str, code: int) -> None:
        """A container's main process ended, because whoever was attached to it left it."""
        self._inside(pod, container, lambda site, run: end(site, pod, run, site.now, code))

    def _inside(self, pod: Object, container: str, act: Callable[[Site, Run], None]) -> None:
        site = self._sites.get(pod["spec"].get("nodeName", ""))
        box = site.boxes.get(pod["metadata"]["uid"]) if site else None
        run = box.runs.get(container) if box else None
        if site and box and run and run.state == RUNNING:
            act(site, run)
            self.enqueue(box.key)

    # ---- pods

    def sync(self, key: str) -> None:
        """One look at one pod."""
        namespace, _, name = key.partition("/")
        try:
            pod = self.world.store.get("pods", name, namespace)
        except Refusal:
            self._gone(key)
            return
        home = self._homes.get(key)
        if home is not None and home[1] != pod["metadata"]["uid"]:
            self._gone(key)
        site = self._sites.get((pod.get("spec") or {}).get("nodeName", ""))
        if site is None or not _sane(pod):
            return
        uid = pod["metadata"]["uid"]
        box = site.boxes.get(uid)
        if box is None:
            box = worker.take_up(site, key, pod)
        self._homes[key] = (site.name, uid, pod if ending.mirror(pod) else None)
        worker.sync(site, box, pod)
        self._wake_later(site, box)

    def _wake_later(self, site: Site, box: Sandbox) -> None:
        if box.wake == NEVER or (site.now < box.timer <= box.wake):
            return
        box.timer = box.wake
        speed = self.world.agenda.speed
        self.world.agenda.after(max(box.wake - site.now, 0.0) * speed, partial(self._ring, site, box))

    def _ring(self, site: Site, box: Sandbox) -> None:
        if site.boxes.get(box.uid) is box and site.reached(box.timer):
            box.timer = NEVER
            if self._sites.get(site.name) is site:
                self.enqueue(box.key)

    def _gone(self, key: str) -> None:
        """A pod is no more: nothing is left of it but, perhaps, a static pod that will be shown again."""
        home = self._homes.pop(key, None)
        if home is None:
            return
        node, uid, static = home
        site = self._sites.get(node) or self._stopped.get(node)
        if site is None:
            return
        if static is not None and uid in site.boxes and node in self._sites:
            shown = {**static, "status": status(static, site.boxes[uid], site.host, site.now)}
            self.world.agenda.after(1.0, partial(self._mirror, shown))
        site.forget(uid)
        self.output.drop(uid)

    def _mirror(self, static: Object) -> None:
        """Show a static pod again; its containers never stopped."""
        meta = static["metadata"]
        kept = ("name", "namespace", "labels", "annotations", "ownerReferences")
        made = {"kind": "Pod", "apiVersion": "v1", "metadata": {key: meta[key] for key in kept if key in meta}}
        computed = ("priority", "preemptionPolicy")
        spec = {key: value for key, value in static["spec"].items() if key not in computed}
        try:
            made = self.world.registry.create({**made, "spec": spec})
        except Refusal:
            return
        made["status"] = static["status"]
        self.world.registry.update_status(made)

    # ---- what pods depend on

    def _asked(self) -> list[str]:
        """The resources that the scenario's conditions look at."""
        givens = [given for row in self.habits.rows for given in row.when]
        return [given.resource for given in givens if given.resource and given.resource not in ("pods", "nodes")]

    def _referred(self, resource: str, old: Object | None, new: Object | None) -> None:
        meta = (new or old or {})["metadata"]
        mark = (resource, meta.get("namespace", ""), meta["name"])
        for site in self._sites.values():
            for box in site.boxes.values():
                if mark in box.asked:
                    starting.awaken(site, box)
                    self.enqueue(box.key)

    # ---- made load

    def _load(self, change: Change) -> None:
        after = change.after
        if after.namespace == LOAD and not change.gone and b'"deletionTimestamp"' in after.raw:
            self.world.agenda.after(MOMENT, partial(self._end_of_load, after.name, after.uid))

    def _end_of_load(self, name: str, uid: str) -> None:
        options = Deletion(grace=0, uid=uid)
        try:
            self.world.registry.delete("pods", name, LOAD, options=options)
        except Refusal:  # somebody was faster
            return


def _sane(pod: Object) -> bool:
    """Whether a kubelet can work with it: the store takes anything."""
    spec = pod.get("spec")
    if not isinstance(spec, dict) or not isinstance(pod.get("status", {}), dict):
        return False
    try:
        rows: list[tuple[str, Any]] = list(specs(pod))
    except (AttributeError, TypeError, KeyError):
        return False
    return bool(rows) and all(isinstance(row, dict) and {"name", "image"} <= row.keys() for _, row in rows)
