"""Redirections: files, /dev/null and one stream into another."""

import asyncio
from typing import TYPE_CHECKING

from k8stui.demo.runtime.files import FileProblem, normal
from k8stui.demo.runtime.machine import Machine
from k8stui.demo.runtime.shell.expansion import expand
from k8stui.demo.runtime.shell.parse import Redirect
from k8stui.demo.runtime.shell.pipes import Bytes, Input, Nothing, Output, Streams

if TYPE_CHECKING:
    from k8stui.demo.runtime.shell.interpreter import Shell


class Written:
    """A file that a redirection writes."""

    def __init__(self, machine: Machine, path: str, *, append: bool) -> None:
        """Raises FileProblem when it cannot be written."""
        self._machine = machine
        self._path = path
        machine.files.write(path, b"", append=append)

    async def write(self, data: bytes) -> None:
        """Append. Raises BrokenPipeError when the disk is full."""
        try:
            self._machine.files.write(self._path, data, append=True)
        except FileProblem:
            raise BrokenPipeError from None
        await asyncio.sleep(0)


class Zeros:
    """/dev/zero."""

    async def read(self, size: int = 65536) -> bytes:
        """As many as are asked for."""
        await asyncio.sleep(0)
        return bytes(size)

    async def line(self) -> bytes:
        """A piece of the line that never ends."""
        return await self.read()


def opened(shell: "Shell", path: str) -> Input:
    """A file to read. Raises FileProblem."""
    if path == "/dev/null":
        return Nothing()
    if path in ("/dev/zero", "/dev/urandom", "/dev/random"):
        return Zeros()
    return Bytes(shell.machine.files.read(path))


async def redirected(shell: "Shell", redirects: tuple[Redirect, ...], streams: Streams) -> Streams:
    """The streams of a command with its redirections, in order. Raises FileProblem for a file that cannot be had."""
    for redirect in redirects:
        streams = await _with(shell, redirect, streams)
    return streams


async def _with(shell: "Shell", redirect: Redirect, streams: Streams) -> Streams:
    target = "".join(await expand(shell, redirect.target, split=False))
    if redirect.operator in (">&", "<&") and target in ("1", "2"):
        copied = streams.stdout if target == "1" else streams.stderr
        return streams.but(stderr=copied) if redirect.number == 2 else streams.but(stdout=copied)
    reading = redirect.operator == "<"
    try:
        if reading:
            return streams.but(stdin=opened(shell, normal(target, shell.folder)))
        output = _output(shell, normal(target, shell.folder), streams, append=redirect.operator == ">>")
    except FileProblem as problem:
        raise FileProblem(f"can't {'open' if reading else 'create'} {target}: {problem}") from None
    if redirect.operator == "&>":
        return streams.but(stdout=output, stderr=output)
    return streams.but(stderr=output) if redirect.number == 2 else streams.but(stdout=output)


def _output(shell: "Shell", path: str, streams: Streams, *, append: bool) -> Output:
    if path == "/dev/null":
        return Nothing()
    if path in ("/dev/stdout", "/proc/1/fd/1"):
        return streams.stdout
    if path in ("/dev/stderr", "/proc/1/fd/2"):
        return streams.stderr
    return Written(shell.machine, path, append=append)
