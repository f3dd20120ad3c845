"""`pods/exec` and `pods/attach`: a command's streams on the channels of a WebSocket.

The API server speaks v5 itself: it accepts the upgrade and tells what goes wrong behind it as a Status. The older
protocols go through to the kubelet, so that what goes wrong there is an HTTP error in its own, plain words.
"""

import asyncio
from collections.abc import Awaitable
from typing import Any
from urllib.parse import urlencode

import msgspec
from aiohttp import web
from msgspec import Struct

from k8stui.demo.runtime.consoles import Console
from k8stui.demo.runtime.containers import Run, chosen
from k8stui.demo.runtime.following import follow
from k8stui.demo.runtime.sessions import Ended, NotStarted, Session
from k8stui.demo.serving import channels
from k8stui.demo.serving.channels import Channels
from k8stui.demo.serving.streams import Nodes, Stream, dialing, on_node, socket, upgrading
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.objects import Object

_SIGNALS = {1: "hangup", 2: "interrupt", 3: "quit", 9: "killed", 11: "segmentation fault", 13: "broken pipe"}
_SIGNALS[15] = "terminated"


class Asked(Struct, frozen=True):
    """What a request wants to run, and with which streams."""

    kind: str
    """exec or attach."""
    container: str
    command: tuple[str, ...]
    stdin: bool
    stdout: bool
    stderr: bool
    tty: bool

    def query(self) -> str:
        """What is asked of the kubelet."""
        rows = {"error": self.stderr, "input": self.stdin, "output": self.stdout, "tty": self.tty}
        return urlencode([("command", word) for word in self.command] + [(key, "1") for key in rows if rows[key]])

    @property
    def streams(self) -> bool:
        """At least one stream is asked for."""
        return self.stdin or self.stdout or self.stderr


class Sizes(Struct):
    """A frame on the resize channel."""

    Width: int = 0
    Height: int = 0


async def serve(stream: Stream, nodes: Nodes) -> web.StreamResponse:
    """The answer. Raises Refusal when it is refused before the upgrade."""
    pod = nodes.pod(stream.ask)
    kind = stream.ask.subresource
    flags = {name: stream.flag(name) for name in ("stdin", "stdout", "stderr", "tty")}
    words = tuple(value for key, value in stream.query if key == "command") if kind == "exec" else ()
    asked = Asked(kind, chosen(pod, stream.first("container") or ""), words, **flags)
    node = on_node(pod)
    address = nodes.containers.address(node)
    upgrading(stream)
    protocol = channels.pick(stream.request.headers.get("Sec-WebSocket-Protocol", ""), channels.SESSIONS)
    problem = _problem(nodes, pod, asked)
    if protocol != channels.V5 and not nodes.containers.alive(node):
        raise Refusal(500, "", f"error dialing backend: {dialing(address)}")
    if protocol is not None and protocol != channels.V5 and problem is not None:
        code = 400 if not asked.streams else 500
        return web.Response(status=code, text=problem, headers={"Cache-Control": "no-cache, private"})
    response = await socket(stream, protocol)
    if not isinstance(response, web.WebSocketResponse):
        return response
    if not nodes.containers.alive(node):
        place = f"{asked.kind}/{stream.ask.namespace}/{stream.ask.name}/{asked.container}"
        problem = f'error sending request: Post "https://{address}/{place}?{asked.query()}": {dialing(address)}'
    elif problem is not None:
        problem = f"unable to upgrade connection: {problem}"
    one = Channels(stream, response, protocol or "")
    await stream.serve(response, lambda: _session(one, nodes, pod, asked, problem))
    return response


def _problem(nodes: Nodes, pod: Object, asked: Asked) -> str | None:
    """Why the kubelet would refuse, in its words."""
    if not asked.streams:
        return "you must specify at least 1 of stdin, stdout, stderr"
    if nodes.containers.running(pod, asked.container) is None:
        if asked.kind == "exec":
            return f'container not found ("{asked.container}")'
        meta = pod["metadata"]
        return f"container {asked.container} not found in pod {meta['name']}_{meta.get('namespace', '')}"
    return None


async def _session(one: Channels, nodes: Nodes, pod: Object, asked: Asked, problem: str | None) -> None:
    """From the first frame to the last."""
    first = channels.STDOUT if asked.stdout else channels.STDERR if asked.stderr else channels.ERROR
    await one.send(first, b"")
    run = nodes.containers.running(pod, asked.container)
    status: bytes | None
    if problem is not None or run is None:
        status = channels.failed(problem or "unable to upgrade connection: the container ended")
    elif asked.kind == "exec":
        status = await _exec(one, nodes, pod, asked, run)
    else:
        status = await _attach(one, nodes, pod, asked, run)
    if status and one.reports:
        await one.send(channels.ERROR, status)
    await one.close()


class Side:
    """One output channel; what is not asked for goes nowhere."""

    def __init__(self, one: Channels, channel: int, *, wanted: bool) -> None:
        self._one = one
        self._channel = channel
        self._wanted = wanted

    async def write(self, data: bytes) -> None:
        """Send it."""
        if self._wanted and data:
            await self._one.send(self._channel, data)


async def _exec(one: Channels, nodes: Nodes, pod: Object, asked: Asked, run: Run) -> bytes | None:
    """Run the command; None when the client went."""
    machine = nodes.consoles.machine(pod, asked.container, run.attempt)
    out = Side(one, channels.STDOUT, wanted=asked.stdout)
    error = Side(one, channels.STDERR, wanted=asked.stderr and not asked.tty)
    session = nodes.session(machine, out, error, stdin=asked.stdin, tty=asked.tty)
    ended = asyncio.ensure_future(session.run(list(asked.command)))
    try:
        if not await _until(ended, _input(one, session, asked)):
            return None
        return _told(one, ended.result())
    except NotStarted as problem:
        words = f"error executing command in container: {problem}"
        return channels.failed(f"Internal error occurred: {words}" if one.closable else words)
    finally:
        ended.cancel()


async def _until(work: "asyncio.Future[Any]", other: Awaitable[None]) -> bool:
    """Wait for the work, while the client is heard; false when the client went before."""
    heard = asyncio.ensure_future(other)
    try:
        await asyncio.wait({work, heard}, return_when=asyncio.FIRST_COMPLETED)
        return work.done()
    finally:
        heard.cancel()
        await asyncio.gather(heard, return_exceptions=True)


def _told(one: Channels, ended: Ended) -> bytes:
    if not ended.code:
        return channels.success()
    words = f"command terminated with exit code {ended.code}"
    if not one.closable:
        named = _SIGNALS.get(ended.signal, f"signal {ended.signal}")
        words = f"signal: {named}" if ended.signal else f"exit status {ended.code}"
    return channels.exited(ended.code, words)


async def _input(one: Channels, session: Session, asked: Asked) -> None:
    """What the client sends, until it goes."""
    while frame := await one.receive():
        channel, data = frame
        if channel == channels.STDIN and asked.stdin:
            await session.feed(data)
        elif channel == channels.CLOSE and one.closable and data == b"\0":
            session.close()
        elif channel == channels.RESIZE and asked.tty:
            try:
                size = msgspec.json.decode(data, type=Sizes)
            except msgspec.DecodeError:
                continue
            session.resize(size.Width, size.Height)


async def _attach(one: Channels, nodes: Nodes, pod: Object, asked: Asked, run: Run) -> bytes | None:
    """See what the container prints, and type into it if it is a shell; None when the client went."""
    console = nodes.consoles.console(pod, asked.container, run.attempt)
    out = Side(one, channels.STDOUT, wanted=asked.stdout)
    printed = _printed(nodes, pod, asked, run, out) if console is None else _typed(nodes, pod, asked, run, console, out)
    work = asyncio.ensure_future(printed)
    try:
        if not await _until(work, _drain(one) if console is None else _input(one, console.session, asked)):
            if console is not None and asked.stdin and _once(pod, asked.container):
                console.session.close()
            return None
        return channels.success()
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


async def _drain(one: Channels) -> None:
    """Nobody reads what the client types."""
    while await one.receive():
        pass


async def _printed(nodes: Nodes, pod: Object, asked: Asked, run: Run, out: Side) -> None:
    """The lines of the log from now on, until the container ends."""
    book = nodes.containers.logs.book(pod["metadata"]["uid"], asked.container, run.attempt)
    end = b"\r\n" if asked.tty else b"\n"
    async for lines in follow(nodes.containers, pod, asked.container, run.attempt, book, book.next):
        await out.write(b"".join(line.text + end for line in lines))


async def _typed(nodes: Nodes, pod: Object, asked: Asked, run: Run, console: Console, out: Side) -> None:
    """What the container's shell prints, until it ends or the container does."""
    viewer = console.join()
    watching = asyncio.ensure_future(_gone(nodes, pod, asked, run))
    watching.add_done_callback(lambda _: viewer.end())
    try:
        while (data := await viewer.queue.get()) is not None:
            await out.write(data)
    finally:
        watching.cancel()
        console.leave(viewer)


async def _gone(nodes: Nodes, pod: Object, asked: Asked, run: Run) -> None:
    """Return when the run of the container is over."""
    book = nodes.containers.logs.book(pod["metadata"]["uid"], asked.container, run.attempt)
    async for _ in follow(nodes.containers, pod, asked.container, run.attempt, book, book.next):
        pass


def _once(pod: Object, container: str) -> bool:
    rows = (*pod["spec"].get("containers", ()), *(pod["spec"].get("ephemeralContainers") or ()))
    return any(row["name"] == container and row.get("stdinOnce") for row in rows)
