"""One context, open: its connection, its feeds, its rights and what its server has."""

import asyncio
import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from k8stui.clock import Clock
from k8stui.cluster.access import Access
from k8stui.cluster.feeds import Feeds
from k8stui.cluster.worth import Worth
from k8stui.model.kinds import BUILT_IN, LEASES, NAMESPACES, NODE_METRICS, NODES, Kind
from k8stui.settings import Settings

if TYPE_CHECKING:
    from k8stui.kube.connection import Connection
    from k8stui.kube.credentials import Terminal
    from k8stui.kube.discovery import Kinds
    from k8stui.kube.target import Context, Target


WANTED = {
    NODES: "there is nothing to see of nodes",
    LEASES: "a silent node is told only by its status, some 50 s later",
    NAMESPACES: "they have to be typed",
    NODE_METRICS: "no metrics, for this cluster has no metrics server",
}
"""What the views stand on, and what it means when a server lacks it."""


class Session:
    """Made by `open_session`. Closing it ends every feed and every request, also when the server hangs."""

    def __init__(self, connection: "Connection", settings: Settings) -> None:
        self.connection = connection
        self.settings = settings
        self.access = Access(connection)
        connection.on_answer(self.access.answered)
        self.on_fault: Callable[[Exception], None] = lambda _error: None
        """Told of what was not foreseen in a feed; the feed goes on."""
        self.feeds = Feeds(
            connection,
            settings.timing,
            on_fault=lambda error: self.on_fault(error),
            on_denied=lambda verb, kind, namespace, why: self.access.refused(verb, kind, namespace, why),
            worth=Worth(self.access, settings.timing.denied_retry),
        )
        self.kinds: Kinds | None = None
        """What the server has, once it has told."""
        self.version = ""
        """The server's version, once it has told."""
        self.closed = False

    @property
    def context(self) -> "Context":
        """Names of context, cluster, user and namespace."""
        return self.connection.context

    @property
    def read_only(self) -> bool:
        """Nothing may be changed here: the connection lets no write out, whatever permit it brings."""
        return self.connection.read_only

    @property
    def protected(self) -> bool:
        """A change here asks for the name to be typed."""
        return self.context.protected

    def now(self) -> float:
        """The server's time, seconds since the epoch."""
        return self.connection.now()

    def kind(self, name: str) -> "Kind | None":
        """The kind of that name (`pods`, `deployments.apps`) as the server has it; None where it has none.

        Before the server has told, the usual built-in kinds are taken for granted.
        """
        if self.kinds is None:
            return BUILT_IN.get(name)
        found = self.kinds.exact(name)
        if found:
            return found[0]
        usual = BUILT_IN.get(name)
        return usual if usual is not None and usual.api_version in self.kinds.failed else None

    async def learn(self) -> None:
        """Ask for version and kinds. Raises ApiError; what was learnt before that is kept."""
        discovery = importlib.import_module("k8stui.kube.discovery")
        self.version = await discovery.version(self.connection)
        self.kinds = await discovery.discover(self.connection)

    @property
    def lacks(self) -> list[str]:
        """What this server does not have and what that means, as discovery tells; nothing before it has."""
        if self.kinds is None:
            return []
        failed = set(self.kinds.failed)
        missing = [
            kind
            for kind in WANTED
            if kind.api_version not in failed and self.kinds.get(kind.group, kind.plural) is None
        ]
        sentences = [f"This server has no {kind.resource}: {WANTED[kind]}" for kind in missing]
        return sentences + [f"The API group {group} does not answer: its kinds are missing" for group in sorted(failed)]

    async def close(self) -> None:
        """Leave within `Timing.close`, whatever the server does."""
        if self.closed:
            return
        self.closed = True
        await asyncio.gather(self.feeds.close(), self.connection.close())


def load_client() -> None:
    """Import the client library: 0.3 s of work, so in a thread and after the first paint."""
    for name in ("connection", "discovery", "credentials"):
        importlib.import_module(f"k8stui.kube.{name}")


async def open_session(
    target: "Target",
    settings: Settings,
    clock: Clock,
    *,
    terminal: "Terminal | None" = None,
    reload: "Callable[[], Target | None] | None" = None,
) -> Session:
    """Open a context; nothing is sent yet. Raises ConfigError for what the kubeconfig gets wrong."""
    await asyncio.to_thread(load_client)
    connect: Any = importlib.import_module("k8stui.kube.connection").connect
    connection = await connect(
        target, settings.timing, clock, request_timeout=settings.request_timeout, terminal=terminal, reload=reload
    )
    return Session(connection, settings)
