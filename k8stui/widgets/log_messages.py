"""What a log view tells the screen it is on."""

from textual.message import Message
from textual.widget import Widget


class LogMessage(Message):
    """Anything a log view posts."""

    def __init__(self, view: Widget) -> None:
        super().__init__()
        self.view = view

    @property
    def control(self) -> Widget:
        """The view, for `@on(..., selector)`."""
        return self.view


class Paused(LogMessage, namespace="log_view"):
    """The end is not followed any more: the reader went up, or the screen asked for it."""


class Resumed(LogMessage, namespace="log_view"):
    """The end is followed again."""


class Opened(LogMessage, namespace="log_view"):
    """Enter or a double click on a line."""

    def __init__(self, view: Widget, number: int) -> None:
        super().__init__(view)
        self.number = number


class Moved(LogMessage, namespace="log_view"):
    """The cursor is on another line, or on none (None)."""

    def __init__(self, view: Widget, number: int | None) -> None:
        super().__init__(view)
        self.number = number


class Matched(LogMessage, namespace="log_view"):
    """The next or the previous match was gone to."""


class Vanished(LogMessage, namespace="log_view"):
    """While paused: the line at the top was dropped from memory, `count` lines in all; the view is at the oldest."""

    def __init__(self, view: Widget, count: int) -> None:
        super().__init__(view)
        self.count = count
