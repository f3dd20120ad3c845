"""Textual's Linux driver, with an eye on whether the terminal has taken what was written."""

import sys
from typing import IO, Any, cast

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver


class Output:
    """The terminal as a file that knows whether a write is under way; a terminal that has gone swallows the rest."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self.writing = False
        self.gone = False

    def write(self, text: str) -> int:
        """Write, unless the terminal is gone. Called by Textual's writer thread."""
        self.writing = True
        if not self.gone:
            try:
                self._file.write(text)
            except (OSError, ValueError):
                self.gone = True
        return len(text)

    def flush(self) -> None:
        """Called by the writer thread when its queue is empty: everything is on its way."""
        if not self.gone:
            try:
                self._file.flush()
            except (OSError, ValueError):
                self.gone = True
        self.writing = False

    def fileno(self) -> int:
        """The descriptor of the terminal."""
        return self._file.fileno()

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self._file.isatty()


class PacedDriver(LinuxDriver):
    """Says when the terminal is ready for the next frame.

    Textual queues up to 30 writes and then blocks the event loop; over a slow line that is seconds. Screens that ask
    `ready` first make no frame while one is unfinished, so the newest state wins.
    """

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._output = Output(sys.__stderr__ or sys.stderr)
        self._file = cast("Any", self._output)

    @property
    def ready(self) -> bool:
        """Whether everything written so far was taken by the terminal."""
        if self._output.writing:
            return False
        return self._writer_thread is None or self._writer_thread._queue.empty()
