"""How one string is written in YAML: plain, quoted or as a block literal, by the rules of kubectl's writer (go-yaml)
as long as PyYAML, which knows YAML 1.1, and Go's reader both take it back as that string.
"""

import re
from functools import lru_cache

from yaml import SafeLoader

from k8stui.model.text import clean

_SAFE = re.compile(r"[A-Za-z/_][-A-Za-z0-9_./]*")
_WORDS = frozenset(["y", "yes", "n", "no", "on", "off", "true", "false", "null"])
_NUMBER = re.compile(
    r"[-+]?(?:0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|[0-9][0-9_]*|"
    r"(?:\.[0-9_]+|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?|"
    r"[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?|\.(?:inf|Inf|INF))"
)
_SPECIAL = re.compile(r"[#,\[\]{}&*!|>'\"%@`]|[-?:](?:\s|$)|---|\.\.\.")
"""What a plain string must not begin with."""
_INNER = re.compile(r":(?:\s|$)|\s#")
"""What must not be in one."""
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0", "\x07": "\\a", "\x08": "\\b"}


@lru_cache(maxsize=4096)
def _harmless(char: str) -> bool:
    """Whether one character may stand as it is: what `clean` leaves alone."""
    return clean(char) == char


def readable(text: str) -> bool:
    """Whether every character can be shown as it is; line feeds and tabs count as such."""
    if text.isascii() and text.isprintable():
        return True
    return all(_harmless(char) for char in set(text) - {"\n", "\t"})


def one_line(text: str) -> str:
    """A string on one line, quoted where it must be: as a key, an item or a short value."""
    if _SAFE.fullmatch(text):
        return text if text.lower() not in _WORDS else f'"{text}"'
    if not text or "\n" in text or "\t" in text or _resolves(text) or not readable(text):
        return _quoted(text)
    if text[0] == " " or text[-1] == " " or _SPECIAL.match(text) or _INNER.search(text):
        return "'" + text.replace("'", "''") + "'"
    return text


def is_block(text: str) -> bool:
    """Whether it is written as a block literal: it has lines, and nothing in them needs an escape."""
    return "\n" in text and text.strip("\n") != "" and readable(text)


def block_header(text: str) -> str:
    """`|`, with how its end is kept and, where it begins with white space, how deep it stands."""
    depth = "2" if text[0] in " \n\t" else ""
    kept = "-" if not text.endswith("\n") else "+" if text.endswith("\n\n") else ""
    return f"|{depth}{kept}"


def block_lines(text: str) -> list[str]:
    """The lines of a block literal."""
    return (text[:-1] if text.endswith("\n") else text).split("\n")


def number(value: float) -> str:
    """A number of JSON; a float always has a point or an exponent with a sign, as YAML 1.1 wants it."""
    if isinstance(value, int):
        return str(value)
    written = repr(value)
    return written.replace("e", ".0e") if "e" in written and "." not in written else written


def _resolves(text: str) -> bool:
    """Whether, written plainly, it would be read as something else than a string: by Go or by PyYAML."""
    if _NUMBER.fullmatch(text) or text.lower() in _WORDS or text == "<<":
        return True
    rules = SafeLoader.yaml_implicit_resolvers
    return any(rule.match(text) for _, rule in rules.get(text[0], []) + rules.get(None, []))


def _quoted(text: str) -> str:
    """In double quotes, with escapes for everything that steers a terminal or hides."""
    return '"' + "".join([char if char not in '\\"' and _harmless(char) else _escape(char) for char in text]) + '"'


def _escape(char: str) -> str:
    """One character as an escape."""
    if char in _ESCAPES:
        return _ESCAPES[char]
    code = ord(char)
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"
