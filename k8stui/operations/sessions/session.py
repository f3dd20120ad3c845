"""One session: what is typed goes to the container, what it writes comes to the terminal, until one of them ends."""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Final, Protocol

from k8stui.kube.errors import ApiError
from k8stui.kube.sockets import ERROR, STDERR, STDIN, STDOUT, exit_status
from k8stui.operations.sessions import prompt
from k8stui.operations.sessions.ending import End, How
from k8stui.operations.sessions.keys import LITERAL, Keys, Special
from k8stui.operations.sessions.modes import Modes
from k8stui.operations.sessions.prompt import Answer
from k8stui.operations.sessions.terminal import Terminal, TerminalGoneError

TYPED: Final = 4 * 1024 * 1024
"""Bytes typed or pasted that wait for the link; then the terminal is not read for a while, and keeps the rest."""
CLOSING: Final = 1.0
"""Seconds for a last word to a link that may be dead."""
PATIENCE: Final = 5.0
"""Seconds that a terminal may take nothing while the last output is shown."""
BETWEEN: Final = 0.1
"""Seconds between the two sizes that make a program paint anew: curses misses one that comes upon the other."""
_PIECE: Final = 32 * 1024
"""Bytes of one frame."""
_HEARD: Final = 4096
"""Bytes of what was written last that are kept for whoever reads how it ended."""
_INTERRUPT: Final = b"\x03"


class Link(Protocol):
    """The channels of one container's streams (`k8stui.kube.sockets.Channels`)."""

    @property
    def closable(self) -> bool:
        """Whether the end of input can be told."""
        ...

    async def send(self, channel: int, data: bytes) -> None:
        """Raises ApiError: the link is dead."""
        ...

    async def resize(self, columns: int, lines: int) -> None:
        """Raises ApiError: the link is dead."""
        ...

    async def end_input(self) -> None:
        """Raises ApiError: the link is dead."""
        ...

    def __aiter__(self) -> AsyncIterator[tuple[int, bytes]]:
        """Channel and data as they come. Raises ApiError: the link is dead."""
        ...

    async def close(self) -> None:
        """End it."""
        ...


class Session:
    """One session on one terminal.

    Args:
        link: to the container; closed at the end.
        terminal: of the user.
        tty: the remote end has a terminal, too: ours becomes raw, and all keys are the remote's but ctrl+].
        stdin: the remote end takes input.
        attach: it runs already, and is asked to paint itself anew.
        leave: what detaching means here, in a few words for the prompt: `leave it running`.
    """

    def __init__(
        self, link: Link, terminal: Terminal, *, tty: bool, stdin: bool = True, attach: bool = False, leave: str = ""
    ) -> None:
        self._link = link
        self._terminal = terminal
        self._tty = tty
        self._stdin = stdin
        self._attach = attach
        self._leave = leave or "leave it"
        self._keys = Keys()
        self._modes = Modes()
        self._typed: deque[bytes] = deque()
        self._waiting = 0
        self._something = asyncio.Event()
        self._ending = False
        """The input has ended and this is to be told."""
        self._resized = False
        self._asking = False
        self._decided: asyncio.Future[How] = asyncio.get_running_loop().create_future()
        self._heard = b""
        self._touched = False

    async def run(self) -> End:
        """Until it ends. The terminal's modes are undone afterwards; its line settings are its owner's affair.

        Raises TerminalGoneError: the terminal was closed under it.
        """
        began = asyncio.get_running_loop().time()
        self._set_line()
        work = [asyncio.ensure_future(self._receive()), asyncio.ensure_future(self._send())]
        try:
            self._terminal.listen(self._take, self._lost)
            with self._terminal.resizes(self._resize) if self._tty else contextlib.nullcontext():
                if self._tty:
                    self._resize(again=self._attach)
                end = await self._first(work)
            if self._asking:
                self._close_prompt()
            if end.how is How.EXITED and not await self._terminal.shown(PATIENCE):
                self._terminal.drop()
        finally:
            self._terminal.listens = False
            for each in work:
                each.cancel()
            await self._hang_up(work)
            self._terminal.release()
            self._terminal.say(self._modes.undo() if self._tty else b"")
        seconds = asyncio.get_running_loop().time() - began
        return End(end.how, end.code, end.message, self._heard, self._touched, seconds)

    async def _first(self, work: Sequence["asyncio.Task[End]"]) -> End:
        """Whichever comes first: an end there, a dead link, or what the user wants."""
        waiting: set[asyncio.Future[Any]] = {*work, self._decided}
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if self._decided.done():
            return End(self._decided.result())
        try:
            return next(each for each in work if each.done()).result()
        except ApiError as error:
            return End(How.BROKEN, None, error.sentence)

    async def _hang_up(self, work: Sequence["asyncio.Task[End]"]) -> None:
        """Close the link, also while this is being cancelled: a second at most."""
        closing = asyncio.gather(self._link.close(), *work, return_exceptions=True)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(closing, CLOSING)

    # From there

    async def _receive(self) -> End:
        async for channel, data in self._link:
            if channel == ERROR:
                status = exit_status(data)
                return End(How.EXITED, status.code, status.message if status.code is None else "")
            if channel in (STDOUT, STDERR) and data:
                self._heard = (self._heard + data)[-_HEARD:]
                await self._terminal.write(data)
                self._modes.feed(data)
        return End(How.EXITED)

    # To there

    async def _send(self) -> End:
        """Never returns; raises ApiError where the link is dead."""
        while True:
            await self._something.wait()
            self._something.clear()
            if self._resized:
                await self._tell_size()
            while self._typed:
                piece = self._next()
                if self._stdin:
                    await self._link.send(STDIN, piece)
            if self._ending:
                self._ending = False
                await self._end_input()

    def _next(self) -> bytes:
        """The next piece of what was typed, as large as a frame should be."""
        first = self._typed.popleft()
        piece, rest = first[:_PIECE], first[_PIECE:]
        if rest:
            self._typed.appendleft(rest)
        self._waiting -= len(piece)
        if self._waiting < TYPED // 2:
            self._terminal.listens = True
        return piece

    async def _tell_size(self) -> None:
        self._resized = False
        columns, lines = self._terminal.size()
        if not columns or not lines:
            return
        if self._attach:  # what runs there paints anew only when the size is another one
            self._attach = False
            await self._link.resize(columns + 1, lines + 1)
            await asyncio.sleep(BETWEEN)
        await self._link.resize(columns, lines)

    async def _end_input(self) -> None:
        if not self._stdin:
            return
        if self._link.closable:
            await self._link.end_input()
        else:
            self._terminal.say(
                b"k8stui: this server cannot be told that the input has ended; ctrl+c ends the session\n"
            )

    # What is typed

    def _take(self, data: bytes) -> None:
        if not data:
            self._ending = True
            self._something.set()
            return
        if self._asking:
            self._answer(data)
            return
        pieces = self._keys.feed(data)
        for number, piece in enumerate(pieces):
            if piece is Special.ESCAPE:
                self._open_prompt()
                rest = b"".join(each if isinstance(each, bytes) else LITERAL for each in pieces[number + 1 :])
                if rest:
                    self._answer(rest)
                return
            assert isinstance(piece, bytes)
            if not self._tty and _INTERRUPT in piece:
                self._decide(How.ENDED)
                return
            self._pass(piece)

    def _pass(self, data: bytes) -> None:
        self._touched = True
        self._typed.append(data)
        self._waiting += len(data)
        self._something.set()
        if self._waiting >= TYPED:
            self._terminal.listens = False

    def _lost(self) -> None:
        if not self._decided.done():
            self._decided.set_exception(TerminalGoneError())

    def _decide(self, how: How) -> None:
        if not self._decided.done():
            self._decided.set_result(how)

    def _resize(self, *, again: bool = False) -> None:
        self._attach |= again
        self._resized = True
        self._something.set()

    # The prompt

    def _open_prompt(self) -> None:
        self._asking = True
        self._terminal.hold()
        columns, lines = self._terminal.size()
        line = prompt.text(self._leave, columns or 80)
        if not self._tty:
            self._raw(True)
            self._terminal.say(b"\r\n" + line)
        elif self._modes.alternate and lines:
            self._terminal.say(prompt.over(line, lines))
        else:
            self._terminal.say(prompt.below(line))

    def _close_prompt(self) -> None:
        self._asking = False
        if self._tty:
            self._terminal.say(prompt.AWAY)
        else:
            self._terminal.say(b"\r\x1b[2K")
            self._raw(False)
        self._terminal.release()

    def _answer(self, data: bytes) -> None:
        chosen, rest = prompt.answer(data)
        if chosen is None:
            return
        self._close_prompt()
        if chosen is Answer.DETACH:
            self._decide(How.DETACHED)
        elif chosen is Answer.END:
            self._decide(How.ENDED)
        else:
            if self._tty and self._modes.alternate:
                self._resize(again=True)
            if chosen is Answer.LITERAL:
                self._pass(LITERAL)
            if rest:
                self._take(rest)

    # The line

    def _set_line(self) -> None:
        self._raw(self._tty)

    def _raw(self, on: bool) -> None:
        set_line: Callable[[], None] = self._terminal.line.raw if on else self._terminal.line.lines
        with contextlib.suppress(OSError):  # the terminal is gone: reading it tells so
            set_line()
