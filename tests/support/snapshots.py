"""Pictures of a screen as SVG, and what differs between two of them in words."""

import difflib
import html
import re
import sys
from io import StringIO
from typing import Any

from rich.cells import set_cell_size
from rich.console import Console
from rich.segment import Segments
from textual.pilot import Pilot

BASELINE = (3, 11)
"""The Python that the committed pictures are made with."""

_TEXT = re.compile(r'<text [^>]*?x="([\d.]+)"[^>]*?clip-path="url\(#[^"]*?-line-(\d+)\)"[^>]*>(.*?)</text>', re.DOTALL)


_CELL = 12.2
"""Rich draws every cell so wide."""


def refusal() -> str:
    """Why pictures may not be made by this Python; empty when they may."""
    if sys.version_info[:2] == BASELINE:
        return ""
    wanted = ".".join(str(number) for number in BASELINE)
    return f"The committed pictures are made with Python {wanted}: run make snapshots with that one"


async def picture(app: Any, only: str = "") -> str:
    """The screen as SVG; `only`: one widget of it, by the name of its class."""
    await Pilot(app).pause()
    if not only:
        return str(app.export_screenshot(title="k8stui"))
    widget = app.screen.query_one(only)
    width, height = widget.size
    console = Console(
        width=width, height=height, record=True, force_terminal=True, color_system="truecolor", file=StringIO()
    )
    for y in range(height):
        console.print(Segments(widget.render_line(y)), end="" if y + 1 == height else "\n")
    svg = console.export_svg(title="k8stui")
    if not any(svg_lines(svg)):
        raise ValueError(f"{only} draws nothing itself: what it contains is in the picture of the whole screen")
    return svg


def svg_lines(svg: str) -> list[str]:
    """The lines of text that a picture shows."""
    rows: dict[int, list[tuple[float, str]]] = {}
    for x, row, words in _TEXT.findall(svg):
        rows.setdefault(int(row), []).append((float(x), html.unescape(words).replace("\xa0", " ")))
    return [_joined(rows.get(row, [])) for row in range(max(rows, default=-1) + 1)]


def _joined(pieces: list[tuple[float, str]]) -> str:
    line = ""
    for x, words in sorted(pieces):
        line = set_cell_size(line, round(x / _CELL)) + words
    return line.rstrip()


def difference(expected: str, actual: str) -> str:
    """What a person needs to know: the lines that read differently, else that only colours do."""
    before, after = svg_lines(expected), svg_lines(actual)
    if not before:
        return "\n".join(["There is no committed picture of this; it would be:", *after])
    lines = list(difflib.unified_diff(before, after, "committed", "now", lineterm="", n=0))
    return "\n".join(lines) or "The text is the same; colours or styles differ."
