"""Textual's Linux driver, with an eye on whether the terminal has taken what was written."""

import os
import re
import selectors
import signal
import sys
import time
from codecs import getincrementaldecoder
from typing import IO, Any, Final, cast

from textual import events
from textual._ansi_sequences import SYNC_END, SYNC_START
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from k8stui.display.economy import economical

_CHUNK: Final = 16384
"""Characters that are collected at most before they are written."""
_ESCAPES_THEN_KEYS: Final = re.compile(r"(\x1b+)(?:(?<=\x1b\x1b)\Z|[ -NQ-WYZ`-~][ -~\r\t]*\Z)")
r"""Esc, pressed once or more, and keys that came in one packet, as over a slow line or to a busy program. Textual would
read them as one key with Alt, which no key of ours is; what begins a sequence of the terminal (`[ ] O P X ^ _ \`) is
left to it."""


class Output:
    """The terminal as a file that knows whether a write is under way; a terminal that has gone swallows the rest.

    Writes to the descriptor itself: Python's own file would keep what a lost terminal did not take, fail once more on
    it at the end of the process and spoil the exit code (120), and lose text on a descriptor that a child process
    left non-blocking.
    """

    def __init__(self, file: IO[str]) -> None:
        self._fd = file.fileno()
        self._encoding = getattr(file, "encoding", None) or "utf-8"
        self._isatty = file.isatty()
        self._texts: list[str] = []
        self._length = 0
        self.writing = False
        self.gone = False

    def write(self, text: str) -> int:
        """Write with the next `flush`, or when there is much of it. Called by Textual's writer thread."""
        self.writing = True
        self._texts.append(text)
        self._length += len(text)
        if self._length >= _CHUNK:
            self._send()
        return len(text)

    def flush(self) -> None:
        """Called by the writer thread when its queue is empty: everything is on its way."""
        self._send()
        self.writing = False

    def fileno(self) -> int:
        """The descriptor of the terminal."""
        return self._fd

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self._isatty

    def _send(self) -> None:
        rest = memoryview(economical("".join(self._texts)).encode(self._encoding, "replace"))
        self._texts.clear()
        self._length = 0
        while rest and not self.gone:
            try:
                rest = rest[os.write(self._fd, rest) :]
            except BlockingIOError:  # a child that had the terminal has left it so
                os.set_blocking(self._fd, True)
            except OSError:
                self.gone = True


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
        self.handed_at = float("-inf")
        """The monotonic second at which the newest frame began its way to the terminal."""

    def write(self, data: str) -> None:
        """Hand text to the writer thread."""
        if data not in (SYNC_START, SYNC_END):
            self.handed_at = time.monotonic()
        super().write(data)

    @property
    def ready(self) -> bool:
        """Whether everything written so far was taken by the terminal."""
        if self._output.writing:
            return False
        return self._writer_thread is None or self._writer_thread._queue.empty()

    def _disable_mouse_support(self) -> None:
        super()._disable_mouse_support()
        if self._mouse_pixels:  # Textual 8.2.8 leaves it on
            self.write("\x1b[?1016l")

    def _run_input_thread(self) -> None:
        """Without Textual's traceback on the terminal: a terminal that is gone is no mistake of the program."""
        try:
            self.run_input_thread()
        except (OSError, EOFError):
            self._output.gone = True
            os.kill(os.getpid(), signal.SIGHUP)  # the kernel sends it only to the terminal's foreground processes
        except Exception as error:
            self._app.call_later(self._app._handle_exception, error)

    def run_input_thread(self) -> None:
        """Read keys until the driver stops. Raises EOFError or OSError when the terminal is gone.

        Textual 8.2.8 ends with a traceback on bytes that are no UTF-8 (keys in another encoding, noise on the line)
        and reads for ever, as fast as it can, from a terminal that is gone.
        """
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")("ignore").decode
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(0.1):
                    raw = os.read(self.fileno, 4096)
                    if not raw:
                        raise EOFError
                    text = decode(raw)
                    if together := _ESCAPES_THEN_KEYS.match(text):
                        for _ in together[1]:
                            self.process_message(events.Key("escape", "\x1b"))
                        text = text[len(together[1]) :]
                    for event in parser.feed(text) if text else ():  # an empty text would be the parser's end
                        self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)
