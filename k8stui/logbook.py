"""The log file of --log-file: what goes on, for whoever looks into it afterwards.

Every floor logs under `k8stui` with Python's own logging: requests by method, path, status and duration, never the
values of a query, headers, bodies or tokens. Writing happens in a thread of its own, so that a slow disk delays nobody;
what it cannot keep up with is dropped and counted.
"""

import contextlib
import logging
import os
import queue
import stat
import threading
from datetime import UTC
from pathlib import Path
from typing import Final

from k8stui.clock import Clock
from k8stui.model.text import clean
from k8stui.model.times import stamped

MOST_BYTES: Final = 5_000_000
"""Then the file is moved to `FILE.1`, over the one before, and a new one begun."""
WAITING: Final = 10_000
"""Lines that wait for the disk."""
LINE: Final = 2_000
END: Final = 1.0
"""Seconds the end of the program waits for the last lines."""


class LogbookError(Exception):
    """The file cannot be written: one sentence."""


class Logbook(logging.Handler):
    """Writes records to a file. Made by `open_logbook`; `close` it."""

    def __init__(self, path: Path, clock: Clock, descriptor: int) -> None:
        super().__init__(logging.DEBUG)
        self._path = path
        self._clock = clock
        self._descriptor = descriptor
        self._size = os.fstat(descriptor).st_size
        self._queue: queue.Queue[bytes | None] = queue.Queue(WAITING)
        self._dropped = 0
        self._thread = threading.Thread(target=self._write_all, name="logbook", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Put the line of a record in the queue; never raises, never waits."""
        try:
            text = clean(" ".join(record.getMessage().split()))[:LINE]
        except (TypeError, ValueError):
            text = "a line that could not be made up"
        at = f"{stamped(self._clock.now(), UTC)} {record.levelname:<7} {record.name}: {text}\n"
        try:
            self._queue.put_nowait(at.encode("utf-8", "replace"))
        except queue.Full:
            self._dropped += 1

    def close(self) -> None:
        """Write what waits, for a second at most, and end."""
        logger = logging.getLogger("k8stui")
        logger.removeHandler(self)
        logger.setLevel(logging.NOTSET)
        logger.propagate = True
        try:
            self._queue.put(None, timeout=END)
        except queue.Full:
            pass
        else:
            self._thread.join(END)
        super().close()

    def _write_all(self) -> None:
        while (line := self._queue.get()) is not None:
            if self._dropped:
                line = b"(%d lines were dropped here)\n" % self._dropped + line
                self._dropped = 0
            try:
                self._write(line)
            except OSError:  # a full disk: later lines may find room again
                self._dropped += 1
        os.close(self._descriptor)

    def _write(self, line: bytes) -> None:
        if self._size + len(line) > MOST_BYTES:
            self._path.replace(self._path.with_name(self._path.name + ".1"))
            fresh = _open(self._path)
            os.close(self._descriptor)
            self._descriptor, self._size = fresh, 0
        self._size += os.write(self._descriptor, line)


def open_logbook(path: Path, clock: Clock) -> Logbook:
    """Begin to write what is logged under `k8stui` to that file. Raises LogbookError."""
    try:
        descriptor = _open(path)
    except OSError as error:
        raise LogbookError(f"Nothing is logged: {clean(str(path), 256)} cannot be written ({error.strerror})") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise LogbookError(f"Nothing is logged: {clean(str(path), 256)} is no regular file")
    book = Logbook(path, clock, descriptor)
    logger = logging.getLogger("k8stui")
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    logger.addHandler(book)
    return book


def _open(path: Path) -> int:
    """For its owner alone. Without waiting: a pipe that nobody reads would hold up the start."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK, 0o600)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        with contextlib.suppress(PermissionError):  # somebody else's file that we may write: theirs to decide
            os.fchmod(descriptor, 0o600)
    return descriptor
