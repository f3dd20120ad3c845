"""The way into a container: who is meant, whether it may be, the terminal handed over, and what is said afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from k8stui.actions.desk import Change
from k8stui.kube.errors import ApiError, ConfigError
from k8stui.model.columns import Tone
from k8stui.model.kinds import Ref
from k8stui.model.objects import Object, ObjectRow
from k8stui.operations.builders.sessions import choose_container
from k8stui.operations.building import UnableError
from k8stui.operations.gateway import Consent
from k8stui.operations.mutation import Mutation
from k8stui.operations.outcomes import Result
from k8stui.operations.sessions.ending import End, Ended, How
from k8stui.screens.terminals.containers import Container, containers, pick, windows
from k8stui.screens.terminals.handing import hand_over, obstacle, unless_given_up
from k8stui.screens.terminals.shells import is_missing, shells
from k8stui.screens.terminals.words import About, said, tone

if TYPE_CHECKING:
    from k8stui.screens.awaiting import Awaited
    from k8stui.screens.resource import ResourceScreen

LEAST: Final = (20, 5)
"""Columns and lines under which nobody could work in a session."""


async def open_session(
    screen: ResourceScreen,
    pod: Ref,
    container: str = "",
    command: Sequence[str] = (),
    attach: bool = False,
    *,
    covered: bool = False,
) -> Ended:
    """Run a command in a container (a shell where none is given), or attach to what runs there; tells how it ended.

    Never raises for what a cluster, a network or a terminal does: `Ended.sentence` says it, and it has been told.

    Args:
        screen: the table screen; its context is meant.
        pod: by its uid, where that is known.
        container: by name; empty: the one that runs, or the one that is chosen of several.
        command: words, as they are; empty: the best shell that there is.
        attach: to the main process instead.
        covered: somebody has just agreed to this very container, and to going in.
    """
    return (await Opening(screen, pod, attach=attach, covered=covered).open(container, command)).ended


class Opened(Struct, frozen=True):
    """How it went, for whoever goes on from there."""

    ended: Ended
    found: ObjectRow | None = None
    """The pod as it was read."""
    about: About | None = None
    shellless: bool = False
    """There is no shell in the container that is known here."""


class NotOpenedError(Exception):
    """It cannot be: one sentence; empty where the user did not want it."""


class Opening:
    """One way into one pod, in the context that is open when it begins."""

    def __init__(self, screen: ResourceScreen, pod: Ref, *, attach: bool, covered: bool = False) -> None:
        self._screen = screen
        self._house = screen.house
        self._pod = pod
        self._attach = attach
        self._covered = covered
        self._gateway = screen.changing.gateway
        self._awaited: Awaited | None = None

    async def open(self, container: str, command: Sequence[str]) -> Opened:
        """Go in, and come back."""
        try:
            self._look_at_terminal()
            found = await self._read()
            tree = found.tree()
            chosen = await self._choose(tree, container, command)
            about = About(found.ref, chosen.name, command, self._attach, chosen.once, chosen.why)
            return await self._enter(found, tree, chosen, about)
        except NotOpenedError as error:
            return Opened(Ended(None, self._told(str(error)), how=How.BROKEN))
        finally:
            if self._awaited is not None:
                self._screen.desk.awaiting.end(self._awaited)

    def _told(self, sentence: str, grave: Tone = Tone.WARNING) -> str:
        if sentence:
            self._house.note(sentence, grave, toast=grave is Tone.BAD)
        return sentence

    # Before it

    def _look_at_terminal(self) -> None:
        columns, lines = self._house.size
        if columns < LEAST[0] or lines < LEAST[1]:
            raise NotOpenedError(
                f"The window is too small for a session ({columns}x{lines}): it needs {LEAST[0]}x{LEAST[1]}"
            )
        if problem := obstacle(self._house):
            raise NotOpenedError(problem)

    async def _read(self) -> ObjectRow:
        try:
            found = await self._gateway.read(self._pod)
        except ApiError as error:
            raise NotOpenedError(error.sentence) from None
        if found is None:
            raise NotOpenedError(f"{self._pod} is gone")
        if self._pod.uid and found.ref.uid != self._pod.uid:
            raise NotOpenedError(f"{self._pod} was replaced by another one")
        return found

    async def _choose(self, pod: Object, wanted: str, command: Sequence[str]) -> Container:
        """The container that is meant; what is not there or does not run is left to the builder, which says so."""
        found = containers(pod)
        running = [each for each in found if each.running]
        if wanted or not running or (command and not self._attach):
            try:
                name = wanted or choose_container(pod, "")[0]
            except UnableError as error:
                raise NotOpenedError(str(error)) from None
            return next((each for each in found if each.name == name), Container(name=name))
        if len(running) == 1:
            return running[0]
        doing = "Attach" if self._attach else "Shell"
        title = f"{doing} {'to' if self._attach else 'in'} a container of {self._pod}"
        chosen = await pick(self._screen, running, title)
        if chosen is None:
            raise NotOpenedError("")
        task = asyncio.current_task()
        if task is not None:  # keys typed behind the choice are meant for the session
            self._awaited = self._screen.desk.awaiting.expect(doing, task.cancel)
        return chosen

    # In it

    async def _enter(self, found: ObjectRow, pod: Object, chosen: Container, about: About) -> Opened:
        if self._attach:
            return Opened(await self._attached(found.ref, chosen, about), found, about)
        if about.command:
            return Opened((await self._run(found.ref, about, about.command))[0], found, about)
        last = End(How.EXITED)
        for shell in shells(windows=windows(pod)):
            ended, last = await self._run(found.ref, about, shell, quiet=True)
            if not is_missing(last):
                return Opened(ended, found, about)
        names = "PowerShell or cmd" if windows(pod) else "bash, ash or sh"
        sentence = f"{about.place}: there is no shell in it ({names}): {chosen.image or 'its image'} has none"
        return Opened(Ended(None, self._told(sentence)), found, about, shellless=True)

    async def _attached(self, pod: Ref, chosen: Container, about: About) -> Ended:
        change = ("sessions.attach", pod, {"container": chosen.name, "tty": chosen.tty, "stdin": chosen.stdin})
        return (await self._session(change, about, tty=chosen.tty, stdin=chosen.stdin))[0]

    async def _run(self, pod: Ref, about: About, command: Sequence[str], *, quiet: bool = False) -> tuple[Ended, End]:
        args = {"container": about.container, "command": list(command), "tty": True, "stdin": True}
        return await self._session(("sessions.exec", pod, args), about, tty=True, stdin=True, quiet=quiet)

    async def _session(
        self, change: Change, about: About, *, tty: bool, stdin: bool, quiet: bool = False
    ) -> tuple[Ended, End]:
        """One request; `quiet`: that there is no such program is not told, for another is tried."""
        agreed = await self._screen.changing.agreed(change, covered=self._covered)
        if isinstance(agreed, str):
            return Ended(None, agreed, how=How.BROKEN), End(How.BROKEN, None, agreed)
        done = await unless_given_up(self._house, self._connected(agreed, about, tty=tty, stdin=stdin))
        end = done or End(How.BROKEN, None, "given up before it was open")
        sentence = said(about, end)
        if not (quiet and is_missing(end)):
            self._told(sentence, tone(end) if done else Tone.WARNING)
        return Ended(end.code, sentence, end.how is How.DETACHED, end.how, end.typed), end

    async def _connected(self, agreed: tuple[Mutation, Consent], about: About, *, tty: bool, stdin: bool) -> End:
        """From the request to the end."""
        self._house.note(f"Opening a session in {about.place}; esc gives up")
        connected = await self._gateway.connect(*agreed)
        if connected.channels is None:
            return End(How.BROKEN, None, connected.outcome.says)
        try:
            end = await hand_over(self._house, connected.channels, about, tty=tty, stdin=stdin)
        except ConfigError as error:
            end = End(How.BROKEN, None, str(error))
        except BaseException:
            connected.ended(Result.UNKNOWN, f"{about.place}: cut off by the end of k8stui, or given up")
            raise
        connected.ended(Result.UNKNOWN if end.how is How.BROKEN else Result.DONE, said(about, end))
        return end
