"""The pseudo-terminal of a session: what is typed is shown, edited and given line by line, as a kernel's would do."""

import asyncio
import re
from typing import Any

from k8stui.demo.runtime.shell.pipes import Output, Pipe

_LINE = 4096
"""Bytes that a line can have while it is typed, as on Linux."""
_SEQUENCE = re.compile(rb"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|O.|[^\[O])")
_WORD = re.compile(rb"\S*\s*$")


class Terminal:
    """Between a client and the programs of one session."""

    def __init__(self, client: Output) -> None:
        self.input = Pipe()
        """What the programs read: whole lines."""
        self.running: list[asyncio.Task[Any]] = []
        """What runs in the foreground, innermost last: ctrl+c ends it."""
        self.size = (80, 24)
        """Columns and lines."""
        self._client = client
        self._line = bytearray()
        self._escape = b""

    async def write(self, data: bytes) -> None:
        """What a program prints: line feeds go to the line's beginning too."""
        await self._client.write(data.replace(b"\n", b"\r\n"))

    async def feed(self, data: bytes) -> None:
        """What the client typed."""
        data = self._escape + data
        self._escape = b""
        data = _SEQUENCE.sub(b"", data)  # arrows and the like: there is no history
        if b"\x1b" in data:
            data, _, rest = data.partition(b"\x1b")
            self._escape = (b"\x1b" + rest)[:16]
        for byte in data:
            await self._key(byte)

    async def _key(self, byte: int) -> None:
        if byte in (13, 10):
            await self._client.write(b"\r\n")
            await self.input.write(bytes(self._line) + b"\n")
            self._line.clear()
        elif byte in (8, 127):
            await self._erase(1)
        elif byte == 21:  # ctrl+u
            await self._erase(len(self._line))
        elif byte == 23:  # ctrl+w
            found = _WORD.search(self._line)
            await self._erase(len(found[0]) if found else 0)
        elif byte == 3:
            await self._interrupt()
        elif byte == 4:
            await self._end()
        elif byte == 12:
            await self._client.write(b"\x1b[H\x1b[J" + bytes(self._line))
        elif (byte >= 32 or byte == 9) and len(self._line) < _LINE:
            self._line.append(byte)
            await self._client.write(bytes((byte,)))

    async def _erase(self, count: int) -> None:
        """Take characters back; the bytes that continue one in UTF-8 go with it and show nothing of their own."""
        while count > 0 and self._line:
            byte = self._line.pop()
            count -= 1
            if byte & 0xC0 == 0x80:
                count += 1
                continue
            await self._client.write(b"\b \b")

    async def _interrupt(self) -> None:
        self._line.clear()
        await self._client.write(b"^C\r\n")
        if self.running:
            self.running[-1].cancel()
        else:
            await self.input.write(b"\n")  # whoever waits for a line asks anew

    async def _end(self) -> None:
        if self._line:
            await self.input.write(bytes(self._line))
            self._line.clear()
        else:
            self.input.end()
