"""Who stands in for the kubelets in the past: pods run as soon as they are bound; and for the scheduler where the
scenario says on which nodes an app runs."""

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from itertools import cycle

from k8stui.demo.clock import stamp
from k8stui.demo.controllers.daemonpods import target
from k8stui.demo.controllers.events import Recorder
from k8stui.demo.controllers.world import World
from k8stui.demo.kubelet.habits import Habit
from k8stui.demo.kubelet.references import Things
from k8stui.demo.kubelet.runs import specs
from k8stui.demo.registry.registry import Deletion
from k8stui.demo.scenario import found
from k8stui.demo.scenario.parts import App, Scenario
from k8stui.demo.storage.changes import Change
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.objects import Object, ending

NAME = "app.kubernetes.io/name"


class StandIn:
    """Hears of every pod while the past is played; `leave` ends that."""

    def __init__(self, world: World, scenario: Scenario) -> None:
        """`scenario` says where the pods of each app run, and how they fare."""
        self._world = world
        self._scenario = scenario
        self._kind = world.store.catalog.named("pods")
        self._apps = {(app.namespace, app.name): app for app in scenario.apps}
        self._places: dict[tuple[str, str], Iterator[str]] = {}
        self._hosts = {machine.name: machine.ip for machine in scenario.machines}
        self._addresses = dict.fromkeys(self._hosts, 1)
        self._recorders = {name: Recorder(world, "kubelet", name) for name in self._hosts}
        self._left = False
        self._silent: set[str] = set()
        world.store.on_change(self._kind, self._changed)

    def leave(self) -> None:
        """The real ones take over."""
        self._left = True

    def app(self, pod: Object) -> App | None:
        """Whose pod it is."""
        labels = pod["metadata"].get("labels") or {}
        return self._apps.get((pod["metadata"]["namespace"], labels.get(NAME) or labels.get("component", "")))

    def host(self, node: str) -> str:
        """The node's own address."""
        return self._hosts.get(node, "")

    def habits(self, pod: Object) -> dict[str, Habit]:
        """How each container fares now."""
        return {
            spec["name"]: self._scenario.habits.of(spec["image"], spec["name"], Things(self._world.store, pod, spec))
            for _, spec in specs(pod)
        }

    def write(self, pod: Object) -> None:
        """Put a pod in the place of the one that is stored."""
        meta = pod["metadata"]
        entry = self._world.store.entry(self._kind, meta["namespace"], meta["name"])
        self._world.store.put(self._kind, pod, entry)

    # ---- pods that come

    def _changed(self, change: Change) -> None:
        raw = change.after.raw
        if self._left or change.gone or (b'"startTime"' in raw and b'"deletionTimestamp"' not in raw):
            return
        pod = self._world.store.decode(self._kind, change.after)
        node = pod["spec"].get("nodeName") or ("" if ending(pod) else self._place(pod))
        if ending(pod):
            if node not in self._silent:
                self._world.agenda.after(0.01, partial(self._end, pod))
            return
        if node in self._hosts:
            pod["spec"]["nodeName"] = node
            self._run(pod, node)

    def _end(self, pod: Object) -> None:
        meta = pod["metadata"]
        options = Deletion(grace=0, uid=meta["uid"])
        with suppress(Refusal):  # it has gone already
            self._world.registry.delete("pods", meta["name"], meta["namespace"], options=options)

    def _place(self, pod: Object) -> str:
        """The node that the scenario has in mind; empty to leave it to the scheduler."""
        app = self.app(pod)
        if app is None or app.kind == "DaemonSet":
            return target(pod)
        key = (app.namespace, app.name)
        places = self._places.setdefault(key, cycle(app.nodes)) if app.nodes else iter(())
        name = next(places, "")
        node = self._world.cache("nodes").get(f"/{name}")
        if node is None or node["spec"].get("taints") or node["spec"].get("unschedulable"):
            return ""
        return name

    def _run(self, pod: Object, node: str) -> None:
        at, host = self._world.now, self._hosts[node]
        bound = {"type": "PodScheduled", "status": "True", "lastProbeTime": None, "lastTransitionTime": stamp(at)}
        pod["status"]["conditions"] = [bound | {"observedGeneration": pod["metadata"].get("generation", 1)}]
        pod["status"] = found.begun(pod, at, host, self._address(pod, node), self.habits(pod))
        self.write(pod)
        self._tell(pod, node)

    def _address(self, pod: Object, node: str) -> str:
        if pod["spec"].get("hostNetwork"):
            return self._hosts[node]
        self._addresses[node] += 1
        number = list(self._hosts).index(node)
        return f"10.244.{number}.{self._addresses[node] % 250 + 1}"

    def _tell(self, pod: Object, node: str) -> None:
        """The events of its start, if anybody would still find them."""
        if self._world.now < self._world.told_since:
            return
        recorder = self._recorders[node]
        for row in pod["status"].get("containerStatuses") or ():
            where, image = f"spec.containers{{{row['name']}}}", row["image"]
            if "running" in row["state"] or "terminated" in row["state"]:
                words = f'Container image "{image}" already present on machine'
                recorder.event(pod, "Normal", "Pulled", words, where)
                recorder.event(pod, "Normal", "Created", f"Created container: {row['name']}", where)
                recorder.event(pod, "Normal", "Started", f"Started container {row['name']}", where)

    # ---- what became of them

    def fail(self, pods: list[Object], longest: float) -> None:
        """Bring those whose containers end again and again to where they are by now."""
        for pod in pods:
            app = self.app(pod)
            if app is None or not app.restarts or ending(pod):
                continue
            habits, rows = self.habits(pod), {row["name"]: row for _, row in specs(pod)}
            if any(found.crashes(rows[name], habit) for name, habit in habits.items()):
                host, now = self.host(pod["spec"]["nodeName"]), self._world.now
                self.write(pod | {"status": found.crashing(pod, now, host, habits, app.restarts, longest)})

    def silence(self, node: str) -> None:
        """From now on nobody ends the pods of this node."""
        self._silent.add(node)

    def press(self, node: str) -> None:
        """A node's disk is full."""
        found_node = self._world.store.get("nodes", node)
        row = next(row for row in found_node["status"]["conditions"] if row["type"] == "DiskPressure")
        row |= {"status": "True", "reason": "KubeletHasDiskPressure", "message": "kubelet has disk pressure"}
        row["lastTransitionTime"] = stamp(self._world.now)
        self._world.registry.update_status(found_node)
        about = {"kind": "Node", "name": node, "uid": node}
        words = f"Node {node} status is now: NodeHasDiskPressure"
        self._recorders[node].event(about, "Normal", "NodeHasDiskPressure", words)

    def throw_out(self, node: str, name: str, pods: list[Object]) -> None:
        """Evict the pods of an app from a node."""
        for pod in pods:
            app = self.app(pod)
            if pod["spec"].get("nodeName") == node and app is not None and app.name == name:
                status = found.evicted(pod, self._world.now, self.host(node), node)
                self.write(pod | {"status": status})
                self._recorders[node].event(pod, "Warning", "Evicted", status["message"])
