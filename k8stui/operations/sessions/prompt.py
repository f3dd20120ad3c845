"""The one line that ctrl+] opens: drawn over whatever a remote program shows, and taken away again."""

from enum import Enum
from typing import Final

from k8stui.operations.sessions.keys import first_key

_NAME: Final = "k8stui"


class Answer(Enum):
    """What was chosen."""

    DETACH = "d"
    END = "e"
    LITERAL = "]"
    GO_ON = ""


def answer(data: bytes) -> tuple[Answer | None, bytes]:
    """What was typed at the prompt, and what follows it; None: nothing was (the mouse moved)."""
    key, rest = first_key(data)
    if not key:
        return None, b""
    if key in ("\x1d", "]"):
        return Answer.LITERAL, rest
    return (Answer(key) if key in ("d", "e") else Answer.GO_ON), rest


def text(leave: str, columns: int) -> bytes:
    """The line: `leave` says what becomes of what runs there."""
    words = f"{_NAME}: d {leave}, e end it, ] send ctrl+], any other key: go on"
    return words[: max(1, columns - 1)].encode()


def below(line: bytes) -> bytes:
    """Under the cursor, where a line is made if there is none: nothing that stands there is lost."""
    return b"\x1bD\x1b[A\x1b7\x1b[B\r\x1b[0;7m\x1b[K" + line + b"\x1b[0m"


def over(line: bytes, lines: int) -> bytes:
    """Over the last line of a program that paints the whole screen, and paints it anew when told of another size."""
    return b"\x1b7\x1b[%d;1H\x1b[0;7m\x1b[K" % max(1, lines) + line + b"\x1b[0m"


AWAY: Final = b"\r\x1b[0m\x1b[2K\x1b8"
"""Takes either of them away, with the cursor and its colours back where they were."""
