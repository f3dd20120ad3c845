"""What went on, one line each: the program's own messages, kept after their toast is gone."""

from collections import deque
from collections.abc import Iterator

from msgspec import Struct

from k8stui.model.columns import Tone
from k8stui.model.text import clean

KEPT = 1_000
"""Notes kept; the oldest go first."""


class Note(Struct, frozen=True):
    """One thing that went on."""

    at: float
    """Seconds since the epoch."""
    text: str
    tone: Tone = Tone.PLAIN
    times: int = 1
    """How often in a row the very same thing went on."""


class Notes:
    """The message history: newest last; the same thing again counts up instead of filling the list."""

    def __init__(self) -> None:
        self._notes: deque[Note] = deque(maxlen=KEPT)

    def add(self, at: float, text: str, tone: Tone = Tone.PLAIN) -> Note:
        """Keep a note (its text is cleaned here) and return it as kept."""
        note = Note(at, clean(" ".join(text.split())), tone)
        if self._notes and self._notes[-1].text == note.text:
            note = Note(at, note.text, tone, self._notes.pop().times + 1)
        self._notes.append(note)
        return note

    @property
    def newest(self) -> Note | None:
        """The last one."""
        return self._notes[-1] if self._notes else None

    def __len__(self) -> int:
        return len(self._notes)

    def __iter__(self) -> Iterator[Note]:
        return iter(self._notes)
