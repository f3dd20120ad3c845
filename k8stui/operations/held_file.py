"""A file of JSON lines that says by its lock whether the program that writes it still lives.

0600 in a folder of 0700, only appended to, held by flock until it is closed or its writer ends, however that ends: no
lock and no end means that its writer was cut off. Everything here blocks, on small files.
"""

import contextlib
import fcntl
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TypeVar

import msgspec
from msgspec import Struct

S = TypeVar("S", bound=Struct)


class HeldFile:
    """A new file, held until `close`. Raises OSError where it cannot be made, or is there already."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = folder / f"{safe(name)}.jsonl"
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o600)
        self._file: IO[bytes] | None = os.fdopen(handle, "ab", buffering=0)
        fcntl.flock(self._file, fcntl.LOCK_EX)  # whoever looks whether it is held lets go at once

    def write(self, line: Struct) -> None:
        """One line more; nothing after `close`. Raises OSError."""
        if self._file is not None:
            self._file.write(encoded(line))

    def close(self) -> None:
        """Let go of it; once is enough."""
        if self._file is not None:
            self._file.close()
            self._file = None


def encoded(line: Struct) -> bytes:
    """A line as the file has it."""
    return msgspec.json.encode(line) + b"\n"


def held(path: Path) -> bool:
    """Whether its writer lives, or it is not there any more."""
    try:
        with path.open("rb") as file:  # reading makes no file where another one has taken it away
            return not taken(file)
    except OSError:
        return True


def taken(file: IO[bytes]) -> bool:
    """Take the lock of an open file until that is closed; False: another has it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def lines(raw: bytes, shape: type[S]) -> Iterator[S]:
    """The lines of a file; what is no line of that shape, as one that was cut off, is passed over."""
    decoder = msgspec.json.Decoder(shape)
    for line in raw.splitlines():
        with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
            yield decoder.decode(line)


def safe(name: str) -> str:
    """A name as a file may have it."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name)
