"""One query kept alive: a list in pages, then a watch, for ever, whatever the server does."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Generic, TypeVar

from k8stui.cluster.backoff import Backoff
from k8stui.cluster.paging import Pages
from k8stui.cluster.queries import Query
from k8stui.cluster.stated import Fault, Stated
from k8stui.cluster.states import Denied, Live, Polling, Stale, Syncing
from k8stui.cluster.store import Store
from k8stui.cluster.waits import Cuttable, Overdue
from k8stui.kube.errors import ApiError, Failure
from k8stui.model.codec import Codec
from k8stui.model.kinds import Row
from k8stui.model.tables import TableColumn
from k8stui.settings import Timing

if TYPE_CHECKING:
    from k8stui.kube.connection import Connection
    from k8stui.kube.watch import Event

R = TypeVar("R", bound=Row)

BARREN = 1.0
"""Seconds: a watch that the server ends sooner, without an event, has failed (client-go's rule)."""
PATIENT_AFTER = 3
"""Failed logins in a row after which it is tried as slowly as after a refusal: each may run a plugin."""

_LOGIN = (Failure.UNAUTHORIZED, Failure.CREDENTIALS)
_LOST = (Failure.UNREACHABLE, Failure.TIMEOUT)
"""Nothing comes from the server: other watches of it may be as dead."""
_LIST_AGAIN = (Failure.GONE, Failure.NOT_FOUND, Failure.INVALID)
"""After these a watch cannot go on from where it was."""


class Feed(Stated, Generic[R]):
    """Keeps a store equal to what a query selects, and says how equal.

    Args:
        connection: asks.
        query: what.
        codec: decodes it.
        timing: every pace.
        store: the store to fill; several feeds may share one, each with its own namespace.
        on_fault: told of what was not foreseen; the feed goes on.
        on_denied: told of each refusal (403): verb and the server's sentence.
        refusal: asked before each list: why it is not worth sending, or "".
        on_lost: told when the server does not answer: others may not know it yet.
    """

    def __init__(
        self,
        connection: "Connection",
        query: Query,
        codec: Codec[R],
        timing: Timing,
        *,
        store: Store[R] | None = None,
        on_fault: Fault = lambda error: None,
        on_denied: Callable[[str, str], None] = lambda verb, why: None,
        refusal: Callable[[], Awaitable[str]] | None = None,
        on_lost: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(on_fault)
        self._connection = connection
        self.query = query
        self.name = str(query)
        self._codec = codec
        self._timing = timing
        self._on_denied = on_denied
        self._refusal = refusal
        self._on_lost = on_lost
        self._pages = Pages(connection, query, codec)
        self._backoff = Backoff(timing)
        self._work = Cuttable()
        self._answer = Overdue(timing.answer, self._unanswered)
        self._no_watch_until = 0.0
        self._no_watch = ""
        self._gone = False
        self._wanted = asyncio.Event()
        self._wanted.set()
        self._bad_listed = 0
        self._bad: set[str] = set()
        self.store: Store[R] = Store() if store is None else store
        self.heard: float | None = None
        """When the last byte arrived: seconds since the epoch by the server's clock."""
        self.version = ""
        """The newest resourceVersion that is in the store; empty: a list is needed."""

    @property
    def bad(self) -> int:
        """Objects that could not be decoded and were left out."""
        return self._bad_listed + len(self._bad)

    @property
    def columns(self) -> tuple[TableColumn, ...]:
        """As the server defines them, where it prints the rows."""
        return self._codec.columns

    def retry(self) -> None:
        """Try now: end a wait, and open a watch that may be dead anew."""
        self._backoff.reset()
        self._no_watch_until = 0.0
        self._work.cut()

    def doubt(self) -> None:
        """Another feed lost the server: where this one has heard nothing since, it is seen whether it still answers.

        Where that is being seen already it is not begun anew: of many feeds one after the other would put off the rest.
        """
        quiet = self.heard is not None and self._connection.now() - self.heard > self._timing.answer
        if quiet and isinstance(self.state, Live) and not self._answer.running:
            self.retry()

    def rest(self) -> None:
        """Nobody reads it now: a kind that can only be listed is not listed again until `wake`."""
        self._wanted.clear()

    def wake(self) -> None:
        """Somebody reads it."""
        self._wanted.set()

    async def run(self, *, until_denied: bool = False) -> None:
        """Until it is cancelled, or until the list is refused where that is asked for. Raises nothing else."""
        while True:
            pause = 0.0
            try:
                pause = await self._turn()
            except ApiError as error:
                pause = self._failed(error)
            except Exception as error:
                pause = self._fault(error)
            if until_denied and isinstance(self.state, Denied):
                return
            await self._work.pause(pause)
            if not self.query.kind.watched:
                await self._wanted.wait()

    async def _turn(self) -> float:
        """List if that is needed, then watch to the end; seconds to wait before the next turn."""
        listed = not self.version
        if listed and self._refusal is not None and (why := await self._refusal()):
            self._become(Denied("list", self.query.kind, why))
            return self._timing.denied_retry
        if listed and await self._work.do(self._list()) is None:
            return 0.0
        if not self.query.kind.watched:
            timing = self._timing
            return self._poll(max(timing.unwatched, timing.unwatched_each * len(self.store)))
        if asyncio.get_running_loop().time() < self._no_watch_until:
            return self._poll(self._timing.poll, self._no_watch)
        try:
            pause = await self._work.do(self._watch())
        except ApiError as error:
            if error.failure is not Failure.FORBIDDEN:
                raise
            self._on_denied("watch", error.message)
            self._no_watch = error.sentence
            self._no_watch_until = asyncio.get_running_loop().time() + self._timing.denied_retry
            if listed:
                return self._poll(self._timing.poll, self._no_watch)
            # Whether listing is still allowed has to be asked first.
            self.version = ""
            return 0.0
        return 0.0 if pause is None else pause

    def _poll(self, every: float, why: str = "") -> float:
        """The list was read, and that is all there is until it is read again so many seconds later."""
        self.version = ""
        self._backoff.reset()
        self._become(Polling(every, why))
        return every

    async def _list(self) -> bool:
        """Read the list to its end into the store."""
        generation = self.store.begin(self.query.namespace)
        count = bad = 0
        version = ""
        async with aclosing(self._pages.read()) as pages:
            async for page in pages:
                self._hear()
                self._work.keep()  # a list that makes progress is not begun anew by `retry`
                for row in page.rows:
                    self.store.put(row, generation)
                count += len(page.rows) + page.bad
                bad += page.bad
                version = page.version
                total = None
                if not page.more:
                    total = count if not page.next else None if page.remaining is None else count + page.remaining
                if not isinstance(self.state, Polling):
                    self._become(Syncing(count, total))
                # A list that came whole is taken in as it is painted, not all between two paints.
                await asyncio.sleep(self._timing.paint_every if page.more else 0)
        self.store.sweep(generation)
        self._bad_listed, self._bad = bad, set()
        self.version = version
        return True

    async def _watch(self) -> float:
        """Take in events until the server ends the watch; seconds to wait before it is opened again."""
        loop = asyncio.get_running_loop()
        start = loop.time()
        heard = False
        events = self._connection.watch(
            self.query.path,
            since=self.version,
            event=self._codec.event,
            accept=self._codec.accept,
            query=(*self.query.parameters, *self._codec.query),
            on_bytes=self._on_bytes,
        )
        self._answer.begin()
        try:
            async with aclosing(events):
                async for event in events:
                    if not heard:
                        heard = True
                        self._gone = False
                        self._backoff.reset()
                    self._take(event)
        except ApiError as error:
            if error.failure is not Failure.TIMEOUT or self._answer.running:
                raise
            # A kind in which nothing happens may have no bookmarks either: whether the server is still there is seen
            # when the watch is opened anew.
            return 0.0
        finally:
            self._answer.end()
        lived = loop.time() - start
        if heard or lived >= BARREN:
            # The usual end after some minutes. One that comes sooner and sooner must not become a busy loop.
            return max(0.0, self._timing.backoff_first - lived)
        self._become(Stale(self.heard, "The server ends the watch as soon as it is opened. It is opened again."))
        return self._backoff.next()

    def _unanswered(self) -> None:
        """A watch was asked for and nothing came: it is waited for on, but what is shown is not live."""
        if not isinstance(self.state, Stale):
            self._become(Stale(self.heard, f"The server does not answer, for {self._timing.answer:g} s now."))
        self._on_lost()

    def _on_bytes(self) -> None:
        self._answer.end()
        self._hear()
        if not isinstance(self.state, Live):
            self._become(Live(self._connection.now()))

    def _hear(self) -> None:
        self.heard = self._connection.now()

    def _take(self, event: "Event[R]") -> None:
        """One event into the store; an object that cannot be decoded keeps its last row and is counted."""
        row = event.object
        uid = row.ref.uid if row is not None else event.uid
        if event.type == "DELETED":
            self._bad.discard(uid)
            self.store.remove(uid)
        elif row is not None:
            if self._bad:
                self._bad.discard(uid)
            self.store.put(row)
        elif event.type != "BOOKMARK":
            self._bad.add(uid or event.version)
        self.version = event.version or self.version

    def _failed(self, error: ApiError) -> float:
        """What a failure means for the state and for what is done next; seconds to wait."""
        if error.failure is Failure.GONE and not self.version:
            self._pages.whole = True  # pages are too slow for this server; client-go does the same
        if error.failure in _LIST_AGAIN:
            self.version = ""
        if error.failure is Failure.FORBIDDEN:
            self.version = ""
            self._on_denied("list", error.message)
            self._become(Denied("list", self.query.kind, error.sentence))
            return self._timing.denied_retry
        if error.failure is Failure.GONE and not self._gone:
            # Usual after a long silence: the list is read again at once, but not over and over.
            self._gone = True
            self._become(Syncing())
            return 0.0
        slow = error.failure in _LOGIN and self._backoff.failures >= PATIENT_AFTER
        absent = error.failure is Failure.NOT_FOUND and not self.query.kind.watched
        pause = self._backoff.next(self._timing.denied_retry if slow or absent else error.retry_after)
        self._become(Stale(self.heard, error.sentence, absent=absent))
        if error.failure in _LOST:
            self._on_lost()
        return pause if self.query.kind.watched else max(pause, self._timing.unwatched)

    def _fault(self, error: Exception) -> float:
        """What nobody foresaw: begin anew later."""
        self.version = ""
        self._on_fault(error)
        self._become(Stale(self.heard, f"k8stui made a mistake here ({type(error).__name__}). It is tried again."))
        return self._backoff.next()
