"""Bytes of a container's line as text that cannot steer a terminal: of escape sequences only colours (SGR) are left."""

import re

from k8stui.model.text import visible

TAB = 8
"""Columns from one tab stop to the next."""

SGR = re.compile(r"\x1b\[[0-9;:]*m")
"""What `safe` lets through: Select Graphic Rendition, ECMA-48 8.3.117."""

_SEQUENCE = re.compile(
    r"(\x1b\[[0-9;:]*m)"  # colours: the one group, which stays
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"  # OSC, DCS, SOS, PM, APC
    r"|\x1b[ -/]*[0-~]"  # the other sequences; of an unfinished string only its beginning
    r"|\x1b"
)
_FOREIGN = re.compile(r"\x1b(?!\[[0-9;:]*m)|[\x80-\x9f]")
"""What may begin any other sequence."""
_ODD = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""What Python calls printable although it prints nothing."""


def safe(raw: bytes) -> str:
    """A line without its end as text: SGR sequences stay, anything else that steers or hides goes.

    Bytes that are no UTF-8 become `�`, tabs blanks up to the next stop. See `model.text.clean` for the rules of single
    characters. Idempotent. A megabyte takes some milliseconds.
    """
    return safe_text(raw.decode("utf-8", "replace"))


def safe_text(text: str) -> str:
    """`safe` of a text, such as one that stood escaped in JSON."""
    if text.isprintable() and (text.isascii() or _ODD.search(text) is None):
        return text
    text = text.rstrip("\r\n")
    if _FOREIGN.search(text) is not None:
        text = _SEQUENCE.sub(r"\1", text)
    elif (bare := plain(text)).isprintable() and (bare.isascii() or _ODD.search(bare) is None):
        return text
    different = set(text) - {"\x1b", "\t"}
    odd = {ord(char): seen for char in different if (seen := visible(char)) != char}
    if odd:
        text = text.translate(odd)
    return _untabbed(text) if "\t" in text else text


def plain(text: str) -> str:
    """A safe text without its colours: what is searched, copied and saved."""
    return SGR.sub("", text) if "\x1b" in text else text


def _untabbed(text: str) -> str:
    """Blanks for tabs; colours take no column."""
    if "\x1b" not in text:
        return text.expandtabs(TAB)
    out: list[str] = []
    at = column = 0
    for found in re.finditer(r"\x1b\[[0-9;:]*m|\t", text):
        out.append(text[at : found.start()])
        column += found.start() - at
        at = found.end()
        if found[0] == "\t":
            blanks = TAB - column % TAB
            out.append(" " * blanks)
            column += blanks
        else:
            out.append(found[0])
    return "".join(out) + text[at:]
