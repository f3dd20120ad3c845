"""Scripts as they run in containers, step by step on the cluster's own time: words, loops, pipelines.

The grammar is that of the scripted shell; commands that need a terminal, files or a network are none of its business
(`exec` has them).
"""

import re
from collections.abc import Callable, Collection
from itertools import islice

from k8stui.demo.kubelet.scriptcommands import MOST, Commands, Leave, Steps, end
from k8stui.demo.kubelet.values import FOREVER, number
from k8stui.demo.runtime.environment import PATH
from k8stui.demo.runtime.shell.parse import For, Group, If, Pipeline, Sequence, Simple, While, parse
from k8stui.demo.runtime.shell.words import SyntaxProblem, Word

TICK = 0.02
"""Seconds that a command takes: a loop without a sleep does not run for ever in no time."""
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


class Shell:
    """A small interpreter of scripts: the words, and what they say."""

    def __init__(self, environment: dict[str, str], now: Callable[[], float], host: str) -> None:
        variables = {"PATH": PATH, **environment}
        variables.setdefault("HOSTNAME", host)
        self._own = Commands(variables, now)

    @property
    def commands(self) -> Collection[str]:
        """The names of the commands that it has itself."""
        return self._own.commands

    # ---- scripts

    def nothing(self) -> Steps:
        """A shell that nobody types into."""
        return end(0)

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
                self._own.last = code
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
                self._own.variables[of.name] = value
                code = yield from self._sequence(of.body)
        return code

    def _group(self, of: Group) -> Steps:
        if not of.own:
            return (yield from self._sequence(of.body))
        before = dict(self._own.variables)
        try:
            return (yield from self._sequence(of.body))
        except Leave as leave:
            return leave.code
        finally:
            self._own.variables = before

    def _simple(self, of: Simple) -> Steps:
        for name, word in of.assignments:
            self._own.variables[name] = self._text(word)
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
        if name in self._own.commands:
            yield TICK, None
            return (yield from self._own.commands[name](words[1:]))
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
                return str(self._own.last)
            name, mark, default = re.fullmatch(r"(\w*|.)(?::?([-=+?])(.*))?", text, re.DOTALL).groups()  # type: ignore[union-attr]
            value = self._own.variables.get(name, "")
            return default if mark in ("-", "=") and not value else value
        if kind == "number":
            return str(number(text, self._own.variables))
        if kind == "command":
            return "\n".join(line for _, line in islice(self.script(text), MOST) if line is not None)
        return text
