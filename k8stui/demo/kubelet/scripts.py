"""Scripts as they run in containers, step by step on the cluster's own time: words, loops, and a few commands.

The grammar is that of the scripted shell; commands that need a terminal, files or a network are none of its business
(`exec` has them).
"""

import re
from collections.abc import Callable, Generator
from itertools import islice
from time import gmtime, strftime

from k8stui.demo.kubelet.values import FOREVER, number, seconds, true
from k8stui.demo.runtime.shell.parse import (
    For,
    Group,
    If,
    Pipeline,
    Sequence,
    Simple,
    While,
    parse,
)
from k8stui.demo.runtime.shell.words import SyntaxProblem, Word

Steps = Generator["tuple[float, str | None]", None, int]
"""Yields (seconds until then, a line or nothing), returns the exit code."""

TICK = 0.02
"""Seconds that a command takes: a loop without a sleep does not run for ever in no time."""
MOST = 10_000
"""Steps of a command whose output stands in a word, and numbers of a sequence."""
LONG = 65_536
"""Characters of a word."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SHELLS = _words("sh ash bash dash")
USUAL = _words(
    "cat ls ps df curl wget nslookup ip ping nc httpd nginx tail head top watch python python3 node ruby perl java "
    "redis-server valkey-server postgres psql date env printenv echo printf sleep true false test [ seq hostname "
    "whoami id uname yes dd stress tee grep sed awk find sort wc mkdir rm touch cp mv kill tar vi"
)
"""Programs that a usual distribution has."""
_ENDLESS = _words("httpd nginx top watch redis-server valkey-server postgres node python python3 ping yes cat")


class Leave(Exception):
    """`exit`."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Shell:
    """A small interpreter of scripts: the words, and what they say."""

    def __init__(self, environment: dict[str, str], now: Callable[[], float], host: str) -> None:
        self._variables = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", **environment}
        self._variables.setdefault("HOSTNAME", host)
        self._now = now
        self._last = 0
        self.commands: dict[str, Callable[[list[str]], Steps]] = {
            "echo": self._echo,
            "printf": self._printf,
            "sleep": self._sleep,
            "exit": self._exit,
            "true": lambda words: self._end(0),
            ":": lambda words: self._end(0),
            "false": lambda words: self._end(1),
            "date": self._date,
            "env": self._env,
            "printenv": self._env,
            "hostname": lambda words: self._say(self._variables["HOSTNAME"]),
            "seq": self._seq,
            "test": self._test,
            "[": self._test,
        }

    # ---- scripts

    def nothing(self) -> Steps:
        """A shell that nobody types into."""
        return self._end(0)

    def whole(self, words: list[str]) -> Steps:
        """One command, as the container's main process."""
        try:
            return (yield from self._run(words))
        except Leave as leave:
            return leave.code

    def script(self, text: str) -> Steps:
        """The argument of `sh -c`."""
        try:
            return (yield from self._sequence(parse(text)))
        except SyntaxProblem as problem:
            yield TICK, f"sh: syntax error: {problem}"
            return 2
        except RecursionError:
            yield TICK, "sh: Maximum function recursion depth exceeded"
            return 2
        except Leave as leave:
            return leave.code

    def _sequence(self, sequence: Sequence) -> Steps:
        code = 0
        for joint, pipeline in sequence.items:
            if joint == ";" or (joint == "&&") == (code == 0):
                code = yield from self._pipeline(pipeline)
                self._last = code
        return code

    def _pipeline(self, pipeline: Pipeline) -> Steps:
        """Of a pipe only the last command is heard: the others go on beside it."""
        code = 0
        for place, each in enumerate(pipeline.commands):
            inner = self._command(each)
            if place + 1 < len(pipeline.commands):
                for length, _ in inner:
                    yield length, None
            else:
                code = yield from inner
        return int(not code) if pipeline.negated else code

    def _command(self, of: object) -> Steps:
        if isinstance(of, Simple):
            return (yield from self._simple(of))
        if isinstance(of, Group):
            return (yield from self._group(of))
        if isinstance(of, If):
            for condition, body in of.branches:
                if (yield from self._sequence(condition)) == 0:
                    return (yield from self._sequence(body))
            return (yield from self._sequence(of.otherwise)) if of.otherwise else 0
        code = 0
        if isinstance(of, While):
            while ((yield from self._sequence(of.condition)) == 0) == of.wanted:
                yield TICK, None
                code = yield from self._sequence(of.body)
        elif isinstance(of, For):
            for value in [part for word in of.words for part in self._split(word)]:
                self._variables[of.name] = value
                code = yield from self._sequence(of.body)
        return code

    def _group(self, of: Group) -> Steps:
        if not of.own:
            return (yield from self._sequence(of.body))
        before = dict(self._variables)
        try:
            return (yield from self._sequence(of.body))
        except Leave as leave:
            return leave.code
        finally:
            self._variables = before

    def _simple(self, of: Simple) -> Steps:
        for name, word in of.assignments:
            self._variables[name] = self._text(word)
        words = [part for word in of.words for part in self._split(word)]
        if not words:
            return 0
        inner = self._run(words)
        hidden = any(each.operator in (">", ">>", "&>") and each.number in (0, 1) for each in of.redirects)
        if not hidden:
            return (yield from inner)
        while True:
            try:
                length, _ = next(inner)
            except StopIteration as end:
                return int(end.value or 0)
            yield length, None

    def _run(self, words: list[str]) -> Steps:
        name = words[0].rpartition("/")[2]
        if name in SHELLS and len(words) > 2:
            return (yield from self.script(words[2]))
        if name == "exec" and len(words) > 1:
            return (yield from self._run(words[1:]))
        if name in self.commands:
            yield TICK, None
            return (yield from self.commands[name](words[1:]))
        if name in _ENDLESS or (name == "tail" and {"-f", "-F"} & set(words)):
            yield FOREVER, None
            return 0
        if name in USUAL or "/" in words[0]:
            yield TICK, None
            return 0
        yield TICK, f"sh: {words[0]}: not found"
        return 127

    # ---- words

    def _split(self, word: Word) -> list[str]:
        """One word, or the words that an unquoted variable holds."""
        text = self._text(word)
        if any(piece.kind != "text" and not piece.quoted for piece in word):
            return text.split()
        return [text]

    def _text(self, word: Word) -> str:
        return "".join(self._piece(piece.kind, piece.text) for piece in word)[:LONG]

    def _piece(self, kind: str, text: str) -> str:
        if kind == "variable":
            if text == "?":
                return str(self._last)
            name, mark, default = re.fullmatch(r"(\w*|.)(?::?([-=+?])(.*))?", text, re.DOTALL).groups()  # type: ignore[union-attr]
            value = self._variables.get(name, "")
            return default if mark in ("-", "=") and not value else value
        if kind == "number":
            return str(number(text, self._variables))
        if kind == "command":
            return "\n".join(line for _, line in islice(self.script(text), MOST) if line is not None)
        return text

    # ---- commands

    def _end(self, code: int) -> Steps:
        yield from ()
        return code

    def _say(self, *lines: str) -> Steps:
        for line in lines:
            yield 0.0, line
        return 0

    def _echo(self, words: list[str]) -> Steps:
        while words and words[0] in ("-n", "-e", "-ne", "-en"):
            words = words[1:]
        return self._say(*" ".join(words).replace("\\n", "\n").split("\n"))

    def _printf(self, words: list[str]) -> Steps:
        text = words[0] if words else ""
        for value in words[1:]:
            text = re.sub(r"%[sd]", lambda _, value=value: str(value), text, count=1)  # type: ignore[misc]
        return self._say(*text.replace("\\n", "\n").rstrip("\n").split("\n"))

    def _sleep(self, words: list[str]) -> Steps:
        try:
            length = sum(seconds(word) for word in words)
        except ValueError:
            yield 0.0, f"sleep: invalid number '{words[0]}'"
            return 1
        yield length, None
        return 0

    def _exit(self, words: list[str]) -> Steps:
        yield from ()
        raise Leave(int(words[0]) % 256 if words and words[0].isdigit() else self._last)

    def _date(self, words: list[str]) -> Steps:
        form = next((word[1:] for word in words if word.startswith("+")), "%a %b %e %H:%M:%S UTC %Y")
        at = self._now()
        return self._say(strftime(form.replace("%s", str(int(at))), gmtime(at)))

    def _env(self, words: list[str]) -> Steps:
        if words:
            return self._say(*(self._variables[word] for word in words if word in self._variables))
        return self._say(*(f"{name}={value}" for name, value in self._variables.items()))

    def _seq(self, words: list[str]) -> Steps:
        numbers = [int(word) for word in words if word.lstrip("-").isdigit()]
        start, end = (1, numbers[0]) if len(numbers) == 1 else (numbers[0], numbers[-1]) if numbers else (1, 0)
        return self._say(*map(str, range(start, min(end, start + MOST) + 1)))

    def _test(self, words: list[str]) -> Steps:
        words = [word for word in words if word != "]"]
        negated = words[:1] == ["!"]
        return self._end(int(true(words[negated:]) == negated))
