"""The journal's file: appended to by several programs at once, bounded, for its owner alone; nothing here raises."""

import contextlib
import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

NAME: Final = "journal.jsonl"
OLDER: Final = "journal.1"
MOST: Final = 10_000_000
"""Bytes of the file at which it moves to `journal.1`."""


class JournalFile:
    """Lines, each written at once.

    Args:
        directory: where `journal.jsonl` is; made 0700, the file 0600.
        complain: told in one sentence, once, when a line cannot be written.
    """

    def __init__(self, directory: Path, complain: Callable[[str], None]) -> None:
        self.directory = directory
        self._path = directory / NAME
        self._complain = complain
        self._complained = False

    def append(self, line: bytes) -> None:
        """Write one line (without its end). Blocks as long as writing a line takes. Never raises."""
        try:
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._rotate()
            self._write(line)
        except OSError as error:
            if not self._complained:
                self._complained = True
                why = error.strerror or str(error)
                self._complain(f"The journal cannot be written ({why}): what is done is kept in this run only")

    def _write(self, line: bytes) -> None:
        handle = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode):
                raise OSError(0, f"{NAME} is no file")
            if stat.S_IMODE(found.st_mode) & 0o077:
                os.fchmod(handle, 0o600)
            # A line that a full disk cut short must not take the next one with it.
            torn = found.st_size > 0 and os.pread(handle, 1, found.st_size - 1) != b"\n"
            whole = (b"\n" if torn else b"") + line + b"\n"
            if os.write(handle, whole) != len(whole):
                raise OSError(0, "the disk is full")
        finally:
            os.close(handle)

    def _rotate(self) -> None:
        """Move a file that is full; of several programs one does it, and the others see that it is done."""
        if not self._full():
            return
        lock = os.open(self.directory / ".journal.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if self._full():
                self._path.replace(self.directory / OLDER)
        except BlockingIOError:
            pass  # another one is at it: this line may stand in either file
        finally:
            os.close(lock)

    def _full(self) -> bool:
        try:
            return self._path.stat().st_size > MOST
        except FileNotFoundError:
            return False


def lines(directory: Path) -> Iterator[bytes]:
    """The lines of both files, the oldest first; of a file that is too long its end. What cannot be read is left out.

    Blocks on up to `2 * MOST` bytes each: call it in a thread.
    """
    for name in (OLDER, NAME):
        with contextlib.suppress(OSError), (directory / name).open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            file.seek(max(0, size - 2 * MOST))
            yield from file
