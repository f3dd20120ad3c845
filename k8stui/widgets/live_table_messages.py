"""What a live table tells the screen it is on."""

from textual.message import Message
from textual.widget import Widget

from k8stui.model.kinds import Ref


class TableMessage(Message):
    """Anything a table posts."""

    def __init__(self, table: Widget) -> None:
        super().__init__()
        self.table = table

    @property
    def control(self) -> Widget:
        """The table, for `@on(..., selector)`."""
        return self.table


class Opened(TableMessage, namespace="live_table"):
    """Enter or a double click on a row."""

    def __init__(self, table: Widget, ref: Ref) -> None:
        super().__init__(table)
        self.ref = ref


class Moved(TableMessage, namespace="live_table"):
    """The cursor is on another object, or on none (None)."""

    def __init__(self, table: Widget, ref: Ref | None) -> None:
        super().__init__(table)
        self.ref = ref


class Marked(TableMessage, namespace="live_table"):
    """The marks changed; `count` is how many there are."""

    def __init__(self, table: Widget, count: int) -> None:
        super().__init__(table)
        self.count = count


class SortRequested(TableMessage, namespace="live_table"):
    """Sort by this column (index into the columns shown with `show`); the one already sorted by: reverse."""

    def __init__(self, table: Widget, index: int) -> None:
        super().__init__(table)
        self.index = index


class Vanished(TableMessage, namespace="live_table"):
    """The object under the cursor is not among the lines any more; the cursor is now on its neighbour."""

    def __init__(self, table: Widget, ref: Ref, neighbour: Ref | None) -> None:
        super().__init__(table)
        self.ref = ref
        self.neighbour = neighbour


class Scrolled(TableMessage, namespace="live_table"):
    """Other lines are in sight: `tick()` may now want another time."""
