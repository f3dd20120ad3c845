"""What went on: the newest message, in one line."""

from k8stui.model.columns import Tone
from k8stui.widgets.cells import cell_len, shorten
from k8stui.widgets.one_line import OneLine, Piece
from k8stui.widgets.symbols import UNICODE, Symbols


class NoteLine(OneLine):
    """`10:42:07 ✖ worker-4 stopped reporting`. It has no timer: the caller takes a message away or leaves it."""

    def __init__(self, *, symbols: Symbols = UNICODE, id: str | None = None) -> None:  # noqa: A002
        super().__init__(symbols=symbols, id=id)
        self._text, self._tone, self._time = "", Tone.PLAIN, ""

    def show(self, text: str, tone: Tone = Tone.PLAIN, time: str = "") -> None:
        """Say this, with the time (`10:42:07`) before it; an empty text clears the line."""
        self._text, self._tone, self._time = text, tone, time
        self.renew()

    def pieces(self, width: int) -> list[Piece]:
        """The line in that many cells."""
        if not self._text:
            return []
        time = f" {self._time} " if self._time else " "
        said = shorten(self.symbols.join(self._tone, self._text), max(0, width - cell_len(time) - 1))
        return [(time, Tone.MUTED.value), (said, "" if self._tone is Tone.PLAIN else self._tone.value)]
