"""The signs that say by shape what colour says by hue, so that 16 colours, none, or plain ASCII are enough."""

from typing import Final

from msgspec import Struct

from k8stui.model.columns import Tone

_TO_ASCII: Final = str.maketrans(
    {"…": "~", "·": "-", "—": "-", "–": "-", "×": "x", "→": ">", "←": "<", "↑": "^", "↓": "v", "█": "#", "░": "."}
)


class Symbols(Struct, frozen=True, kw_only=True):
    """One set of signs; every one of them is a single cell wide."""

    ok: str = "●"
    changing: str = "◐"
    warning: str = "▲"
    bad: str = "✖"
    muted: str = "·"
    cursor: str = ">"
    mark: str = "+"
    ascending: str = "↑"
    descending: str = "↓"
    before: str = "‹"
    behind: str = "›"
    thumb: str = "┃"
    ascii_only: bool = False

    def of(self, tone: Tone) -> str:
        """The sign of a tone, empty for PLAIN."""
        return "" if tone is Tone.PLAIN else str(getattr(self, tone.value))

    def text(self, text: str) -> str:
        """The text as this terminal can show it: unchanged, or with nothing but ASCII in it."""
        if not self.ascii_only or text.isascii():
            return text
        return text.translate(_TO_ASCII).encode("ascii", "replace").decode("ascii")

    def join(self, tone: Tone, text: str) -> str:
        """`✖ NotReady`: the sign before the words."""
        sign = self.of(tone)
        return f"{sign} {self.text(text)}" if sign else self.text(text)


UNICODE: Final = Symbols()
ASCII: Final = Symbols(
    ok="*",
    changing="~",
    warning="!",
    bad="x",
    muted=".",
    ascending="^",
    descending="v",
    before="<",
    behind=">",
    thumb="|",
    ascii_only=True,
)
"""Where the locale is not UTF-8 or TERM is linux (screens.md)."""
