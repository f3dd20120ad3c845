"""The past of a scenario, played by the controllers themselves on a clock that is set: so the first moment is theirs.

Only what would take long is told instead of played: how containers fared (`found.py`), and what became of events that
nobody keeps for more than an hour.
"""

from collections.abc import Callable
from functools import partial
from random import Random

from k8stui.demo.clock import Clock, micro, stamp
from k8stui.demo.controllers.controller import Controller
from k8stui.demo.controllers.disruption import Disruption
from k8stui.demo.controllers.endpoints import EndpointsController
from k8stui.demo.controllers.events import LIFETIME
from k8stui.demo.controllers.garbage import GarbageCollector
from k8stui.demo.controllers.namespaces import NamespaceController, NamespaceDefaults
from k8stui.demo.controllers.nodelifecycle import NodeLifecycle, TaintEviction
from k8stui.demo.controllers.scheduler import Scheduler
from k8stui.demo.controllers.workload import Workload
from k8stui.demo.controllers.workloads import workloads
from k8stui.demo.controllers.world import World
from k8stui.demo.kubelet import images
from k8stui.demo.registry.patch import merge
from k8stui.demo.scenario import machines, manifests
from k8stui.demo.scenario.parts import (
    App,
    Apply,
    Deed,
    Delete,
    Machine,
    Merge,
    Pass,
    Press,
    Restart,
    Scenario,
    Silence,
    ThrowOut,
)
from k8stui.demo.scenario.standin import StandIn
from k8stui.demo.scenario.storm import before
from k8stui.demo.scenario.telling import complaints
from k8stui.demo.storage.store import Object

ROUND = 4.0
"""Seconds within which the controllers are through with what was done at one moment."""
NOTICED, GIVEN_UP = 47.0, 348.0
"""Seconds from a kubelet's end until its node is Unknown, and until the pods that tolerate it for 300 s are deleted."""
NOW = 5.0
"""Seconds before the first moment at which the last look at everything is taken."""
IMAGES = 12
"""Images that a node holds beside those that it runs."""
Act = Callable[[], None]


class PastClock:
    """A clock that is set by hand, until it is let go: from then on it is the real one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._at: float | None = None

    def set(self, at: float | None) -> None:
        """Stand still at this time (epoch seconds); None lets it go."""
        self._at = at

    def now(self) -> float:
        """Seconds since the epoch."""
        return self._clock.now() if self._at is None else self._at

    async def sleep(self, seconds: float) -> None:
        """As the real one."""
        await self._clock.sleep(seconds)


class Past:
    """Plays a scenario's past in an empty cluster."""

    def __init__(self, world: World, clock: PastClock, scenario: Scenario, certificate: str = "") -> None:
        """`clock` is the one that `world` goes by. `certificate` is the cluster's CA in PEM, if it has one."""
        self._world = world
        self._clock = clock
        self._scenario = scenario
        self._certificate = certificate
        self._random = Random("past")
        self._present = clock.now()
        self._last = self._present
        self.controllers: list[Controller] = []
        """Those at work since the beginning; they go on."""
        self._stand_in = StandIn(world, scenario)

    def play(self) -> None:
        """From the first machine to a moment ago."""
        self._world.registry.accounts = True
        world, oldest = self._world, max(each.age for each in self._scenario.machines)
        world.told_since = self._present - LIFETIME + 60
        self._last = self._present - oldest - 1
        self._clock.set(self._last)
        self.controllers += [*workloads(world), Scheduler(world, "cp-1"), Disruption(world), EndpointsController(world)]
        self.controllers += [
            GarbageCollector(world),
            NamespaceController(world),
            NamespaceDefaults(world, self._certificate),
        ]
        timeline: dict[float, list[Act]] = {}
        for ago, act in [*self._beginnings(), *self._releases(), *self._deeds()]:
            timeline.setdefault(ago, []).append(act)
        joins = self._watchers()
        for ago in sorted({*timeline, *joins, NOW}, reverse=True):
            self._enter(self._present - ago)
            if ago <= max(joins):
                self._beat(ago)
            for act in (*joins.get(ago, ()), *timeline.get(ago, ())):
                act()
            if ago == NOW:
                self._troubles()
            self._round()
        self._stand_in.leave()
        world.agenda.leap(self._present)
        self._clock.set(None)

    def _troubles(self) -> None:
        """What has gone wrong again and again by now, and what was said about it."""
        self._stand_in.fail(self._pods(), self._scenario.habits.longest)
        pods, now = self._pods(), self._world.now
        rows = complaints(pods, now, self._scenario.silent)
        if self._scenario.storm is not None:
            rows += before(self._scenario.storm, pods, now)
        for row in rows:
            self._world.registry.create(row)
        for machine in self._scenario.machines:
            self._hold(machine.name, pods)

    def _hold(self, name: str, pods: list[Object]) -> None:
        """A node has the images of the containers that it has started."""
        here = [pod for pod in pods if pod["spec"].get("nodeName") == name]
        started = {
            row["image"] for pod in here for row in pod["status"].get("containerStatuses") or () if row["imageID"]
        }
        node = self._world.store.get("nodes", name)
        rows = node["status"]["images"]
        started -= {each for row in rows for each in row["names"]}
        rows += [{"names": [image], "sizeBytes": images.size(image)} for image in sorted(started)]
        self._world.registry.update_status(node)

    # ---- time

    def _enter(self, at: float) -> None:
        self._world.agenda.leap(at)
        self._clock.set(at)

    def _round(self) -> None:
        """Let the controllers do what the last deeds ask for."""
        agenda, end = self._world.agenda, self._clock.now() + ROUND
        while (due := agenda.due()) is not None and due <= end:
            self._clock.set(max(due, self._clock.now()))
            agenda.catch_up()

    # ---- what there is to play

    def _beginnings(self) -> list[tuple[float, Act]]:
        rows: list[tuple[float, Act]] = [
            (age, partial(self._namespace, name)) for age, name in self._scenario.namespaces
        ]
        known = sorted({app.reference(version) for app in self._scenario.apps for _, version in app.releases[:1]})
        for number, machine in enumerate(self._scenario.machines):
            held = tuple(sorted(self._random.sample(known, min(IMAGES, len(known)))))
            rows.append((machine.age, partial(self._machine, machine, number, held)))
        first = self._scenario.machines[0]
        rows.append((first.age - 30, partial(self._front, first.ip)))
        return rows

    def _releases(self) -> list[tuple[float, Act]]:
        rows: list[tuple[float, Act]] = []
        for app in self._scenario.apps:
            for number, (ago, version) in enumerate(app.releases):
                settled = number + 1 < len(app.releases) and number < len(app.releases) - 2
                early = number == 0 and len(app.releases) > 1
                replicas = 0 if settled or early else app.replicas
                rows.append((ago, partial(self._release, app, version, replicas, first=number == 0)))
        return rows

    def _deeds(self) -> list[tuple[float, Act]]:
        return [(deed.ago, partial(self._do, deed)) for deed in self._scenario.deeds]

    def _watchers(self) -> dict[float, list[Act]]:
        """Who watches the nodes joins when the first goes silent: before that there is nothing to see."""
        silences = sorted(each.ago for each in self._scenario.deeds if isinstance(each, Silence))
        if not silences:
            return {NOW: [partial(self._join, NodeLifecycle), partial(self._join, TaintEviction)]}
        ago, seen = silences[-1], silences[-1] - NOTICED
        return {
            ago: [partial(self._join, NodeLifecycle)],
            seen: [partial(self._do, Pass(seen, "nodes", f"/{machine.name}")) for machine in self._scenario.machines],
            ago - GIVEN_UP: [partial(self._join, TaintEviction)],
        }

    def _join(self, controller: type[NodeLifecycle] | type[TaintEviction]) -> None:
        self.controllers.append(controller(self._world))

    # ---- what is played

    def _namespace(self, name: str) -> None:
        labels = {"kubernetes.io/metadata.name": name}
        made: Object = {"kind": "Namespace", "apiVersion": "v1", "metadata": {"name": name, "labels": labels}}
        kind = self._world.store.catalog.named("namespaces")
        old = self._world.store.table(kind).entries.get(f"/{name}")
        if old is None:
            self._world.registry.create(made)
            return
        kept = self._world.store.decode(kind, old)  # the server's own, made a moment ago: as old as the rest
        kept["metadata"]["creationTimestamp"] = stamp(self._world.now)
        self._world.store.put(kind, kept, old)

    def _front(self, host: str) -> None:
        for obj in manifests.front(host):
            self._world.registry.create(obj)

    def _machine(self, machine: Machine, number: int, held: tuple[str, ...]) -> None:
        now = self._world.now
        silent = max((each.ago for each in self._scenario.deeds if isinstance(each, Silence)), default=0.0)
        silent = silent if machine.name in self._scenario.silent else 0.0
        heard = self._present - silent - self._random.uniform(10, 290)
        given = machines.node(machine, now, heard, images=held, number=number)
        made = self._world.registry.create(given)
        made["spec"].pop("taints")  # admission's own, not-ready: taken away once the node is
        made["spec"] |= {key: rows for key, rows in given["spec"].items() if key == "taints"}
        self._world.registry.update(made)
        self._world.registry.create(machines.lease(made, now))

    def _release(self, app: App, version: str, replicas: int, *, first: bool) -> None:
        registry = self._world.registry
        if app.kind == "Static":
            for name in app.nodes:
                registry.create(manifests.mirror(app, self._world.store.get("nodes", name)))
            return
        made = manifests.workload(app, version, replicas)
        if not first:
            resource = f"{made['kind'].lower()}s.{made['apiVersion'].partition('/')[0]}"
            old = self._world.store.get(resource, app.name, app.namespace)
            registry.update(merge(old, made))
            return
        if app.port and app.kind in ("Deployment", "StatefulSet"):
            registry.create(manifests.service(app))
        registry.create(made)

    def _do(self, deed: Deed) -> None:
        registry, store = self._world.registry, self._world.store
        match deed:
            case Apply():
                for each in deed.objects:
                    registry.create(each)
            case Merge():
                patched = merge(store.get(deed.resource, deed.name, deed.namespace), deed.patch)
                (registry.update_status if deed.status else registry.update)(patched)
            case Delete():
                registry.delete(deed.resource, deed.name, deed.namespace)
            case ThrowOut():
                self._stand_in.throw_out(deed.node, deed.app, self._pods())
            case Press():
                self._stand_in.press(deed.node)
            case Restart():
                for pod in self._pods():
                    app = self._stand_in.app(pod)
                    if app is not None and app.name == deed.app:
                        registry.delete("pods", pod["metadata"]["name"], pod["metadata"]["namespace"])
            case Pass():
                self._pass(deed)
            case Silence():
                self._stand_in.silence(deed.node)

    def _pass(self, deed: Pass) -> None:
        for each in self.controllers:
            if _about(each) == deed.resource:
                each.enqueue(deed.key)

    def _pods(self) -> list[Object]:
        return self._world.store.list("pods")

    def _beat(self, ago: float) -> None:
        """The kubelets that live renew their leases."""
        silent = {each.node for each in self._scenario.deeds if isinstance(each, Silence) and each.ago > ago}
        for machine in self._scenario.machines:
            if machine.name not in silent:
                lease = self._world.store.get("leases.coordination.k8s.io", machine.name, "kube-node-lease")
                lease["spec"]["renewTime"] = micro(self._world.now - self._random.uniform(0, 9))
                self._world.registry.update(lease)
        self._world.refresh()


def _about(controller: Controller) -> str:
    """The resource whose objects a controller looks at."""
    if isinstance(controller, Workload):
        return controller.resource
    return {NodeLifecycle: "nodes", NamespaceController: "namespaces"}.get(type(controller), "")
