"""Debug pods for tests of their life: requests as the builders make them, and a keeper in the test's own loop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from k8stui.cluster.session import Session, open_session
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.model.kinds import PODS, Ref
from k8stui.operations.debugging.keeper import Keeper
from k8stui.operations.debugging.launch import Launch
from k8stui.operations.debugging.left import Making
from k8stui.operations.gateway import Gateway, Verdict
from k8stui.operations.journal.journal import FileJournal
from k8stui.operations.mutation import STRATEGIC, Mutation, Request, Risk
from k8stui.settings import Settings
from tests.support.clock import ManualClock
from tests.support.feeding import QUICK
from tests.support.wire import target

Object = dict[str, Any]
STAMPS = {"k8stui/who": "ada", "k8stui/host": "laptop", "k8stui/at": "2026-09-21T14:13:20Z"}
IMAGE = "busybox:1.37"


def nested(levels: int) -> list[Any]:
    """Lists within each other."""
    found: list[Any] = []
    for _ in range(levels):
        found = [found]
    return found


def debug_pod(name: str, namespace: str = "shop", mode: str = "alone", **spec: Any) -> Object:
    """A pod as the launcher makes it."""
    container = {"name": "debugger", "image": IMAGE, "stdin": True, "tty": True} | spec.pop("container", {})
    metadata = {
        "name": name,
        "namespace": namespace,
        "labels": {"k8stui/debug": mode},
        "annotations": {**STAMPS, **spec.pop("stamps", {})},
    }
    wanted = {"containers": [container], "restartPolicy": "Never", "activeDeadlineSeconds": 14400} | spec
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": wanted}


def creation(name: str, namespace: str = "shop", mode: str = "alone", **spec: Any) -> Mutation:
    """Makes such a pod."""
    body = msgspec.json.encode(debug_pod(name, namespace, mode, **spec))
    return Mutation(
        builder=f"debugging.{mode}",
        target=Ref(PODS, namespace, name, ""),
        request=Request("POST", PODS.path(namespace), body),
        risk=Risk.CHANGE,
        says=f"create debug pod {namespace}/{name}",
        done=f"pod/{name} created",
        kubectl=f"kubectl run {name}",
        verb="create",
    )


def addition(pod: Ref, container: str = "debugger-1", **more: Any) -> Mutation:
    """Adds an ephemeral container to a pod."""
    row = {"name": container, "image": IMAGE, "stdin": True, "tty": True, **more}
    body = {"metadata": {"uid": pod.uid}, "spec": {"ephemeralContainers": [row]}}
    return Mutation(
        builder="debugging.ephemeral",
        target=pod,
        request=Request(
            "PATCH",
            PODS.path(pod.namespace, pod.name, "ephemeralcontainers"),
            msgspec.json.encode(body),
            STRATEGIC,
        ),
        risk=Risk.CHANGE,
        says=f"debug pod {pod}",
        done=f"container {container} added",
        kubectl=f"kubectl debug {pod.name}",
        subresource="ephemeralcontainers",
    )


class Bench:
    """A keeper over an embedded cluster, and the session that is open beside it."""

    def __init__(self, cluster: EmbeddedCluster, clock: ManualClock, session: Session, folder: Path) -> None:
        self.cluster, self.clock, self.session, self.folder = cluster, clock, session, folder
        self.complaints: list[str] = []
        self.journal = FileJournal(folder, "one", ("test", "tester"), now=clock.now, complain=self.complaints.append)
        self.gateway = Gateway(session.connection, session.access, self.journal)
        self.opened: list[Session] = []
        self.keepers: list[Keeper] = []
        self.tasks: list[asyncio.Task[Any]] = []
        self.keeper = self.another("run")

    def another(self, run: str) -> Keeper:
        """Of one more run at the same time."""
        keeper = Keeper(
            self.folder,
            run,
            companion=self._companion,
            journal=lambda _context, _user: self.journal,
            now=self.clock.now,
            complain=self.complaints.append,
        )
        self.keepers.append(keeper)
        return keeper

    async def _companion(self, session: Session) -> Session:
        opened = await open_session(session.connection.target, session.settings, self.clock)
        self.opened.append(opened)
        return opened

    async def begun(
        self, mutation: Mutation, *, mode: str = "alone", keeper: Keeper | None = None, **making: Any
    ) -> Launch:
        """A launch under way."""
        launch = await (keeper or self.keeper).launch(self.session, mutation, Making(mode=mode, **making))
        self.tasks.append(asyncio.create_task(launch.run(Verdict(mutation).consent())))
        return launch

    def killed(self, keeper: Keeper) -> None:
        """Its run is killed: nobody holds its record, and nothing was taken away."""
        if keeper.record._file is not None:
            keeper.record._file.close()
        keeper.record._closed = True

    def names(self, namespace: str = "shop") -> list[str]:
        """The pods that the server has and that are not being deleted."""
        return sorted(
            each["metadata"]["name"]
            for each in self.cluster.store.list("pods", namespace)
            if not each["metadata"].get("deletionTimestamp")
        )

    def run_container(self, name: str, state: Object, namespace: str = "shop", kind: str = "containerStatuses") -> None:
        """What the kubelet says of the first container, or of an ephemeral one."""

        def change(pod: Object) -> None:
            spec = pod["spec"]["ephemeralContainers" if kind.startswith("eph") else "containers"][0]
            pod["spec"].setdefault("nodeName", "worker-1")
            row = {"name": spec["name"], "image": spec["image"], "ready": True, "restartCount": 0, "state": state}
            pod.setdefault("status", {})[kind] = [row]
            pod["status"]["phase"] = "Running"

        self.cluster.store.modify("pods", name, namespace, change=change)


@asynccontextmanager
async def bench(cluster: EmbeddedCluster, clock: ManualClock, folder: Path, *, token: str = "") -> AsyncIterator[Bench]:
    """A namespace `shop`, and a keeper."""
    cluster.add_namespace("shop")
    session = await open_session(target(cluster.url, token or cluster.token), Settings(timing=QUICK), clock)
    made = Bench(cluster, clock, session, folder)
    try:
        yield made
    finally:
        for task in made.tasks:
            task.cancel()
        await asyncio.gather(*made.tasks, return_exceptions=True)
        for keeper in made.keepers:
            for launch in keeper.launches:
                launch.close()
            keeper.record.close()
        await asyncio.gather(*(each.close() for each in [*made.opened, session]))
