"""Hands the terminal to somebody else (a credential plugin, later an editor or a shell) and always takes it back."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeVar

from textual.app import SuspendNotSupported

from k8stui.kube.errors import ConfigError

if TYPE_CHECKING:
    from k8stui.app import K8sTui

T = TypeVar("T")


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
