"""The terminal in the hands of a session, and taken back."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import termios
from collections.abc import AsyncIterator, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from k8stui.kube.errors import ConfigError
from k8stui.kube.sockets import ERROR, exit_status
from k8stui.operations.sessions.ending import End, How
from k8stui.operations.sessions.session import Link, Session
from k8stui.operations.sessions.terminal import Terminal, TerminalGoneError, taken
from k8stui.screens.terminals.words import About, banner, is_read_first, said

if TYPE_CHECKING:
    from k8stui.app import K8sTui

T = TypeVar("T")
FIRST = 0.5
"""Seconds that the first word of the other side is waited for before the terminal is handed over: what cannot be
started is told without a flicker."""
NO_TERMINAL = "This needs a terminal, and there is none to hand over: start k8stui in a terminal"


def obstacle(house: K8sTui) -> str:
    """Why there is no terminal to hand over, in one sentence; "" where there is one."""
    if house.is_headless or sys.__stdin__ is None or not sys.__stdin__.isatty():
        return NO_TERMINAL
    return ""


async def unless_given_up(house: K8sTui, work: Coroutine[Any, Any, T]) -> T | None:
    """What it returns; None where the user gave it up with esc. Other keys are dropped meanwhile: they were typed for
    the session, and would be taken for those of the table."""
    task = asyncio.ensure_future(work)

    def give_up() -> None:
        if not house.handed_over:
            task.cancel()

    house.entering = give_up
    awaiting = house.home.desk.awaiting
    awaiting.refuse()
    try:
        return await task
    except asyncio.CancelledError:
        current = asyncio.current_task()
        if current is not None and current.cancelling():
            raise
        return None
    finally:
        house.entering = None
        awaiting.refuse()


class Heard:
    """A link whose first word may have been heard already."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._items = aiter(link)
        self._first: asyncio.Task[tuple[int, bytes]] | None = None
        self.closable = link.closable
        self.send = link.send
        self.resize = link.resize
        self.end_input = link.end_input

    async def refused(self) -> End | None:
        """Wait a moment for the first word; what it says where it is that nothing could be started."""
        self._first = asyncio.ensure_future(anext(self._items))
        await asyncio.wait({self._first}, timeout=FIRST)
        if not self._first.done() or self._first.exception() is not None:
            return None
        channel, data = self._first.result()
        status = exit_status(data) if channel == ERROR else None
        return End(How.EXITED, None, status.message) if status is not None and status.code is None else None

    def __aiter__(self) -> AsyncIterator[tuple[int, bytes]]:
        return self

    async def __anext__(self) -> tuple[int, bytes]:
        first, self._first = self._first, None
        return await (first if first is not None else anext(self._items))

    async def close(self) -> None:
        """End it."""
        if self._first is not None:
            self._first.cancel()
        await self._link.close()


async def hand_over(house: K8sTui, link: Link, about: About, *, tty: bool, stdin: bool) -> End:
    """Give the terminal to the session until it ends; its end is told on the terminal, too, where there is something
    to read on it.

    Raises ConfigError: there is no terminal to hand over.
    """
    heard = Heard(link)
    try:
        refused = await heard.refused()
        if refused is not None:
            return refused
        return await house.handover(lambda: _in_terminal(heard, about, tty=tty, stdin=stdin))
    finally:
        await heard.close()


async def _in_terminal(link: Link, about: About, *, tty: bool, stdin: bool) -> End:
    try:
        descriptor = sys.__stdin__.fileno() if sys.__stdin__ is not None else -1
        with taken(descriptor) as terminal:
            return await _session(terminal, link, about, tty=tty, stdin=stdin)
    except TerminalGoneError as error:
        os.kill(os.getpid(), signal.SIGHUP)  # the kernel sends it only to the terminal's foreground processes
        return End(How.BROKEN, None, str(error))
    except (OSError, ValueError, termios.error):
        raise ConfigError(NO_TERMINAL) from None


async def _session(terminal: Terminal, link: Link, about: About, *, tty: bool, stdin: bool) -> End:
    columns, _ = terminal.size()
    terminal.say("".join(f"{line}\r\n" for line in banner(about, columns)).encode())
    session = Session(link, terminal, tty=tty, stdin=stdin, attach=about.attach, leave=about.leave)
    end = await session.run()
    terminal.say(b"\r\n" if not is_read_first(about, end) else b"")
    if is_read_first(about, end):
        terminal.line.raw()
        terminal.line.forget()  # what was typed for the session is no answer; what is typed from here on is one
        terminal.say(f"\r\nk8stui: {said(about, end)}\r\nPress enter to go back.".encode())
        await _key(terminal)
        terminal.say(b"\r\n")
    return end


async def _key(terminal: Terminal) -> None:
    """Wait for enter, esc, q or ctrl+c; raises TerminalGoneError where it is closed instead."""
    pressed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def take(data: bytes) -> None:
        if not pressed.done() and set(data) & set(b"\r\n\x03\x1bq"):
            pressed.set_result(None)

    def lost() -> None:
        if not pressed.done():
            pressed.set_exception(TerminalGoneError())

    terminal.listen(take, lost)
    await pressed
