"""A scenario's first moment: every object as if the cluster had run for weeks. The same seed gives the same objects."""

from itertools import cycle
from random import Random

from k8stui.demo.clock import stamp
from k8stui.demo.controllers.scheduler import place
from k8stui.demo.controllers.templates import template_hash
from k8stui.demo.scenario import podstates, settled
from k8stui.demo.scenario.objects import (
    GRACE,
    Json,
    Machine,
    lease,
    namespace,
    node,
    service,
    suffix,
    uid,
)
from k8stui.demo.scenario.owners import cronjob, daemonset, deployment, job, job_complete, replicaset, statefulset
from k8stui.demo.scenario.scenario import Scenario
from k8stui.demo.scenario.workloads import App, pod, static
from k8stui.demo.storage.store import Store

YOUNG = 100.0
"""Seconds: pods of an app that is released over and over are no older than this."""


class Seeder:
    """Writes a scenario into an empty store."""

    def __init__(self, store: Store, scenario: Scenario, seed: int) -> None:
        """`seed` makes names, uids and ages, in a stream of its own: the store's would give the same uids again."""
        self._store = store
        self._scenario = scenario
        self._random = Random(f"first moment {seed}")
        self._now = store.clock.now()
        self._machines = {machine.name: machine for machine in scenario.machines}
        self._numbers = {machine.name: number for number, machine in enumerate(scenario.machines)}
        self._address = 10

    def run(self) -> None:
        """Write it all."""
        self._nodes()
        held = {each["metadata"]["name"] for each in self._store.list("namespaces")}
        for name in self._scenario.namespaces:
            made = namespace(name, self._now - 94 * 86_400, uid=self._uid())
            if name in held:  # the server's own, made a moment ago: as old as the rest from now on
                self._store.update(made)
            else:
                self._store.create(made)
        for app in self._scenario.apps:
            {
                "Deployment": self._deployment,
                "StatefulSet": self._statefulset,
                "DaemonSet": self._daemonset,
                "CronJob": self._cronjob,
                "Static": self._static,
            }[app.kind](app)
            if app.kind in ("Deployment", "StatefulSet") and not app.system:
                self._service(app)

    def _uid(self) -> str:
        return uid(self._random)

    def _nodes(self) -> None:
        images = {app.reference() for app in self._scenario.apps if app.kind != "Static"}
        for machine in self._scenario.machines:
            held = tuple(sorted(self._random.sample(sorted(images), min(8, len(images)))))
            made = node(machine, self._now, uid=self._uid(), images=held, number=self._numbers[machine.name])
            self._store.create(made)
            self._store.create(lease(machine, made, self._now, uid=self._uid()))

    def _service(self, app: App) -> None:
        number = len(self._store.list("services"))
        address = f"10.96.{number // 200}.{number % 200 + 11}"
        created = self._now - app.age
        self._store.create(service(app.name, app.namespace, app.port, app.labels, address, created, self._uid()))

    # ---- owners

    def _deployment(self, app: App) -> None:
        created = self._now - app.age
        parent = self._store.create(deployment(app, uid=self._uid(), created=created))
        mark = template_hash(parent["spec"]["template"])
        owner = self._store.create(replicaset(parent, mark, 1, uid=self._uid(), created=created, replicas=app.replicas))
        machines = self._places(app)
        pods = [self._store.create(self._running(app, owner, next(machines))) for _ in range(app.replicas)]
        if app.name == self._scenario.stuck:
            self._store.create(self._terminating(app, owner, "worker-a2"))
        if app.name == self._scenario.evicted:
            self._store.create(self._thrown_out(app, owner))
        owner = self._store.update(owner | {"status": settled.replicaset_status(owner, pods)})
        started = not app.needs and not self._scenario.habits.plain(app.reference()).missing
        self._store.update(parent | {"status": settled.deployment_status(parent, owner, pods, started=started)})

    def _statefulset(self, app: App) -> None:
        parent = self._store.create(statefulset(app, uid=self._uid(), created=self._now - app.age))
        revised = self._store.create(settled.revision(parent, uid=self._uid()))
        machines = self._places(app)
        pods = []
        for number in range(app.replicas):
            name, labels = f"{app.name}-{number}", settled.stateful_labels(parent, number, revised)
            made = self._running(app, parent, next(machines), name=name, labels=labels)
            made["metadata"]["generateName"] = f"{app.name}-"
            made["spec"] |= {"hostname": name, "subdomain": app.name}
            pods.append(self._store.create(made))
        self._store.update(parent | {"status": settled.stateful_status(parent, revised, pods)})

    def _daemonset(self, app: App) -> None:
        parent = self._store.create(daemonset(app, uid=self._uid(), created=self._now - app.age))
        revised = self._store.create(settled.revision(parent, uid=self._uid()))
        pods = []
        for machine in self._store.list("nodes"):
            if settled.runs_on(parent, machine):
                name, labels = machine["metadata"]["name"], settled.daemon_labels(parent, revised)
                made = self._running(app, parent, name, labels=labels)
                settled.pin(made, name)
                pods.append(self._store.create(made))
        self._store.update(parent | {"status": settled.daemon_status(parent, revised, pods)})

    def _static(self, app: App) -> None:
        for name in app.nodes:
            made = static(app, self._store.get("nodes", name), uid=self._uid(), created=self._now - app.age)
            self._settle(made, name, self._now - app.age)
            self._store.create(made)

    def _cronjob(self, app: App) -> None:
        """A CronJob with two jobs behind it."""
        parent = cronjob(app, uid=self._uid(), created=self._now - app.age)
        minute = int(self._now // 60)
        parent["status"] = {"lastScheduleTime": stamp(minute * 60), "lastSuccessfulTime": stamp(minute * 60 - 36)}
        parent = self._store.create(parent)
        machines = self._places(app)
        for back in (2, 1):
            began = (minute - back) * 60.0
            made = job(parent, minute - back, uid=self._uid(), created=began)
            made["status"] = job_complete(made["status"], began + 24)
            of = self._store.create(made)
            done = self._pod(app, of, began)
            self._settle(done, next(machines), began)
            podstates.completed(done, began + 23)
            self._store.create(done)

    # ---- pods

    def _places(self, app: App) -> "cycle[str]":
        return cycle(app.nodes or tuple(self._machines))

    def _pod(
        self, app: App, parent: Json, created: float, name: str = "", labels: dict[str, str] | None = None
    ) -> Json:
        prefix = "" if name else f"{parent['metadata']['name']}-"
        return pod(
            name or f"{prefix}{suffix(self._random)}",
            app.namespace,
            parent["spec"]["template"],
            uid=self._uid(),
            created=created,
            labels=labels,
            parent=parent,
            prefix=prefix,
        )

    def _running(
        self, app: App, parent: Json, machine: str, *, name: str = "", labels: dict[str, str] | None = None
    ) -> Json:
        """One pod of an app as it stands at the beginning: running, or in whatever trouble it has."""
        age = self._random.uniform(20, YOUNG) if app.rolling else app.age * self._random.uniform(0.4, 1.0)
        made = self._pod(app, parent, self._now - age, name, labels)
        if app.needs and app.kind == "Deployment":
            _, why = place(made, self._store.list("nodes"), ())
            podstates.unschedulable(made, self._now - age, why)
            return made
        self._settle(made, machine, self._now - age)
        habit = self._scenario.habits.plain(app.reference())
        if habit.missing:
            self._unpulled(made, self._now - age)
        elif habit.needs:
            self._looping(made, app.restarts)
        return made

    def _settle(self, made: Json, machine: str, created: float) -> None:
        """Bring a pod to Running and ready, some seconds after it was made."""
        host = self._machines[machine]
        self._address = self._address % 240 + 1
        ip = host.ip if made["spec"].get("hostNetwork") else f"10.244.{self._numbers[machine]}.{self._address + 9}"
        podstates.scheduled(made, created, machine)
        podstates.creating(made, created, host.ip)
        podstates.address(made, created + 2, ip)
        podstates.started(made, created + 3)
        podstates.ready(made, created + 8)
        self._silence(made, host)

    def _silence(self, made: Json, host: Machine) -> None:
        if host.silent > GRACE:
            podstates.lost(made, self._now - host.silent + GRACE)

    def _unpulled(self, made: Json, created: float) -> None:
        machine, host = made["spec"]["nodeName"], made["status"]["hostIP"]
        address = made["status"]["podIP"]
        made["status"] = {"phase": "Pending", "qosClass": made["status"]["qosClass"]}
        podstates.scheduled(made, created, machine)
        podstates.creating(made, created, host)
        podstates.address(made, created + 2, address)
        podstates.unpulled(made, created + 4, waiting=True)

    def _looping(self, made: Json, restarts: int) -> None:
        """A container that was OOMKilled a moment ago, for the nth time."""
        for row in made["status"]["containerStatuses"]:
            row["restartCount"] = restarts
        podstates.started(made, self._now - 26)
        podstates.died(made, self._now - 6, 137, "OOMKilled")
        podstates.backoff(made, self._now - 5, 40)

    def _terminating(self, app: App, parent: Json, machine: str) -> Json:
        """A pod deleted twenty minutes ago, whose containers are long gone and whose finalizer nobody removes.

        Its phase is still Running: of a pod whose phase is an end, kubectl says Completed instead of Terminating.
        """
        deleted = self._now - 1_260
        made = self._pod(app, parent, self._now - app.age)
        self._settle(made, machine, self._now - app.age)
        meta = made["metadata"]
        meta["deletionTimestamp"] = stamp(deleted + 30)
        meta |= {"deletionGracePeriodSeconds": 30, "finalizers": [self._scenario.finalizer], "generation": 2}
        podstates.died(made, deleted + 4, 0, "Completed")
        return made

    def _thrown_out(self, app: App, parent: Json) -> Json:
        """A pod that the node under DiskPressure evicted."""
        full = next(machine.name for machine in self._scenario.machines if machine.full)
        made = self._pod(app, parent, self._now - app.age)
        self._settle(made, full, self._now - app.age)
        message = "The node was low on resource: ephemeral-storage. "
        message += "Threshold quantity: 8310748808, available: 7602184Ki. "
        podstates.evicted(made, self._now - 830, message)
        return made
