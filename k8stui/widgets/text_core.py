"""The painting half of the text view: lines laid out, styled, selected; only what reads differently is painted."""

import re
from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Offset, Region, Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.model.kinds import Ref
from k8stui.widgets.selecting import character, extracted
from k8stui.widgets.steady import Steady
from k8stui.widgets.symbols import UNICODE, Symbols
from k8stui.widgets.text_layout import TextLayout, cropped, matches, styled

_CELL = re.compile(r"\S+(?: \S+)*")
"""Words with single blanks between them."""
_MATCH = Style(reverse=True)
_TARGET = Style(underline=True)
_CURSOR = Style(reverse=True, bold=True)


class TextCore(Steady, ScrollView):
    """Text with tones, never read as markup; wrapped or scrolled to the side. `TextView` adds the keys."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"text-view--{tone.value}" for tone in Tone}

    def __init__(
        self,
        lines: Sequence[Line] = (),
        *,
        wrap: bool = True,
        symbols: Symbols = UNICODE,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self._lines: Sequence[Line] = lines
        self._wrap = wrap
        self._symbols = symbols
        self._left = 0
        self._layout: TextLayout | None = None
        self._fitted = -1
        self._needle = ""
        self._matches: dict[int, list[tuple[int, int]]] = {}
        self._match = -1
        """The line of the match that was gone to."""
        self._target: int | None = None
        """The line whose target enter opens."""
        self.menu = False
        """The lines are a menu: up and down go from target to target."""
        self.moved = False
        """The reader has gone somewhere in this text."""

    def show(self, lines: Sequence[Line], *, at_end: bool = False) -> None:
        """Show other lines, from where one was or from their end; the search stays, and the target of that object."""
        before = self._lines[self._target].target if self._target is not None else None
        shown, top = [self._line_at(row) for row in range(self.top, self.top + self.size.height)], self.top
        self._lines = lines
        self._layout = None
        self._matches = matches(lines, self._needle)
        self._target = None
        if before is not None:
            self._target = next((index for index, line in enumerate(lines) if line.target == before), None)
        if self.menu and self._target is None:
            self._target = next(iter(self._targets()), None)
        self._go(self.rows if at_end else self.top)
        if self.top == top:
            self._refresh_lines(shown)
        else:
            self.refresh()

    def _line_at(self, row: int) -> tuple[int, Line | None, bool]:
        """What a screen line is made of: the part of which line, and whether that is the target."""
        layout = self._fit()
        index = layout.index(row)
        line = self._lines[index] if index < len(self._lines) else None
        return row - layout.first_row(index) if line is not None else 0, line, index == self._target

    def _refresh_lines(self, shown: Sequence[tuple[int, Line | None, bool]]) -> None:
        """Paint the screen lines in sight that read differently, and no others."""
        for y, before in enumerate(shown):
            if self._line_at(self.top + y) != before:
                self.refresh(Region(0, y, self.size.width, 1))

    def reset(self) -> None:
        """Another text comes: begin at its top, without target and search."""
        self._target, self._left, self._match, self.moved = None, 0, -1, False
        self.search("")
        self._go(0)

    def search(self, needle: str) -> int:
        """Mark every place of a text and go to the first one from here on; how many lines hold it."""
        self._needle = needle
        self._matches = matches(self._lines, needle)
        here = self._fit().index(self.top)
        self._match = next((index for index in self._matches if index >= here), next(iter(self._matches), -1))
        if self._match >= 0:
            self._see(self._match)
        self.refresh()
        return len(self._matches)

    @property
    def needle(self) -> str:
        """What is searched for; empty: nothing."""
        return self._needle

    @property
    def found(self) -> str:
        """In words, how far the search has come."""
        places = list(self._matches)
        if not places:
            return f"“{self._needle}” is not in this text"
        at = f"{places.index(self._match) + 1} of " if self._match in self._matches else ""
        lines = "line" if len(places) == 1 else "lines"
        return f"“{self._needle}”: {at}{len(places)} {lines}; n next, N previous, esc ends the search"

    @property
    def lines(self) -> Sequence[Line]:
        """What is shown."""
        return self._lines

    @property
    def rows(self) -> int:
        """Screen lines, wrapped ones counted as they are shown."""
        return self._fit().rows

    @property
    def top(self) -> int:
        """The first screen line in sight."""
        return self.scroll_offset.y

    @property
    def wrap(self) -> bool:
        """Whether long lines go on in the next one."""
        return self._wrap

    @property
    def marked(self) -> int | None:
        """The line whose target enter opens."""
        return self._target

    @property
    def target(self) -> Ref | None:
        """What enter opens."""
        return self._lines[self._target].target if self._target is not None else None

    def _fit(self) -> TextLayout:
        width = max(1, self.size.width)
        if self._layout is None or self._fitted != width:
            self._fitted = width
            self._layout = TextLayout(self._lines, width, wrap=self._wrap)
        return self._layout

    def _go(self, top: int) -> None:
        before, count = self.top, self.rows
        top = max(0, min(top, count - self.size.height))
        self.set_reactive(Widget.virtual_size, Size(self.size.width, count))
        self.set_reactive(Widget.scroll_y, float(top))
        self.set_reactive(Widget.scroll_target_y, float(top))
        if top != before:
            self.refresh()

    def _see(self, index: int) -> None:
        """Scroll so that a line is in sight."""
        row = self._fit().first_row(index)
        if not self.top <= row < self.top + self.size.height:
            self._go(row - self.size.height // 3)
        self.refresh()

    def go(self, top: int, marked: int | None) -> None:
        """To a place where one was before: the first screen line in sight, and the line that was marked."""
        if marked is not None and marked < len(self._lines) and self._lines[marked].target is not None:
            self._target = marked
        self._go(top)
        self.refresh()

    def _targets(self) -> list[int]:
        return [index for index, line in enumerate(self._lines) if line.target is not None]

    # Painting

    def _style(self, tone: Tone) -> Style:
        return self.rich_style if tone is Tone.PLAIN else self.get_component_rich_style(f"text-view--{tone.value}")

    def render_line(self, y: int) -> Strip:
        """Paint one screen line."""
        layout, width, row = self._fit(), self.size.width, self.top + y
        index = layout.index(row)
        if index >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        line = self._lines[index]
        offset, text = layout.part(row)
        base = self._style(line.tone)
        spans = [(start, end, self._style(tone)) for start, end, tone in line.spans]
        spans += [(start, end, _MATCH) for start, end in self._matches.get(index, ())]
        if line.target is not None:
            spans += self._leading(line.text, marked=index == self._target)
        spans += self._selected(row, offset, text)
        strip = cropped(styled(text, offset, base, spans), self._side(index), width, self.rich_style)
        if self._symbols.ascii_only:
            strip = Strip([Segment(self._symbols.text(piece.text), piece.style) for piece in strip], width)
        return strip

    def _leading(self, text: str, *, marked: bool) -> list[tuple[int, int, Style]]:
        """How a line that leads somewhere looks: marked it is a bar, else its words are underlined, not its title."""
        if marked:
            return [(len(text) - len(text.lstrip()), len(text.rstrip()), _CURSOR)]
        cells = [(found.start(), found.end()) for found in _CELL.finditer(text)]
        titled = len(cells) > 1 and text[cells[0][1] - 1] == ":"
        return [(start, end, _TARGET) for start, end in cells[titled:]]

    def _selected(self, row: int, offset: int, text: str) -> list[tuple[int, int, Style]]:
        selection = self.text_selection
        span = selection.get_span(row) if selection is not None else None
        if span is None:
            return []
        start, end = span
        style = self.screen.get_component_rich_style("screen--selection")
        return [(offset + start, offset + (len(text) if end == -1 else end), style)]

    def place_at(self, x: int, y: int) -> Offset:
        """See `Selectable`: a row is a line as it is broken to fit."""
        row = self.top + y
        layout = self._fit()
        return Offset(character(layout.part(row)[1], self._side(layout.index(row)) + x), row)

    def _side(self, index: int) -> int:
        """The first column in sight of a line: sentences that go on in the next line do not scroll to the side."""
        return 0 if self._fit().flows(index) else self._left

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text; lines that were broken to fit are whole again."""
        layout = self._fit()
        return extracted(selection, layout.rows, lambda row: layout.part(row)[1], layout.joins), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Another part is selected."""
        self.refresh()
