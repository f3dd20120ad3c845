"""Streams of bytes that last: the log of a container, as it comes."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Final

import aiohttp

from k8stui.kube.errors import ApiError
from k8stui.kube.failures import EXPECTED

AHEAD: Final = 2**18
"""Bytes of one stream that are read ahead of whoever reads it (aiohttp holds at most twice that): a log view follows
fifty, and what is not read stays with the server."""
_PIECE: Final = 2**16
"""The largest piece: some hundred lines, which are decoded within a few milliseconds."""


async def pieces(
    opener: Callable[[], Awaitable[aiohttp.ClientResponse]],
    *,
    pause: float,
    mend: Callable[[Exception], ApiError],
    opened: Callable[[], None] = lambda: None,
) -> AsyncGenerator[bytes, None]:
    """The bytes of one answer in pieces as they come, never empty; ends when the server ends it.

    Args:
        opener: sends the request and checks its status.
        pause: after so many seconds of work without a wait the loop gets its turn (buffered bytes never suspend).
        mend: what an exception of the wire means.
        opened: called when the answer has begun.

    Raises:
        ApiError: whatever went wrong; what came before it was yielded.
    """
    loop = asyncio.get_running_loop()
    response: aiohttp.ClientResponse | None = None
    try:
        response = await opener()
        opened()
        turn = loop.time()
        while piece := await response.content.read(_PIECE):
            yield piece
            if loop.time() - turn >= pause:
                await asyncio.sleep(0)
                turn = loop.time()
    except EXPECTED as error:
        raise mend(error) from None
    finally:
        if response is not None:
            response.close()
