"""Text to the clipboard of the terminal at the other end of the line, by OSC 52."""

import base64
from collections.abc import Mapping

LONGEST = 74_994
"""Bytes of base64: what terminals that limit it (xterm, hterm) take at most."""


class TooLongError(Exception):
    """The text does not fit into the clipboard of a terminal: one sentence."""


def sequence(text: str, environ: Mapping[str, str]) -> str:
    """The bytes to write. Inside tmux or screen they are wrapped as well, so that these pass them on.

    Raises:
        TooLongError: nothing is to be written.
    """
    encoded = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
    if len(encoded) > LONGEST:
        raise TooLongError(
            f"{len(text):,} characters are too many for a terminal's clipboard, which takes some {LONGEST * 3 // 4:,}"
        )
    plain = f"\x1b]52;c;{encoded}\x07"
    if environ.get("TMUX"):
        # Plain for `set-clipboard on`, wrapped for `allow-passthrough on`: which of the two is set nobody tells.
        return plain + "\x1bPtmux;" + plain.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    if environ.get("TERM", "").startswith("screen"):
        return "".join(f"\x1bP{plain[at : at + 76]}\x1b\\" for at in range(0, len(plain), 76))
    return plain
