"""Text of one line brought to an exact number of terminal cells, measured as the screen itself measures it."""

from rich.cells import cell_len, set_cell_size

from k8stui.model.text import cut, flat, middle

__all__ = ["cell_len", "fit", "shorten"]


def shorten(text: str, width: int, *, in_middle: bool = False) -> str:
    """The text in at most `width` cells, cut with `…` at its end or in its middle."""
    text = flat(text)
    if (len(text) if text.isascii() else cell_len(text)) <= width:
        return text
    short = middle(text, width) if in_middle else cut(text, width)
    # Rich and Unicode's own table differ about a few characters; the screen counts as Rich does.
    return short if cell_len(short) <= width else set_cell_size(short, max(0, width))


def fit(text: str, width: int, *, right: bool = False, in_middle: bool = False) -> str:
    """The text in exactly `width` cells: cut, or padded on the left (`right`) or on the right."""
    text = flat(text)
    size = len(text) if text.isascii() else cell_len(text)
    if size > width:
        text = shorten(text, width, in_middle=in_middle)
        size = cell_len(text)
    padding = " " * (width - size)
    return padding + text if right else text + padding
