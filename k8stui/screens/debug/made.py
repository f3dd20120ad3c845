"""One launch as the launcher's page shows it: how far it is, the session in it, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from k8stui.kube.errors import ApiError
from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.model.times import clock_time
from k8stui.operations.builders.debug_options import EPHEMERAL
from k8stui.operations.debugging.launch import Launch
from k8stui.operations.debugging.steps import Progress, Stage
from k8stui.operations.sessions.ending import How
from k8stui.screens.debug.settling import enter, remove, settle
from k8stui.screens.log_tail import read_tail

if TYPE_CHECKING:
    from k8stui.screens.debug.page import DebugScreen

_UNSEEN = "If you see no processes of {}, the container runtime may not support sharing them"
"""kubectl says the same: nobody tells whether a runtime has passed over the target."""
_UNDER_WAY = (Stage.NEW, Stage.SENDING, Stage.WAITING)


class Made:
    """Of one page, from the request on.

    Args:
        page: shows it.
        launch: what is made.
        tty: it has a terminal; else its log is all there is to see.
    """

    def __init__(self, page: DebugScreen, launch: Launch, *, tty: bool) -> None:
        self._page = page
        self.launch = launch
        self._tty = tty
        self._said: list[Progress] = []
        """What became of it since it ran."""
        self._log: list[str] = []
        self.busy = False
        """A session is open in it, or it is being removed."""
        self.removed = False
        self._untold = launch.listeners.add(page.poke)

    def close(self) -> None:
        """Show it no longer."""
        self._untold()

    # What can be done

    @property
    def ephemeral(self) -> bool:
        """Whether it is a container in somebody's pod."""
        return self.launch.making.mode == EPHEMERAL

    @property
    def under_way(self) -> bool:
        """Whether it is being waited for."""
        return self.launch.stage in _UNDER_WAY

    @property
    def enterable(self) -> bool:
        """Whether somebody can go in."""
        return self.launch.stage is Stage.READY and self._tty and bool(self.launch.container) and not self.removed

    @property
    def there(self) -> bool:
        """Whether it has a pod that can be removed."""
        return self.launch.pod is not None and not (self.ephemeral or self.removed or self.launch.stage is Stage.GONE)

    # Shown

    def lines(self) -> list[Line]:
        """From the request to what became of it."""
        launch, page = self.launch, self._page
        found = [
            Line(f" {launch.mutation.says}", flows=True),
            Line(f" {launch.mutation.kubectl}", Tone.MUTED, flows=True),
            Line(""),
        ]
        rows = sorted([*launch.progress, *self._said], key=lambda each: each.at)
        found += [self._row(each) for each in rows]
        target = launch.mutation.args.get("target")
        if target and launch.stage is Stage.READY:
            found.append(Line(f"   {_UNSEEN.format(target)}", Tone.MUTED, flows=True))
        if launch.why and launch.why not in [each.says for each in rows]:
            found.append(Line(f" {page.signs.bad} {launch.why}", Tone.BAD, flows=True))
        if launch.trouble:
            found.append(Line(f"   {self._help()}", Tone.OK, flows=True))
        if self._log:
            found += [Line(""), Line(f" The last lines of {launch.container}:")]
            found += [Line(f"   {line}", Tone.MUTED) for line in self._log]
        return found

    def _help(self) -> str:
        """What can be done while something is in its way."""
        image = ", where i takes another image" if "image" in self.launch.trouble.lower() else ""
        if self.ephemeral:
            return f"f goes back to the form{image}; the pod goes on listing this container. x gives it up"
        return f"f removes it and goes back to the form{image}. x removes it. Or it is waited for"

    def _row(self, each: Progress) -> Line:
        sign = self._page.signs.of(each.tone) or " "
        return Line(f" {clock_time(each.at, self._page.zone)}  {sign} {each.says}", each.tone, flows=True)

    def words(self) -> tuple[str, Tone]:
        """How far it is, for the status line."""
        if self.removed:
            return "removed", Tone.OK
        return {
            Stage.NEW: ("sending", Tone.CHANGING),
            Stage.SENDING: ("sending", Tone.CHANGING),
            Stage.WAITING: ("starting", Tone.CHANGING),
            Stage.READY: ("runs", Tone.OK),
            Stage.OVER: ("has ended", Tone.MUTED),
            Stage.FAILED: ("failed", Tone.BAD),
            Stage.GONE: ("gone", Tone.MUTED),
            Stage.CANCELLED: ("not waited for", Tone.WARNING),
        }[self.launch.stage]

    def _say(self, text: str, tone: Tone) -> None:
        self._said.append(Progress(self._page.house.clock.now(), text, tone))
        self._page.house.note(text, tone)
        self._page.poke()

    # Done

    async def settled(self) -> None:
        """It runs, or it will not: go in, or show what it has written."""
        launch = self.launch
        if self.enterable and self._page.is_current and not self._page.gone:
            await self.attach(first=True)
        elif launch.stage is Stage.OVER or (launch.stage is Stage.READY and launch.container and not self._tty):
            await self.log()

    async def attach(self, *, first: bool = False) -> None:
        """Go in; afterwards what was made is removed, kept, or asked about. `first`: as its question said."""
        pod = self.launch.pod
        if pod is None or self.busy:
            return
        page, home = self._page, self._page.house.home
        self.busy, self._log = True, []
        try:
            ended = await enter(home, pod, self.launch.container, self.launch, first=first)
            self._say(ended.sentence, Tone.PLAIN)
            if ended.how is How.EXITED and not ended.typed:  # it ended by itself: why, was said before we were in
                await self.log()
            said, tone = await settle(home, self.launch, ended, page.plan.choice.leave, page.doing.remember_leave)
            self.removed = tone is Tone.OK and not self.ephemeral
            self._say(said, tone)
        finally:
            self.busy = False
            page.poke()

    async def log(self) -> None:
        """What its container has written last."""
        pod, container = self.launch.pod, self.launch.container
        if pod is None:
            return
        try:
            found: Sequence[str] = await read_tail(self.launch.session, pod, container, previous=False)
        except ApiError as error:
            self._say(f"Its log cannot be read: {error.sentence}", Tone.WARNING)
            return
        self._log = list(found) or ["(it has written nothing)"]
        self._page.poke()

    async def remove(self) -> None:
        """End the waiting, and take away what was made."""
        if self.busy:
            return
        self.busy = True
        try:
            self.launch.cancel()
            said, tone = await remove(self.launch)
            self.removed = tone is Tone.OK
            if tone is Tone.BAD:  # its launch has a row that says so
                self._page.house.note(said, tone)
            else:
                self._say(said, tone)
        finally:
            self.busy = False
            self._page.poke()
