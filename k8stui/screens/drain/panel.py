"""Some lines of text that are as high as what they hold."""

from collections.abc import Sequence

from k8stui.model.document import Line
from k8stui.widgets.cells import cell_len
from k8stui.widgets.sentences import broken
from k8stui.widgets.symbols import Symbols
from k8stui.widgets.text_view import TextView

HANG = "   "
"""Before the parts of a line that goes on in the next one."""


def hanging(line: Line, width: int) -> list[Line]:
    """A line in parts that fit, those after the first one set in."""
    if cell_len(line.text) <= width or width <= 2 * len(HANG):
        return [line]
    first, *rest = broken(line.text, width - len(HANG))
    return [Line(first.rstrip(), line.tone), *(Line(HANG + part.rstrip(), line.tone) for part in rest)]


class Panel(TextView, can_focus=False):
    """Above or below a table. It takes no keys, and no room while it holds nothing."""

    def __init__(self, *, wrap: bool = True, symbols: Symbols) -> None:
        super().__init__(wrap=wrap, symbols=symbols)
        self.display = False
        self._height = -1

    def fit(self, lines: Sequence[Line], most: int) -> None:
        """Show these, in at most so many lines of the screen."""
        width = max(1, self.screen.size.width)
        lines = [part for line in lines for part in hanging(line, width)] if self.wrap else lines
        height = min(most, len(lines))
        if bool(height) != self.display:
            self.display = bool(height)
        if height != self._height:
            self._height, self.styles.height = height, height
        if lines != self.lines:
            self.show(lines)


class Report(Panel, can_focus=True):
    """One that may hold more than is in sight: tab leads to it and back, the arrows scroll."""

    def action_target(self, by: int) -> None:
        """Tab: back to the table."""
        self.screen.focus_next() if by > 0 else self.screen.focus_previous()

    @property
    def cut(self) -> bool:
        """Whether there is more than is in sight."""
        return self.rows > self.size.height
