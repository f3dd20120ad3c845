"""Sends whatever it is given to an embedded cluster and looks whether it survives: for property tests of the server."""

import asyncio
import json
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

from msgspec import Struct

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.options import Options
from tests.support.clock import ManualClock

T = TypeVar("T")
_PATIENCE = 2.0
"""Seconds until no answer is a hang."""
_QUIET = 0.01
"""Seconds for what a stream has to say at once."""


class Answer(Struct):
    """The head of an answer and as much of its body as was read."""

    status: int
    headers: dict[str, str]
    body: bytes = b""


class Probe(logging.Handler):
    """A cluster on a loop of its own, spoken to in raw bytes; every error that anything logs is remembered."""

    def __init__(self, **options: Any) -> None:
        super().__init__(logging.ERROR)
        self.logged: list[str] = []
        self.runner = asyncio.Runner()
        self.cluster = EmbeddedCluster(ManualClock(), options=Options(future_wait=0.0, **options))
        self._stream: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        for name in ("k8stui", "asyncio", "aiohttp"):
            logging.getLogger(name).addHandler(self)
        self.run(self.cluster.start())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run this on the cluster's loop."""
        return self.runner.run(work)

    def stop(self) -> None:
        """End the cluster and its loop."""
        self.run(self._left())
        self.run(self.cluster.stop())
        self.runner.close()
        for name in ("k8stui", "asyncio", "aiohttp"):
            logging.getLogger(name).removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Remember an error, unless it is aiohttp's about bytes that are no HTTP."""
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        if not kind.startswith("BadHttp") and kind not in ("BadStatusLine", "InvalidHeader", "LineTooLong"):
            self.logged.append(self.format(record))

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """One request as the admin, its body in bytes or as JSON. Fails when nothing comes, or an error is logged."""
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        named = {"Authorization": f"Bearer {self.cluster.token}", "Content-Length": str(len(data))}
        named |= {key.replace("_", "-"): value for key, value in headers.items()}
        head = f"{method} {path} HTTP/1.1\r\nHost: x\r\n" + "".join(f"{k}: {v}\r\n" for k, v in named.items())
        answer = self.raw(head.encode("utf-8", "surrogatepass") + b"\r\n" + data)
        assert answer is not None, f"no answer to {method} {path}"
        return answer

    def throw(self, sent: bytes) -> Answer | None:
        """Bytes on a connection of their own, which then ends; None when nothing came: the server may wait for more."""
        self.run(self._left())
        try:
            return self.raw(sent, within=_QUIET)
        except TimeoutError:
            return None
        finally:
            self.run(self._left())

    def raw(self, request: bytes, within: float = _PATIENCE) -> Answer | None:
        """These bytes; None when the connection ended without an answer. Raises TimeoutError when nothing comes."""
        try:
            answer = self.run(asyncio.wait_for(self._exchange(request), within))
        finally:
            logged, self.logged = self.logged, []
        assert not logged, logged[0]
        assert answer is None or b"embedded cluster failed" not in answer.body, answer.body
        return answer

    def json(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The same, which must have worked, decoded."""
        answer = self.ask(method, path, body, **headers)
        assert answer.status < 300, answer
        return json.loads(answer.body)

    async def _exchange(self, request: bytes) -> Answer | None:
        if self._stream is None:
            self._stream = await asyncio.open_connection("127.0.0.1", self.cluster.port)
        reader, writer = self._stream
        try:
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            pairs = (line.partition(":") for line in head[1:] if line)
            answer = Answer(int(head[0].split()[1]), {name.lower(): value.strip() for name, _, value in pairs})
            if not request.startswith(b"HEAD "):
                await self._body(answer, reader)
        except (asyncio.IncompleteReadError, ConnectionError):
            await self._left()
            return None
        except asyncio.CancelledError:
            await self._left()
            raise
        if answer.headers.get("connection") == "close" or "content-length" not in answer.headers:
            await self._left()
        return answer

    async def _body(self, answer: Answer, reader: asyncio.StreamReader) -> None:
        if answer.status in (204, 304):
            answer.headers.setdefault("content-length", "0")
        elif "content-length" in answer.headers:
            answer.body = await reader.readexactly(int(answer.headers["content-length"]))
        else:  # a stream: what it says at once, then we leave
            try:
                while chunk := await asyncio.wait_for(reader.read(65_536), _QUIET):
                    answer.body += chunk
            except TimeoutError:
                return

    async def _left(self) -> None:
        if self._stream is not None:
            self._stream[1].transport.abort()
            self._stream = None
            await asyncio.sleep(0)
