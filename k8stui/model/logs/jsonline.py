"""Structured lines (JSON objects, logfmt, klog): time, level, message and the other fields."""

from msgspec import Struct

from k8stui.model.logs.levels import Level


class Record(Struct, frozen=True):
    """What a structured line says. All texts are safe (`ansi.safe_text`), of one line each."""

    at: int
    """Nanoseconds since the epoch by the line's own time; 0: none."""
    level: Level
    message: str
    fields: tuple[tuple[str, str], ...]
    """The others, by name in the order of the line; of objects within objects by `outer.inner`."""

    def field(self, name: str) -> str | None:
        """A field's text; None where there is none."""
        raise NotImplementedError


def read(text: str) -> Record | None:
    """A line's record; None where it is not structured. Never raises."""
    raise NotImplementedError
