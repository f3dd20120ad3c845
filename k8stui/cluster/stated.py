"""Something that is in a State and tells when it is in another one: a feed, and several feeds as one."""

import logging
from collections.abc import Callable

from k8stui.cluster.listeners import Listeners
from k8stui.cluster.states import State, Syncing

LOG = logging.getLogger(__name__)

Fault = Callable[[Exception], None]


class Stated:
    """Begins as Syncing. A listener that raises is a fault of its own and keeps nobody else from hearing."""

    def __init__(self, on_fault: Fault) -> None:
        self.state: State = Syncing()
        self.name = ""
        """What the log calls it; "" for what has its states from others."""
        self._on_fault = on_fault
        self._listeners: Listeners[Callable[[State], None]] = Listeners()

    def on_state(self, listener: Callable[[State], None]) -> Callable[[], None]:
        """Call this with every new state; the result ends it."""
        return self._listeners.add(listener)

    def _become(self, state: State) -> None:
        if state == self.state:
            return
        if self.name and type(state) is not type(self.state):
            why = getattr(state, "why", "")
            LOG.info("%s: %s%s", self.name, type(state).__name__.lower(), f" ({why})" if why else "")
        self.state = state
        for listener in self._listeners:
            try:
                listener(state)
            except Exception as error:
                self._on_fault(error)
