"""Lists read in pages, with the next page under way while one is decoded."""

import asyncio
import re
from collections.abc import AsyncGenerator, Iterator
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from k8stui.cluster.queries import Query
from k8stui.kube.errors import ApiError, Failure
from k8stui.model.codec import Codec, Page
from k8stui.model.kinds import Row

if TYPE_CHECKING:
    from k8stui.kube.connection import Connection, Response

R = TypeVar("R", bound=Row)

FIRST = 500
"""Objects a page has at first, as kubectl's have."""
MOST = 2_000
QUICK = 0.016
"""Seconds of decoding a page (one frame) up to which the next one may be twice as big."""

_HEAD = 4_096
_CONTINUE = re.compile(rb'"metadata"\s*:\s*\{[^{}]*?"continue"\s*:\s*("(?:[^"\\]|\\.)*")')


class Pages(Generic[R]):
    """The lists of one query. The size of pages that proved right is kept from one list to the next."""

    def __init__(self, connection: "Connection", query: Query, codec: Codec[R]) -> None:
        self._connection = connection
        self._query = query
        self._codec = codec
        self.size = FIRST
        """Objects that the next page is asked for."""
        self.whole = False
        """Ask for the next list in one piece: pages took longer than the server keeps their place."""

    async def read(self) -> AsyncGenerator[Page[R], None]:
        """The pages of one list, to its end. Close it (`contextlib.aclosing`) where it may be left early.

        Raises:
            ApiError: a page could not be had. `Failure.GONE`: the token expired, so the list must be begun anew.
        """
        asked: list[_Asked] = [self._ask("")]
        try:
            while asked:
                current = asked[-1]
                body = (await current.task).body
                asked.pop()
                token = peek(body)
                if token:
                    asked.append(self._ask(token))
                    # A turn of the loop sends it before the decoding holds the loop.
                    await asyncio.sleep(0)
                portions = self._decode(body, current.size)
                page = next(portions)
                if token != page.next:
                    _drop(asked)
                    asked = [self._ask(page.next)] if page.next else []
                yield page
                for portion in portions:
                    yield portion
            self.whole = False
        finally:
            _drop(asked)

    def _ask(self, token: str) -> "_Asked":
        """Send for the first page, or for the one of this token."""
        query = [*self._query.parameters, *self._codec.query]
        if not self.whole:
            query.append(("limit", str(self.size)))
        if token:
            query.append(("continue", token))
        asking = self._connection.request("GET", self._query.path, query=query, accept=self._codec.accept)
        task = asyncio.get_running_loop().create_task(asking)
        # A page that nobody waits for any more may fail unheard.
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        return _Asked(task, self.size)

    def _decode(self, body: bytes, size: int) -> Iterator[Page[R]]:
        """The page, or its portions; how long the first one took decides the size of later pages."""
        loop = asyncio.get_running_loop()
        start = loop.time()
        try:
            for page in self._codec.portions(body):
                took = loop.time() - start
                yield page
                start = loop.time()
        except msgspec.DecodeError as error:
            raise ApiError(
                Failure.BROKEN,
                str(error),
                status=200,
                title="The server's list cannot be read",
                hint="It is asked for again",
            ) from error
        if took <= QUICK and len(page.rows) >= size:
            self.size = min(2 * size, MOST)
        elif took > 2 * QUICK:
            self.size = max(FIRST, size // 2)


class _Asked:
    """A page that was sent for."""

    def __init__(self, task: "asyncio.Task[Response]", size: int) -> None:
        self.task = task
        self.size = size


def _drop(asked: list[_Asked]) -> None:
    for each in asked:
        each.task.cancel()


def peek(body: bytes) -> str:
    """The continue token of a page that is not decoded yet; empty where there is none or it is not found.

    Servers write a list's metadata before its items; a guess that was wrong costs one request.
    """
    found = _CONTINUE.search(body, 0, _HEAD)
    if found is None:
        return ""
    try:
        return msgspec.json.decode(found[1], type=str)
    except msgspec.DecodeError:
        return ""
