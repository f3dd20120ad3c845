"""The user's terminal while a session has it: read and written without ever holding up the event loop."""

import asyncio
import contextlib
import os
import signal
import termios
from collections.abc import Callable, Iterator
from typing import Final

from k8stui.operations.sessions.line import Line, own

_PIECE: Final = 65536
LIMIT: Final = 256 * 1024
"""Bytes that wait for the terminal; whoever writes more waits, too."""


class TerminalGoneError(OSError):
    """The terminal was closed under the session."""

    def __init__(self) -> None:
        super().__init__("the terminal is gone")


class Terminal:
    """One terminal, for the length of one session. Made by `taken`.

    Args:
        fd: a descriptor of it that does not block.
        line: its settings.
    """

    def __init__(self, fd: int, line: Line) -> None:
        self.line = line
        self._fd = fd
        self._loop = asyncio.get_running_loop()
        self._take: Callable[[bytes], None] = lambda data: None
        self._lost: Callable[[], None] = lambda: None
        self._reading = False
        self._out = bytearray()
        self._held: bytearray | None = None
        self._room = asyncio.Event()
        self._room.set()
        self._empty = asyncio.Event()
        self._empty.set()
        self._gone = False

    def size(self) -> tuple[int, int]:
        """Columns and lines; 0 where the terminal does not say."""
        try:
            lines, columns = termios.tcgetwinsize(self._fd)
        except (OSError, termios.error):
            return 0, 0
        return columns, lines

    @contextlib.contextmanager
    def resizes(self, told: Callable[[], None]) -> Iterator[None]:
        """Call this whenever the window has another size, for the length of the block."""
        self._loop.add_signal_handler(signal.SIGWINCH, told)
        try:
            yield
        finally:
            self._loop.remove_signal_handler(signal.SIGWINCH)

    # What is typed

    def listen(self, take: Callable[[bytes], None], lost: Callable[[], None]) -> None:
        """Pass on what is typed, b"" for an end of input (ctrl+d at the beginning of a line); `lost`: it is gone."""
        self._take, self._lost = take, lost
        self.listens = True

    @property
    def listens(self) -> bool:
        """Whether what is typed is read; while it is not, the terminal keeps it."""
        return self._reading

    @listens.setter
    def listens(self, on: bool) -> None:
        if on and not self._reading and not self._gone:
            self._loop.add_reader(self._fd, self._readable)
        elif not on and self._reading:
            self._loop.remove_reader(self._fd)
        self._reading = on and not self._gone

    def _readable(self) -> None:
        try:
            data = os.read(self._fd, _PIECE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data and self.line.gone():
            self._lose()
        else:
            self._take(data)

    def _lose(self) -> None:
        if not self._gone:
            self._gone = True
            self.listens = False
            self._loop.remove_writer(self._fd)
            self._out.clear()
            self._measure()
            self._lost()

    # What is shown

    async def write(self, data: bytes) -> None:
        """Show it, in the order of the calls; waits while much is still to be taken by the terminal.

        Raises TerminalGoneError.
        """
        while not self._room.is_set() and not self._gone:
            await self._room.wait()
        if self._gone:
            raise TerminalGoneError
        if self._held is not None:
            self._held += data
            self._measure()
        else:
            self.say(data)

    def say(self, data: bytes) -> None:
        """Show something of our own, also while output is held; never waits."""
        if self._gone:
            return
        self._out += data
        self._writable()
        if self._out and not self._gone:
            self._loop.add_writer(self._fd, self._writable)

    def hold(self) -> None:
        """Keep what is written until `release`."""
        if self._held is None:
            self._held = bytearray()

    def release(self) -> None:
        """Show what was kept."""
        held, self._held = self._held, None
        if held:
            self.say(bytes(held))
        self._measure()

    def drop(self) -> None:
        """What the terminal has not taken yet is not shown."""
        self._held = None
        self._out.clear()
        self._loop.remove_writer(self._fd)
        self._measure()

    async def shown(self, patience: float) -> bool:
        """Wait until the terminal has taken everything; False where it takes nothing for so many seconds."""
        while self._out and not self._gone:
            before = len(self._out)
            try:
                async with asyncio.timeout(patience):
                    await self._empty.wait()
            except TimeoutError:
                if len(self._out) >= before:
                    return False
        return not self._gone

    def _writable(self) -> None:
        try:
            while self._out:
                del self._out[: os.write(self._fd, memoryview(self._out)[:_PIECE].tobytes())]
        except BlockingIOError:
            pass
        except OSError:
            self._lose()
            return
        if not self._out:
            self._loop.remove_writer(self._fd)
        self._measure()

    def _measure(self) -> None:
        waiting = len(self._out) + len(self._held or b"")
        _set(self._room, waiting < LIMIT)
        _set(self._empty, not self._out)

    def close(self) -> None:
        """Watch the descriptor no more."""
        self.listens = False
        self._loop.remove_writer(self._fd)


def _set(event: asyncio.Event, on: bool) -> None:
    if on:
        event.set()
    else:
        event.clear()


@contextlib.contextmanager
def taken(fd: int) -> Iterator[Terminal]:
    """The terminal of this descriptor for the length of the block; its settings are given back as found, whatever
    happens in the block.

    Raises OSError or termios.error: it is no terminal.
    """
    line = Line(fd)
    with own(fd) as mine:
        terminal = Terminal(mine, line)
        try:
            yield terminal
        finally:
            terminal.close()
            line.restore()
