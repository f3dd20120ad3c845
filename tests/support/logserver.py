"""A fast API server of nothing but pods and their logs: numbered lines, streams cut anywhere by seed, rotated files."""

import asyncio
import json
import random
import socket
import struct
from bisect import bisect_left
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from tests.support.clock import START
from tests.support.wire import serving

SECOND = 10**9
PIECE = 400
"""Lines that are sent at once."""


def stamp(at: int) -> str:
    return f"{datetime.fromtimestamp(at // SECOND, UTC):%Y-%m-%dT%H:%M:%S}.{at % SECOND:09}Z"


class Run:
    """What one run of a container wrote, a millisecond a line; every tenth line is there twice, to the nanosecond."""

    def __init__(self, name: str, number: int, start: int, began: int) -> None:
        self.prefix = f" {name} {number} "
        self.stamps: list[int] = []
        self.lines: list[bytes] = []
        self.first = 0
        """What stands before was rotated away."""
        self.ended = False
        self.more = asyncio.Event()
        self._number = start
        self._at = began

    def write(self, count: int) -> int:
        """So many more lines; the number of the next one."""
        second, head = -1, ""
        while count > 0:
            self._at += 1_000_000
            if self._at // SECOND != second:
                second = self._at // SECOND
                head = stamp(second * SECOND)[:20]
            line = f"{head}{self._at % SECOND:09}Z{self.prefix}{self._number}\n".encode()
            self._number += 1
            for _ in range(2 if self._number % 10 == 0 else 1):
                self.stamps.append(self._at)
                self.lines.append(line)
                count -= 1
        self.ring()
        return self._number

    def end(self) -> None:
        self.ended = True
        self.ring()

    def ring(self) -> None:
        self.more.set()
        self.more = asyncio.Event()

    @property
    def at(self) -> int:
        return self._at


class Pod:
    """One pod of one container."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.restarts = 0
        self.run = Run(name, 0, 1, int(START) * SECOND)
        self.before: Run | None = None
        self.last: dict[str, Any] = {}
        self.next = 1
        """The number of the next line."""
        self.rested = 0
        """Batches since it was started again."""
        self.counted = 0
        """Lines of this run that somebody has counted."""

    def restart(self) -> None:
        """Another run; the log of the run before the last is gone."""
        self.run.end()
        self.restarts += 1
        self.before = self.run
        self.run = Run(self.name, self.restarts, 1, self.before.at + 5 * SECOND)
        self.last = {"terminated": {"exitCode": 1, "reason": "Error"}}

    def tree(self, version: int) -> dict[str, Any]:
        status = {"name": "app", "ready": True, "restartCount": self.restarts, "state": {"running": {}}}
        return {
            "metadata": {"name": self.name, "namespace": "default", "uid": self.name, "resourceVersion": str(version)},
            "spec": {"nodeName": "n1", "containers": [{"name": "app", "image": "app:1"}]},
            "status": {"phase": "Running", "containerStatuses": [status | {"lastState": self.last}]},
        }


class LogServer:
    """The pods; `cuts` is how often a stream is cut: once in so many pieces (0: never)."""

    def __init__(self, names: list[str], seed: int = 1, cuts: int = 0) -> None:
        self.pods = {name: Pod(name) for name in names}
        self.cuts = cuts
        self.random = random.Random(seed)
        self.streams: dict[str, int] = dict.fromkeys(names, 0)
        self.refusing = 0
        """So many requests of logs are refused."""
        self.breaks = 0
        self.sent: dict[str, int] = dict.fromkeys(names, 0)
        """Lines that were handed to the wire."""
        self.wires: dict[str, asyncio.Transport] = {}
        """Of the stream that was opened last."""
        self.onward = asyncio.Event()
        """While it is not set a stream stops behind its first piece."""
        self.onward.set()
        self.url = ""
        self._version = 1
        self._changed = asyncio.Event()

    def restart(self, name: str) -> None:
        self.pods[name].restart()
        self.tell()

    def tell(self) -> None:
        """Watchers hear how the pods are."""
        self._version += 1
        self._changed.set()
        self._changed = asyncio.Event()

    def reset(self, name: str) -> None:
        """The stream of a pod is torn down at once: what was not read of it is lost."""
        wire = self.wires[name]
        wire.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        wire.abort()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if request.path.endswith("/log"):
            return await self._log(request, self.pods[request.path.split("/")[-2]])
        if "watch" in request.query:
            return await self._watch(request)
        return web.json_response(
            {
                "kind": "PodList",
                "apiVersion": "v1",
                "metadata": {"resourceVersion": str(self._version)},
                "items": [pod.tree(self._version) for pod in self.pods.values()],
            }
        )

    async def _watch(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            changed = self._changed
            for pod in self.pods.values():
                event = {"type": "MODIFIED", "object": {"kind": "Pod", "apiVersion": "v1"} | pod.tree(self._version)}
                await response.write(json.dumps(event).encode() + b"\n")
            await changed.wait()

    async def _log(self, request: web.Request, pod: Pod) -> web.StreamResponse:
        if self.refusing:
            self.refusing -= 1
            return web.json_response(
                {"kind": "Status", "status": "Failure", "message": "dial tcp", "code": 500}, status=500
            )
        run = pod.before if "previous" in request.query else pod.run
        if run is None:
            return web.json_response({"kind": "Status", "message": "not found", "code": 400}, status=400)
        since = request.query.get("sinceTime")
        index = run.first
        if since:
            index = max(index, bisect_left(run.stamps, int(datetime.fromisoformat(since).timestamp()) * SECOND))
        tail = int(request.query.get("tailLines", -1))
        if tail >= 0:
            index = max(index, len(run.lines) - tail)
        response = web.StreamResponse(headers={"Content-Type": "text/plain"})
        await response.prepare(request)
        self.streams[pod.name] += 1
        if isinstance(request.transport, asyncio.Transport):
            self.wires[pod.name] = request.transport
        try:
            await self._send(request, response, run, index, pod.name)
        finally:
            self.streams[pod.name] -= 1
        return response

    async def _send(self, request: web.Request, response: web.StreamResponse, run: Run, index: int, name: str) -> None:
        while True:
            more = run.more
            while index < len(run.lines):
                piece = run.lines[index : index + PIECE]
                if self.cuts and self.random.randrange(self.cuts) == 0:
                    await self._cut(request, response, b"".join(piece))
                    return
                await response.write(b"".join(piece))
                index += len(piece)
                self.sent[name] += len(piece)
                await self.onward.wait()
            if run.ended or "follow" not in request.query:
                return
            await more.wait()

    async def _cut(self, request: web.Request, response: web.StreamResponse, data: bytes) -> None:
        """At any byte; in order, or by hanging up."""
        self.breaks += 1
        await response.write(data[: self.random.randrange(1, len(data))])
        if self.random.random() < 0.5 and request.transport is not None:
            request.transport.close()


@asynccontextmanager
async def logserver(names: list[str], seed: int = 1, cuts: int = 0) -> AsyncIterator[LogServer]:
    """Such a server, listening."""
    server = LogServer(names, seed, cuts)
    async with serving(server.handle) as url:
        server.url = url
        yield server
