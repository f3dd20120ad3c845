"""Hands the terminal to somebody else (a credential plugin, an editor, later a shell) and always takes it back."""

import asyncio
import os
import shlex
import sys
import termios
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from textual.app import SuspendNotSupported

from k8stui.kube.errors import ConfigError

if TYPE_CHECKING:
    from k8stui.app import K8sTui

T = TypeVar("T")
EDITOR_ENDS: Final = 1.0
"""Seconds that an editor has to end by itself when the program does."""


class NoEditorError(Exception):
    """The editor could not be started: one sentence."""


def editor(environ: Mapping[str, str]) -> list[str]:
    """The words of $KUBE_EDITOR, else of $EDITOR (`code --wait`), as kubectl takes them; [] where there is none.

    Raises NoEditorError: a quote is opened and never closed.
    """
    for name in ("KUBE_EDITOR", "EDITOR"):
        given = environ.get(name, "").strip()
        if given:
            try:
                return shlex.split(given)
            except ValueError:
                raise NoEditorError(f"${name} opens a quote and never closes it: {given[:80]}") from None
    return []


async def run_editor(app: "K8sTui", argv: Sequence[str], path: Path) -> str:
    """Let somebody edit a file in an editor of their own, with the terminal in its hands.

    Returns what went wrong with it in one clause (`vim was ended by signal 9`), "" where it ended well.
    Raises NoEditorError where it cannot be started, ConfigError where there is no terminal to hand over.
    """
    return await app.handover(lambda: _edited(argv, path))


async def _edited(argv: Sequence[str], path: Path) -> str:
    name = Path(argv[0]).name
    with _settings_kept():
        try:
            child = await asyncio.create_subprocess_exec(*argv, str(path))
        except OSError as error:
            raise NoEditorError(f"The editor '{argv[0]}' cannot be started ({error.strerror})") from None
        try:
            code = await child.wait()
        except asyncio.CancelledError:  # the program ends, and the terminal is not the editor's any more
            await _end(child)
            _calm()
            raise
        if code:
            _calm()
    if code < 0:
        return f"{name} was ended by signal {-code}"
    return f"{name} ended with code {code}" if code else ""


async def _end(child: asyncio.subprocess.Process) -> None:
    """Ask it to end, which lets it keep what was typed; then end it."""
    until = asyncio.get_running_loop().time() + EDITOR_ENDS
    with suppress(ProcessLookupError):
        child.terminate()
    while child.returncode is None and asyncio.get_running_loop().time() < until:
        with suppress(TimeoutError, asyncio.CancelledError):  # the loop cancels all there is once more at its end
            async with asyncio.timeout_at(until):
                await child.wait()
    with suppress(ProcessLookupError):
        child.kill()


def _calm() -> None:
    """Undo what an editor leaves on in a terminal when it was killed."""
    from k8stui.operations.sessions.modes import CALM  # with the operations, which the first frame goes without

    with suppress(OSError):
        sys.__stdout__ and os.write(sys.__stdout__.fileno(), CALM)


@contextmanager
def _settings_kept() -> Iterator[None]:
    """An editor that was killed leaves the line as it needed it: ours would be given back to the shell like that."""
    try:
        handle = sys.__stdin__.fileno() if sys.__stdin__ is not None else -1
        before = termios.tcgetattr(handle)
    except (OSError, ValueError, termios.error):
        yield
        return
    try:
        yield
    finally:
        with suppress(termios.error):  # a terminal that has gone keeps nothing
            termios.tcsetattr(handle, termios.TCSANOW, before)


@asynccontextmanager
async def foreground(app: "K8sTui") -> AsyncIterator[None]:
    """Give the terminal away for the length of the block.

    Cures three things of Textual 8.2.8: `suspend()` does not resume after an exception (textual#6692), widgets that
    update meanwhile fill the stopped writer's queue and block the loop, and Ctrl+C in the child ends the app.
    An app that is ending does not take the terminal back: its driver would never stop again.
    Raises ConfigError where there is no terminal to give (headless, in a browser).
    """
    error: BaseException | None = None
    try:
        with app.suspend():
            app.handed_over = True
            try:
                with app.batch_update():  # no frames into a stopped writer
                    yield
            except BaseException as raised:
                if app._exit or app._exception is not None:
                    raise
                error = raised
            finally:
                app.handed_over = False
    except SuspendNotSupported:
        raise ConfigError("This needs a terminal, and there is none to hand over: start k8stui in a terminal") from None
    app.screen.refresh(layout=True)
    if error is not None:
        raise error


class Handover:
    """The Terminal that credentials ask for: runs one awaitable at a time with the terminal handed over."""

    def __init__(self, app: "K8sTui") -> None:
        self._app = app
        self._one = asyncio.Lock()

    async def __call__(self, run: Callable[[], Awaitable[T]]) -> T:
        """Run it in the foreground and return what it returns."""
        async with self._one, foreground(self._app):
            return await run()
