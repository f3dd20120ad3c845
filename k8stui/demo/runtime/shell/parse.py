"""The grammar of the scripted shell: pipelines, lists, and the loops that people type."""

from msgspec import Struct

from k8stui.demo.runtime.shell.words import NAME, Incomplete, Piece, SyntaxProblem, Token, Word, tokens

_DEEP = 40
"""Commands within commands; more is refused."""
_WORDS_OF_GRAMMAR = frozenset(
    ("if", "then", "elif", "else", "fi", "while", "until", "for", "do", "done", "{", "}", "!")
)


class Redirect(Struct, frozen=True):
    """`2>file`, `<file`, `2>&1`."""

    number: int
    operator: str
    target: Word


class Simple(Struct, frozen=True):
    """Assignments, a command with its arguments, redirections."""

    words: tuple[Word, ...] = ()
    redirects: tuple[Redirect, ...] = ()
    assignments: tuple[tuple[str, Word], ...] = ()


class Group(Struct, frozen=True):
    """`{ a; b; }`, or `( a; b )` in a shell of its own."""

    body: "Sequence"
    own: bool
    redirects: tuple[Redirect, ...] = ()


class If(Struct, frozen=True):
    """`if`, `elif`, `else`."""

    branches: "tuple[tuple[Sequence, Sequence], ...]"
    otherwise: "Sequence | None"


class While(Struct, frozen=True):
    """`while` and `until`."""

    condition: "Sequence"
    body: "Sequence"
    wanted: bool


class For(Struct, frozen=True):
    """`for x in a b`."""

    name: str
    words: tuple[Word, ...]
    body: "Sequence"


Command = Simple | Group | If | While | For


class Pipeline(Struct, frozen=True):
    """`a | b`, perhaps negated."""

    commands: tuple[Command, ...]
    negated: bool = False


class Sequence(Struct, frozen=True):
    """Pipelines, each with what stands before it: `;`, `&&` or `||`."""

    items: tuple[tuple[str, Pipeline], ...]


def parse(text: str) -> Sequence:
    """A script. Raises SyntaxProblem; Incomplete when it may go on in another line."""
    return _Parser(tokens(text)).script()


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._at = 0
        self._depth = 0

    def script(self) -> Sequence:
        found = self._sequence(())
        if self._at < len(self._tokens):
            raise SyntaxProblem(f'unexpected "{_shown(self._tokens[self._at])}"')
        return found

    def _peek(self) -> Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _reserved(self) -> str:
        """The word of the grammar that stands here, if one does."""
        token = self._peek()
        if isinstance(token, tuple) and len(token) == 1 and token[0].kind == "text" and not token[0].quoted:
            return token[0].text if token[0].text in _WORDS_OF_GRAMMAR else ""
        return ""

    def _expect(self, word: str) -> None:
        if self._reserved() != word and self._peek() != word:
            if not self._peek():
                raise Incomplete("unexpected end of file")
            raise SyntaxProblem(f'unexpected "{_shown(self._peek())}" (expecting "{word}")')
        self._at += 1

    def _sequence(self, ends: tuple[str, ...]) -> Sequence:
        items: list[tuple[str, Pipeline]] = []
        joint = ";"
        while True:
            while self._peek() == "\n" or (self._peek() == ";" and joint == ";" and items):
                self._at += 1
            if not self._peek() or self._reserved() in ends or self._peek() in ends or self._peek() == ")":
                break
            items.append((joint, self._pipeline()))
            joint = ";"
            token = self._peek()
            if token not in (";", "&", "&&", "||", "\n"):
                break
            self._at += 1
            if token in ("&&", "||") and isinstance(token, str):
                joint = token
        if joint != ";":
            raise Incomplete("unexpected end of file")
        return Sequence(tuple(items))

    def _pipeline(self) -> Pipeline:
        negated = self._reserved() == "!"
        self._at += negated
        commands = [self._command()]
        while self._peek() == "|":
            self._at += 1
            while self._peek() == "\n":
                self._at += 1
            commands.append(self._command())
        return Pipeline(tuple(commands), negated)

    def _command(self) -> Command:
        self._depth += 1
        if self._depth > _DEEP:
            raise SyntaxProblem("too deeply nested")
        try:
            return self._compound(self._reserved())
        finally:
            self._depth -= 1

    def _compound(self, word: str) -> Command:
        if word == "if":
            return self._if()
        if word in ("while", "until"):
            self._at += 1
            condition = self._sequence(("do",))
            return While(condition, self._loop(), word == "while")
        if word == "for":
            return self._for()
        if word == "{" or self._peek() == "(":
            self._at += 1
            end = "}" if word else ")"
            body = self._sequence((end,))
            self._expect(end)
            return Group(body, not word, tuple(self._redirects()))
        return self._simple()

    def _if(self) -> If:
        branches = []
        word = "if"
        while word in ("if", "elif"):
            self._at += 1
            condition = self._sequence(("then",))
            self._expect("then")
            branches.append((condition, self._sequence(("elif", "else", "fi"))))
            word = self._reserved()
        otherwise = None
        if word == "else":
            self._at += 1
            otherwise = self._sequence(("fi",))
        self._expect("fi")
        return If(tuple(branches), otherwise)

    def _for(self) -> For:
        self._at += 1
        name = _shown(self._peek())
        self._at += 1
        words: list[Word] = []
        if _shown(self._peek()) == "in":
            self._at += 1
            while isinstance(token := self._peek(), tuple):
                words.append(token)
                self._at += 1
        while self._peek() in (";", "\n"):
            self._at += 1
        return For(name, tuple(words), self._loop())

    def _loop(self) -> Sequence:
        self._expect("do")
        body = self._sequence(("done",))
        self._expect("done")
        return body

    def _redirects(self) -> list[Redirect]:
        found = []
        while isinstance(token := self._peek(), str) and token.lstrip("0123456789&")[:1] in ("<", ">") and token:
            self._at += 1
            target = self._peek()
            if not isinstance(target, tuple):
                raise SyntaxProblem(f'unexpected "{_shown(target) or "newline"}"')
            self._at += 1
            operator = token.lstrip("0123456789")
            number = int(token[0]) if token[0].isdigit() else (0 if operator[0] == "<" else 1)
            found.append(Redirect(number, operator, target))
        return found

    def _simple(self) -> Simple:
        words: list[Word] = []
        redirects: list[Redirect] = []
        assignments: list[tuple[str, Word]] = []
        while True:
            if more := self._redirects():
                redirects += more
                continue
            token = self._peek()
            if not isinstance(token, tuple):
                break
            if not words and (given := _assignment(token)):
                assignments.append(given)
            else:
                words.append(token)
            self._at += 1
        if not (words or redirects or assignments):
            if not self._peek():
                raise Incomplete("unexpected end of file")
            raise SyntaxProblem(f'unexpected "{_shown(self._peek())}"')
        return Simple(tuple(words), tuple(redirects), tuple(assignments))


def _assignment(word: Word) -> tuple[str, Word] | None:
    """`NAME=value`."""
    first = word[0]
    name, equals, rest = first.text.partition("=")
    if first.kind != "text" or first.quoted or not equals or not NAME.fullmatch(name):
        return None
    return name, (Piece("text", rest), *word[1:])


def _shown(token: Token) -> str:
    if isinstance(token, str):
        return "newline" if token == "\n" else token
    return "".join(piece.text for piece in token)
