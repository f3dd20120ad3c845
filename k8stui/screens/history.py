"""Places visited, for back and forward."""

from k8stui.actions import Place

KEPT = 50
"""Places remembered."""


class History:
    """Like a browser's: going somewhere new forgets what was ahead."""

    def __init__(self, start: Place) -> None:
        self._places = [start]
        self._at = 0

    @property
    def place(self) -> Place:
        """Where the user is."""
        return self._places[self._at]

    @property
    def deep(self) -> bool:
        """Whether there is a way back."""
        return self._at > 0

    def go(self, place: Place) -> None:
        """To a new place; the same again is no step."""
        if place == self.place:
            return
        del self._places[self._at + 1 :]
        self._places.append(place)
        if len(self._places) > KEPT:
            del self._places[0]
        self._at = len(self._places) - 1

    def replace(self, place: Place) -> None:
        """The current place has changed (its filter): the way back stays."""
        self._places[self._at] = place

    def forget_current(self) -> None:
        """This place cannot be shown: as if nobody had gone there."""
        if len(self._places) > 1:
            del self._places[self._at]
            self._at = max(0, self._at - 1)

    def step(self, by: int) -> Place | None:
        """Back (-1) or forward (1); None where there is nothing that way."""
        to = self._at + by
        if not 0 <= to < len(self._places):
            return None
        self._at = to
        return self.place

    def forget(self, start: Place) -> None:
        """Another context: places of the old one mean nothing there."""
        self._places = [start]
        self._at = 0
