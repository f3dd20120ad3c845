"""One line of a log over many lines, to be read: JSON indented, texts with line breaks unfolded."""

from k8stui.model.document import Line


def pretty(text: str) -> list[Line]:
    """The line for a page of text; a line that is not JSON stands there as it is. Never raises."""
    raise NotImplementedError
