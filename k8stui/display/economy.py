"""The same frame in fewer bytes: a colour of the background that stays is not sent again with each piece of text."""

import re
from typing import Final

_SGR: Final = re.compile(
    r"(?P<reset>\x1b\[0?m(?P<move>(?:\r\n)?(?:\x1b\[\d+;\d+H)?))?"
    r"\x1b\[(?:(?P<fg>38;(?:2;\d+;\d+;\d+|5;\d+));(?P<bg>48;(?:2;\d+;\d+;\d+|5;\d+))|[\d;:]*)m"
)
"""A change of style, with the end of the one before it where that stands right before it, or a move of the cursor."""


def economical(text: str) -> str:
    """What Textual writes, without what changes nothing.

    Textual ends each piece of text with a reset and begins the next one with all of its style. Where both are no more
    than a colour on a background, and the background is the same, the colour alone does.
    """
    ground, colour = "", ""

    def shorter(found: re.Match[str]) -> str:
        nonlocal ground, colour
        before, over = ground, colour
        ground, colour = found["bg"] or "", found["fg"] or ""
        if not ground or ground != before or found["reset"] is None:
            return found[0]
        return found["move"] + (f"\x1b[{colour}m" if colour != over else "")

    return _SGR.sub(shorter, text)
