"""`python -m benchmarks.firehose FILE`: the embedded cluster with pods that write as fast as they are told to.

Logs of the namespace `load` do not come from log books, which make every line up when it is read: their lines are
stamped and counted here, a piece of each container every 20 ms. Everything else is the embedded cluster.
"""

import argparse
import asyncio
import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from aiohttp import web

from benchmarks.measures import NAMESPACE
from k8stui.demo.assembly import Demo
from k8stui.demo.command import write
from k8stui.demo.options import DemoOptions
from k8stui.demo.serving import streaming
from k8stui.demo.serving.streams import Nodes, Stream

PIECE = 0.02
"""Seconds between two pieces of a container's log."""
LEVELS = ("INFO ", "INFO ", "INFO ", "DEBUG", "INFO ", "WARN ", "INFO ", "ERROR")


class Hose:
    """What every container of the load writes.

    Args:
        rate: lines a second of one container.
        before: lines that each has written before anybody looks.
    """

    def __init__(self, rate: int, before: int) -> None:
        self._rate = rate
        self._before = before
        self._begun = time.time()
        self.silent = False
        """It writes no more, and its streams stay open."""
        self.sent: dict[str, int] = {}
        """By pod: the lines that its newest stream was given."""

    async def silence(self) -> int:
        """Write no more; the lines that were given to the newest streams in all, once they have taken everything."""
        self.silent, before = True, -1
        while before != (now := sum(self.sent.values())):
            before = now
            await asyncio.sleep(1)
        return before

    async def serve(self, stream: Stream, nodes: Nodes) -> web.StreamResponse:
        """The lines there are, then those that come; whoever reads slowly gets them later, and all of them."""
        nodes.pod(stream.ask)
        response = web.StreamResponse(headers=stream.headers | {"Content-Type": "text/plain"})
        response.enable_chunked_encoding()
        await response.prepare(stream.request)
        tail = int(stream.first("tailLines") or self._before)
        first = max(0, self._before - tail)
        step = 1 / max(1, self._rate)
        with contextlib.suppress(ConnectionError):  # who reads has left
            await response.write(_lines(first, self._before, self._begun - self._before * step, step))
            name = stream.ask.name
            self.sent[name] = self._before - first
            if stream.flag("follow"):
                await self._pour(response, step, name)
        return response

    async def _pour(self, response: web.StreamResponse, step: float, name: str) -> None:
        number, begun = self._before, time.monotonic()
        while True:
            await asyncio.sleep(PIECE)
            if self.silent:
                continue
            due = self._before + int((time.monotonic() - begun) * self._rate)
            if due > number:
                await response.write(_lines(number, due, time.time() - (due - number) * step, step))
                self.sent[name] += due - number
                number = due


def _lines(first: int, last: int, at: float, step: float) -> bytes:
    return b"".join(_each(first, last, at, step))


def _each(first: int, last: int, at: float, step: float) -> Iterator[bytes]:
    """Stamped lines of some 100 bytes."""
    second, stamp = -1, ""
    for number in range(first, last):
        nanoseconds = int((at + (number - first) * step) * 1e9)
        if nanoseconds // 10**9 != second:
            second = nanoseconds // 10**9
            stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        level = LEVELS[number % len(LEVELS)]
        yield (
            f"{stamp}.{nanoseconds % 10**9:09}Z {level} request {number:09} served GET /cart/{number % 997} "
            f"{200 if number % 50 else 504} in {number % 311} ms\n"
        ).encode()


async def main() -> None:
    """Serve until the standard input ends; `s` there ends the lines, and is answered with how many were sent."""
    parser = argparse.ArgumentParser(prog="benchmarks.firehose")
    parser.add_argument("kubeconfig", type=Path)
    parser.add_argument("--pods", type=int, default=6)
    parser.add_argument("--rate", type=int, default=0, help="lines a second of all pods together")
    parser.add_argument("--before", type=int, default=1000, help="lines that each pod has written already")
    arguments = parser.parse_args()
    from k8stui.clock import WallClock

    usual = streaming._HANDLERS["log"]
    hose = Hose(arguments.rate // arguments.pods, arguments.before)

    async def log(stream: Stream, nodes: Nodes) -> object:
        loud = stream.ask.namespace == NAMESPACE
        return await (hose.serve(stream, nodes) if loud else usual(stream, nodes))

    streaming._HANDLERS["log"] = log  # type: ignore[assignment]
    demo = Demo(DemoOptions(pods=arguments.pods), WallClock())
    await demo.start()
    try:
        write(arguments.kubeconfig, demo.kubeconfig())
        sys.stdout.write("serving\n")
        sys.stdout.flush()
        while await asyncio.to_thread(os.read, 0, 1) == b"s":
            sys.stdout.write(f"{await hose.silence()}\n")
            sys.stdout.flush()
    finally:
        await demo.stop()


if __name__ == "__main__":
    asyncio.run(main())
