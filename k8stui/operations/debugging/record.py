"""What a run has made to debug, in a file that outlives it: `<state>/debug/<run>.jsonl`, held while the run lives.

Written before anything is sent, and again with each thing that becomes known; of the lines with one number the last one
counts. The file goes when nobody has to come back to anything in it. Everything here blocks, on small files.
"""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final

from msgspec import Struct, structs

from k8stui.operations import held_file
from k8stui.operations.debugging.left import Left
from k8stui.operations.held_file import HeldFile

FOLDER: Final = "debug"
MOST_BYTES: Final = 20_000_000
"""A larger file is none of ours."""


class Entry(Struct, frozen=True, omit_defaults=True):
    """A line: what the run is, or one thing that it has made."""

    run: str = ""
    started: float = 0.0
    left: Left | None = None


class Record:
    """Of this run. What cannot be written is said once and stops nothing.

    Args:
        directory: the state directory.
        run: tells this run from others.
        now: epoch seconds.
        complain: told in one sentence, once.
    """

    def __init__(self, directory: Path, run: str, *, now: Callable[[], float], complain: Callable[[str], None]) -> None:
        self._folder = directory / FOLDER
        self._run, self._now, self._complain = run, now, complain
        self._file: HeldFile | None = None
        self._failed = self._closed = False
        self._numbers = 0
        self.lefts: dict[int, Left] = {}
        """The newest of each number."""

    @property
    def path(self) -> Path | None:
        """The file, once there is one."""
        return self._file.path if self._file is not None else None

    def number(self) -> int:
        """One that is not taken."""
        self._numbers += 1
        return self._numbers

    def keep(self, left: Left, **changes: object) -> Left:
        """Write it with these changes, where they are any; returns what was written. Never raises."""
        left = structs.replace(left, **changes) if changes else left
        if self.lefts.get(left.number) == left:
            return left
        self.lefts[left.number] = left
        if not (self._failed or self._closed):
            try:
                if self._file is None:
                    self._file = HeldFile(self._folder, self._run)
                    self._file.write(Entry(run=self._run, started=self._now()))
                self._file.write(Entry(left=left))
            except OSError as error:
                self._failed = True
                self._complain(
                    f"What is made to debug cannot be kept in {self._folder} ({error.strerror}): "
                    "were k8stui killed, the next start would not know of it"
                )
        return left

    def close(self) -> None:
        """Let go of the file; it goes where nobody has to come back to it. Once is enough."""
        if self._file is None or self._closed:
            return
        self._closed = True
        if all(left.settled for left in self.lefts.values()):
            with contextlib.suppress(OSError):
                self._file.path.unlink()
        self._file.close()


class Earlier:
    """The record of a run that has ended, taken up: nobody else takes it up before `close`. Made by `earlier`."""

    def __init__(self, path: Path, file: IO[bytes], lefts: list[Left], started: float) -> None:
        self._path, self._file = path, file
        self._lefts = {left.number: left for left in lefts}
        self.started = started

    @property
    def lefts(self) -> list[Left]:
        """What somebody has to come back to, in the order in which it was made."""
        return [left for left in self._lefts.values() if not left.settled]

    def keep(self, left: Left, **changes: object) -> None:
        """Write what has become of one. Never raises: it is found out again."""
        left = structs.replace(left, **changes)
        self._lefts[left.number] = left
        with contextlib.suppress(OSError):
            self._file.write(held_file.encoded(Entry(left=left)))

    def close(self) -> None:
        """Let go of it; the file goes where there is nothing to come back to."""
        if not self.lefts:
            with contextlib.suppress(OSError):
                self._path.unlink()
        self._file.close()


def earlier(directory: Path) -> list[Earlier]:
    """The records of runs that have ended and left something, oldest first. Close each."""
    found = []
    for path in _files(directory):
        with contextlib.suppress(OSError):
            file = path.open("r+b", buffering=0)  # makes none where another one has just taken it away
            if not held_file.taken(file):
                file.close()  # its run lives, or another one takes it up
                continue
            lefts, started = read(path)
            file.seek(0, 2)
            one = Earlier(path, file, lefts, started)
            if one.lefts:
                found.append(one)
            else:
                one.close()
    return sorted(found, key=lambda each: each.started)


def known(directory: Path) -> list[Left]:
    """Everything in all records, also those of runs that live: for telling what is ours."""
    return [left for path in _files(directory) for left in read(path)[0]]


def read(path: Path) -> tuple[list[Left], float]:
    """What a file tells, by number, and when its run began to write it; nothing where it is none of ours."""
    lefts: dict[int, Left] = {}
    started = 0.0
    with contextlib.suppress(OSError):
        if path.stat().st_size <= MOST_BYTES:
            for entry in held_file.lines(path.read_bytes(), Entry):
                started = started or entry.started
                if entry.left is not None:
                    lefts[entry.left.number] = entry.left
    return list(lefts.values()), started


def _files(directory: Path) -> Iterator[Path]:
    with contextlib.suppress(OSError):
        yield from sorted((directory / FOLDER).glob("*.jsonl"))
