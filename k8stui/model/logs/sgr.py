"""What SGR sequences (ECMA-48 8.3.117, with xterm's 256 colours and truecolor) say about the parts of a line."""

from msgspec import Struct

from k8stui.model.logs.ansi import SGR

Colour = int | tuple[int, int, int] | None
"""A number of the palette (0 to 255), red, green and blue, or None: the terminal's own."""


class Graphics(Struct, frozen=True):
    """How a part of a line wants to look. Concealed and blinking text is shown as any other."""

    fg: Colour = None
    bg: Colour = None
    bold: bool = False
    dim: bool = False
    italic: bool = False
    underline: bool = False
    reverse: bool = False
    strike: bool = False


Span = tuple[int, int, Graphics]
"""From and to in `plain(text)`, the end excluded."""


def spans(text: str) -> list[Span]:
    """The parts of a safe text that look otherwise than plain, in order; what was begun ends with the line."""
    raise NotImplementedError
