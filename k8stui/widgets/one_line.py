"""A single line of coloured pieces that is repainted only when it reads differently."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from k8stui.model.columns import Tone
from k8stui.model.text import flat
from k8stui.widgets.cells import cell_len
from k8stui.widgets.steady import Steady
from k8stui.widgets.symbols import UNICODE, Symbols

Piece = tuple[str, str]
"""Text and the part of the line it is: the last word of a component class, empty for the line's own style."""


class OneLine(Steady, Widget):
    """Base of the lines above and below the table; texts in it are never read as markup."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"one-line--{tone.value}" for tone in Tone} | {
        "one-line--guard",
        "one-line--key",
        "one-line--off",
        "one-line--strong",
    }
    DEFAULT_CSS = """
    OneLine {
        height: 1;
        background: $background;
        color: $foreground;
        & > .one-line--ok { color: $success; }
        & > .one-line--changing { color: $accent; }
        & > .one-line--warning { color: $warning; }
        & > .one-line--bad { color: $error; }
        & > .one-line--muted { color: $text-muted; }
        & > .one-line--key { color: $accent; }
        & > .one-line--guard { color: $warning; text-style: bold reverse; }
        & > .one-line--off { color: $text-disabled; text-style: dim; }
        & > .one-line--strong { text-style: bold; }
    }
    """

    def __init__(self, *, symbols: Symbols = UNICODE, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.symbols = symbols
        self._pieces: list[Piece] = []

    @abstractmethod
    def pieces(self, width: int) -> Sequence[Piece]:
        """What the line reads in that many cells; a longer one is cut."""

    def renew(self) -> bool:
        """Repaint if the line reads differently now; True when it does."""
        pieces = merged([(flat(self.symbols.text(text)), part) for text, part in self.pieces(self.size.width)])
        if pieces == self._pieces:
            return False
        before, self._pieces = self._pieces, pieces
        self.refresh(Region(0, 0, min(self.size.width, max(length(before), length(pieces))), 1))
        return True

    @property
    def plain(self) -> str:
        """The line's text, as painted."""
        return "".join(text for text, _ in self._pieces)

    def render_line(self, y: int) -> Strip:
        """Paint the pieces."""
        width, base = self.size.width, self.rich_style
        if y:
            return Strip.blank(width, base)
        styled = [
            Segment(text, self.get_component_rich_style(f"one-line--{part}") if part else base)
            for text, part in self._pieces
        ]
        return Strip(styled).crop(0, width).extend_cell_length(width, base)

    def on_resize(self, event: events.Resize) -> None:
        """Fit the pieces anew."""
        self.renew()


def merged(pieces: Sequence[Piece]) -> list[Piece]:
    """Neighbours of one style as one piece: every styled piece costs some 40 bytes on the wire."""
    result: list[Piece] = []
    for text, part in pieces:
        if not text:
            continue
        if result and (result[-1][1] == part or not text.strip()):
            result[-1] = (result[-1][0] + text, result[-1][1])
        else:
            result.append((text, part))
    return result


def length(pieces: Sequence[Piece]) -> int:
    """Cells of all pieces together."""
    return sum(cell_len(text) for text, _ in pieces)
