"""How grave a log line is, whatever its writer calls it."""

import re
from collections.abc import Iterator, Mapping
from enum import IntEnum
from types import MappingProxyType

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
        return _TONES.get(self, Tone.PLAIN)


_TONES: Mapping[Level, Tone] = MappingProxyType(
    {
        Level.TRACE: Tone.MUTED,
        Level.DEBUG: Tone.MUTED,
        Level.WARN: Tone.WARNING,
        Level.ERROR: Tone.BAD,
        Level.FATAL: Tone.BAD,
    }
)
_SPELLINGS: Mapping[Level, str] = MappingProxyType(
    {
        Level.TRACE: "t trc trace verbose finest finer",
        Level.DEBUG: "d dbg debug fine",
        Level.INFO: "i inf info information informational notice ntc config",
        Level.WARN: "w wrn warn warning",
        Level.ERROR: "e err error severe",
        Level.FATAL: "f ftl fatal c crit critical panic dpanic p alert a emerg emergency",
    }
)
_NAMES: Mapping[str, Level] = MappingProxyType(
    {word: level for level, words in _SPELLINGS.items() for word in words.split()}
)
_WORD = r"([A-Za-z]{3,13})"

_KLOG = re.compile(r"([IWEF])\d{4} \d\d:\d\d:\d\d")
"""`E0102 15:04:05.678901       1 file.go:12] text` (k8s.io/klog)."""
_PAIR = re.compile(
    r"""(?<![^\s{,"'])(?:[Ll]evel|LEVEL|lvl|[Ss]everity|SEVERITY|log[Ll]evel|log\.level)["']?\s*[=:]\s*["']?(\w+)"""
)
"""`level=warn` and `"level":"warn"`."""
_SHOUTED = re.compile(r"(?<![\w./=-])([A-Z]{3,13})(?![\w/=-])")
_BRACKETED = re.compile(rf"[\[(<]\s*{_WORD}\s*[\])>]")
_LEADING = re.compile(rf"{_WORD}(?::| - )")
_KEYED = ("evel", "EVEL", "lvl", "everity", "EVERITY")
_STEMS = (
    "err",
    "warn",
    "wrn",
    "inf",
    "deb",
    "dbg",
    "trac",
    "trc",
    "fat",
    "ftl",
    "crit",
    "pani",
    "emerg",
    "aler",
    "verb",
    "fine",
    "sev",
    "noti",
    "ntc",
    "conf",
)
"""One of them stands in every word for a level: looked for first, because most lines say none."""
_NEAR = 120
"""Characters from the beginning of a line within which its level stands."""
_FAR = 4000
"""The same of one that is named, as in JSON."""


def level_named(word: str) -> Level:
    """`warning`, `WRN`, `W`, `40` (bunyan, pino): the level; UNKNOWN where it is no word for one."""
    word = word.strip().lower()
    if word.isdecimal() and word.isascii() and len(word) <= 3:
        return numbered(int(word))
    return _NAMES.get(word, Level.UNKNOWN)


def numbered(number: float) -> Level:
    """The level of bunyan's and pino's numbers: 10 trace to 60 fatal, any between them as the lower one."""
    if not 10 <= number < 100:
        return Level.UNKNOWN
    return Level(min(int(number // 10), Level.FATAL))


def place_of(text: str) -> tuple[int, int, Level]:
    """Where a line's level stands in its plain text; (0, 0, UNKNOWN) where it says none."""
    if found := _KLOG.match(text):
        return found.start(1), found.end(1), level_named(found[1])
    near = text[:_FAR]
    if any(part in near for part in _KEYED):
        for found in _PAIR.finditer(near):
            if level := level_named(found[1]):
                return found.start(1), found.end(1), level
    head = text[:_NEAR].lower()
    if text.startswith("{") or not any(stem in head for stem in _STEMS):
        return 0, 0, Level.UNKNOWN
    for found in _candidates(text):
        if level := level_named(found[1]):
            return found.start(1), found.end(1), level
    return 0, 0, Level.UNKNOWN


def _candidates(text: str) -> Iterator[re.Match[str]]:
    """The words at the beginning of a line that stand as levels do: `error: `, ` ERROR `, `[error]`."""
    leading = _LEADING.match(text)
    if leading:
        yield leading
    yield from _SHOUTED.finditer(text, 0, _NEAR)
    yield from _BRACKETED.finditer(text, 0, _NEAR)


def level_of(text: str) -> Level:
    """The level of a line by the words of its plain text."""
    return place_of(text)[2]
