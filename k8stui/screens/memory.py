"""What is remembered of the open context while the program runs, and written beside the loop when it has changed."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs

from k8stui.actions import Place
from k8stui.state import ContextState, DebugState, DrainState, LogState, StateError, ViewState, change, read

if TYPE_CHECKING:
    from k8stui.screens.logs.viewed import Viewed

END = 1.0
"""Seconds the end of the program waits for the last write."""


class Memory:
    """Knows one context at a time. What changes is written after `pause` seconds of quiet, and at the end.

    Args:
        directory: the state directory.
        pause: seconds.
        tell: takes a sentence on what cannot be read or written.
    """

    def __init__(self, directory: Path, pause: float, tell: Callable[[str], None]) -> None:
        self._directory = directory
        self._pause = pause
        self._tell = tell
        self._state = ContextState()
        self._views: dict[str, ViewState] = {}
        self._namespaces: list[str] = []
        self._placed = self._dirty = self._drained = self._logged = self._debugged = False
        self.log: Viewed | None = None
        """The log that was open last in this context; in memory alone."""
        self._timer: asyncio.TimerHandle | None = None
        self._writing = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._told = ""

    @property
    def state(self) -> ContextState:
        """As it is remembered now."""
        return self._state

    async def enter(self, context: str) -> ContextState:
        """Another context: what is remembered of it. What is still to be written of the one before is written."""
        await self.write()
        self.log = None
        try:
            self._state = await asyncio.to_thread(read, self._directory, context)
        except StateError as error:
            self._tell(str(error))
            self._state = ContextState(context=context)
        return self._state

    def view(self, view: str) -> ViewState:
        """How a view was shown last."""
        return self._state.views.get(view, ViewState())

    def shown(self, view: str, state: ViewState) -> None:
        """A view is shown so now."""
        if self.view(view) != state:
            others = {name: each for name, each in self._state.views.items() if name != view}
            self._state = structs.replace(self._state, views={**others, view: state})
            self._views.pop(view, None)
            self._views[view] = state
            self._changed()

    def placed(self, place: Place) -> None:
        """The user is there now; what a place is narrowed to beyond its filter (a node, an owner) is not kept."""
        now = (place.view, place.namespace, place.filter)
        if now == (self._state.view, self._state.namespace, self._state.filter):
            return
        self._state = structs.replace(self._state, view=place.view, namespace=place.namespace, filter=place.filter)
        if place.namespace:
            self._state = structs.replace(self._state, namespaces=_last(self._state.namespaces, place.namespace))
            self._namespaces.append(place.namespace)
        self._placed = True
        self._changed()

    def drained(self, drain: DrainState) -> None:
        """A drain was begun with these options."""
        if drain != self._state.drain:
            self._state = structs.replace(self._state, drain=drain)
            self._drained = True
            self._changed()

    def logs(self, logs: LogState) -> None:
        """Logs are shown so now."""
        if logs != self._state.logs:
            self._state = structs.replace(self._state, logs=logs)
            self._logged = True
            self._changed()

    def debugged(self, leave: str) -> None:
        """What becomes of debug pods from now on: `ask`, `remove` or `keep`."""
        if leave != self._state.debug.leave:
            self._state = structs.replace(self._state, debug=DebugState(leave=leave))
            self._debugged = True
            self._changed()

    def _changed(self) -> None:
        self._dirty = True
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(self._pause, self._due)

    def _due(self) -> None:
        self._timer = None
        task = asyncio.get_running_loop().create_task(self.write())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def write(self) -> None:
        """Write what has changed; what cannot be written is told once and stops nothing."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        async with self._writing:
            if not self._dirty:
                return
            edit = self._edit()
            self._views, self._namespaces = {}, []
            self._placed = self._drained = self._logged = self._debugged = self._dirty = False
            try:
                await asyncio.to_thread(change, self._directory, self._state.context, edit)
            except StateError as error:
                if str(error) != self._told:
                    self._told = str(error)
                    self._tell(self._told)

    def _edit(self) -> Callable[[ContextState], ContextState]:
        """Our changes alone: what another program has remembered meanwhile stays."""
        ours, views, visited = self._state, self._views, self._namespaces
        placed, drained, logged = self._placed, self._drained, self._logged
        debugged = self._debugged

        def edit(before: ContextState) -> ContextState:
            others = {name: each for name, each in before.views.items() if name not in views}
            namespaces = before.namespaces
            for name in visited:
                namespaces = _last(namespaces, name)
            after = structs.replace(before, views={**others, **views}, namespaces=namespaces)
            if placed:
                after = structs.replace(after, view=ours.view, namespace=ours.namespace, filter=ours.filter)
            after = structs.replace(after, drain=ours.drain) if drained else after
            after = structs.replace(after, debug=ours.debug) if debugged else after
            return structs.replace(after, logs=ours.logs) if logged else after

        return edit

    async def close(self) -> None:
        """Write what is left, for a second at most: a disk that hangs must not hold up the end."""
        try:
            async with asyncio.timeout(END):
                await self.write()
        except TimeoutError:
            return


def _last(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return (*(each for each in names if each != name), name)
