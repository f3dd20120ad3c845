"""The commands that the shell of a script has itself, step by step on the cluster's own time."""

import re
from collections.abc import Callable, Generator
from time import gmtime, strftime

from k8stui.demo.kubelet.values import seconds, true

Steps = Generator["tuple[float, str | None]", None, int]
"""Yields (seconds until then, a line or nothing), returns the exit code."""

MOST = 10_000
"""Numbers of a sequence, and steps of a command whose output stands in a word."""


class Leave(Exception):
    """`exit`."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Commands:
    """The commands, and what they share with the shell: its variables, and how its last command ended."""

    def __init__(self, variables: dict[str, str], now: Callable[[], float]) -> None:
        self.variables = variables
        self.last = 0
        """An exit code."""
        self._now = now
        self.commands: dict[str, Callable[[list[str]], Steps]] = {
            "echo": self._echo,
            "printf": self._printf,
            "sleep": self._sleep,
            "exit": self._exit,
            "true": lambda words: end(0),
            ":": lambda words: end(0),
            "false": lambda words: end(1),
            "date": self._date,
            "env": self._env,
            "printenv": self._env,
            "hostname": lambda words: say(self.variables["HOSTNAME"]),
            "seq": self._seq,
            "test": self._test,
            "[": self._test,
        }

    def _echo(self, words: list[str]) -> Steps:
        while words and words[0] in ("-n", "-e", "-ne", "-en"):
            words = words[1:]
        return say(*" ".join(words).replace("\\n", "\n").split("\n"))

    def _printf(self, words: list[str]) -> Steps:
        text = words[0] if words else ""
        for value in words[1:]:
            text = re.sub(r"%[sd]", lambda _, value=value: str(value), text, count=1)  # type: ignore[misc]
        return say(*text.replace("\\n", "\n").rstrip("\n").split("\n"))

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
        raise Leave(int(words[0]) % 256 if words and words[0].isdigit() else self.last)

    def _date(self, words: list[str]) -> Steps:
        form = next((word[1:] for word in words if word.startswith("+")), "%a %b %e %H:%M:%S UTC %Y")
        at = self._now()
        return say(strftime(form.replace("%s", str(int(at))), gmtime(at)))

    def _env(self, words: list[str]) -> Steps:
        if words:
            return say(*(self.variables[word] for word in words if word in self.variables))
        return say(*(f"{name}={value}" for name, value in self.variables.items()))

    def _seq(self, words: list[str]) -> Steps:
        numbers = [int(word) for word in words if word.lstrip("-").isdigit()]
        start, end = (1, numbers[0]) if len(numbers) == 1 else (numbers[0], numbers[-1]) if numbers else (1, 0)
        return say(*map(str, range(start, min(end, start + MOST) + 1)))

    def _test(self, words: list[str]) -> Steps:
        words = [word for word in words if word != "]"]
        negated = words[:1] == ["!"]
        return end(int(true(words[negated:]) == negated))


def end(code: int) -> Steps:
    """Nothing more than an end."""
    yield from ()
    return code


def say(*lines: str) -> Steps:
    """Lines without a pause between them."""
    for line in lines:
        yield 0.0, line
    return 0
