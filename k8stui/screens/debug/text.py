"""What stands beside the form: sentences set in, with the terminal's own signs."""

from collections.abc import Sequence

from msgspec import structs

from k8stui.model.document import Line
from k8stui.screens.drain.panel import hanging
from k8stui.widgets.symbols import Symbols
from k8stui.widgets.text_view import TextView


class LauncherText(TextView):
    """What a choice comes to, then what becomes of it. Tab leads back to the form."""

    def __init__(self, symbols: Symbols) -> None:
        super().__init__(symbols=symbols, wrap=False)

    def read(self, lines: Sequence[Line]) -> None:
        """Show these."""
        width, signs = max(20, self.size.width), self._symbols
        parts = [part for line in lines for part in (hanging(line, width) if _hangs(line) else [line])]
        if signs.ascii_only:
            parts = [structs.replace(each, text=_ascii(each.text, signs)) for each in parts]
        if parts != self.lines:
            self.show(parts)

    def action_target(self, by: int) -> None:
        """Back to the form."""
        self.screen.focus_next() if by > 0 else self.screen.focus_previous()


def _hangs(line: Line) -> bool:
    """A sentence; a command goes on at the edge, so that it is copied in one piece."""
    return line.flows and not line.text.startswith(" kubectl ")


def _ascii(text: str, signs: Symbols) -> str:
    """With the terminal's own sign at the beginning."""
    return text.replace("✖", signs.bad, 1).replace("▲", signs.warning, 1).replace("●", signs.ok, 1)
