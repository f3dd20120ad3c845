"""Keeps what this run has made to debug in a record, and takes it away when the run ends, or in the next run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from k8stui.cluster.listeners import Listeners
from k8stui.operations.debugging.launch import Launch
from k8stui.operations.debugging.left import Making
from k8stui.operations.gateway import Journal
from k8stui.operations.mutation import Mutation

if TYPE_CHECKING:
    from k8stui.cluster.session import Session


class Keeper:
    """One of each run (`house.work.keeper`).

    Args:
        directory: the state directory; the records are in `debug` of it.
        run: tells this run from all others.
        companion: opens a session of its own to the server of another one. Raises ConfigError.
        journal: of a context and a user.
        now: epoch seconds.
        complain: told in one sentence what cannot be kept.
    """

    def __init__(
        self,
        directory: Path,
        run: str,
        *,
        companion: Callable[[Session], Awaitable[Session]],
        journal: Callable[[str, str], Journal],
        now: Callable[[], float],
        complain: Callable[[str], None],
    ) -> None:
        self.launches: list[Launch] = []
        """Of this run, oldest first."""
        self.listeners: Listeners[Callable[[], None]] = Listeners()
        """Called when a launch came, reads differently or went."""

    async def launch(self, session: Session, mutation: Mutation, making: Making) -> Launch:
        """A launch in the cluster of that session; nothing is sent yet. Raises ConfigError where it cannot be opened."""
        raise NotImplementedError

    @property
    def alive(self) -> list[Launch]:
        """Those whose pod or container is in a cluster, as far as is known."""
        raise NotImplementedError

    def against(self) -> str:
        """What quitting does to them where that is worth a question, in one sentence; "": nothing is."""
        raise NotImplementedError

    async def close(self) -> None:
        """Remove all that are not kept, within `PATIENCE`; what cannot be stays in the record, for the next start."""
        raise NotImplementedError
