"""Between aiohttp and the handlers: a request's body comes in, an answer goes out."""

import asyncio
import zlib
from collections.abc import Iterable

from aiohttp import web

from k8stui.demo.clock import Clock, http_date
from k8stui.demo.serving.answers import Answer
from k8stui.demo.storage.errors import Refusal

LIMIT = 3 * 1024 * 1024
"""Bytes of a request's body, as a real server has it."""
_GZIP_FROM = 128 * 1024
_THREAD_FROM = 1024 * 1024


async def body_of(request: web.BaseRequest) -> bytes:
    """What the client sent. Raises Refusal (413)."""
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise Refusal(413, "RequestEntityTooLarge", f"Request entity too large: limit is {LIMIT}") from None


def headers_at(clock: Clock, content_type: str) -> dict[str, str]:
    """What every answer's head has, `Date` by the server's clock."""
    return {"Content-Type": content_type, "Date": http_date(clock.now()), "Cache-Control": "no-cache, private"}


def warn(response: web.StreamResponse, texts: Iterable[str]) -> None:
    """Add a Warning header for each text, once."""
    for text in dict.fromkeys(texts):
        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        response.headers.add("Warning", f'299 - "{quoted}"')


async def response_to(request: web.BaseRequest, answer: Answer, clock: Clock) -> web.Response:
    """The answer as it goes out: large ones are compressed, very large ones in a thread."""
    headers = headers_at(clock, answer.content_type) | answer.headers
    body = answer.body
    if len(body) > _GZIP_FROM and "gzip" in request.headers.get("Accept-Encoding", ""):
        body = await asyncio.to_thread(_gzip, body) if len(body) > _THREAD_FROM else _gzip(body)
        headers["Content-Encoding"] = "gzip"
    response = web.Response(body=body, status=answer.status, headers=headers)
    if answer.status == 304:
        del response.headers["Content-Type"]
    warn(response, answer.warnings)
    return response


def _gzip(body: bytes) -> bytes:
    packer = zlib.compressobj(level=1, wbits=31)
    return packer.compress(body) + packer.flush()
