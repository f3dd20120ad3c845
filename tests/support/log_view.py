"""A log view over a book of its own: it is grown, looked at through a lens, and says what it told."""

from collections.abc import Iterable
from datetime import UTC

from textual.app import App, ComposeResult
from textual.geometry import Region

from k8stui.model.logs.book import Book
from k8stui.model.logs.entry import Entry, Mark
from k8stui.model.logs.shown import Lens, Shown
from k8stui.widgets.log_view import LogView
from k8stui.widgets.symbols import UNICODE, Symbols

AT = 1_790_000_000_000_000_000
"""2026-09-21T14:13:20Z."""


class LogApp(App[None]):
    def __init__(
        self, *, wrap: bool = False, times: bool = False, most: int = 1 << 25, symbols: Symbols = UNICODE
    ) -> None:
        super().__init__()
        self.book = Book(most)
        self.shown = Shown(self.book)
        self.view = LogView(self.shown, zone=UTC, wrap=wrap, times=times, symbols=symbols)
        self.told: list[str] = []
        self.painted: list[Region | None] = []

    def compose(self) -> ComposeResult:
        yield self.view

    def on_mount(self) -> None:
        self.view.focus()
        refresh = self.view.refresh

        def noted(*regions: Region, **options: bool) -> LogView:
            self.painted += regions or [None]
            refresh(*regions, **options)
            return self.view

        self.view.refresh = noted  # type: ignore[method-assign]

    def on_log_view_paused(self, event: LogView.Paused) -> None:
        self.told.append("paused")

    def on_log_view_resumed(self, event: LogView.Resumed) -> None:
        self.told.append("resumed")

    def on_log_view_opened(self, event: LogView.Opened) -> None:
        self.told.append(f"opened {event.number}")

    def on_log_view_matched(self, event: LogView.Matched) -> None:
        self.told.append("matched")

    def on_log_view_moved(self, event: LogView.Moved) -> None:
        self.told.append(f"moved {event.number}")

    def on_log_view_vanished(self, event: LogView.Vanished) -> None:
        self.told.append(f"vanished {event.count}")

    def lines(self) -> list[str]:
        return [
            "".join(segment.text for segment in strip).rstrip() for strip in self.screen._compositor.render_strips()
        ]

    def add(self, entries: Iterable[Entry]) -> None:
        self.book.extend(list(entries))
        self.settle()

    def look(self, lens: Lens) -> None:
        self.shown.look(lens)
        self.settle()

    def settle(self) -> None:
        while not self.shown.work():
            pass
        self.view.grown()


def entries(count: int, start: int = 0, mark: Mark = Mark.LINE) -> list[Entry]:
    return [Entry(AT + number * 10**6, 0, f"line {number}", mark) for number in range(start, start + count)]


def texts(first: int, last: int) -> list[str]:
    return [f" line {number}" for number in range(first, last + 1)]


def styles_of(app: LogApp, y: int) -> list[tuple[str, str]]:
    """Each piece of a row with what stands out of its style."""
    return [
        (piece.text.strip(), str(piece.style))
        for piece in app.view.render_line(y)
        if piece.text.strip() and piece.style
    ]
