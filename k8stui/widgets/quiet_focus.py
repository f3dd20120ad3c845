"""A widget whose focus does not show, and costs nothing."""

from textual import events
from textual.widget import Widget


class QuietFocus(Widget):
    """Stands before Textual's widget in the bases."""

    def on_focus(self, event: events.Focus) -> None:
        """As Textual does it, but without its repaint of everything: focus does not show."""
        event.prevent_default()
        self.has_focus = True
        if self.parent is not None:
            self.parent.post_message(events.DescendantFocus(self))

    def on_blur(self, event: events.Blur) -> None:
        """See `on_focus`: also a terminal window that loses the focus must cost nothing."""
        event.prevent_default()
        self.has_focus = False
        if self.parent is not None:
            self.parent.post_message(events.DescendantBlur(self))
