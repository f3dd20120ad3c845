"""One run of an exec credential plugin as a child process: bounded in time and output, and killed as a group."""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from io import FileIO
from typing import Final

from msgspec import Struct

MOST_OUTPUT: Final = 1024 * 1024
"""Bytes of stdout; a credential is a few kilobytes."""
_TAIL: Final = 4096
"""Bytes of stderr that are kept: the last ones, where the reason stands."""
_DRAIN: Final = 1.0
"""Seconds for the pipes to run dry after the plugin's end; a daemon it left behind may hold them open for ever."""


class Ended(Struct, frozen=True):
    """How a run ended."""

    code: int | None
    """Exit code, negative for a signal; None where we stopped it."""
    stdout: bytes
    stderr: bytes
    why: str = ""
    """`time`, `output` or `waits` where we stopped it; "" where it ended by itself."""

    def __repr__(self) -> str:
        """Without the output."""
        return f"Ended(code={self.code}, why={self.why!r})"

    def __rich_repr__(self) -> list[tuple[str, object]]:
        return [("code", self.code), ("why", self.why)]


def found(command: str, environ: Mapping[str, str]) -> bool:
    """Whether there is such a command, by its path or in the PATH of its environment."""
    return shutil.which(command, path=environ.get("PATH", os.defpath)) is not None


async def run(
    argv: tuple[str, ...], environ: Mapping[str, str], *, limit: float, terminal: bool, patience: float | None = None
) -> Ended:
    """Run the plugin to its end.

    Without the terminal it gets a closed stdin and a session of its own, so that it cannot write over the screen even
    by /dev/tty. With it, stdin and stderr are ours, as kubectl does it.

    Args:
        argv: command and arguments.
        environ: its whole environment.
        limit: seconds until it is killed.
        terminal: whether it gets ours (which must have been handed over).
        patience: kill it when it has written to stderr and then not ended for so many seconds: it seems to wait for
            a person who does not see it. None: never.

    Raises:
        OSError: it cannot be started.
    """
    async with _pipe() as (out_end, out), _pipe() as (err_end, err):
        process = await asyncio.create_subprocess_exec(
            *argv,
            env=dict(environ),
            stdin=None if terminal else subprocess.DEVNULL,
            stdout=out_end,
            stderr=None if terminal else err_end,
            start_new_session=not terminal,
        )
        out_end.close()
        err_end.close()
        try:
            return await _Run(process, out, err).finish(limit, patience)
        finally:
            _kill(process, group=not terminal)
            await process.wait()


class _Run:
    """Reads both pipes while the process runs."""

    def __init__(
        self, process: asyncio.subprocess.Process, out: asyncio.StreamReader, err: asyncio.StreamReader
    ) -> None:
        self._process = process
        self._out, self._err = out, err
        self._stdout, self._stderr = bytearray(), bytearray()
        self._spoke = asyncio.Event()
        self._flooded = asyncio.Event()

    async def finish(self, limit: float, patience: float | None) -> Ended:
        """Until it ends, or has to be stopped."""
        reading = [asyncio.ensure_future(self._read_out()), asyncio.ensure_future(self._read_err())]
        watching = [
            asyncio.ensure_future(self._process.wait()),
            asyncio.ensure_future(self._flooded.wait()),
            asyncio.ensure_future(self._waits(patience)),
        ]
        try:
            done, _ = await asyncio.wait(watching, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
            if watching[0] in done:
                await asyncio.wait(reading, timeout=_DRAIN)
            # A flood may be found only when the last of it is read.
            why = self._why(ended=watching[0] in done, waits=watching[2] in done)
            return Ended(None if why else self._process.returncode, bytes(self._stdout), bytes(self._stderr), why)
        finally:
            for task in (*reading, *watching):
                task.cancel()
            await asyncio.gather(*reading, *watching, return_exceptions=True)

    def _why(self, *, ended: bool, waits: bool) -> str:
        if self._flooded.is_set():
            return "output"
        if ended:
            return ""
        return "waits" if waits else "time"

    async def _waits(self, patience: float | None) -> None:
        """Returns when it has said something and then gone on for too long."""
        if patience is None:
            await asyncio.Event().wait()
            return
        await self._spoke.wait()
        await asyncio.sleep(patience)

    async def _read_out(self) -> None:
        while chunk := await self._out.read(65536):
            self._stdout += chunk
            if len(self._stdout) > MOST_OUTPUT:
                self._flooded.set()
                return

    async def _read_err(self) -> None:
        while chunk := await self._err.read(65536):
            self._spoke.set()
            self._stderr += chunk
            del self._stderr[:-_TAIL]


@asynccontextmanager
async def _pipe() -> AsyncIterator[tuple[FileIO, asyncio.StreamReader]]:
    """A pipe: the end to give away (and to close then), and a reader of the other.

    Our own, since asyncio's subprocess pipes make `wait()` wait for every heir of the pipe, not only for the process.
    """
    loop = asyncio.get_running_loop()
    reading, writing = os.pipe()
    reader = asyncio.StreamReader(limit=65536, loop=loop)
    with FileIO(writing, "wb") as end:
        transport, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader, loop=loop), FileIO(reading, "rb")
        )
        try:
            yield end, reader
        finally:
            transport.close()


def _kill(process: asyncio.subprocess.Process, *, group: bool) -> None:
    """End it, and with `group` all it has started, unless it has ended by itself."""
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if group:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
