"""Following the logs of a target: its containers, their streams, and their lines in one order."""

from collections.abc import Callable, Iterable

from k8stui.cluster.listeners import Listeners
from k8stui.cluster.session import Session
from k8stui.cluster.states import State, Syncing
from k8stui.model.logs.entry import Entry
from k8stui.model.logs.options import LogOptions
from k8stui.model.logs.target import Target
from k8stui.operations.logs.sources import Source
from k8stui.settings import LogSettings

Sink = Callable[[list[Entry]], None]
"""Takes entries in the order in which they are to be shown; called in the loop, at most some 20 times a second."""


class Follow:
    """The logs of a target, live. Run it as a task; `close` ends it.

    Args:
        session: of the context.
        target: whose logs.
        options: what of them.
        settings: how many at once, how many lines at first, how long lines wait for each other.
        sink: takes the lines.
    """

    def __init__(
        self, session: Session, target: Target, options: LogOptions, settings: LogSettings, sink: Sink
    ) -> None:
        self.session = session
        self.target = target
        self.options = options
        self.settings = settings
        self.sources: dict[int, Source] = {}
        """By number, in the order in which they were found; those that have ended stay."""
        self.listeners: Listeners[Callable[[], None]] = Listeners()
        """Called when `sources`, something in one of them (but its count of lines) or `state` changed."""
        self.state: State = Syncing()
        """How fresh the list of pods is."""
        self._sink = sink

    async def run(self) -> None:
        """Follow until closed; where nothing is followed (previous, limit of bytes) until all is read."""
        raise NotImplementedError

    def choose(self, numbers: Iterable[int]) -> None:
        """Follow these and no others, as many as `settings.streams` allows; pods that join later take free places."""
        raise NotImplementedError

    def previous(self, number: int) -> None:
        """Read the log of the run before the present one and put it in here, between two notes."""
        raise NotImplementedError

    async def close(self) -> None:
        """End every stream; nothing reaches the sink after the call."""
        raise NotImplementedError
