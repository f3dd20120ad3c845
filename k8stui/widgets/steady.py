"""A widget or screen that survives an exception in one of its handlers: it becomes a message of the app."""

from typing import Protocol, cast

from textual.message import Message
from textual.message_pump import MessagePump


class Faults(Protocol):
    """What the app offers for it; an app without it ends, as Textual does."""

    def fault(self, error: BaseException, where: str) -> None:
        """Tell of an unforeseen exception."""
        ...


class Steady(MessagePump):
    """Stands before Textual's class in the bases. Leans on the private `_dispatch_message` of Textual 8.2.8.

    Textual ends a pump, and the program with it, when a handler raises.
    """

    async def _dispatch_message(self, message: Message) -> None:
        try:
            await super()._dispatch_message(message)
        except Exception as error:
            if not hasattr(self.app, "fault"):
                raise
            cast("Faults", self.app).fault(error, type(message).__name__)
