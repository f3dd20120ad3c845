"""Which context is open, and the way to another: nothing of the old one is left, and nothing of it arrives late."""

from __future__ import annotations

import asyncio
import importlib
import logging
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import TYPE_CHECKING

from k8stui.clock import Clock
from k8stui.model.kinds import NAMESPACES, PODS
from k8stui.settings import Settings

if TYPE_CHECKING:
    from k8stui.cluster.session import Session
    from k8stui.kube.credentials import Terminal
    from k8stui.kube.kubeconfig import Kubeconfig
    from k8stui.kube.target import Context, Target

LOG = logging.getLogger(__name__)

PATIENCE = 2.0
"""Seconds the question whether all namespaces may be listed can hold up the first view."""


class Contexts:
    """The kubeconfig as last read, and the session of the context that is open.

    Args:
        load: reads the kubeconfig, or starts the embedded cluster. Raises ConfigError.
        settings: the user's.
        clock: for ages.
        terminal: lends the terminal to a credential plugin.
    """

    def __init__(
        self,
        load: Callable[[], Awaitable[Kubeconfig]],
        settings: Settings,
        clock: Clock,
        terminal: Terminal | None,
    ) -> None:
        self._load = load
        self._settings = settings
        self._clock = clock
        self._terminal = terminal
        self._kubeconfig: Kubeconfig | None = None
        self._epoch = 0
        self._closing: set[asyncio.Task[None]] = set()
        self.session: Session | None = None

    @property
    def all(self) -> tuple[Context, ...]:
        """Every context of the kubeconfig."""
        return self._kubeconfig.contexts if self._kubeconfig is not None else ()

    async def enter(self, name: str | None = None) -> Session | None:
        """Leave the open context for this one (None: the one to start with).

        Nothing is left as long as the new one cannot be opened. Returns None when another call came after this one.
        Raises ConfigError.
        """
        self._epoch += 1
        epoch = self._epoch
        kubeconfig = await self._read()
        session = await self._open(await asyncio.to_thread(kubeconfig.target, name))
        if epoch != self._epoch:
            await session.close()
            return None
        self._leave()
        self.session = session
        context, way = session.context, "read-only" if session.context.read_only else "open"
        LOG.info("context %s at %s as %s: %s", context.name, context.server, context.user, way)
        return session

    async def companion(self, session: Session) -> Session:
        """A session of its own to the same server as the same user, for work that outlives the one that is open.

        Its taker closes it. Raises ConfigError.
        """
        return await self._open(session.connection.target)

    async def _open(self, target: Target) -> Session:
        # Behind the first frame and beside the loop: it brings the feeds, and later the client library.
        opened: ModuleType = await asyncio.to_thread(importlib.import_module, "k8stui.cluster.session")
        session: Session = await opened.open_session(
            target,
            self._settings,
            self._clock,
            terminal=self._terminal,
            reload=lambda: self._reload(target.context.name),
        )
        return session

    async def close(self) -> None:
        """Leave, within `Timing.close`."""
        self._epoch += 1
        self._leave()
        if self._closing:
            await asyncio.wait(self._closing)

    def _leave(self) -> None:
        if self.session is not None:
            LOG.info("context %s: left", self.session.context.name)
            task = asyncio.create_task(self.session.close())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)
            self.session = None

    async def refresh(self) -> None:
        """Read the kubeconfig again if it is another one on disk now. Raises ConfigError."""
        if self._kubeconfig is not None:
            await self._read()

    async def _read(self) -> Kubeconfig:
        """The kubeconfig as it is on disk now."""
        if self._kubeconfig is None:
            self._kubeconfig = await self._load()
        elif await asyncio.to_thread(self._kubeconfig.changed):
            self._kubeconfig = await asyncio.to_thread(self._kubeconfig.reread)
        return self._kubeconfig

    def _reload(self, name: str) -> Target | None:
        """After a 401, in a thread: the same context from a kubeconfig that has changed; None: it has not."""
        if self._kubeconfig is None or not self._kubeconfig.changed():
            return None
        self._kubeconfig = self._kubeconfig.reread()
        return self._kubeconfig.target(name)


async def first_namespace(session: Session, settings: Settings) -> str | None:
    """Where to start: the flag's or the context's namespace, else all (None) if allowed, else one with rights in it."""
    if settings.all_namespaces:
        return None
    if session.context.namespace:
        return session.context.namespace
    try:
        async with asyncio.timeout(PATIENCE):
            return await _allowed_namespace(session)
    except TimeoutError:
        return None


async def _allowed_namespace(session: Session) -> str | None:
    """The first namespace whose pods may be seen, of those that were typed, are remembered or are favourites.

    None where all may be seen, and where namespaces may be listed: feeds then find those that answer.
    """
    from k8stui.cluster.verdicts import No, Yes

    access, known = session.access, session.feeds.known
    if not isinstance(await access.may("list", PODS, None), No):
        return None
    for name in known:
        if isinstance(await access.may("list", PODS, name), Yes):
            return name
    return None if isinstance(await access.may("list", NAMESPACES, None), Yes) else known[0]
