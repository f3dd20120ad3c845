"""A dialog to choose one of many: a namespace, a context, an action."""

from collections.abc import Callable, Sequence

from textual import events, on
from textual.app import ComposeResult

from k8stui.screens.base import Dialog
from k8stui.widgets.picker import Entry, Picker
from k8stui.widgets.symbols import Symbols


class PickScreen(Dialog[str]):
    """Closes with the id of what was chosen, or None.

    Args:
        title: what is chosen.
        entries: as far as they are known now.
        current: the id to start on.
        follow: called with what to call when more entries have become known; returns what ends that.
        typed: makes an entry of what is typed, where that may be chosen, too.
    """

    AUTO_FOCUS = ""

    def __init__(
        self,
        title: str,
        entries: Callable[[], Sequence[Entry]],
        symbols: Symbols,
        *,
        current: str = "",
        follow: Callable[[Callable[[], None]], Callable[[], None]] | None = None,
        typed: Callable[[str], Entry | None] = lambda text: None,
    ) -> None:
        super().__init__()
        self._entries = entries
        self._follow = follow
        self._end: Callable[[], None] = lambda: None
        self._early: list[events.Key] = []
        self.picker = Picker(title, entries(), current=current, symbols=symbols, typed=typed)

    def compose(self) -> ComposeResult:
        """The picker."""
        yield self.picker

    def on_mount(self) -> None:
        """Follow what becomes known, and take what was typed before the dialog was there."""
        if self._follow is not None:
            self._end = self._follow(lambda: self.picker.show(self._entries()))
            self.picker.show(self._entries())  # what became known since this dialog was made

    def on_unmount(self) -> None:
        """Follow no more."""
        self._end()

    def on_key(self, event: events.Key) -> None:
        """Typed in one burst before the field had the focus: it is meant for the field."""
        if self.picker.field.is_mounted and self.picker.field.press(event.key, event.character):
            event.stop()

    @on(Picker.Picked)
    def _picked(self, event: Picker.Picked) -> None:
        self._leave(event.id)

    @on(Picker.Cancelled)
    def _cancelled(self) -> None:
        self._leave(None)

    def _leave(self, chosen: str | None) -> None:
        if self.is_current:  # not for the second esc of a burst
            self.dismiss(chosen)
