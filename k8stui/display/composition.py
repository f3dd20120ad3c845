"""Where everything on a screen is: what a layout changes is painted, whoever has asked for a place meanwhile."""

from __future__ import annotations

from textual._compositor import Compositor, CompositorMap, ReflowResult
from textual.geometry import Size
from textual.widget import Widget


class Composition(Compositor):
    """Compares a layout with the one before it.

    Textual 8.2.8 compares with the newest map of its widgets, which is also made anew when one that is new is asked for
    its place. What such a map has already counts as painted then: a panel that was shown in that moment stays away, and
    what it moves stays where it was.
    """

    _compared: CompositorMap | None = None

    def reflow(self, parent: Widget, size: Size) -> ReflowResult:
        """Lay out anew; returns what is hidden, shown and resized by it."""
        if self._compared is not None:
            self._full_map = self._compared
        result = super().reflow(parent, size)
        self._compared = self._full_map
        return result

    def clear(self) -> None:
        """Forget all widgets."""
        super().clear()
        self._compared = None
