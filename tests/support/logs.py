"""Logs followed over HTTP from the embedded cluster: what its containers write and do is said by the test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from msgspec.structs import replace

from k8stui.cluster.session import Session, open_session
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.model.kinds import PODS, Ref
from k8stui.model.logs.entry import Entry, Mark
from k8stui.model.logs.options import LogOptions
from k8stui.model.logs.target import Target
from k8stui.operations.logs.follow import Follow
from k8stui.operations.logs.hold import Hold
from k8stui.operations.logs.sources import Source, Stage
from k8stui.settings import LogSettings, Settings, Timing
from tests.support.clock import ManualClock
from tests.support.decoded import ended, waiting
from tests.support.feeding import QUICK
from tests.support.objects import pod
from tests.support.waiting import eventually
from tests.support.wire import target

Object = dict[str, Any]
NEWS = replace(QUICK, backoff_first=0.05, backoff_most=0.2)
"""What the API server hears later than its clients is heard within a fifth of a second."""


class Writer:
    """Pods of a bare cluster: what their containers are and write."""

    def __init__(self, cluster: EmbeddedCluster, clock: ManualClock) -> None:
        self.cluster, self.clock = cluster, clock

    def pod(self, name: str, *containers: str, **meta: Any) -> Object:
        """A pod whose containers run."""
        obj = pod(name)
        names = containers or ("app",)
        obj["spec"]["containers"] = [{"name": each, "image": "registry.example/app:1"} for each in names]
        rows = [{"name": each, "ready": True, "restartCount": 0, "state": {"running": {}}} for each in names]
        obj["status"]["containerStatuses"] = rows
        obj["metadata"] |= meta
        return self.cluster.store.create(obj)

    def say(self, name: str, *lines: str, container: str = "app", run: int = 0, ago: float = 0.0) -> None:
        """It writes, a millisecond a line."""
        uid = self.cluster.store.get("pods", name, "default")["metadata"]["uid"]
        for line in lines:
            self.clock.advance(0.001)
            self.cluster.logs.write(uid, container, run, line, self.clock.now() - ago)

    def become(self, name: str, state: Object, container: str = "app", **status: Any) -> None:
        """What the kubelet says of a container from now on; `phase` and `meta` of its pod."""
        found = self.cluster.store.get("pods", name, "default")
        phase = status.pop("phase", "")
        found["metadata"] |= status.pop("meta", {})
        for row in found["status"]["containerStatuses"]:
            if row["name"] == container:
                row |= {"state": state, "ready": "running" in state, **status}
        if phase:
            found["status"]["phase"] = phase
        self.cluster.store.update(found)

    def end(self, name: str, run: int = 0, container: str = "app") -> None:
        """Nothing more comes into the log of this run."""
        uid = self.cluster.store.get("pods", name, "default")["metadata"]["uid"]
        self.cluster.logs.end(uid, container, run)

    def restart(self, name: str, run: int, code: int = 1, reason: str = "Error", container: str = "app") -> None:
        """The run before `run` ended, and this one began."""
        last = ended(reason, code, -(self.clock.now() - 1_790_000_000.0))
        self.end(name, run - 1, container)
        self.become(name, {"running": {}}, container, restartCount=run, lastState=last)

    def delete(self, name: str) -> None:
        found = self.cluster.store.get("pods", name, "default")
        self.cluster.logs.drop(found["metadata"]["uid"])
        self.cluster.store.delete("pods", name, "default")


class Followed:
    """A view of logs without a screen."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.entries: list[Entry] = []
        self.batches = 0
        self.follow: Follow
        self.faults: list[Exception] = []
        session.on_fault = self.faults.append

    def take(self, entries: list[Entry]) -> None:
        self.batches += 1
        self.entries += entries

    @property
    def lines(self) -> list[str]:
        """What containers wrote."""
        return [entry.text for entry in self.entries if entry.mark.is_line]

    @property
    def all(self) -> list[str]:
        """The same with markers, each behind its name."""
        return [
            entry.text if entry.mark is Mark.LINE else f"{Mark(entry.mark).name}: {entry.text}"
            for entry in self.entries
        ]

    def marks(self, mark: Mark) -> list[str]:
        return [entry.text for entry in self.entries if entry.mark is mark]

    async def until(self, *lines: str) -> None:
        """These are the last lines that containers wrote."""
        await eventually(lambda: self.lines[-len(lines) :] == list(lines))

    async def said(self, mark: Mark, count: int = 1) -> str:
        """The text of the newest marker of that sort."""
        await eventually(lambda: len(self.marks(mark)) >= count)
        return self.marks(mark)[-1]

    def source(self, name: str) -> Source:
        return next(each for each in self.follow.sources.values() if each.name == name)

    async def stands(self, name: str, stage: Stage) -> Source:
        await eventually(lambda: any(each.name == name for each in self.follow.sources.values()))
        await eventually(lambda: self.source(name).stage is stage)
        return self.source(name)


def names(*pods: str) -> Target:
    """Pods of the default namespace."""
    return Target(namespace="default", pods=tuple(Ref(PODS, "default", each, "") for each in pods))


@asynccontextmanager
async def following(
    cluster: EmbeddedCluster | str,
    goal: Target,
    options: LogOptions | None = None,
    *,
    timing: Timing = NEWS,
    faults: bool = False,
    hold: Hold | None = None,
    **logs: Any,
) -> AsyncIterator[Followed]:
    """The logs of a target, followed until the end of the block; fails when something went wrong inside.

    `cluster` is one, or the URL of any server.
    """
    settings = Settings(timing=timing, logs=LogSettings(**logs))
    if isinstance(cluster, str):
        session = await open_session(target(cluster, "token"), settings, ManualClock())
    else:
        session = await open_session(target(cluster.url, cluster.token), settings, cluster.clock)
    found = Followed(session)
    found.follow = Follow(session, goal, options or LogOptions(), settings.logs, found.take, hold)
    task = asyncio.ensure_future(found.follow.run())
    try:
        yield found
    finally:
        await found.follow.close()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await session.close()
    assert faults or not found.faults


__all__ = ["Followed", "Writer", "ended", "following", "names", "waiting"]
