"""Regular expressions for many lines at once: joined by line breaks they are searched five times as fast as singly."""

import re

_GROUP = re.compile(r"\((?:\?(?::|=|!|<=|<!|>|P<\w+>|P=\w+\)|<\w+>))?(?!\?|\*)")
_REPEAT = re.compile(r"\{[0-9]*(?:,[0-9]*)?\}")
_ESCAPES = {"s": " ", "S": r"\S", "d": r"\d", "w": r"\w", "b": r"\b", "B": r"\B", "D": r"[^\d\n]", "W": r"[^\w\n]"}
"""What takes no line break. Safe texts hold no white space but the blank."""
_IN_SET = {"s": " ", "S": r"\S", "d": r"\d", "w": r"\w"}
_IN_NEGATED = {"s": " ", "S": r"\S", "d": r"\d", "w": r"\w", "D": r"\D", "W": r"\W"}


def joinable(pattern: str) -> str | None:
    """The pattern such that in joined lines it finds something in exactly those lines that it matches alone.

    Each match takes the rest of its line, so that there are about as many as lines. It wants MULTILINE. None where it
    cannot be told that a match would not go beyond its line, or where the pattern asks for the beginning of the text.
    """
    out: list[str] = []
    at = 0
    while at < len(pattern):
        piece = _piece(pattern, at)
        if piece is None:
            return None
        text, at = piece
        out.append(text)
    return f"(?:{''.join(out)})[^\\n]*+"


def _piece(pattern: str, at: int) -> tuple[str, int] | None:
    """What stands for the next piece, and where the one after it begins."""
    char = pattern[at]
    if char == "\\":
        return _escape(pattern, at, _ESCAPES)
    if char == "[":
        return _set(pattern, at)
    if char == "(":
        found = _GROUP.match(pattern, at)
    elif char == "{":
        found = _REPEAT.match(pattern, at)
    else:
        return (char, at + 1) if char >= " " else None
    return (found[0], found.end()) if found else None


def _escape(pattern: str, at: int, known: dict[str, str]) -> tuple[str, int] | None:
    char = pattern[at + 1 : at + 2]
    if char.isalnum() or not char or char < " ":
        # Numbers are references to groups; outside of sets one digit cannot be anything else.
        refers = known is _ESCAPES and char in set("123456789") and not pattern[at + 2 : at + 3].isdecimal()
        text = pattern[at : at + 2] if refers else known.get(char)
        return (text, at + 2) if text else None
    return pattern[at : at + 2], at + 2


def _set(pattern: str, at: int) -> tuple[str, int] | None:
    """A set of characters, without the line break."""
    negated = pattern.startswith("[^", at)
    start = at + 1 + negated
    out = ["[^\\n" if negated else "["]
    at = start
    while at < len(pattern):
        char = pattern[at]
        if char == "]":
            return ("".join([*out, "]"]), at + 1) if at > start else None
        if char == "\\":
            piece = _escape(pattern, at, _IN_NEGATED if negated else _IN_SET)
        else:
            piece = (char, at + 1) if char >= " " and char != "[" else None
        if piece is None:
            return None
        out.append(piece[0])
        at = piece[1]
    return None
