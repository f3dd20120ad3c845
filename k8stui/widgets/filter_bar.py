"""The input behind `/`."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.message import Message

from k8stui.widgets.field import Field, FieldRow, Opening


class FilterBar(Opening):
    """Posts what is typed, as it is typed. `error` says at the field what is wrong with it; the text stays.

    Enter with an error shown stays open; without one it closes and leaves the filter in force. `judge` is asked at
    each edit what is wrong with the text (nothing: empty), so that an enter in the same burst knows.
    """

    class Changed(Message):
        """Another text."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Submitted(Changed):
        """Enter: the bar has closed."""

    class Cancelled(Changed):
        """Esc: the bar has closed; whether the filter goes too is the screen's to say."""

    def __init__(
        self,
        judge: Callable[[str], str] = lambda _text: "",
        *,
        prompt: str = " /",
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self._judge = judge
        self.field = Field({"enter": self._submit, "escape": self._cancel}, self._edited)
        self.row = FieldRow(prompt, self.field)

    def compose(self) -> ComposeResult:
        """One row."""
        yield self.row

    def _edited(self, text: str) -> None:
        self.error = self._judge(text)
        self.post_message(self.Changed(text))

    def _submit(self) -> None:
        if not self.error:
            self.close()
            self.post_message(self.Submitted(self.text))

    def _cancel(self) -> None:
        self.close()
        self.post_message(self.Cancelled(self.text))
