"""Text on several lines: broken at blanks, counted in cells, never read as markup."""

from rich.cells import chop_cells

from k8stui.widgets.cells import cell_len, shorten


def wrapped(text: str, width: int) -> list[str]:
    """A sentence in lines of at most `width` cells; a longer word is cut with `…`."""
    width = max(1, width)
    lines: list[str] = []
    for word in text.split():
        word = shorten(word, width)
        if lines and cell_len(lines[-1]) + 1 + cell_len(word) <= width:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines


def broken(text: str, width: int) -> list[str]:
    """The text in parts of at most `width` cells, at least one, that put together are the text again."""
    width = max(2, width)
    parts: list[str] = []
    at = 0
    while at < len(text):
        near = text[at : at + 2 * width]  # never all that is left: a line may be a megabyte long
        head = near[:width] if near.isascii() else (chop_cells(near, width) or [near])[0]
        blank = head.rfind(" ")
        if blank > width // 3 and at + len(head) < len(text):
            head = head[: blank + 1]
        parts.append(head)
        at += len(head)
    return parts or [""]
