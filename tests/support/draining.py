"""A drain on the embedded cluster over HTTP: kubelets, controllers and a job, on a clock that a test moves."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from k8stui.cluster.session import Session, open_session
from k8stui.cluster.states import Live
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.controllers.agenda import Agenda
from k8stui.demo.controllers.manager import controllers
from k8stui.demo.controllers.world import World
from k8stui.demo.kubelet.habits import Habits
from k8stui.demo.kubelet.kubelet import Kubelets
from k8stui.demo.runtime.logs import Logs
from k8stui.model.kinds import NODES, Ref
from k8stui.operations.drain.job import Drain
from k8stui.operations.drain.options import Options
from k8stui.operations.drain.plan import Plan
from k8stui.operations.drain.resume import begun
from k8stui.operations.drain.rows import Phase, PodRow
from k8stui.operations.journal.journal import FileJournal
from k8stui.settings import Settings
from tests.support.calm import calm
from tests.support.clock import ManualClock
from tests.support.drain_reading import planned
from tests.support.feeding import QUICK
from tests.support.wire import target

Object = dict[str, Any]


class Stage:
    """Nodes n1 to n3; `deploy` fills them, `drain` begins, `until` lets time pass."""

    def __init__(
        self, cluster: EmbeddedCluster, clock: ManualClock, session: Session, folder: Path, *, alive: bool = True
    ) -> None:
        """Without life there are no controllers and kubelets: `reap` takes away what was told to end."""
        self.cluster, self.clock, self.session, self.folder = cluster, clock, session, folder
        self.agenda = Agenda(cluster.clock)
        self.world = World(cluster.registry, self.agenda, 1)
        if alive:
            controllers(self.world)
        self._alive = alive
        self.kubelets = Kubelets(self.world, Habits(), Logs())
        self.complaints: list[str] = []
        self.journal = FileJournal(folder, "one", ("test", "tester"), now=clock.now, complain=self.complaints.append)
        self.jobs: list[tuple[Drain, asyncio.Task[None]]] = []

    # What there is

    def make(self, kind: str, name: str, *, version: str = "v1", namespace: str = "shop", **rest: Any) -> Object:
        meta = {"name": name, **({"namespace": namespace} if namespace else {}), **rest.pop("metadata", {})}
        return self.cluster.registry.create({"apiVersion": version, "kind": kind, "metadata": meta, **rest})

    def node(self, name: str, **spec: Any) -> Object:
        count = len(self.cluster.store.list("nodes")) + 1
        labels = {"labels": {"kubernetes.io/hostname": name}}
        spec = {"podCIDR": f"10.244.{count}.0/24"} | spec
        made = self.make("Node", name, namespace="", metadata=labels, spec=spec)
        if self._alive:
            self.kubelets.start(name)
        return made

    async def deploy(self, name: str, replicas: int, *, on: str = "n1", grace: int = 30, **spec: Any) -> None:
        """A Deployment all of whose pods are running on one node: the others are closed meanwhile."""
        nodes = [each["metadata"]["name"] for each in self.cluster.store.list("nodes")]
        for each in nodes:
            self.unschedulable(each, each != on)
        labels = {"app": name}
        pod = {
            "containers": [{"name": "main", "image": "registry.example/app:1"}],
            "terminationGracePeriodSeconds": grace,
        }
        template = {"metadata": {"labels": labels}, "spec": pod | spec}
        wanted = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
        self.make("Deployment", name, version="apps/v1", spec=wanted)
        await self.until(lambda: len([pod for pod in self.pods(name) if ready(pod)]) == replicas)
        for each in nodes:
            self.unschedulable(each, False)

    def budget(self, name: str, *, least: int | str, app: str = "") -> None:
        spec = {"minAvailable": least, "selector": {"matchLabels": {"app": app or name}}}
        self.make("PodDisruptionBudget", name, version="policy/v1", spec=spec)

    def bare(self, name: str, *, on: str = "n1", **spec: Any) -> Object:
        """A pod that nobody owns."""
        pod = {"containers": [{"name": "main", "image": "registry.example/app:1"}], "nodeName": on} | spec
        return self.make("Pod", name, spec=pod)

    def pods(self, name: str = "", *, on: str = "") -> list[Object]:
        """Those of a Deployment, or on a node."""
        return [
            pod
            for pod in self.cluster.store.list("pods", "shop")
            if not name or (pod["metadata"].get("labels") or {}).get("app") == name
            if not on or pod["spec"].get("nodeName") == on
        ]

    def reap(self) -> None:
        """Take away every pod that was told to end."""
        for pod in self.cluster.store.list("pods"):
            meta = pod["metadata"]
            if meta.get("deletionTimestamp"):
                self.cluster.store.delete("pods", meta["name"], meta["namespace"])

    def unschedulable(self, node: str, on: bool) -> None:
        """What another hand does."""
        self.cluster.store.modify("nodes", node, change=lambda each: each["spec"].update(unschedulable=on))

    def is_cordoned(self, node: str) -> bool:
        return bool(self.cluster.store.get("nodes", node)["spec"].get("unschedulable"))

    def scale(self, name: str, replicas: int) -> None:
        found = self.cluster.store.get("deployments.apps", name, "shop")
        found["spec"]["replicas"] = replicas
        self.cluster.registry.update(found)

    # The drain

    async def plan(self, *nodes: str, **options: Any) -> Plan:
        refs = [Ref(NODES, "", name, self.cluster.store.get("nodes", name)["metadata"]["uid"]) for name in nodes]
        return await planned(self.session, refs, Options(**options))

    async def drain(self, *nodes: str, plan: Plan | None = None, **options: Any) -> Drain:
        """Begin it."""
        plan = plan or await self.plan(*(nodes or ("n1",)), **options)
        job = begun(
            plan,
            self.session,
            clock=self.clock,
            journal=self.journal,
            directory=self.folder,
            complain=self.complaints.append,
        )
        self.start(job)
        return job

    def start(self, job: Drain) -> None:
        self.jobs.append((job, asyncio.create_task(job.run())))

    async def kill(self, job: Drain) -> None:
        """Cut it off, as the end of the program does."""
        for each, task in self.jobs:
            if each is job:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    # Time

    async def quiet(self) -> None:
        """Let the job and the server come to rest, at this moment of the clock."""
        rest = 0
        for _ in range(2_000):
            self.agenda.catch_up()
            await asyncio.sleep(0.001)
            rest = rest + 1 if self._caught_up() else 0
            if rest > 5:
                break
        await calm()

    def _caught_up(self) -> bool:
        if any(job._board.gate._value < 10 for job, _ in self.jobs):
            return False
        shared = self.session.feeds._shared.values()
        if not all(isinstance(each.source.state, Live) for each in shared):
            return not shared
        return all(self._holds(query, each.store) for query, each in self.session.feeds._shared.items())

    def _holds(self, query: Any, store: Any) -> bool:
        from tests.support.house import held

        return held(self.cluster, query) == {uid: row.version for uid, row in store.rows.items()}

    async def breathe(self) -> None:
        """One turn of everything, at this moment of the clock."""
        self.agenda.catch_up()
        await asyncio.sleep(0.002)
        await calm()

    async def step(self, seconds: float = 1.0) -> None:
        """So much time passes, second by second."""
        while seconds > 0:
            self.clock.advance(min(1.0, seconds))
            self.agenda.catch_up()
            seconds -= 1.0
            await self.quiet()

    async def until(self, condition: Callable[[], object], *, within: float = 300.0) -> float:
        """Let time pass until it is true; how many seconds that took."""
        start = self.clock.now()
        await self.quiet()
        while not condition():
            for _, task in self.jobs:
                if task.done() and not task.cancelled() and task.exception() is not None:
                    raise task.exception() or AssertionError
            took = self.clock.now() - start
            assert took < within, (
                condition,
                [(str(row.plan.ref), row.text(self.clock.now())) for job, _ in self.jobs for row in job.ordered()],
            )
            await self.step()
        return self.clock.now() - start

    async def over(self, job: Drain, *, within: float = 300.0) -> float:
        return await self.until(lambda: job.state.over, within=within)

    # What was sent

    def sent(self) -> list[Any]:
        return [each for each in self.cluster.requests if each.method == "POST" and each.path.endswith("/eviction")]


def ready(pod: Object) -> bool:
    rows = (pod.get("status") or {}).get("conditions") or ()
    return any(row["type"] == "Ready" and row["status"] == "True" for row in rows)


def row_of(job: Drain, name: str) -> PodRow:
    """The one row whose pod's name begins so."""
    (found,) = [row for row in job.rows.values() if row.plan.ref.name.startswith(name)]
    return found


def phases(job: Drain) -> dict[str, Phase]:
    return {row.plan.ref.name: row.phase for row in job.rows.values()}


@asynccontextmanager
async def stage(
    cluster: EmbeddedCluster, clock: ManualClock, folder: Path, *, alive: bool = True
) -> AsyncIterator[Stage]:
    """A namespace `shop` and three empty nodes."""
    cluster.add_namespace("shop")
    session = await open_session(target(cluster.url, cluster.token), Settings(timing=QUICK), clock)
    made = Stage(cluster, clock, session, folder, alive=alive)
    for name in ("n1", "n2", "n3"):
        made.node(name)
    await made.step(2)
    try:
        yield made
    finally:
        for _, task in made.jobs:
            task.cancel()
        await asyncio.gather(*(task for _, task in made.jobs), return_exceptions=True)
        await session.close()
        assert made.agenda.failures == []


async def refused(shop: Stage, *nodes: str, **options: Any) -> Drain:
    """A drain that waits for `cart`, whose budget allows none."""
    await shop.deploy("cart", 1)
    shop.budget("cart", least=1)
    await shop.step(3)
    job = await shop.drain(*(nodes or ("n1",)), **options)
    await shop.until(lambda: row_of(job, "cart").phase is Phase.REFUSED)
    return job
