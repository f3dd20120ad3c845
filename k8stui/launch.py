"""From Settings to the running app: the contexts it opens, the terminal it is given, and the end of all that."""

import gc
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from k8stui import __version__
from k8stui.settings import Settings

if TYPE_CHECKING:
    from k8stui.demo.options import DemoOptions
    from k8stui.kube.kubeconfig import Kubeconfig
    from k8stui.logbook import Logbook

LOOKS = (5_000, 10, 10)
"""New objects until garbage is looked for among them, and how often until it is among older ones; Python's own 700 is
for programs of which more dies young."""


def complain(sentence: str) -> None:
    """One line on stderr."""
    sys.stderr.write(f"k8stui: {sentence}\n")


def first_line(settings: Settings) -> str:
    """What is on the screen while Python is still loading Textual."""
    return "\r\n  k8stui " + __version__ + (" ..." if settings.ascii else " …")


class FileContexts:
    """The contexts of the kubeconfig."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def __call__(self) -> "Kubeconfig":
        """Read it, beside the loop. Raises ConfigError."""
        import asyncio

        return await asyncio.to_thread(self._load)

    def _load(self) -> "Kubeconfig":
        from k8stui.kube.kubeconfig import load

        return load(self._settings, os.environ)


class DemoContexts:
    """The contexts of the embedded cluster, which is started at once and ends with us."""

    def __init__(self, settings: Settings, options: "DemoOptions") -> None:
        from k8stui.demo.process import DemoProcess

        self._settings = settings
        self._options = options
        self._process = DemoProcess()
        self.tell: Callable[[str], None] = lambda _sentence: None
        """Called when the embedded cluster has ended by itself."""

    def spawn(self) -> "DemoContexts":
        """Start it now: it loads while we do. Raises ConfigError."""
        from k8stui.demo.process import DemoError
        from k8stui.kube.errors import ConfigError

        try:
            self._process.spawn(self._options)
        except DemoError as error:
            raise ConfigError(str(error)) from None
        return self

    async def __call__(self) -> "Kubeconfig":
        """Wait until it serves. Raises ConfigError."""
        import asyncio

        from k8stui.demo.process import DemoError
        from k8stui.kube.errors import ConfigError
        from k8stui.kube.kubeconfig import from_config

        try:
            config = await self._process.start(self._options)
        except DemoError as error:
            raise ConfigError(str(error)) from None
        self._watcher = asyncio.create_task(self._watch())
        return from_config(config, self._settings, os.environ)

    async def _watch(self) -> None:
        self.tell(await self._process.ended())


def _contexts(settings: Settings, demo: "DemoOptions | None") -> FileContexts | DemoContexts:
    return FileContexts(settings) if demo is None else DemoContexts(settings, demo).spawn()


def run(settings: Settings, demo: "DemoOptions | None") -> int:
    """Open the terminal, then load and run the app; whatever happens the terminal is given back."""
    gc.disable()  # nothing that is loaded is garbage
    from k8stui.display.restore import Terminal, end_on_signals, quiet_python
    from k8stui.kube.errors import ConfigError

    book, settings = _logbook(settings)
    terminal = Terminal(sys.stderr.fileno())
    terminal.enter(first_line(settings))
    end_on_signals(terminal)
    try:
        contexts = _contexts(settings, demo)

        from k8stui.app import make_app
        from k8stui.clock import WallClock

        app = make_app(settings, clock=WallClock(), contexts=contexts, terminal=terminal)
        app.loaded = settle
        if isinstance(contexts, DemoContexts):
            contexts.tell = app.warn
        quiet_python(app.late_word)
        app.run(mouse=settings.mouse)
        terminal.left()
        return app.return_code or 0
    except ConfigError as error:
        terminal.restore()
        complain(error.sentence)
        return 1
    except Exception as error:
        terminal.restore()
        complain(_mistake(error, settings))
        return 1
    finally:
        terminal.restore()
        if book is not None:
            book.close()


def settle() -> None:
    """Look for garbage from now on, but never again among what has been loaded by now.

    A full look takes as long as there are objects, and those of Textual, the client library and us alone cost some
    10 ms: while the lines of a log pour in there were one or two each second.
    """
    gc.freeze()
    gc.set_threshold(*LOOKS)
    gc.enable()


def _logbook(settings: Settings) -> "tuple[Logbook | None, Settings]":
    """The log file, where one is wanted; one that cannot be written is told in the program and stops nothing."""
    if settings.log_file is None:
        return None, settings
    import logging
    import platform

    from k8stui.clock import WallClock
    from k8stui.logbook import LogbookError, open_logbook

    try:
        book = open_logbook(settings.log_file, WallClock())
    except LogbookError as error:
        return None, replace(settings, notices=(*settings.notices, str(error)))
    terminal = os.environ.get("TERM", "")
    logging.getLogger("k8stui").info("k8stui %s, Python %s, TERM %s", __version__, platform.python_version(), terminal)
    for notice in settings.notices:
        logging.getLogger("k8stui").warning("%s", notice)
    return book, settings


def _mistake(error: Exception, settings: Settings) -> str:
    """What went wrong while loading; the app has its own way. Writes the report."""
    from k8stui.clock import WallClock
    from k8stui.crash import apology, state_directory, write_report

    return apology(error, write_report(error, settings.state or state_directory(os.environ), WallClock().now()))
