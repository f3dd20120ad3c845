"""The launcher over an embedded cluster whose nodes run pods; sessions go over the wire, but to a fake terminal."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.controllers.agenda import Agenda
from k8stui.demo.controllers.nodelifecycle import NodeLifecycle
from k8stui.demo.controllers.scheduler import Scheduler
from k8stui.demo.controllers.workloads import workloads
from k8stui.demo.controllers.world import World
from k8stui.demo.kubelet.habits import Habits
from k8stui.demo.kubelet.kubelet import Kubelets
from k8stui.kube.sockets import STDIN
from k8stui.model.kinds import Ref
from k8stui.operations.outcomes import Result
from k8stui.operations.sessions.ending import Ended, How
from k8stui.screens.debug.page import DebugScreen
from tests.support.calm import calm
from tests.support.clock import ManualClock
from tests.support.house import idle, running, settled, text, typed
from tests.support.manifests import deployment
from tests.support.waiting import WITHIN, eventually

Object = dict[str, Any]


class Ground:
    """A cluster whose nodes are at work: pods are placed, started and ended as time goes by."""

    def __init__(self, cluster: EmbeddedCluster, clock: ManualClock) -> None:
        self.cluster, self.clock = cluster, clock
        self.agenda = Agenda(cluster.clock)
        self.world = World(cluster.registry, self.agenda, 1)
        for name in ("worker-1", "worker-2"):
            cluster.registry.create(_node(name))
        cluster.add_namespace("shop")
        cluster.add_namespace("strict", **{"pod-security.kubernetes.io/enforce": "restricted"})
        workloads(self.world)
        Scheduler(self.world, "control-1")
        NodeLifecycle(self.world)
        self.kubelets = Kubelets(self.world, Habits(), cluster.logs)
        self.kubelets.attach(cluster.containers)
        for name in ("worker-1", "worker-2"):
            self.kubelets.start(name)

    def run(self, name: str, namespace: str = "shop", **spec: Any) -> None:
        """A pod with a container `web` and one called `side`."""
        containers = [{"name": "web", "image": "registry.example/web:1"}, {"name": "side", "image": "busybox:1.37"}]
        containers[1]["command"] = ["sleep", "100000"]  # type: ignore[assignment]
        meta = {"name": name, "namespace": namespace, "labels": {"app": "web"}, "annotations": {"team": "front"}}
        self.cluster.registry.create(
            {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": {"containers": containers, **spec}}
        )

    def roll(self, name: str) -> None:
        """A Deployment of two pods."""
        made = deployment(name, image="registry.example/web:1")
        made["metadata"]["namespace"] = "shop"
        made["spec"]["replicas"] = 2
        self.cluster.registry.create(made)

    def pods(self, namespace: str = "shop") -> list[str]:
        """Those that are not being deleted."""
        found = self.cluster.store.list("pods", namespace)
        return sorted(each["metadata"]["name"] for each in found if not each["metadata"].get("deletionTimestamp"))

    def pod(self, name: str, namespace: str = "shop") -> Object:
        return self.cluster.store.get("pods", name, namespace)

    def step(self, seconds: float = 0.5) -> None:
        """Let time pass; nothing may have failed."""
        self.clock.advance(seconds)
        self.agenda.catch_up()
        assert self.agenda.failures == []

    async def until(self, what: Callable[[], object], most: float = 120.0) -> None:
        """Let time pass until it is true, each stride when everything has come to rest in the one before.

        After so many seconds it stands still, and the program has its turn.
        """
        for _ in range(int(most / 0.5)):
            if what():
                return
            self.step()
            await asyncio.sleep(0.005)
            await calm()
        await eventually(what, within=WITHIN)


def _node(name: str) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name}},
        "spec": {"podCIDR": f"10.244.{name[-1]}.0/24"},
        "status": {"allocatable": {"cpu": "4", "memory": "8Gi", "pods": "110"}},
    }


class Terminal:
    """Stands where a person would sit: types lines into the container, reads what it answers, and leaves."""

    def __init__(self) -> None:
        self.lines = ["echo it is $((6*7))", "exit"]
        """Typed one after the other."""
        self.heard = b""
        self.ends = How.EXITED
        """DETACHED: goes away instead of typing."""
        self.entered: list[tuple[str, str]] = []

    async def open(
        self,
        screen: Any,
        pod: Ref,
        container: str = "",
        command: Any = (),
        attach: bool = False,
        *,
        covered: bool = False,
    ) -> Ended:
        """As `open_session`, over the same request."""
        assert attach
        assert not command
        self.entered.append((str(pod), container))
        agreed = await screen.changing.agreed(
            ("sessions.attach", pod, {"container": container, "tty": True, "stdin": True}), covered=covered
        )
        assert not isinstance(agreed, str), agreed
        connected = await screen.changing.gateway.connect(*agreed)
        channels = connected.channels
        assert channels is not None, connected.outcome.says
        if self.ends is How.DETACHED:
            await channels.close()
            connected.ended(Result.DONE, "left")
            return Ended(None, f"{pod} goes on without us", detached=True, how=How.DETACHED)
        await channels.resize(80, 24)
        for line in self.lines:
            await channels.send(STDIN, line.encode() + b"\r")
        async for _channel, data in channels:
            self.heard += data
        connected.ended(Result.DONE, "over")
        return Ended(0, f"{pod}: what ran there ended", how=self.ends, typed=bool(self.lines))


@asynccontextmanager
async def launcher(
    cluster: EmbeddedCluster,
    clock: ManualClock,
    monkeypatch: Any,
    *,
    size: tuple[int, int] = (120, 40),
    view: str = "pods",
    **settings: Any,
) -> AsyncIterator[tuple[K8sTui, Ground, Terminal]]:
    """The program on pod `web-1` of namespace shop, which runs."""
    ground, terminal = Ground(cluster, clock), Terminal()
    monkeypatch.setattr("k8stui.screens.debug.settling.open_session", terminal.open)
    await ground.until(lambda: not any(each["spec"].get("taints") for each in cluster.store.list("nodes")))
    ground.run("web-1", nodeName="worker-1")
    await ground.until(lambda: ground.pod("web-1")["status"].get("phase") == "Running")
    async with running(cluster, clock, size=size, view=view, namespace="shop", **settings) as (app, _):
        await settled(app, cluster)
        yield app, ground, terminal


def on(app: K8sTui, name: str) -> None:
    """Put the cursor on a row."""
    pane = app.home.pane
    assert pane is not None
    app.home.table.move_to({row.ref.name: uid for uid, row in pane.store.rows.items()}[name])


async def opened(app: K8sTui, *keys: str) -> DebugScreen:
    """The page, as soon as there is a request in it that the server has tried."""
    await typed(app, *keys)
    await eventually(lambda: isinstance(app.screen, DebugScreen))
    page = app.screen
    assert isinstance(page, DebugScreen)
    await tried(app, page)
    return page


async def tried(app: K8sTui, page: DebugScreen) -> None:
    """Wait until the server has answered what stands there, and it is painted."""

    def answered() -> bool:
        return page.considering is not None and page.plan.trial.mutation is not None and page.plan.answer is not None

    try:
        await eventually(answered)
    except AssertionError:
        raise AssertionError(await shown(app)) from None
    await shown(app)


async def shown(app: K8sTui) -> str:
    """The screen with everything that has come."""
    await idle(app)
    page = app.screen
    if isinstance(page, DebugScreen):
        page.flush()
    await idle(app)
    return "\n".join(text(app))


async def picked(app: K8sTui, key: str, *keys: str) -> str:
    """Press a key of the form, then those in what it opens."""
    page = app.screen
    await typed(app, key)
    await eventually(lambda: app.screen is not page)
    await idle(app)
    await typed(app, *keys)
    await eventually(lambda: app.screen is page)
    return await shown(app)


async def made(app: K8sTui, ground: Ground, page: DebugScreen, condition: Callable[[], object]) -> str:
    """Let time pass until it is so, and show it."""
    await ground.until(condition)
    await eventually(condition)
    return await shown(app)


def writes(cluster: EmbeddedCluster) -> list[tuple[str, str]]:
    """What was asked to be changed: verb and path; dry runs, reviews and sessions are none."""
    verbs = ("create", "update", "patch", "delete")
    return [
        (each.verb, each.path)
        for each in cluster.requests
        if each.verb in verbs and "review" not in each.path and "dryRun" not in each.query
    ]


def flat(screen: str) -> str:
    """The screen as one line: sentences that go on in the next line are whole again."""
    return " ".join(screen.split())


async def entered(app: K8sTui, ground: Ground, terminal: Terminal, number: int) -> None:
    """Let time pass until so many sessions have been, and what became of the last one is said or asked."""
    try:
        await ground.until(lambda: len(terminal.entered) == number)
    except AssertionError:
        raise AssertionError(await shown(app)) from None
    page = debug_page(app)
    await eventually(lambda: app.screen is not page or (page.made is not None and not page.made.busy))
    await idle(app)


def debug_page(app: K8sTui) -> DebugScreen:
    """The launcher, also where a question lies over it."""
    (page,) = [each for each in app.screen_stack if isinstance(each, DebugScreen)]
    return page


async def again(app: K8sTui, page: DebugScreen) -> None:
    """Back to the form with the key for it, once the launch is settled."""
    await eventually(lambda: page.made is not None and not page.made.under_way and not page.made.busy)
    await typed(app, "f")
    await eventually(lambda: page.made is None)
    await tried(app, page)


def said(page: DebugScreen) -> str:
    """What stands beside the form, as one line."""
    return flat(" ".join(line.text for line in page.text.lines))
