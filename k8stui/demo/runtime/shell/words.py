"""The words of the scripted shell: quotes, expansions, operators."""

import re

from msgspec import Struct


class SyntaxProblem(Exception):
    """A line that is no command; the words are those after `syntax error: `."""


class Incomplete(SyntaxProblem):
    """More lines are needed to tell."""


class Piece(Struct, frozen=True):
    """A part of a word: literal text, a variable (`$x`), or a command whose output stands there (`$(x)`)."""

    kind: str
    """text, variable, command or number (`$((x))`)."""
    text: str
    quoted: bool = False


Word = tuple[Piece, ...]
Token = str | Word
"""An operator, or a word."""

_SPACE = re.compile(r"[ \t\r]+|\\\n|#[^\n]*")
_OPERATOR = re.compile(r"\d?(?:>>|>&|<&|>|<)|&&|\|\||&>|;;|[;&|()\n]")
_PLAIN = re.compile(r"[^\s;&|()<>'\"\\$`]+")
_VARIABLE = re.compile(r"\$(?:(\w+|[?$#@*!-])|\{(\w+|[?$#@*])((?::?[-=+?])([^}]*))?\})")
NAME = re.compile(r"[A-Za-z_]\w*")


def tokens(text: str) -> list[Token]:
    """The words and operators of a script. Raises Incomplete for quotes that do not end."""
    return _Lexer(text).tokens()


class _Lexer:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def tokens(self) -> list[Token]:
        found: list[Token] = []
        while self._at < len(self._text):
            if space := _SPACE.match(self._text, self._at):
                self._at = space.end()
            elif operator := _OPERATOR.match(self._text, self._at):
                found.append(operator[0])
                self._at = operator.end()
            else:
                found.append(self._word())
        return found

    def _word(self) -> Word:
        pieces: list[Piece] = []
        while self._at < len(self._text):
            here = self._text[self._at]
            if here == "'":
                pieces.append(Piece("text", self._until("'", self._at + 1), quoted=True))
            elif here == '"':
                self._at += 1
                pieces += self._double()
            elif here == "\\":
                pieces.append(Piece("text", self._text[self._at + 1 : self._at + 2], quoted=True))
                self._at += 2
            elif here in "$`":
                pieces.append(self._expansion(quoted=False))
            elif plain := _PLAIN.match(self._text, self._at):
                pieces.append(Piece("text", plain[0]))
                self._at = plain.end()
            else:
                break
        return tuple(pieces)

    def _until(self, mark: str, start: int) -> str:
        end = self._text.find(mark, start)
        if end < 0:
            raise Incomplete("unterminated quoted string")
        self._at = end + len(mark)
        return self._text[start:end]

    def _double(self) -> list[Piece]:
        pieces, literal = [Piece("text", "", quoted=True)], ""
        while self._at < len(self._text):
            here = self._text[self._at]
            if here == '"':
                self._at += 1
                return [*pieces, Piece("text", literal, quoted=True)]
            if here in "$`":
                pieces.append(Piece("text", literal, quoted=True))
                literal = ""
                pieces.append(self._expansion(quoted=True))
                continue
            if here == "\\" and self._text[self._at + 1 : self._at + 2] in ("$", "`", '"', "\\"):
                self._at += 1
            literal += self._text[self._at]
            self._at += 1
        raise Incomplete("unterminated quoted string")

    def _expansion(self, *, quoted: bool) -> Piece:
        if self._text[self._at] == "`":
            return Piece("command", self._until("`", self._at + 1), quoted)
        if self._text.startswith("$((", self._at):
            return Piece("number", self._until("))", self._at + 3), quoted)
        if self._text.startswith("$(", self._at):
            return Piece("command", self._balanced(), quoted)
        if found := _VARIABLE.match(self._text, self._at):
            self._at = found.end()
            return Piece("variable", (found[1] or found[2]) + (found[3] or ""), quoted)
        self._at += 1
        return Piece("text", "$", quoted)

    def _balanced(self) -> str:
        start = self._at + 2
        depth = 1
        for at in range(start, len(self._text)):
            depth += {"(": 1, ")": -1}.get(self._text[at], 0)
            if not depth:
                self._at = at + 1
                return self._text[start:at]
        raise Incomplete("unterminated command substitution")
