"""The one door for cluster text: what is cleaned of everything that could steer a terminal, and cut to a width."""

from unicodedata import category, east_asian_width

LIMIT = 1024
"""Characters a cell's text has at most."""

_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
"""Letters and marks that print nothing (fillers, the grapheme joiner)."""
_BREAKS = dict.fromkeys("\t\n\v\f\r\x85\u2028\u2029", " ")


def clean(text: str, limit: int = LIMIT) -> str:
    """The text without anything that steers a terminal or hides: C0, DEL, C1, bidi and zero-width characters.

    Tabs, line breaks and odd spaces become a space; unassigned and private characters and lone surrogates become `�`.
    More than `limit` characters are cut, the last one is then `…`. Idempotent.
    """
    if not (text.isascii() and text.isprintable()):
        # A megabyte of invisible characters must not hold the loop: what lies far behind the limit is not looked at.
        head = text[: 4 * limit + 4]
        text = "".join([visible(char) for char in head]) + ("…" if len(head) < len(text) else "")
    return text if len(text) <= limit else text[: max(0, limit - 1)] + "…"


def clean_block(text: str) -> str:
    """`clean` for a text of many lines: line breaks and tabs stay, nothing is cut."""
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n")
    # A megabyte is quickly looked through by its different characters, which are few.
    return text.translate({ord(char): visible(char) for char in set(text) - {"\n", "\t"}})


def flat(text: str) -> str:
    """The text for a place of one line, character for character: line breaks and tabs (`clean_block` leaves them) are
    spaces, and what should have been cleaned before is `�`."""
    if text.isprintable():
        return text
    return "".join([char if char.isprintable() else _BREAKS.get(char, "�") for char in text])


def clean_bytes(raw: bytes, limit: int = LIMIT) -> str:
    """`clean` of UTF-8 bytes; what is no UTF-8 becomes `�`."""
    return clean(raw[: 16 * limit + 16].decode("utf-8", "replace"), limit)


def cells(text: str) -> int:
    """How many terminal cells a cleaned text takes: 2 for wide characters, 0 for combining ones."""
    return len(text) if text.isascii() else sum([_width(char) for char in text])


def cut(text: str, width: int) -> str:
    """The text in at most `width` cells, cut at its end with `…`."""
    if cells(text) <= width:
        return text
    return _head(text, width - 1) + "…" if width > 0 else ""


def middle(text: str, width: int) -> str:
    """The text in at most `width` cells, cut in the middle with `…`: generated names differ at both ends."""
    if cells(text) <= width:
        return text
    if width <= 0:
        return ""
    right = (width - 1) // 2
    return _head(text, width - 1 - right) + "…" + _tail(text, right)


def visible(char: str) -> str:
    """What stands for one character: itself, a space, `�` or nothing."""
    if char in "\t\n\v\f\r\x85\u2028\u2029":
        return " "
    if char in _INVISIBLE or "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef":
        return ""
    kind = category(char)
    if kind in ("Cc", "Cf"):
        return ""
    if kind in ("Cs", "Co", "Cn"):
        return "�"
    return " " if kind == "Zs" else char


def _width(char: str) -> int:
    """Cells of one character."""
    if char.isascii():
        return 1
    if category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def _head(text: str, width: int) -> str:
    """The longest beginning that fits."""
    if text.isascii():
        return text[:width]
    used = 0
    for index, char in enumerate(text):
        used += _width(char)
        if used > width:
            return text[:index]
    return text


def _tail(text: str, width: int) -> str:
    """The longest end that fits and does not begin with a combining character."""
    if text.isascii():
        return text[len(text) - width :]
    used, start = 0, len(text)
    for index in range(len(text) - 1, -1, -1):
        size = _width(text[index])
        used += size
        if used > width:
            break
        if size:
            start = index
    return text[start:]
