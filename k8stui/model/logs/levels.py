"""How grave a log line is, whatever its writer calls it."""

from enum import IntEnum

from k8stui.model.columns import Tone


class Level(IntEnum):
    """Levels in their order; UNKNOWN: the line says none."""

    UNKNOWN = 0
    TRACE = 1
    DEBUG = 2
    INFO = 3
    WARN = 4
    ERROR = 5
    FATAL = 6

    @property
    def tone(self) -> Tone:
        """How it feels."""
        raise NotImplementedError


def level_named(word: str) -> Level:
    """`warning`, `WRN`, `W`, `40` (bunyan, pino): the level; UNKNOWN where it is no word for one."""
    raise NotImplementedError


def place_of(text: str) -> tuple[int, int, Level]:
    """Where a line's level stands in its plain text; (0, 0, UNKNOWN) where it says none."""
    raise NotImplementedError
