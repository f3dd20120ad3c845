"""A small HTTP proxy for connections of tests."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.support.wire import raw, request_head


@asynccontextmanager
async def proxy(seen: list[str], refuse: bytes = b"", context: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """A proxy that tunnels, forwards plain requests, or refuses; yields its URL."""

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await request_head(reader)
        seen.append(head)
        if refuse:
            writer.write(refuse)
            return
        method, goal, _ = head.split(" ", 2)
        host, port = re.sub("^http://", "", goal).split("/")[0].split(":")
        far_reader, far_writer = await asyncio.open_connection(host, int(port))
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            far_writer.write(head.encode())
        back = asyncio.ensure_future(pipe(far_reader, writer))
        try:
            await pipe(reader, far_writer)
        finally:
            back.cancel()
            far_writer.close()

    async with raw(serve, context) as address:
        yield f"{'https' if context else 'http'}://{address}"
