"""What the commands of containers do: which there are, and how they go on by themselves.

A program is stepped by the kubelet, so that `sleep 5` is five seconds of the injected clock.
"""

from collections.abc import Callable, Iterable

from k8stui.demo.kubelet.scriptcommands import Steps
from k8stui.demo.kubelet.scripts import SHELLS, USUAL, Shell

_BASES = (
    "busybox alpine debian ubuntu bash fedora centos rockylinux python node golang ruby perl curl netshoot nginx httpd "
    "redis postgres valkey toolbox bitnami tools"
)
BASES = frozenset(_BASES.split())
"""Images whose programs are those of a usual distribution."""
SHELLED = BASES - {"python", "node", "golang", "ruby", "perl", "curl", "nginx", "httpd", "redis", "postgres", "valkey"}
"""Those that run a shell when nobody says what else."""

PAUSE = 0.1
"""Seconds of a step that count as rest."""
RESTLESS = 200
"""So many steps without rest."""
LOOK = 0.5
"""Seconds between two looks at a program that never rests."""


class Program:
    """A command while it runs."""

    def __init__(self, steps: Steps, now: float, scale: Callable[[float], float]) -> None:
        """`scale` turns the program's seconds into the clock's."""
        self._steps = steps
        self._scale = scale
        self._line: str | None = None
        self.due = now
        self.quick = 0
        """How many steps it made without a pause: one that never rests is looked at less often."""
        self.code: int | None = None
        self._next()

    def advance(self, now: float, write: Callable[[float, str], None]) -> None:
        """Go on to this moment; when it has ended by then, `code` is its exit code, and `due` when that was."""
        while self.code is None and self.due <= now:
            if self._line is not None:
                write(self.due, self._line)
            self._next()

    def wake(self, soon: float) -> float:
        """When to go on with it; `soon` is the moment from which on one that never rests may."""
        return max(self.due, soon) if self.quick > RESTLESS else self.due

    def _next(self) -> None:
        try:
            seconds, self._line = next(self._steps)
        except StopIteration as end:
            self.code = int(end.value or 0)
        else:
            self.due += self._scale(seconds)
            self.quick = self.quick + 1 if seconds < PAUSE else 0


def base(image: str) -> str:
    """`docker.io/library/busybox:1.36@sha256:…` -> `busybox`."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0]


def command(image: str, given: Iterable[str], arguments: Iterable[str]) -> list[str] | None:
    """What runs in a container; None: the image's own program, which is not known here."""
    words = [*given, *arguments]
    if base(image) in SHELLED:
        return words or ["sh"]
    if list(given) or (base(image) in BASES and words):
        return words
    return None


def unknown(image: str, words: list[str]) -> bool:
    """Whether the image has no such program."""
    first = words[0]
    if "/" in first or base(image) not in BASES:
        return False
    return first not in SHELLS and first not in USUAL


def shell(words: list[str]) -> bool:
    """Whether the command is a shell: with stdin, whoever attaches types into it."""
    return words[0].rpartition("/")[2] in SHELLS


def steps(words: list[str], environment: dict[str, str], now: Callable[[], float], host: str) -> Steps | None:
    """How a command goes; None when it runs for ever, as far as is known here."""
    shell = Shell(dict(environment), now, host)
    name = words[0].rpartition("/")[2]
    if name in SHELLS:
        rest = words[1:]
        while rest and rest[0].startswith("-") and not rest[0].endswith("c"):
            rest = rest[1:]
        if not rest:
            return shell.nothing()
        if rest[0].startswith("-") and len(rest) > 1:
            return shell.script(rest[1])
        return None
    if name in shell.commands or name == "tail":
        return shell.whole([name, *words[1:]])
    return None
