"""Feeds over a real connection to the embedded cluster."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from k8stui.cluster.feed import Feed
from k8stui.cluster.queries import Query
from k8stui.cluster.states import Live, State
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.kube.connection import Connection
from k8stui.model.codec import codec
from k8stui.model.kinds import PODS
from k8stui.settings import Timing
from tests.support.waiting import eventually
from tests.support.wire import connected, target

QUICK = Timing(
    connect=20.0,
    request=30.0,
    silence=60.0,
    close=0.5,
    watch_least=30,
    watch_most=60,
    backoff_first=0.01,
    backoff_most=0.05,
    denied_retry=0.05,
    poll=0.02,
    linger=0.02,
)
"""Every wait is so short that a test sees what comes after it."""


class Fed:
    """One feed that runs, and everything it said."""

    def __init__(self, feed: Feed[Any]) -> None:
        self.feed = feed
        self.states: list[State] = []
        self.faults: list[Exception] = []
        feed.on_state(self.states.append)

    @property
    def names(self) -> list[str]:
        return sorted(row.ref.name for row in self.feed.store.rows.values())

    def saw(self, kind: type[Any]) -> list[Any]:
        """The states of this kind, in order."""
        return [state for state in self.states if isinstance(state, kind)]

    async def live(self) -> None:
        await eventually(lambda: isinstance(self.feed.state, Live))

    async def until(self, kind: type[Any]) -> Any:
        """The feed's state, when it is of this kind."""
        await eventually(lambda: isinstance(self.feed.state, kind))
        return self.feed.state

    async def holds(self, *names: str) -> None:
        await eventually(lambda: self.names == sorted(names))


@asynccontextmanager
async def connection_to(cluster: EmbeddedCluster, timing: Timing = QUICK, token: str = "") -> AsyncIterator[Connection]:
    goal = target(cluster.url, token or cluster.token)
    async with connected(goal, timing, clock=cluster.clock) as connection:
        yield connection


@asynccontextmanager
async def feeding(
    cluster: EmbeddedCluster, query: Query | None = None, timing: Timing = QUICK, **rest: Any
) -> AsyncIterator[Fed]:
    """A feed that runs until the end of the block."""
    query = query or Query(PODS)
    async with connection_to(cluster, timing) as connection:
        faults: list[Exception] = []
        decoder = rest.pop("codec", None) or codec(query.kind)
        feed: Feed[Any] = Feed(connection, query, decoder, timing, on_fault=faults.append, **rest)
        fed = Fed(feed)
        fed.faults = faults
        task = asyncio.create_task(feed.run())
        try:
            yield fed
        finally:
            assert not task.done() or task.cancelled(), "a feed never ends by itself"
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def asked(
    cluster: EmbeddedCluster, verb: str, resource: str = "pods", *, metrics: bool = False
) -> list[dict[str, str]]:
    """The queries of the requests with this verb: for the objects themselves, or for their metrics."""
    return [
        each.query
        for each in cluster.requests
        if each.verb == verb and each.resource == resource and ("metrics.k8s.io" in each.path) is metrics
    ]
