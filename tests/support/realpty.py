"""An exec that is real: the embedded server runs the command as a process of this machine, on a pty or on pipes."""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
import termios
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from k8stui.demo.runtime.sessions import Ended, NotStarted, Session
from k8stui.demo.runtime.shell.pipes import Output

_LEADER = "import os, sys; os.login_tty(0); os.execvp(sys.argv[1], sys.argv[1:])"
"""Makes the pty on its standard input the controlling terminal of a session of its own."""
PROGRAMS = ("sh", "stty", "sleep", "cat", "head", "cksum", "yes")
"""All that a container has: no other shell than sh."""


def container(folder: Path) -> "Callable[..., RealSession]":
    """What `Nodes.session` becomes, with links to its programs in that folder."""
    for name in PROGRAMS:
        found = shutil.which(name)
        assert found is not None
        (folder / name).symlink_to(found)
    (folder / "python").symlink_to(sys.executable)
    return partial(RealSession, path=str(folder))


class RealSession(Session):
    """One command as a process; ends with its client, as a terminal that hangs up does."""

    def __init__(
        self, _machine: Any, stdout: Output, stderr: Output, *, stdin: bool, tty: bool, path: str = "", pid: int = 0
    ) -> None:
        self._env = {"PATH": path, "TERM": "xterm", "LC_ALL": "C.UTF-8", "PS1": "remote$ ", "HOME": "/nonexistent"}
        self._stdout, self._stderr = stdout, stderr
        self._wanted, self._tty = stdin, tty
        self._master = -1
        self._size = (0, 0)
        self._pipe: asyncio.StreamWriter | None = None
        self._started = asyncio.Event()

    async def feed(self, data: bytes) -> None:
        """Typed in."""
        await self._started.wait()
        if self._pipe is not None:
            with contextlib.suppress(ConnectionError):
                self._pipe.write(data)
                await self._pipe.drain()
        while data and self._master >= 0:
            try:
                data = data[os.write(self._master, data) :]
            except BlockingIOError:
                await asyncio.sleep(0.005)
            except OSError:
                return

    def close(self) -> None:
        """The input ends."""
        if self._pipe is not None:
            self._pipe.close()

    def resize(self, columns: int, lines: int) -> None:
        """The kernel tells the foreground processes."""
        self._size = (columns, lines)
        if self._master >= 0:
            termios.tcsetwinsize(self._master, (lines, columns))

    async def run(self, command: list[str]) -> Ended:
        """To its end. Raises NotStarted."""
        try:
            if shutil.which(command[0], path=self._env["PATH"]) is None:
                raise NotStarted(f'exec: "{command[0]}": executable file not found in $PATH')
            return await (self._on_pty(command) if self._tty else self._on_pipes(command))
        finally:
            self._started.set()

    async def _on_pty(self, command: Sequence[str]) -> Ended:
        self._master, line = os.openpty()
        os.set_blocking(self._master, False)
        self.resize(*self._size)
        try:
            leader = [sys.executable, "-I", "-S", "-c", _LEADER, *command]
            child = await asyncio.create_subprocess_exec(
                *leader, stdin=line, stdout=line, stderr=line, env=self._env, close_fds=True
            )
        finally:
            os.close(line)
        self._started.set()
        try:
            await self._read()
            return _ended(await child.wait())
        finally:
            os.close(self._master)  # a hangup for whatever is left
            self._master = -1
            await _gone(child)

    async def _read(self) -> None:
        """Until every process has closed the terminal."""
        loop, readable = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._master, readable.set)
        try:
            while True:
                await readable.wait()
                readable.clear()
                try:
                    data = os.read(self._master, 65536)
                except BlockingIOError:
                    continue
                except OSError:
                    return
                await self._stdout.write(data)
        finally:
            loop.remove_reader(self._master)

    async def _on_pipes(self, command: Sequence[str]) -> Ended:
        pipe = asyncio.subprocess.PIPE
        child = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, stderr=pipe, env=self._env, start_new_session=True
        )
        self._pipe = child.stdin
        self._started.set()
        assert child.stdout is not None
        assert child.stderr is not None
        try:
            await asyncio.gather(_copy(child.stdout, self._stdout), _copy(child.stderr, self._stderr))
            return _ended(await child.wait())
        finally:
            await _gone(child)


async def _copy(source: asyncio.StreamReader, to: Output) -> None:
    while data := await source.read(65536):
        await to.write(data)


def _ended(code: int) -> Ended:
    return Ended(128 - code, -code) if code < 0 else Ended(code)


async def _gone(child: asyncio.subprocess.Process) -> None:
    """What does not end by the hangup is killed."""
    try:
        async with asyncio.timeout(2):
            await child.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        await child.wait()
