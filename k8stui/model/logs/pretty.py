"""One line of a log over many lines, to be read: JSON indented, texts with line breaks unfolded."""

from collections.abc import Iterator
from typing import Any

import msgspec

from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.model.logs.ansi import plain, safe_text
from k8stui.model.logs.decoded import LEVEL, fields_of, shown
from k8stui.model.logs.levels import level_named, place_of

MOST = 5000
"""Lines of a text."""
_DEPTH = 40
"""Objects and lists within each other; what lies deeper stands in one line."""
_STEP = "  "


def pretty(text: str) -> list[Line]:
    """The line for a page of text; a line that is not structured stands there as it is. Never raises."""
    text = plain(text)
    fields = fields_of(text)
    if fields is None:
        start, end, level = place_of(text)
        return [Line(text, spans=((start, end, level.tone),) if level else (), flows=True)]
    lines: list[Line] = []
    for line in _members(fields, 0):
        if len(lines) >= MOST:
            lines.append(Line(f"… and more than these {MOST:,} lines", Tone.MUTED))
            break
        lines.append(line)
    return lines or [Line("{}")]


def _members(fields: Any, depth: int) -> Iterator[Line]:
    """Each field of an object; the level as it feels."""
    for name, value in fields.items():
        tone = level_named(str(value)).tone if name in LEVEL and isinstance(value, str | int) else Tone.PLAIN
        yield from _value(f"{shown(name)}: ", value, depth, tone)


def _value(head: str, value: Any, depth: int, tone: Tone = Tone.PLAIN) -> Iterator[Line]:
    """A value behind its name or dash, over as many lines as it needs."""
    indent = _STEP * depth
    if isinstance(value, dict | list) and value and depth < _DEPTH:
        yield _line(indent, head.rstrip(), "")
        if isinstance(value, dict):
            yield from _members(value, depth + 1)
        else:
            for each in value:
                yield from _value("- ", each, depth + 1)
    elif isinstance(value, str) and "\n" in value.strip("\n"):
        yield _line(indent, head.rstrip(), "")
        for part in value.strip("\n").split("\n"):
            yield Line(indent + _STEP + plain(safe_text(part)), flows=True)
    else:
        yield _line(indent, head, _scalar(value), tone)


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return shown(value) or '""'
    if isinstance(value, dict | list) and not value:
        return msgspec.json.encode(value).decode()
    return shown(value)


def _line(indent: str, head: str, value: str, tone: Tone = Tone.PLAIN) -> Line:
    start = len(indent)
    spans = [(start, start + len(head.rstrip()), Tone.MUTED)]
    if tone is not Tone.PLAIN:
        spans.append((start + len(head), start + len(head) + len(value), tone))
    return Line(indent + head + value, spans=tuple(spans), flows=True)
