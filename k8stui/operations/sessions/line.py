"""How a terminal's line treats what is typed: raw for a remote terminal, by lines for a program; always restored."""

import contextlib
import os
import termios
from collections.abc import Iterator
from typing import Any, Final

INTERRUPT: Final = 0x03
"""Ctrl+C."""
ESCAPE: Final = 0x1D
"""Ctrl+]."""
_IFLAG, _OFLAG, _CFLAG, _LFLAG, _CC = 0, 1, 2, 3, 6


def raw(found: list[Any]) -> list[Any]:
    """Every byte goes through as it is, in both directions (cfmakeraw): the remote terminal does the rest."""
    made = _copy(found)
    made[_IFLAG] &= ~(
        termios.IGNBRK
        | termios.BRKINT
        | termios.PARMRK
        | termios.ISTRIP
        | termios.INLCR
        | termios.IGNCR
        | termios.ICRNL
        | termios.IXON
    )
    made[_OFLAG] &= ~termios.OPOST
    made[_CFLAG] = made[_CFLAG] & ~(termios.CSIZE | termios.PARENB) | termios.CS8
    made[_LFLAG] &= ~(termios.ECHO | termios.ECHONL | termios.ICANON | termios.ISIG | termios.IEXTEN)
    made[_CC][termios.VMIN], made[_CC][termios.VTIME] = 1, 0
    return made


def lines(found: list[Any]) -> list[Any]:
    """Typed lines are echoed and edited here; ctrl+c and ctrl+] end a line, so that they are read at once."""
    made = _copy(found)
    made[_IFLAG] |= termios.ICRNL
    made[_OFLAG] |= termios.OPOST | termios.ONLCR
    made[_LFLAG] |= termios.ICANON | termios.ECHO | termios.ECHOE | termios.IEXTEN
    made[_LFLAG] &= ~termios.ISIG
    made[_CC][termios.VEOL], made[_CC][termios.VEOL2] = bytes((ESCAPE,)), bytes((INTERRUPT,))
    return made


def _copy(found: list[Any]) -> list[Any]:
    return [*found[:_CC], list(found[_CC])]


class Line:
    """The settings of one terminal's line: changed any number of times, given back as found.

    Raises OSError or termios.error where the descriptor is no terminal.
    """

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._found: list[Any] = termios.tcgetattr(fd)

    def raw(self) -> None:
        """Every byte as it is. Raises OSError: the terminal is gone."""
        self._set(raw(self._found))

    def lines(self) -> None:
        """Line by line. Raises OSError: the terminal is gone."""
        self._set(lines(self._found))

    def forget(self) -> None:
        """Drop what was typed and not read. Harmless when it is gone."""
        with contextlib.suppress(OSError, termios.error):
            termios.tcflush(self._fd, termios.TCIFLUSH)

    def restore(self) -> None:
        """As it was found; what was typed for the session and not read is dropped. Harmless when it is gone."""
        self.forget()
        with contextlib.suppress(OSError, termios.error):
            termios.tcsetattr(self._fd, termios.TCSANOW, self._found)

    def gone(self) -> bool:
        """Whether the terminal has been closed under us."""
        try:
            termios.tcgetattr(self._fd)
        except (OSError, termios.error):
            return True
        return False

    def _set(self, wanted: list[Any]) -> None:
        # TCSANOW: the others wait until the terminal has taken what was written, and a stalled one never does.
        try:
            termios.tcsetattr(self._fd, termios.TCSANOW, wanted)
        except termios.error as error:
            raise OSError(*error.args) from None


@contextlib.contextmanager
def own(fd: int) -> Iterator[int]:
    """A descriptor of the same terminal that does not block, for the length of the block.

    A duplicate would make the one it was made of, and the shell's, non-blocking too: so the terminal is opened anew,
    and duplicated only where that is not possible (another user's, another mount namespace).
    """
    try:
        mine = os.open(os.ttyname(fd), os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        mine = -1
    if mine >= 0 and os.fstat(mine).st_rdev != os.fstat(fd).st_rdev:
        os.close(mine)
        mine = -1
    if mine >= 0:
        try:
            yield mine
        finally:
            os.close(mine)
        return
    mine, blocking = os.dup(fd), os.get_blocking(fd)
    os.set_blocking(mine, False)
    try:
        yield mine
    finally:
        with contextlib.suppress(OSError):
            os.set_blocking(mine, blocking)
        os.close(mine)
