"""The app: wiring between the cluster, the screens and the actions; it holds no rules and paints nothing itself."""

import asyncio
import importlib
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import events
from textual.app import App
from textual.binding import Binding
from textual.driver import Driver
from textual.screen import Screen

from k8stui.clock import Clock
from k8stui.cluster.contexts import Contexts
from k8stui.crash import apology, state_directory, write_report
from k8stui.display.clipboard import TooLongError, sequence
from k8stui.display.driver import PacedDriver
from k8stui.display.restore import ENDING, Terminal, end_at_the_latest
from k8stui.model.columns import Tone
from k8stui.model.notes import Note, Notes
from k8stui.model.sentences import counted
from k8stui.screens.journal.cut_off import tell
from k8stui.screens.keyboard import Keyboard
from k8stui.screens.leaving import Ending, leave
from k8stui.screens.memory import Memory
from k8stui.screens.resource import ResourceScreen
from k8stui.screens.terminal import Handover
from k8stui.screens.work import Work
from k8stui.settings import Settings
from k8stui.themes import ALL, chosen
from k8stui.widgets.steady import Steady

if TYPE_CHECKING:
    from textual.worker import Worker

    from k8stui.kube.kubeconfig import Kubeconfig
    from k8stui.operations.jobs.jobs import Jobs
    from k8stui.operations.journal.journal import Journals

LOG = logging.getLogger(__name__)

LATEST_END = 5.0
"""Seconds after which an ending that hangs is cut short."""


class K8sTui(Steady, App[None], inherit_bindings=False):
    """k8stui. Made by `make_app`, which the command line and the tests share."""

    TITLE = "k8stui"
    CSS_PATH = "k8stui.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[Any]] = [
        Binding("ctrl+q", "end", "Quit", show=False, priority=True),
        Binding("ctrl+l", "redraw", "Redraw", show=False),
    ]

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock,
        contexts: "Callable[[], Awaitable[Kubeconfig]]",
        terminal: Terminal | None = None,
        driver_class: type[Driver] | None = None,
    ) -> None:
        # Presence is what counts for Textual too; its filter for it depends on what it is told here.
        no_color = "NO_COLOR" in os.environ
        super().__init__(driver_class=driver_class or PacedDriver, ansi_color=True if no_color else None)
        self.settings = settings
        self.clock = clock
        self.handover = Handover(self)
        """Gives the terminal to a credential plugin or an editor, one at a time."""
        self.contexts = Contexts(contexts, settings, clock, self.handover)
        self.notes = Notes()
        self.memory = Memory(self.state, settings.timing.remember, self.warn)
        self._reports: dict[tuple[str, str, int], os.PathLike[str] | None] = {}
        self.work = Work(self)
        self.typed_at = 0.0
        """When the key that is being handled arrived: monotonic seconds."""
        self.handed_over = False
        """Somebody else has the terminal: Ctrl+C is theirs."""
        self.entering: Callable[[], None] | None = None
        """Gives up what is going to have the terminal. While it is set, keys are meant for that: they are dropped."""
        self.loaded: Callable[[], None] = lambda: None
        """Called when a part of the program has been loaded which stays; the command line sets it."""
        self._terminal = terminal
        self._ending = Ending(self, terminal)
        self._keyboard = Keyboard(self)
        for theme in ALL:
            self.register_theme(theme)
        self.theme = chosen(settings.theme, no_color=no_color).name

    def get_default_screen(self) -> Screen[Any]:
        """The one screen that is always there; its panes come and go."""
        return ResourceScreen(self.settings, self.contexts)

    @property
    def home(self) -> ResourceScreen:
        """The screen at the bottom of the stack."""
        screen = self.screen_stack[0]
        assert isinstance(screen, ResourceScreen)
        return screen

    @property
    def jobs(self) -> "Jobs":
        """The long work of this run."""
        return self.work.jobs

    @property
    def journals(self) -> "Journals":
        """What is done in this run, connection by connection."""
        return self.work.journals

    @property
    def state(self) -> Path:
        """The directory of what is left for the next run."""
        return self.settings.state or state_directory(os.environ)

    def on_mount(self) -> None:
        """Take the signals over from the command line's simple handlers."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._loop_fault)
        if not self.is_headless:
            for number in ENDING:
                loop.add_signal_handler(number, self._end_by_signal, int(number))

    async def on_ready(self) -> None:
        """The first frame is out: now the rest of the house may be loaded, beside the loop."""
        for notice in self.settings.notices:
            self.note(notice, Tone.WARNING, toast=True)
        await asyncio.to_thread(importlib.import_module, "k8stui.screens.pods")
        self.loaded()
        self.home.start()
        self.spawn(tell(self), "looking for jobs that were cut off")

    async def on_event(self, event: events.Event) -> None:
        """Keys are handled one after the other, here."""
        if isinstance(event, events.Key) and not event.is_forwarded and await self._keyboard.takes(event):
            return
        await super().on_event(event)

    def output_ready(self) -> bool:
        """Whether the terminal has taken everything written so far."""
        return not isinstance(self._driver, PacedDriver) or self._driver.ready

    # Messages and faults

    def note(self, text: str, tone: Tone = Tone.PLAIN, *, toast: bool = False, table: bool = False) -> None:
        """Tell what went on: on the note line, in the messages, and for errors as a toast.

        `table`: it is about a row of the table, whose name would mislead on a page that lies over it.
        """
        note = self.notes.add(self.clock.now(), text, tone)
        LOG.log(logging.WARNING if tone in (Tone.BAD, Tone.WARNING) else logging.INFO, "%s", note.text)
        if self.is_running and self.screen_stack:
            self.home.show_note(note)
            page = self.home.dialogs.page
            if page is not None and not table:
                page.show_note(note)
        if toast:
            self._toast(note)

    def copy(self, text: str, said: str = "") -> None:
        """Copy to the terminal's clipboard, and say so.

        `said` is what the message quotes. A text that may hold a value of a Secret is not quoted: messages are kept,
        and stand in the log file.
        """
        try:
            written = sequence(text, os.environ)
        except TooLongError as error:
            self.note(f"{error}: nothing was copied", Tone.WARNING)
            return
        self._clipboard = text
        if self._driver is not None:
            self._driver.write(written)
        lines = counted(text.count("\n") + 1, "line")
        self.note(f"Copied {said or lines}")

    def warn(self, sentence: str) -> None:
        """Something outside the clusters went wrong."""
        self.note(sentence, Tone.BAD, toast=True)

    def _toast(self, note: Note) -> None:
        severity = "error" if note.tone is Tone.BAD else "warning" if note.tone is Tone.WARNING else "information"
        self.notify(note.text, severity=severity, timeout=self.settings.timing.toast, markup=False)  # type: ignore[arg-type]

    def fault(self, error: BaseException, where: str) -> None:
        """An unforeseen exception in a handler or a task: a message and a report, not the end.

        The same fault again is told again, but reported once.
        """
        frame = error.__traceback__
        while frame is not None and frame.tb_next is not None:
            frame = frame.tb_next
        place = (type(error).__name__, where, frame.tb_lineno if frame is not None else 0)
        if place not in self._reports:
            self._reports[place] = self._report(error)
        path = self._reports[place]
        tail = f" (report: {path})" if path else ""
        self.note(f"Something went wrong inside k8stui: {type(error).__name__} in {where}{tail}", Tone.BAD, toast=True)

    def spawn(self, work: Coroutine[Any, Any, None], name: str) -> "Worker[None]":
        """Run something beside the screen; an exception in it becomes a message."""

        async def guarded() -> None:
            try:
                await work
            except Exception as error:
                self.fault(error, name)

        return self.run_worker(guarded(), name=name, exit_on_error=False)

    def _loop_fault(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, Exception):
            self.fault(error, "a task")

    def _handle_exception(self, error: Exception) -> None:
        """End with one sentence and a report: Textual's own traceback prints local variables, tokens among them."""
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._exit_renderables[:] = [Text(f"k8stui: {apology(error, self._report(error))}")]
        if self._terminal is not None:
            end_at_the_latest(self._terminal, LATEST_END, 1)
        self._close_messages_no_wait()

    def _report(self, error: BaseException) -> "os.PathLike[str] | None":
        return write_report(error, self.state, self.clock.now())

    def late_word(self, text: str) -> None:
        """A warning of Python's own, from any thread: a message instead of a line across the screen."""
        if self._loop is not None and self.is_running:
            self._loop.call_soon_threadsafe(self.note, text, Tone.WARNING)

    def choose_theme(self, name: str) -> None:
        """Another theme, by the name a user gives it, until the end of this run. Raises KeyError."""
        if self.no_color:
            self.note("NO_COLOR is set: there are no colours to choose", Tone.WARNING)
        self.theme = chosen(name, no_color=self.no_color).name

    def redraw(self) -> None:
        """Paint everything anew, for a terminal that somebody else has written to."""
        self.screen.refresh(layout=True)

    def action_redraw(self) -> None:
        """Ctrl+L."""
        self.redraw()

    def action_end(self) -> None:
        """Ctrl+Q."""
        leave(self)

    # The end

    async def on_unmount(self) -> None:
        """Close what is open on the wire, and write what is to be remembered."""
        await self.work.close()
        await asyncio.gather(self.contexts.close(), self.memory.close())
        if not self.is_headless and sys.__stderr__ is not None:
            sys.stderr = sys.__stderr__  # the end of a session that was cut off put Textual's capture back

    def _end_by_signal(self, number: int) -> None:
        if self.handed_over and number == signal.SIGINT:
            return
        self.end(128 + number)

    def end(self, code: int = 0, sentence: str = "") -> None:
        """Leave in order, with a sentence on the terminal afterwards; cut short when that hangs."""
        if self._terminal is not None:
            end_at_the_latest(self._terminal, LATEST_END, code)
        self._ending.begin(code, sentence)


def make_app(
    settings: Settings,
    *,
    clock: Clock,
    contexts: "Callable[[], Awaitable[Kubeconfig]]",
    terminal: Terminal | None = None,
) -> K8sTui:
    """The app, for the command line and for tests.

    Args:
        settings: what the user asked for.
        clock: stamps and ages; tests share one with their server.
        contexts: how the contexts are found: reads the kubeconfig, or starts the embedded cluster. Raises ConfigError.
        terminal: given back when an orderly end hangs; None in tests.
    """
    return K8sTui(settings, clock=clock, contexts=contexts, terminal=terminal)
