"""`pods/log`: a part of a log book, and what is written into it from then on."""

import asyncio
import re
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlencode

from aiohttp import web
from msgspec import Struct

from k8stui.demo.clock import stamp
from k8stui.demo.runtime.containers import chosen
from k8stui.demo.runtime.following import follow
from k8stui.demo.runtime.logs import Line
from k8stui.demo.serving.answers import Answer
from k8stui.demo.serving.streams import Nodes, Stream, dialing
from k8stui.demo.storage.errors import Refusal, bad_request, cause, invalid

_PIECE = 64 * 1024
_LARGEST = 2**63
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)")
_LAYOUT = "2006-01-02T15:04:05Z07:00"


class LogOptions(Struct, frozen=True, kw_only=True):
    """PodLogOptions."""

    container: str
    follow: bool
    previous: bool
    timestamps: bool
    since_seconds: int | None
    since_time: int | None
    """Seconds since the epoch."""
    tail: int | None
    limit: int | None

    def query(self) -> str:
        """What is asked of the kubelet."""
        rows = {"follow": self.follow, "previous": self.previous, "timestamps": self.timestamps}
        found = {name: "true" for name, value in rows.items() if value}
        numbers = {"sinceSeconds": self.since_seconds, "tailLines": self.tail, "limitBytes": self.limit}
        found |= {name: str(value) for name, value in numbers.items() if value is not None}
        if self.since_time is not None:
            found["sinceTime"] = stamp(self.since_time)
        return urlencode(sorted(found.items()))


def options(stream: Stream) -> LogOptions:
    """The options of a request. Raises Refusal: 400 for what cannot be read, 422 for what is not valid."""
    seconds, time = _integer(stream, "sinceSeconds"), _time(stream.first("sinceTime"))
    tail, limit = _integer(stream, "tailLines"), _integer(stream, "limitBytes")
    causes = []
    if tail is not None and tail < 0:
        causes.append(_too_small("tailLines", tail, "must be greater than or equal to 0"))
    if limit is not None and limit < 1:
        causes.append(_too_small("limitBytes", limit, "must be greater than 0"))
    if seconds is not None and time is not None:
        why = "Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified"
        causes.append(cause("Forbidden", why, "[]"))
    elif seconds is not None and seconds < 1:
        causes.append(_too_small("sinceSeconds", seconds, "must be greater than 0"))
    if stream.first("stream") is not None:
        causes.append(cause("Forbidden", "Forbidden: may not be specified", "stream"))
    if causes:
        raise invalid("PodLogOptions", "", stream.ask.name, causes)
    return LogOptions(
        container=stream.first("container") or "",
        follow=stream.flag("follow"),
        previous=stream.flag("previous"),
        timestamps=stream.flag("timestamps"),
        since_seconds=seconds,
        since_time=time,
        tail=tail,
        limit=limit,
    )


def _too_small(field: str, value: int, why: str) -> dict[str, str]:
    return cause("Invalid", f"Invalid value: {value}: {why}", field)


def _integer(stream: Stream, name: str) -> int | None:
    text = stream.first(name)
    if text is None:
        return None
    if not re.fullmatch(r"[+-]?[0-9]+", text):
        raise bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    if len(text) > 20 or not -_LARGEST <= int(text) < _LARGEST:
        raise bad_request(f'strconv.ParseInt: parsing "{text}": value out of range')
    return int(text)


def _time(text: str | None) -> int | None:
    """Whole seconds: the API server passes no fractions on."""
    if not text or text == "null":
        return None
    found = _TIME.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        moment = datetime.fromisoformat(found[1] + found[3].replace("Z", "+00:00"))
    except ValueError:
        why = f'parsing time "{text}" as "{_LAYOUT}": cannot parse "{text}" as "2006"'
        raise bad_request(why) from None
    return int(moment.timestamp())


async def serve(stream: Stream, nodes: Nodes) -> web.StreamResponse | Answer:
    """The answer: text, whatever the Accept header says. Raises Refusal before anything is sent."""
    asked = options(stream)
    pod = nodes.pod(stream.ask)
    container = chosen(pod, asked.container)
    node = str(pod["spec"].get("nodeName") or "")
    if not node:
        return web.Response(status=204, headers=_without_type(stream.headers))
    address = nodes.containers.address(node)
    if not nodes.containers.alive(node):
        place = f"{stream.ask.namespace}/{stream.ask.name}/{container}"
        query = f"?{asked.query()}" if asked.query() else ""
        raise Refusal(500, "", f'Get "https://{address}/containerLogs/{place}{query}": {dialing(address)}')
    book, run = nodes.containers.log(pod, container, previous=asked.previous)
    printer = Printer(asked, nodes.containers.clock.now())
    first, position = printer.start(book.lines()), book.next
    response = web.StreamResponse(headers=stream.headers | {"Content-Type": "text/plain"})
    response.enable_chunked_encoding()
    await response.prepare(stream.request)

    async def write(lines: Iterator[bytes]) -> None:
        piece = bytearray()
        for line in lines:
            if len(piece) > _PIECE or (stream.fault is not None and piece):
                await _send(stream, response, bytes(piece))
                piece.clear()
            piece += line
        if piece:
            await _send(stream, response, bytes(piece))

    async def work() -> None:
        await write(first)
        if asked.follow and run.running and not printer.done():
            async for lines in follow(nodes.containers, pod, container, run.attempt, book, position):
                await write(printer.lines(lines))
                if printer.done():
                    return

    await stream.serve(response, work)
    return response


async def _send(stream: Stream, response: web.StreamResponse, data: bytes) -> None:
    await stream.step()
    drip = stream.fault.drip if stream.fault is not None else 0
    for start in range(0, len(data), drip or len(data)):
        await response.write(data[start : start + (drip or len(data))])
        if drip:
            await asyncio.sleep(0.05)


def _without_type(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name != "Content-Type"}


class Printer:
    """Lines as text: those that are asked for, until the bytes are used up."""

    def __init__(self, asked: LogOptions, now: float) -> None:
        self._asked = asked
        self._left = asked.limit
        seconds = asked.since_time
        if asked.since_seconds is not None:
            self._since = int((now - asked.since_seconds) * 1e9)
        else:
            self._since = (seconds or 0) * 10**9

    def done(self) -> bool:
        """The limit is reached."""
        return self._left == 0

    def start(self, lines: Iterator[Line]) -> Iterator[bytes]:
        """What is there already."""
        tail = self._asked.tail
        return self.lines(lines if tail is None else iter(deque(lines, tail)))

    def lines(self, lines: Iterator[Line] | list[Line]) -> Iterator[bytes]:
        """What came."""
        for line in lines:
            if self.done():
                return
            if line.at < self._since:
                continue
            text = line.text + b"\n"
            if self._asked.timestamps:
                text = nanoseconds(line.at).encode() + b" " + text
            if self._left is not None:
                text = text[: self._left]
                self._left -= len(text)
            yield text


def nanoseconds(at: int) -> str:
    """A time as the kubelet prints it: RFC 3339 with nine digits."""
    moment = datetime.fromtimestamp(at // 10**9, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{at % 10**9:09}Z"
