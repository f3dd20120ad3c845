"""One run of one container: its stream, and the same one taken up again where it was cut."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from enum import Enum
from typing import Final

from msgspec import Struct, structs

from k8stui.kube.errors import ApiError
from k8stui.model.logs.entry import Mark
from k8stui.operations.logs.facts import Facts
from k8stui.operations.logs.limit import Limit
from k8stui.operations.logs.lines import Splitter, lost, written
from k8stui.operations.logs.overlap import Overlap, Seen, Verdict
from k8stui.operations.logs.shared import Shared
from k8stui.operations.logs.sources import Source, Stage

DOUBT: Final = 4.0
"""In which the API server hears of a restart, when what comes may be of another run: times `Timing.backoff_first`."""
MISSED: Final = 10.0
"""In which what was seen last comes again, if it is there: times `Timing.backoff_first`."""
TRIES: Final = 5
"""How often what cannot be followed is read at most, until it was read whole."""
EMPTY: Final = 1.0
"""Seconds: a stream that stayed open so long without a line had none to give."""
News = Callable[[float], Awaitable[bool]]
"""Waits until something else is known of a container, at most so many seconds; whether it is."""


class How(Enum):
    """How a stream ended."""

    END = "end"
    """By the server, as it does when the container has ended."""
    ERROR = "error"
    OTHER = "other"
    """It is the log of another run."""


class Ending(Struct, frozen=True):
    """The end of one stream."""

    how: How
    error: ApiError | None = None
    fresh: int = 0
    """How many lines it brought that were not seen before."""
    found: bool = True
    """What was seen last is in it, or nothing was seen before."""
    same: bool = False
    """It brought nothing that was not seen before, no half line either."""
    stopped: bool = False
    """By us: its pod is gone, and yet it brought lines, for `limit.LAST` seconds."""
    lost: bool = False
    """The node has this log no more."""

    @property
    def whole(self) -> bool:
        """Nothing is left to be read of a log to which nothing is added. A server ends a stream that broke off behind
        it in the same way as one that is done, so that the end counts only when there was nothing new before it."""
        return self.how is How.END and self.same and self.found


class Run:
    """The log of one run, read once and to its end, in as many pieces as it takes.

    Args:
        shared: the wire and where lines go.
        source: whose.
        look: what is known of the container now.
        news: waits until something else is known of it, at most so many seconds.
        whole: from its first line; else as the options say.
    """

    def __init__(
        self, shared: Shared, source: Source, look: Callable[[], Facts], news: News, *, whole: bool = False
    ) -> None:
        self.attempt: int | None = None
        """The number of restarts before it; None: not known yet."""
        self.complete = False
        """It was read to its end, and has ended."""
        self.vain = 0
        """How often a stream ended before what was seen last had come."""
        self.cut = 0
        """How often it was taken up again."""
        self._shared = shared
        self._source = source
        self._look = look
        self._news = news
        self._whole = whole
        self._seen = Seen(shared.stamps)
        self._splitter = Splitter()
        self._began = 0
        self._lag = False
        self._empty = False
        self._missing = False
        """It was said that what was seen last is no longer there."""
        self._torn = False
        """It was said that lines may be missing in it."""
        self.limit = Limit()
        """Told of when the container has ended, and when its pod is gone."""

    @property
    def at(self) -> int:
        """The stamp of its last line; 0: there was none."""
        return self._seen.at

    @property
    def timeless(self) -> bool:
        """It has lines, and none with a stamp."""
        return bool(self._seen.last) and not self._seen.at

    def rejoin(self) -> None:
        """It was not followed for a while, as the user wished: of what came meanwhile no more is read than at first."""
        self._lag = True

    async def read(self, *, previous: bool = False) -> Ending:
        """Read on until the stream ends; `previous`: the rest of it, when the container runs again."""
        overlap = self._seen.again() if self._seen.at else None
        cut, self._splitter = self._splitter, Splitter()
        self._began = self._began or self._shared.now()
        before = self._source.lines
        loop = asyncio.get_running_loop()
        opened = loop.time()
        how, error = await self._stream(overlap, previous=previous)
        gone = self._lost()
        half = self._splitter.half
        found = overlap is None or overlap.verdict is Verdict.WHOLE
        if how is How.END and not found and self._source.lines == before:
            self.vain += 1
        same = self._source.lines == before and half == cut.half
        if self._source.lines == before and not half:
            self._splitter = cut  # nothing came again: the half line may be all there is of it
        if not self._seen.last and loop.time() - opened > EMPTY and (error is None or not error.status):
            self._empty = True
        stopped = how is How.END and self.limit.passed
        return Ending(how, error, self._source.lines - before, found, same, stopped, gone)

    async def _stream(self, overlap: Overlap | None, *, previous: bool) -> tuple[How, ApiError | None]:
        """From the opening of one stream to its end, and how that came."""
        loop = asyncio.get_running_loop()
        timers: list[asyncio.TimerHandle] = []
        if overlap is None:  # else the server has something to send, and a silence is none of the container's
            timers.append(loop.call_later(EMPTY, self._shared.become, self._source, Stage.LIVE))

        def begun() -> None:
            self._shared.become(self._source, Stage.LIVE)
            if overlap is not None:
                self._expect(overlap, loop.time(), timers)

        try:
            async with asyncio.timeout(None) as scope:
                self.limit.begin(scope)
                if not previous and self._look().over:
                    self.limit.over()
                return await self._lines(self._query(previous), overlap, begun, 1 if previous else 0), None
        except TimeoutError:
            if not scope.expired():
                raise
            return How.END, None
        except ApiError as problem:
            return How.ERROR, problem
        finally:
            for timer in timers:
                timer.cancel()
            self.limit.end()

    def _lost(self) -> bool:
        """Whether the stream ended with the node's words that it has this log no more; they are none of its lines."""
        gone = lost(self._splitter.half)
        if gone:
            self._splitter = Splitter()
        return gone

    async def lives(self) -> bool:
        """Whether what was seen last is in the log of the present run: API servers hear late of a restart."""
        if not self._seen.at:
            return False
        query = self._shared.options.onward(self._source.container, written(self._seen.at), follow=False)
        for _ in range(TRIES):
            overlap, splitter = self._seen.again(), Splitter()
            with suppress(ApiError):
                async with aclosing(self._shared.session.connection.stream(self._source.path, query=query)) as stream:
                    async for piece in stream:
                        overlap.new(splitter.feed(piece))
                        if overlap.verdict is not Verdict.OPEN:
                            return overlap.verdict is Verdict.WHOLE
        return False

    def unbroken(self) -> bool:
        """Whether it was read from its first line on, and never said that lines may be missing since this was asked."""
        torn, self._torn = self._torn, False
        return self._whole and not torn

    def rest(self, *, torn: bool = False) -> None:
        """The last line had no end: it is one all the same. Where it is `torn` it ends with an ellipsis."""
        half = self._splitter.take()
        if half and torn:
            half = half + "…".encode() if self._shared.stamps.of(half) else b""
        if half:
            self._hand([half])

    def _query(self, previous: bool) -> tuple[tuple[str, str], ...]:
        options, name = self._shared.options, self._source.container
        if self._seen.at:
            query = options.onward(name, written(self._seen.at), previous=previous)
            lines = options.lines(self._shared.tail)
            return (*query[:-1], ("tailLines", str(lines)), query[-1]) if self._lag and lines > 0 else query
        if self._whole:
            return options.onward(name, "", previous=previous)
        if self._empty and options.tail == 0:
            return options.onward(name, written(self._began), previous=previous)
        # Where there was no line whatever comes is new, however much it is.
        asked = structs.replace(options, previous=previous, tail=-1 if self._empty else options.tail)
        return asked.query(name, self._shared.tail)

    async def _lines(
        self, query: tuple[tuple[str, str], ...], overlap: Overlap | None, begun: Callable[[], None], runs: int
    ) -> How:
        source, merge = self._source, self._shared.merge
        connection = self._shared.session.connection
        async with aclosing(connection.stream(source.path, query=query, opened=begun)) as stream:
            async for piece in stream:
                self._shared.become(source, Stage.LIVE)
                self._shared.heard()
                self.limit.heard()
                lines = self._splitter.feed(piece)
                if overlap is not None and lines:
                    lines = overlap.new(lines)
                    if overlap.verdict is Verdict.TORN and await self._another(runs):
                        return How.OTHER
                    if overlap.verdict is Verdict.WHOLE and not lines and not self._lag:
                        self._shared.cuts.back(source, fresh=False)
                    if lines:
                        self._taken_up(overlap, lines)
                        overlap = None
                self._hand(lines)
                await self.limit.rest(merge.room())
        return How.END

    def _hand(self, lines: list[bytes]) -> None:
        if not lines:
            return
        self._seen.add(lines)
        self._source.lines += len(lines)
        entries = self._shared.stamps.entries(lines, self._source.number)
        self._shared.merge.add(self._source.number, entries, sum(map(len, lines)))

    async def _another(self, runs: int) -> bool:
        """What was seen last is not there: whether that is because there were more than so many runs after this one."""
        if self.attempt is None:
            return False
        known = self.attempt + runs
        loop = asyncio.get_running_loop()
        until = loop.time() + DOUBT * self._shared.session.settings.timing.backoff_first
        while self._look().restarts <= known and (left := until - loop.time()) > 0:
            await self._news(left)
        return self._look().restarts > known

    def _taken_up(self, overlap: Overlap, lines: list[bytes]) -> None:
        """Say that the stream was cut, and whether anything is missing."""
        shared, source = self._shared, self._source
        shared.troubles.clear()
        if overlap.verdict is Verdict.WHOLE:
            if self._lag:
                shared.cuts.over(source)
            else:
                shared.cuts.back(source, fresh=True)
        elif not self._missing:
            shared.cuts.over(source)
            until = shared.stamps.of(lines[0])
            span = f"between {shared.clock(self._seen.at)} and {shared.clock(until)}"
            why = "it was not followed" if self._lag else "what was read last is no longer on the node"
            self._torn = True
            shared.mark(source, Mark.GAP, f"may lack lines {span}: {why}", self._seen.at)
        self._lag = self._missing = False

    def _expect(self, overlap: Overlap, since: float, timers: list[asyncio.TimerHandle]) -> None:
        """What was seen last comes within a while, if it is there; while lines are held that does not pass."""
        due = since + MISSED * self._shared.session.settings.timing.backoff_first
        timers.append(asyncio.get_running_loop().call_at(due, self._not_there, overlap, since, timers))

    def _not_there(self, overlap: Overlap, since: float, timers: list[asyncio.TimerHandle]) -> None:
        """The stream is open, and what was seen last has not come, nor anything later."""
        if (until := self._shared.merge.hold.until) > since:
            del timers[:]
            self._expect(overlap, until, timers)
            return
        if overlap.verdict is Verdict.OPEN and not self._missing:
            self._missing = self._torn = True
            shared = self._shared
            shared.cuts.over(self._source)
            text = f"may lack lines since {shared.clock(self._seen.at)}: what was read last is no longer on the node"
            shared.mark(self._source, Mark.GAP, text, self._seen.at)
