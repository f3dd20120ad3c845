"""How a session in a container ended, as data."""

from enum import Enum

from msgspec import Struct


class How(Enum):
    """What ended it."""

    EXITED = "exited"
    """What ran there ended by itself, or could not be started."""
    DETACHED = "detached"
    """The user left it running."""
    ENDED = "ended"
    """The user ended it."""
    BROKEN = "broken"
    """The link died, or the server refused it."""


class End(Struct, frozen=True):
    """What the session itself knows of its end."""

    how: How
    code: int | None = None
    """Of what ran there; None: it is not known."""
    message: str = ""
    """The server's words where it was not an exit code: why nothing could be started, how the link broke."""
    heard: bytes = b""
    """The last of what it wrote: runtimes put their own words there when they cannot start something."""
    typed: bool = False
    """Something was typed into it."""
    seconds: float = 0.0


class Ended(Struct, frozen=True):
    """What is known afterwards."""

    code: int | None
    """Of what ran there; None: it is not known (detached, cut off, never started)."""
    sentence: str
    """One sentence: how it ended, and how long it took."""
    detached: bool = False
    """The user has left it running and wants it kept."""
    how: How = How.EXITED
    typed: bool = True
    """False: nothing was typed into it, and it ended all the same."""
