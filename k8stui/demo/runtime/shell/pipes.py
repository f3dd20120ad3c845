"""Bytes between programs: bounded pipes, and the places where output can go."""

import asyncio
from typing import Protocol

SIZE = 65536
"""Bytes that a pipe holds, as on Linux; whoever writes more waits."""


class Output(Protocol):
    """Where a program writes."""

    async def write(self, data: bytes) -> None:
        """Returns when the data is taken. Raises BrokenPipeError when nobody reads any more."""
        ...


class Input(Protocol):
    """Where a program reads."""

    async def read(self, size: int = SIZE) -> bytes:
        """What is there, at most `size` bytes, waiting for the first; empty at the end."""
        ...

    async def line(self) -> bytes:
        """A line with its end; the last may lack it; empty at the end."""
        ...


class Pipe:
    """One writer, one reader."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._closed = False
        self._broken = False
        self._ends = False
        self._moved = asyncio.Event()

    async def write(self, data: bytes) -> None:
        """Waits while the pipe is full. Raises BrokenPipeError when its reader is gone."""
        for start in range(0, len(data), SIZE):
            while len(self._data) >= SIZE and not self._broken:
                await self._wait()
            if self._broken:
                raise BrokenPipeError
            self._data += data[start : start + SIZE]
            self._moved.set()

    def close(self) -> None:
        """The writer is done: the reader gets the rest, then the end."""
        self._closed = True
        self._moved.set()

    def end(self) -> None:
        """The reader gets the end once, and more after it if there is more: ctrl+d at a terminal."""
        self._ends = True
        self._moved.set()

    def leave(self) -> None:
        """The reader is done: whoever writes is told so."""
        self._broken = True
        self._moved.set()

    async def read(self, size: int = SIZE) -> bytes:
        """What is there, at most `size` bytes; empty at the end."""
        while not self._data and not self._over():
            await self._wait()
        return self._take(min(size, len(self._data)))

    async def line(self) -> bytes:
        """The next line; one longer than the pipe comes in pieces."""
        while True:
            end = self._data.find(b"\n")
            if end >= 0:
                return self._take(end + 1)
            if len(self._data) >= SIZE or self._over():
                return self._take(len(self._data))
            await self._wait()

    def _over(self) -> bool:
        over, self._ends = self._closed or self._ends, False
        return over

    def _take(self, size: int) -> bytes:
        taken = bytes(self._data[:size])
        del self._data[:size]
        self._moved.set()
        return taken

    async def _wait(self) -> None:
        self._moved.clear()
        await self._moved.wait()


class Nothing:
    """/dev/null: takes everything, gives nothing."""

    async def write(self, data: bytes) -> None:
        """Forget it."""

    async def read(self, size: int = SIZE) -> bytes:
        """The end."""
        return b""

    async def line(self) -> bytes:
        """The end."""
        return b""


class Bytes:
    """Input from memory."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    async def read(self, size: int = SIZE) -> bytes:
        """The next bytes."""
        taken, self._data = self._data[:size], self._data[size:]
        return taken

    async def line(self) -> bytes:
        """The next line."""
        end = self._data.find(b"\n")
        return await self.read(end + 1 if end >= 0 else len(self._data))


class Collected:
    """Output into memory. Raises BrokenPipeError past `limit` bytes, so that nothing can fill it for ever."""

    def __init__(self, limit: int = 4 * 1024 * 1024) -> None:
        self.data = bytearray()
        self._limit = limit

    async def write(self, data: bytes) -> None:
        """Keep it."""
        if len(self.data) + len(data) > self._limit:
            raise BrokenPipeError
        self.data += data
        await asyncio.sleep(0)


class Streams:
    """The three standard streams of a program."""

    def __init__(self, stdin: Input, stdout: Output, stderr: Output) -> None:
        self.stdin = stdin
        self.stdout = stdout
        self.stderr = stderr

    def but(
        self, *, stdin: Input | None = None, stdout: Output | None = None, stderr: Output | None = None
    ) -> "Streams":
        """The same with others in their place."""
        return Streams(stdin or self.stdin, stdout or self.stdout, stderr or self.stderr)
