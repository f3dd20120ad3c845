"""A process that has imported the program and forks for each start, which costs a tenth of what a new Python costs.

A child takes the pseudo terminal as its controlling terminal, its directory and its variables, and runs the module as
`python -m` does, in the same state: one thread, no loop, Python's own signal handlers. What a start imports, and what
Python reads before it runs anything, cannot be tested with it (`program(..., fresh=True)`).
"""

import atexit
import gc
import importlib
import json
import os
import pkgutil
import runpy
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

LIMIT = 60.0
"""Seconds within which it must have answered; the first time it imports everything."""

READ_LATE = frozenset(
    "HOME PATH KUBECONFIG XDG_STATE_HOME XDG_CONFIG_HOME TMPDIR TERM COLORTERM EDITOR VISUAL KUBE_EDITOR".split()
)
"""Variables that nothing looks at while it is imported."""

_LAZY = ("textual.drivers.linux_driver",)
"""What a start imports by name."""


class Preloaded:
    """The forking process, for as long as this one lives; one request at a time."""

    def __init__(self, early: Mapping[str, str]) -> None:
        """`early`: the variables that are not in READ_LATE."""
        self._channel, theirs = socket.socketpair()
        self._channel.settimeout(LIMIT)
        # Its streams are of a terminal from the beginning: Python made them as for a start in one.
        self._master, line = os.openpty()
        self._child = subprocess.Popen(
            [sys.executable, "-m", __name__, str(theirs.fileno())],
            stdin=line,
            stdout=line,
            stderr=line,
            env=dict(early),
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()
        os.close(line)

    def start(self, argv: Sequence[str], variables: Mapping[str, str], cwd: Path | None, line: int) -> int:
        """A `python -m MODULE ARGUMENT…` on that terminal line; returns its process id. Raises OSError."""
        ask = {"argv": list(argv), "variables": dict(variables), "cwd": str(cwd or Path.cwd())}
        return int(self._ask(ask, line)["pid"])

    def ended(self, pid: int) -> int | None:
        """The exit code of a process that was started here, negative for a signal; None while it runs."""
        code = self._ask({"ended": pid})["code"]
        return None if code is None else int(code)

    def close(self) -> None:
        """End it."""
        self._channel.close()
        self._child.wait(LIMIT)
        os.close(self._master)

    def _ask(self, ask: dict[str, Any], *fds: int) -> Any:
        socket.send_fds(self._channel, [json.dumps(ask).encode() + b"\n"], fds)
        answer = b""
        while not answer.endswith(b"\n"):
            more = self._channel.recv(4096)
            if not more:
                raise ConnectionError("The preloaded process has ended: " + os.read(self._master, 65536).decode())
            answer += more
        return json.loads(answer)


def preloaded(argv: Sequence[str], variables: Mapping[str, str], usual: Mapping[str, str]) -> Preloaded | None:
    """Who can make this start, where that comes to the same as a new Python; `usual`: the variables of most starts."""
    early = _early(usual)
    return _preloaded(early) if list(argv[:2]) == [sys.executable, "-m"] and _early(variables) == early else None


def _early(variables: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    return frozenset((name, text) for name, text in variables.items() if name not in READ_LATE)


@cache
def _preloaded(early: frozenset[tuple[str, str]]) -> Preloaded:
    found = Preloaded(dict(early))
    atexit.register(found.close)
    return found


# In the preloaded process


def _load() -> None:
    import k8stui

    for found in pkgutil.walk_packages(k8stui.__path__, "k8stui."):
        if not found.name.startswith(("k8stui.demo.", "k8stui.__main__")):
            importlib.import_module(found.name)
    for name in _LAZY:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()


def _serve(channel: socket.socket) -> list[str]:
    """Answer until the other side is gone; returns only in a child: the words of its command line."""
    while True:
        ask, fds = _received(channel)
        if "ended" in ask:
            pid, status = os.waitpid(ask["ended"], os.WNOHANG)
            answer = {"code": os.waitstatus_to_exitcode(status) if pid else None}
        else:
            pid = os.fork()
            if pid == 0:
                channel.close()
                return _become(ask, fds[0])
            os.close(fds[0])
            answer = {"pid": pid}
        channel.sendall(json.dumps(answer).encode() + b"\n")


def _received(channel: socket.socket) -> tuple[dict[str, Any], list[int]]:
    line, fds, _, _ = socket.recv_fds(channel, 65536, 1)
    while not line.endswith(b"\n"):
        more = channel.recv(65536)
        if not more:
            raise SystemExit
        line += more
    return json.loads(line), fds


def _become(ask: dict[str, Any], line: int) -> list[str]:
    os.login_tty(line)
    os.chdir(ask["cwd"])
    os.environ.clear()
    os.environ.update(ask["variables"])
    sys.path[0] = ask["cwd"]
    sys.orig_argv[:] = ask["argv"]
    argv: list[str] = ask["argv"]
    return argv


def _run(argv: list[str]) -> None:
    """`python -m MODULE ARGUMENT…`."""
    module = argv[2]
    sys.argv[:] = [module, *argv[3:]]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _load()
    _run(_serve(socket.socket(fileno=int(sys.argv[1]))))
