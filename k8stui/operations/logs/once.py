"""A log that is read once: of the run before, or no more than so many bytes."""

from collections.abc import Callable
from contextlib import aclosing

from k8stui.kube.errors import ApiError
from k8stui.model.logs.ansi import safe
from k8stui.model.logs.entry import Entry, Mark
from k8stui.operations.logs.facts import Facts
from k8stui.operations.logs.lines import Splitter, lost
from k8stui.operations.logs.shared import Shared
from k8stui.operations.logs.sources import Source, Stage

Query = tuple[tuple[str, str], ...]


async def read(shared: Shared, source: Source, query: Query, hand: Callable[[list[bytes]], None]) -> tuple[int, str]:
    """Read a log as far as it goes. Returns how many bytes it had, and why it broke off ("": it did not).

    Args:
        shared: the wire, and whose turn it is.
        source: whose log.
        query: what is asked for.
        hand: takes its lines, piece by piece.
    """
    splitter = Splitter()
    size, problem = 0, ""
    try:
        async with aclosing(shared.session.connection.stream(source.path, query=query)) as stream:
            async for piece in stream:
                size += len(piece)
                hand(splitter.feed(piece))
                await shared.merge.room()
    except ApiError as error:
        problem = _why(error)
    half = splitter.take()
    if lost(half):
        return size - len(half), "its node has this log no more"
    if half:
        hand([half])
    return size, problem


async def has_last_log(shared: Shared, source: Source) -> bool:
    """Whether the run before the present one wrote anything; also where that cannot be read."""
    lines: list[bytes] = []
    query = (*shared.options.onward(source.container, "", previous=True), ("tailLines", "1"))
    _, problem = await read(shared, source, query, lines.extend)
    return bool(lines or problem)


def _why(error: ApiError) -> str:
    """What it names cannot be mended where there was no run before."""
    if error.message.startswith("previous terminated container"):
        return f"it has no earlier run ({error.message})"
    return error.sentence


class Once:
    """Reads the log of one source as the options say, and ends.

    Args:
        shared: the wire and where lines go.
        source: whose log.
    """

    def __init__(self, shared: Shared, source: Source) -> None:
        self.facts = Facts()
        self._shared = shared
        self._source = source

    def learn(self, facts: Facts) -> None:
        """What the pod's row says now."""
        self.facts = facts
        self._source.learn(facts)

    async def run(self) -> None:
        """Read it."""
        shared, source = self._shared, self._source
        shared.merge.opened(source.number)
        limit = shared.options.limit_bytes
        # A limit counts the bytes of stamps, too: where nobody wants to see them they are not asked for.
        query = shared.options.query(source.container, shared.tail, stamped=not limit)
        shared.become(source, Stage.LIVE)
        size, problem = await read(shared, source, query, self._hand)
        if problem:
            shared.mark(source, Mark.NOTE, f"cannot be read{' to its end' if size else ''}: {problem}")
        elif limit and size >= limit:
            shared.mark(source, Mark.NOTE, f"was read up to the limit of {limit} bytes")
        else:
            shared.mark(source, Mark.NOTE, "was read to its end" + (" (the run before)" * shared.options.previous))
        shared.merge.settled(source.number)
        shared.become(source, Stage.ENDED, problem)

    def _hand(self, lines: list[bytes]) -> None:
        self._source.lines += len(lines)
        options, number = self._shared.options, self._source.number
        if options.limit_bytes and not options.timestamps:
            entries = [Entry(0, number, safe(line)) for line in lines]
        else:
            entries = self._shared.stamps.entries(lines, number)
        self._shared.merge.add(number, entries, sum(map(len, lines)))
