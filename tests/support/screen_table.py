"""The table on the screen read back as rows, by column name, as a person reads it."""

import re
from collections.abc import Sequence

from tests.support.terminal import Terminal

_CHUNK = re.compile(r"\S+(?: \S+)*")
"""A cell: words with single blanks between; columns have two."""


def cells(lines: Sequence[str], known: Sequence[str]) -> list[dict[str, str]]:
    """The rows below a header line, each as {column: cell}; columns that are cut at an edge are left out.

    Args:
        lines: header first.
        known: the titles of the columns.
    """
    spans = {
        match[0].rstrip("↑↓^v"): match.span()
        for match in _CHUNK.finditer(lines[0])
        if match[0].rstrip("↑↓^v") in known and not match[0].startswith("‹")
    }
    rows = []
    for line in lines[1:]:
        text = re.sub(r"[┃│║█]\s*$", "", line)
        row = dict.fromkeys(spans, "")
        for chunk in _CHUNK.finditer("   " + text[3:]):
            for title, (start, end) in spans.items():
                if chunk.start() < end and start < chunk.end():
                    row[title] = chunk[0]
        rows.append(row)
    return rows


def shown(terminal: Terminal, known: Sequence[str]) -> list[dict[str, str]]:
    """The rows that are on the screen now."""
    lines = terminal.display[1 : terminal.lines - 2]  # between the status line and the lines at the bottom
    end = next((number for number, line in enumerate(lines) if not line.strip()), len(lines))
    return cells(lines[:end], known)


def word(cell: str) -> str:
    """kubectl's word in a status cell: without our symbol and without what we add behind it."""
    return re.sub(r"^\S ", "", cell).partition(" · ")[0]
