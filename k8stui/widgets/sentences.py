"""Sentences on several lines: cut at blanks, counted in cells, never read as markup."""

from k8stui.widgets.cells import cell_len, shorten


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` cells; a longer word is cut with `…`."""
    width = max(1, width)
    lines: list[str] = []
    for word in text.split():
        word = shorten(word, width)
        if lines and cell_len(lines[-1]) + 1 + cell_len(word) <= width:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines
