"""One line of a log view: of a container, or a marker of what happened to the streams."""

from enum import IntEnum

from msgspec import Struct


class Mark(IntEnum):
    """What a line is. All but LINE and LATE are markers: they stand across the view, and no filter hides them."""

    LINE = 0
    LATE = 1
    """A container's line that came after later ones had been shown: it stands where it arrived."""
    RESTARTED = 2
    """The container ended and was started again."""
    GAP = 3
    """Lines are missing: rotated away on the node, or dropped here."""
    RECONNECTED = 4
    """The stream was cut and taken up again; nothing is missing."""
    JOINED = 5
    GONE = 6
    """The pod or container has gone, or ended for good."""
    NOTE = 7
    """Anything else that has to be said: why a log cannot be had."""

    @property
    def is_line(self) -> bool:
        """Whether a container wrote it."""
        return self <= Mark.LATE


class Entry(Struct, frozen=True, gc=False):
    """A line, as a stream hands it on and the ring takes it in.

    Nothing that Python would look at for garbage: of 50,000 in a second it would look at little else.
    """

    at: int
    """Nanoseconds since the epoch by the node's stamp; 0: unknown."""
    source: int
    """The number of the source (`operations.logs`): a container of a pod. -1: of none."""
    text: str
    """Safe: no control characters but SGR sequences (`model.logs.ansi`), without the line's end and its stamp."""
    mark: Mark = Mark.LINE
