"""All feeds of one context: started when first needed, shared, and ended some time after the last reader left."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from msgspec import structs

from k8stui.cluster.bounded import Bounded
from k8stui.cluster.queries import Query
from k8stui.cluster.source import Source
from k8stui.cluster.stated import Fault
from k8stui.cluster.states import Live, State
from k8stui.cluster.store import Store
from k8stui.cluster.subset import Subset, belongs
from k8stui.cluster.worth import Worth
from k8stui.kube.errors import ApiError
from k8stui.model.codec import Codec, ObjectCodec, TableCodec, codec
from k8stui.model.kinds import NAMESPACES, Kind, Row
from k8stui.model.tables import TableColumn
from k8stui.settings import Timing

if TYPE_CHECKING:
    from k8stui.kube.connection import Connection

R = TypeVar("R", bound=Row)

Denials = Callable[[str, Kind, str | None, str], None]
"""Called with verb, kind, namespace (None: the whole cluster) and the server's sentence."""


class Lease(Generic[R]):
    """One reader's hold on a feed. Close it when its rows are no longer shown."""

    def __init__(self, shared: "_Shared[R]", end: Callable[[], None]) -> None:
        self._shared = shared
        self._end: Callable[[], None] | None = end
        self._unsubscribe: list[Callable[[], None]] = []

    @property
    def store(self) -> Store[R]:
        """The rows, and nothing but the query's."""
        return self._shared.store

    @property
    def state(self) -> State:
        """How fresh they are; where only some namespaces may be seen it tells which (`scope`)."""
        return self._shared.source.state

    @property
    def bad(self) -> int:
        """Objects that could not be decoded and were left out."""
        return sum(feed.bad for feed in self._shared.source.feeds)

    @property
    def columns(self) -> tuple[TableColumn, ...]:
        """The columns that the server defines, where it prints the rows; empty until it has."""
        return next((feed.columns for feed in self._shared.source.feeds if feed.columns), ())

    @property
    def heard(self) -> float | None:
        """When something last arrived: seconds since the epoch by the server's clock; of several feeds the least."""
        times = [feed.heard for feed in self._shared.source.feeds]
        return None if not times or None in times else min(each for each in times if each is not None)

    def on_state(self, listener: Callable[[State], None]) -> Callable[[], None]:
        """Call this with every new state until the lease is closed; the result ends it earlier."""
        end = self._shared.source.on_state(listener)
        self._unsubscribe.append(end)
        return end

    def retry(self) -> None:
        """Ask the server now, whatever is being waited for."""
        self._shared.source.retry()

    def doubt(self) -> None:
        """Something else fell silent: where nothing was heard here either, it is seen whether the server answers."""
        self._shared.source.doubt()

    def close(self) -> None:
        """Give it back; once is enough."""
        for end in self._unsubscribe:
            end()
        self._unsubscribe.clear()
        if self._end is not None:
            end, self._end = self._end, None
            end()


class Feeds:
    """Leases on live stores.

    Args:
        connection: the context's.
        timing: every pace.
        on_fault: told of what was not foreseen; the feed concerned goes on.
        on_denied: told of every refusal (`Access.refused`).
        worth: what is worth trying; None: everything.
    """

    def __init__(
        self,
        connection: "Connection",
        timing: Timing,
        *,
        on_fault: Fault = lambda error: None,
        on_denied: Denials = lambda verb, kind, namespace, why: None,
        worth: Worth | None = None,
    ) -> None:
        self._connection = connection
        self._timing = timing
        self._on_fault = on_fault
        self._on_denied = on_denied
        self._worth = worth or Worth()
        self._shared: dict[Query, _Shared[Any]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._known: list[str] = []
        self._closed = False

    def open(self, query: Query) -> Lease[Any]:
        """The rows of a query, live. Feeds that run already are shared, also with a query that is a part of theirs.

        Raises RuntimeError after `close`.
        """
        if self._closed:
            raise RuntimeError("The feeds of this context are closed.")
        if not query.kind.namespaced:
            query = structs.replace(query, namespace=None)
        shared = self._shared.get(query)
        if shared is None:
            shared = self._shared[query] = self._covered(query) or self._started(query)
        shared.hold()
        return Lease(shared, shared.let_go)

    def peek(self, query: Query) -> Store[Any] | None:
        """The rows of a query that is being fed, without a hold on them; None where nobody feeds it."""
        shared = self._shared.get(query)
        return shared.store if shared is not None else None

    def live(self, query: Query) -> Store[Any] | None:
        """The rows of a query that is being fed, all of them, each change as it happens; None where they are not so."""
        shared = self._shared.get(query)
        state = shared.source.state if shared is not None else None
        return shared.store if shared is not None and isinstance(state, Live) and state.scope is None else None

    def also(self, namespace: str) -> None:
        """A namespace that the user typed or that is remembered: fed first where the whole cluster is refused."""
        if namespace and namespace not in self._known:
            self._known.append(namespace)
            for shared in self._shared.values():
                if shared.source.scope is not None:
                    shared.source.retry()

    @property
    def known(self) -> tuple[str, ...]:
        """The namespaces to fall back on first: the context's, and those that were typed or are remembered."""
        return tuple(dict.fromkeys([self._connection.context.namespace or "default", *self._known]))

    def retry(self) -> None:
        """Ask the server now, for every feed."""
        for shared in self._shared.values():
            shared.source.retry()

    def _lost(self) -> None:
        """The server did not answer one feed: the others look whether it answers them."""
        for shared in list(self._shared.values()):
            shared.source.doubt()

    async def close(self) -> None:
        """End every feed within `Timing.close`; nothing reaches a store after the call."""
        self._closed = True
        for shared in self._shared.values():
            shared.close()
        self._shared.clear()
        tasks = set(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=self._timing.close)

    def _covered(self, query: Query) -> "_Shared[Any] | None":
        """The query as a part of a feed of the whole kind, where there is one that has the whole."""
        everything = Query(query.kind, table=query.table)
        whole = self._shared.get(everything)
        passes = belongs(query)
        if whole is None or query.whole or query.objects or passes is None or whole.source.scope is not None:
            return None
        if isinstance(whole.store, Bounded):
            return None  # what it leaves out may belong to the part
        base = self.open(everything)
        store: Subset[Any] = Subset(whole.store, passes)

        def end() -> None:
            self._forget(query)
            base.close()

        # A part that is kept keeps the whole from resting.
        return _Shared(store, whole.source, end, self._timing.linger if query.kind.watched else 0.0)

    def _started(self, query: Query) -> "_Shared[Any]":
        """A feed of its own."""
        source: Source[Any] = Source(
            self._connection,
            query,
            lambda: _codec(query),
            self._timing,
            namespaces=lambda: self._namespaces(query.kind),
            on_fault=self._on_fault,
            on_denied=lambda verb, namespace, why: self._on_denied(verb, query.kind, namespace, why),
            worth=self._worth,
            on_lost=self._lost,
        )
        task = asyncio.get_running_loop().create_task(source.run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

        def end() -> None:
            self._forget(query)
            source.close()
            task.cancel()

        return _Shared(source.store, source, end, self._timing.linger, rest=source.rest, wake=source.wake)

    def _forget(self, query: Query) -> None:
        self._shared.pop(query, None)

    async def _namespaces(self, kind: Kind) -> list[str]:
        """The namespaces to try: the context's, typed and remembered ones, those being looked at, and those listed."""
        leased = [query.namespace for query in self._shared if query.kind == kind and query.namespace]
        names = dict.fromkeys([*self.known, *leased])
        if not await self._worth.listable(NAMESPACES, None):
            return list(names)
        try:
            response = await self._connection.request("GET", NAMESPACES.path(), query=(("limit", "500"),))
            listed = codec(NAMESPACES).page(response.body).rows
        except (ApiError, ValueError):
            listed = []
        names.update(dict.fromkeys(sorted(row.ref.name for row in listed)))
        return list(names)


def _codec(query: Query) -> Codec[Any]:
    if query.objects:
        return ObjectCodec(query.kind)
    return TableCodec(query.kind) if query.table else codec(query.kind)


class _Shared(Generic[R]):
    """One store with its source, and how many hold it."""

    def __init__(
        self,
        store: Store[R],
        source: Source[R],
        end: Callable[[], None],
        linger: float,
        *,
        rest: Callable[[], None] = lambda: None,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        """`rest` and `wake` are called when the last holder has left and when there is one again."""
        self.store = store
        self.source = source
        self._finish = end
        self._rest = rest
        self._wake = wake
        self._linger = linger
        self._holders = 0
        self._closed = False
        self._timer: asyncio.TimerHandle | None = None

    def hold(self) -> None:
        """One more."""
        self._holders += 1
        self._wake()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def let_go(self) -> None:
        """One less; after the last one it lingers."""
        self._holders -= 1
        if self._holders == 0 and not self._closed:
            self._rest()
            self._timer = asyncio.get_running_loop().call_later(self._linger, self._expire)

    def close(self) -> None:
        """At once."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        self.store.close()
        self.source.close()

    def _expire(self) -> None:
        self._timer = None
        self.store.close()
        self._finish()
