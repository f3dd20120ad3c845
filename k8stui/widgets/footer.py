"""What I can do: one line of keys, repainted only when it reads differently (Textual's own is on every move)."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct
from textual import events
from textual.message import Message

from k8stui.model.columns import Tone
from k8stui.widgets.cells import cell_len, shorten
from k8stui.widgets.one_line import OneLine, Piece, length
from k8stui.widgets.symbols import UNICODE, Symbols

_HELP: Final = "?"
_GAP: Final = "  "


class Entry(Struct, frozen=True):
    """A key and what it does here; a disabled one is greyed."""

    key: str
    label: str
    enabled: bool = True
    press: str = ""
    """What `Pressed` says when that is not the key as written (`space` for `␣`)."""


class Footer(OneLine):
    """Entries on the left, a hint on the right. What does not fit goes from the right; `? help` stays."""

    class Pressed(Message):
        """An entry was clicked."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, *, symbols: Symbols = UNICODE, id: str | None = None) -> None:  # noqa: A002
        super().__init__(symbols=symbols, id=id)
        self._entries: tuple[Entry, ...] = ()
        self._hint = ""
        self._spots: list[tuple[int, int, Entry]] = []

    def show(self, entries: Sequence[Entry], hint: str = "") -> None:
        """Show these entries and the hint; nothing is painted when that reads the same."""
        self._entries, self._hint = tuple(entries), hint
        self.renew()

    def pieces(self, width: int) -> list[Piece]:
        """The line in that many cells."""
        room = max(0, width - 2)
        hint = shorten(self._hint, room // 2)
        entries = self._fitting(room - (cell_len(hint) + 3 if hint else 0))
        pieces: list[Piece] = [(" ", "")]
        self._spots = []
        for entry in entries:
            start = length(pieces)
            off = "" if entry.enabled else "off"
            pieces += [(entry.key, off or "key"), (f" {entry.label}", off)]
            self._spots.append((start, length(pieces), entry))
            pieces.append((_GAP, ""))
        if hint:
            pieces += [(" " * max(0, width - 1 - cell_len(hint) - length(pieces)), ""), (hint, Tone.WARNING.value)]
        return pieces

    def _fitting(self, room: int) -> list[Entry]:
        """As many entries from the left as fit beside the one for help."""
        chosen = list(self._entries)
        while chosen and sum(_size(entry) for entry in chosen) - len(_GAP) > room:
            last = next((n for n in range(len(chosen) - 1, -1, -1) if chosen[n].key != _HELP), None)
            if last is None:
                break
            del chosen[last]
        return chosen

    def on_click(self, event: events.Click) -> None:
        """A click on an entry is its key."""
        event.stop()
        for start, end, entry in self._spots:
            if start <= event.x < end:
                self.post_message(self.Pressed(entry.press or entry.key))


def _size(entry: Entry) -> int:
    return cell_len(entry.key) + 1 + cell_len(entry.label) + len(_GAP)
