"""What happens to one debug pod, as rows: each thing once, as it is now."""

from collections.abc import Callable

from k8stui.model.columns import Tone
from k8stui.operations.debugging.steps import Progress

PULL = "pull"
"""What the row of an image's pull is told under, before its container."""


class Rows:
    """Of one launch.

    Args:
        now: epoch seconds.
        changed: called when something reads differently.
    """

    def __init__(self, now: Callable[[], float], changed: Callable[[], None]) -> None:
        self._now = now
        self._changed = changed
        self._rows: dict[str, Progress] = {}

    @property
    def rows(self) -> list[Progress]:
        """In their order: what has changed last stands last."""
        return list(self._rows.values())

    def say(self, key: str, says: str, tone: Tone) -> None:
        """The row of that key reads so; an empty sentence takes it back."""
        known = self._rows.get(key)
        if not says and known is not None:
            del self._rows[key]
            self._changed()
        elif says and (known is None or (known.says, known.tone) != (says, tone)):
            self._rows.pop(key, None)
            self._rows[key] = Progress(self._now(), says, tone)
            self._changed()

    def pulled(self) -> None:
        """All pulls are over, well or not, whether their events say so (servers drop some) or not."""
        for key, row in list(self._rows.items()):
            if key.startswith(PULL) and row.tone is Tone.CHANGING:
                self._rows[key] = Progress(row.at, row.says, Tone.PLAIN)
                self._changed()
