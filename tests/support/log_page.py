"""The page of logs in the whole program, over pods whose containers write what the test says."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from msgspec.structs import replace
from textual.screen import Screen

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.screens.logs.page import LogsScreen
from k8stui.settings import LogSettings
from tests.support.clock import ManualClock
from tests.support.house import SHORT, idle, running, settled, text, typed
from tests.support.logs import Writer
from tests.support.waiting import eventually

TIMING = replace(SHORT, backoff_first=0.05, backoff_most=0.2)
LOGS = LogSettings(window=0.01)


class LogPage:
    """The program, and who writes."""

    def __init__(self, app: K8sTui, cluster: EmbeddedCluster, writer: Writer) -> None:
        self.app, self.cluster, self.writer = app, cluster, writer

    @property
    def screen(self) -> LogsScreen:
        """The page, also below a dialog."""
        return next(each for each in self.app.screen_stack if isinstance(each, LogsScreen))

    @property
    def on_top(self) -> Screen[Any]:
        """The page, a dialog over it, or what is below."""
        return self.app.screen

    @property
    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(text(self.app))

    @property
    def top(self) -> str:
        """The first row of the page."""
        return self.screen.status.plain

    @property
    def note(self) -> str:
        """The line above the footer."""
        return self.screen.note_line.plain

    @property
    def lines(self) -> list[str]:
        """What containers wrote and is shown, out of sight as well."""
        shown = self.screen.logs.shown
        entries = [shown.entry(number) for number in shown.numbers()]
        return [entry.text for entry in entries if entry.mark.is_line]

    def asks(self) -> bool:
        """Whether the page's input is open."""
        return self.screen.bar.is_open

    async def open(self, *keys: str) -> LogsScreen:
        """By these keys."""
        await typed(self.app, *(keys or ("l",)))
        await eventually(lambda: any(isinstance(each, LogsScreen) for each in self.app.screen_stack))
        await idle(self.app)
        return self.screen

    async def shows(self, *words: str) -> str:
        """Wait until all of these are on the screen."""
        await self.until(lambda: all(each in self.text for each in words), *words)
        return self.text

    async def hides(self, words: str) -> str:
        """Wait until this is not on the screen any more."""
        await self.until(lambda: words not in self.text, words)
        return self.text

    async def until(self, condition: Callable[[], object], *about: str) -> None:
        """Wait; fails with what is on the screen."""
        try:
            await eventually(condition)
        except AssertionError:
            raise AssertionError(f"{about}:\n{self.text}") from None
        await idle(self.app)

    async def press(self, *keys: str) -> None:
        """Keys, and what they lead to is painted."""
        await typed(self.app, *keys)

    def streams(self) -> int:
        """Streams of logs that the server has open."""
        return self.cluster.streaming.count("log")


@asynccontextmanager
async def log_page(
    cluster: EmbeddedCluster,
    clock: ManualClock,
    prepare: Callable[[Writer], object],
    *,
    view: str = "pods",
    size: tuple[int, int] = (100, 24),
    logs: LogSettings = LOGS,
    config: Mapping[str, Any] | None = None,
    **settings: Any,
) -> AsyncIterator[LogPage]:
    """The program in the default namespace, after `prepare` has made the pods."""
    writer = Writer(cluster, clock)
    prepare(writer)
    given: dict[str, Any] = {"view": view, "namespace": "default", "timing": TIMING} | settings
    async with running(cluster, clock, size=size, logs=logs, config=config, **given) as (app, _):
        await settled(app, cluster)
        yield LogPage(app, cluster, writer)


@asynccontextmanager
async def pair_page(cluster: EmbeddedCluster, clock: ManualClock) -> AsyncIterator[LogPage]:
    """The open log of one pod with two containers, `app` with two lines and `proxy` with one."""

    def pair(writer: Writer) -> None:
        writer.pod("web-1", "app", "proxy")
        writer.say("web-1", "app one", "app two")
        writer.say("web-1", "proxy one", container="proxy")

    async with log_page(cluster, clock, pair) as page:
        await page.open()
        await page.shows("app two", "proxy one")
        yield page
