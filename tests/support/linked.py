"""A session with both ends in the hands of a test: a real pseudo terminal here, the channels of a container there."""

import asyncio
import contextlib
import os
import termios
from collections.abc import AsyncIterator
from typing import Any

import msgspec

from k8stui.kube.errors import ApiError, Failure
from k8stui.kube.sockets import ERROR, STDIN, STDOUT
from k8stui.operations.sessions.ending import End
from k8stui.operations.sessions.session import Session
from k8stui.operations.sessions.terminal import taken
from tests.support.waiting import eventually


def exited(code: int) -> bytes:
    """The Status that a server sends for an exit code."""
    if not code:
        return b'{"metadata":{},"status":"Success"}'
    cause = {"reason": "ExitCode", "message": str(code)}
    return msgspec.json.encode({"status": "Failure", "reason": "NonZeroExitCode", "details": {"causes": [cause]}})


class FakeLink:
    """The container's side: what was sent, and what the test lets it say."""

    def __init__(self, *, closable: bool = True) -> None:
        self.closable = closable
        self.typed = bytearray()
        self.sizes: list[tuple[int, int]] = []
        self.input_ended = False
        self.closed = False
        self.takes = asyncio.Event()
        """While it is not set, the link takes nothing."""
        self.takes.set()
        self._says: asyncio.Queue[tuple[int, bytes] | Exception] = asyncio.Queue()
        self.taken = 0
        """How many pieces of what it said were taken off."""

    def say(self, data: bytes, channel: int = STDOUT) -> None:
        self._says.put_nowait((channel, data))

    def exit(self, code: int) -> None:
        self._says.put_nowait((ERROR, exited(code)))

    def die(self, words: str = "answers nothing any more") -> None:
        self._says.put_nowait(ApiError(Failure.BROKEN, words))

    def end(self) -> None:
        self._says.put_nowait(StopAsyncIteration())

    async def send(self, channel: int, data: bytes) -> None:
        await self.takes.wait()
        assert channel == STDIN
        self.typed += data

    async def resize(self, columns: int, lines: int) -> None:
        self.sizes.append((columns, lines))

    async def end_input(self) -> None:
        self.input_ended = True

    def __aiter__(self) -> AsyncIterator[tuple[int, bytes]]:
        return self

    async def __anext__(self) -> tuple[int, bytes]:
        found = await self._says.get()
        if isinstance(found, Exception):
            raise found
        self.taken += 1
        return found

    async def close(self) -> None:
        self.closed = True


class Linked:
    """A session under test, on a terminal of its own."""

    def __init__(self, link: FakeLink, **options: Any) -> None:
        self.link = link
        self.seen = bytearray()
        self.master, self.line = os.openpty()
        os.set_blocking(self.master, False)
        self.resize(80, 24)
        self.found = termios.tcgetattr(self.line)
        self.task: asyncio.Task[End]
        self._options = {"tty": True} | options

    def resize(self, columns: int, lines: int) -> None:
        termios.tcsetwinsize(self.line, (lines, columns))

    def attributes(self) -> list[Any]:
        return termios.tcgetattr(self.line)

    def type(self, data: bytes) -> None:
        os.write(self.master, data)

    async def type_all(self, data: bytes) -> None:
        """As much as there is, waiting while the terminal takes no more."""
        while data:
            with contextlib.suppress(BlockingIOError):
                data = data[os.write(self.master, data) :]
            await asyncio.sleep(0)

    async def sees(self, text: bytes) -> None:
        await eventually(lambda: text in self.seen)

    async def gets(self, data: bytes) -> None:
        await eventually(lambda: bytes(self.link.typed) == data)

    async def ends(self) -> End:
        async with asyncio.timeout(10):
            return await self.task

    async def __aenter__(self) -> "Linked":
        self.read(on=True)

        async def run() -> End:
            with taken(self.line) as terminal:
                return await Session(self.link, terminal, **self._options).run()

        self.task = asyncio.create_task(run())
        await eventually(lambda: self.attributes() != self.found or self.task.done())
        return self

    async def __aexit__(self, *_: object) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        self.read(on=False)
        self.hang_up()

    def read(self, *, on: bool) -> None:
        """Whether the terminal takes what is written to it."""
        loop = asyncio.get_running_loop()
        if on:
            loop.add_reader(self.master, self._readable)
        elif self.master >= 0:
            loop.remove_reader(self.master)

    def _readable(self) -> None:
        try:
            self.seen += os.read(self.master, 65536)
        except OSError:
            self.read(on=False)

    def hang_up(self) -> None:
        for fd in (self.master, self.line):
            if fd >= 0:
                os.close(fd)
        self.master = self.line = -1
