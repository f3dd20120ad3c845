"""What is not known yet (which place a command means), and what was asked for meanwhile: it waits, or is refused."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from k8stui.actions import Action, Rows
from k8stui.cluster.states import Syncing
from k8stui.kube.errors import ApiError
from k8stui.model.columns import Tone
from k8stui.model.text import clean

if TYPE_CHECKING:
    from k8stui.app import K8sTui
    from k8stui.screens.pane import Pane
    from k8stui.screens.resource import ResourceScreen

AT_ONCE: Final = frozenset(
    {
        *("actions", "command", "context", "copy", "filter", "help", "leave"),
        *("messages", "namespace", "quit", "reconnect", "redraw", "theme"),
    }
)
"""Actions, by id, that are about no object and no place: they need not wait."""
WAITING: Final = frozenset(
    {"all-namespaces", "back", "events-screen", "forward", "journal", "nodes", "pods", "workloads"}
)
"""Actions that lead to a place or a page: they are done as soon as it is known from where."""


class Pending:
    """One thing that is being found out at a time: a context is opened, or the server asked for a kind.

    What is asked for meanwhile would otherwise be done to a table that its user believes to have left: what leads to
    a place waits in the order in which it was typed, what acts on an object is not done. Either is said.
    """

    def __init__(self, house: Callable[[], K8sTui]) -> None:
        self._house = house
        self._turn = 0
        self._what = "connecting"
        self._held: dict[str, Callable[[], object]] = {}
        self._spare = False

    @property
    def what(self) -> str:
        """What is being done, as in "still connecting to east"; empty: nothing."""
        return self._what

    def begin(self, what: str, *, anew: bool = True, spare: bool = False) -> int:
        """Something is to be found out; returns the turn that ends it.

        `anew`: what waits was meant for something else and is dropped. `spare`: esc may give it up.
        """
        if anew:
            self._drop()
        self._turn += 1
        self._what, self._spare = what, spare
        return self._turn

    def end(self, turn: int, then: Callable[[], None] = lambda: None) -> None:
        """It is known now: do `then`, and what waited. Nothing where it was given up or another one came after it."""
        if turn != self._turn or not self._what:
            return
        self._what = ""
        then()
        held, self._held = self._held, {}
        for name, work in held.items():
            if not self.hold(name, work):
                work()

    def fail(self, turn: int) -> None:
        """It could not be found out: what waited is not done, which is said."""
        if turn == self._turn and self._what:
            self._what = ""
            self._drop()

    def give_up(self) -> bool:
        """Esc: whether there was something to give up."""
        if not self._what or not self._spare:
            return False
        self._house().note(f"No longer {self._what}")
        self.fail(self._turn)
        return True

    def hold(self, name: str, work: Callable[[], object]) -> bool:
        """Keep this until all is known; False where nothing is awaited. The same name again replaces what waits."""
        if not self._what:
            return False
        self._held.pop(name, None)
        self._held[name] = work
        return True

    def meets(self, action: Action, again: Callable[[], None]) -> str | None:
        """Whether an action has to wait: None: no; "": it does, and `again` does it; else why it is not done."""
        if not self._what or action.id in AT_ONCE:
            return None
        if action.id in WAITING:
            self.hold(action.label, again)
            return ""
        return f"{action.label}: not done, still {self._what}; once more when that is over"

    def nothing(self, key: str) -> str:
        """What is to be said of a key that means nothing here, or not yet."""
        return f"{key}: not done, still {self._what}" if self._what else f"{key} does nothing here; ? lists the keys"

    def _drop(self) -> None:
        held, self._held = list(self._held), {}
        if held:
            self._house().note(f"Not done: {', '.join(held)}", Tone.WARNING, toast=True)


def early(action: Action, rows: Rows, pane: Pane[Any] | None) -> str:
    """Why an action is not done while the first rows are still to come; "" where it has one or none comes."""
    if rows or not action.target or action.later or pane is None:
        return ""
    if not (pane.busy or isinstance(pane.state, Syncing)):
        return ""
    return f"{action.label}: not done, the list is still being read; once more when it is here"


def ask_again(screen: ResourceScreen, name: str, then: Callable[[], None]) -> None:
    """Ask the server for its kinds once more, as one of this name may be new, then do `then`.

    Keys typed behind wait for it a moment (`ScreenDesk.opened`).
    """
    session = screen.session
    if session is None:
        return
    turn = screen.pending.begin(f"asking the server about {clean(name, 40)}", anew=False, spare=True)
    known = screen.desk.expect()

    async def ask() -> None:
        try:
            with suppress(ApiError):
                await session.learn()
            if screen.session is session:
                screen.pending.end(turn, then)
        finally:
            screen.pending.fail(turn)
            known.set()

    screen.house.spawn(ask(), "asking for new kinds")
