"""One launch of a debug pod or container: sent, followed until somebody can attach, and taken away again."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

from k8stui.cluster.listeners import Listeners
from k8stui.model.columns import Tone
from k8stui.model.kinds import Ref
from k8stui.operations.debugging.left import Left, Making
from k8stui.operations.gateway import Consent, Gateway, Outcome
from k8stui.operations.mutation import Mutation

if TYPE_CHECKING:
    from k8stui.cluster.session import Session
    from k8stui.operations.debugging.keeper import Keeper


class Stage(Enum):
    """How far a launch is."""

    NEW = "new"
    SENDING = "sending"
    WAITING = "waiting"
    """It is in the cluster, and its container does not run yet: the last line of progress says why."""
    READY = "ready"
    """Its container runs: attach."""
    OVER = "over"
    """Its container has ended before anybody attached: its log is what there is to see."""
    FAILED = "failed"
    """Nothing was made, or it will never run: `why` says so. What was made is there until `remove`."""
    GONE = "gone"
    """The pod was there, and is not any more: removed by us or by somebody else."""
    CANCELLED = "cancelled"
    """Nobody waits for it any more. What was made is there until `remove`."""

    @property
    def settled(self) -> bool:
        """Whether `run` has returned, or will at once."""
        return self not in (Stage.NEW, Stage.SENDING, Stage.WAITING)


class Progress(Struct, frozen=True):
    """A line of what happens."""

    at: float
    """Epoch seconds."""
    says: str
    """Clean."""
    tone: Tone = Tone.PLAIN


class Launch:
    """Made by `Keeper.launch`. It works in a session of its own, which outlives a switch of contexts.

    Args:
        session: the keeper's to that cluster.
        gateway: of that session.
        mutation: creates the pod, or adds the ephemeral container.
        making: what its request does not say.
        keeper: keeps it in the record before it is sent.
        now: epoch seconds.
    """

    def __init__(
        self,
        session: Session,
        gateway: Gateway,
        mutation: Mutation,
        making: Making,
        keeper: Keeper,
        now: Callable[[], float],
    ) -> None:
        self.session = session
        self.mutation = mutation
        self.making = making
        self._gateway = gateway
        self._keeper = keeper
        self._now = now
        self.stage = Stage.NEW
        self.why = ""
        """Why it FAILED, one sentence with the way out."""
        self.progress: list[Progress] = []
        """What has happened, oldest first; the last line changes while it is waited for."""
        self.left: Left | None = None
        """As the record has it, once it was sent."""
        self.container = making.container
        """The container to attach to, or whose log to show."""
        self.code: int | None = None
        """The exit code of a container that is OVER."""
        self.attached = False
        """The launcher says so while somebody is in it: then quitting asks."""
        self.listeners: Listeners[Callable[[], None]] = Listeners()
        """Called when something of it reads differently."""

    @property
    def pod(self) -> Ref | None:
        """The very pod, once it is known."""
        raise NotImplementedError

    @property
    def waited(self) -> float:
        """Seconds since it was sent, until it settled."""
        raise NotImplementedError

    async def run(self, consent: Consent) -> Stage:
        """Send it, and follow it until it is settled; there is no end to the waiting but `cancel`. Raises nothing of the cluster's."""
        raise NotImplementedError

    def cancel(self) -> None:
        """Wait no longer; a request under way is waited for, and what was made is there until `remove`."""
        raise NotImplementedError

    def keep(self, on: bool = True) -> None:
        """Whether it stays when the program ends."""
        raise NotImplementedError

    async def remove(self) -> Outcome | None:
        """Delete the very pod; None: there is nothing to delete (nothing was made, it is an ephemeral container, it is gone)."""
        raise NotImplementedError
