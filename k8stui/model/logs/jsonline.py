"""Structured lines (JSON objects, logfmt, klog): time, level, message and the other fields."""

from msgspec import Struct

from k8stui.model.logs import decoded, levels
from k8stui.model.logs.levels import Level
from k8stui.model.logs.stamps import nanoseconds


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
        return next((value for key, value in self.fields if key == name), None)


def read(text: str) -> Record | None:
    """The record of a line's plain text; None where it is not structured. Never raises."""
    fields = decoded.fields_of(text)
    if fields is None:
        return None
    taken = {}
    for part, names in (("at", decoded.TIME), ("level", decoded.LEVEL), ("message", decoded.MESSAGE)):
        found = next((name for name in names if decoded.first(fields, (name,)) is not None), None)
        taken[part] = found
    at = nanoseconds(fields[taken["at"]]) if taken["at"] else 0
    level = _level(fields[taken["level"]]) if taken["level"] else Level.UNKNOWN
    message = decoded.shown(fields[taken["message"]]) if taken["message"] else ""
    known = {taken["at"] if at else None, taken["level"] if level else None, taken["message"]}
    rest = [(name, value) for name, value in decoded.flat(fields) if name not in known]
    return Record(at, level, message, tuple((decoded.shown(name), decoded.shown(value)) for name, value in rest))


def level_of(text: str) -> Level:
    """The level of a line by its plain text: its field where it is structured, else the word that stands there."""
    fields = decoded.fields_of(text)
    if fields is None:
        return levels.level_of(text)
    return _level(decoded.first(fields, decoded.LEVEL))


def _level(value: object) -> Level:
    if isinstance(value, int | str) and not isinstance(value, bool):
        return levels.level_named(str(value)[:20])
    return Level.UNKNOWN
