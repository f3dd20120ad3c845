"""Where a store's rows come from: one feed, or one for each namespace where the whole cluster is refused."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from msgspec import structs

from k8stui.cluster.bounded import store_for
from k8stui.cluster.feed import Feed
from k8stui.cluster.queries import Query
from k8stui.cluster.stated import Fault, Stated
from k8stui.cluster.states import Denied, Scope, State, Syncing, merged
from k8stui.cluster.store import Store
from k8stui.cluster.worth import Worth
from k8stui.kube.errors import ApiError
from k8stui.model.codec import Codec
from k8stui.model.kinds import Row
from k8stui.settings import Timing

if TYPE_CHECKING:
    from k8stui.kube.connection import Connection

R = TypeVar("R", bound=Row)

MOST = 20
"""Namespaces that are fed at once, where the whole cluster is refused."""


class Source(Stated, Generic[R]):
    """Fills one store for one query, for ever.

    Args:
        connection: asks.
        query: what.
        codec: makes a codec for each feed.
        timing: every pace.
        namespaces: the namespaces to try, best first; asked anew whenever the whole cluster is refused.
        on_fault: told of what was not foreseen.
        on_denied: told of each refusal: verb, namespace, sentence.
        worth: what is worth trying.
        on_lost: told when the server does not answer.
    """

    def __init__(
        self,
        connection: "Connection",
        query: Query,
        codec: Callable[[], Codec[R]],
        timing: Timing,
        *,
        namespaces: Callable[[], Coroutine[Any, Any, list[str]]],
        on_fault: Fault,
        on_denied: Callable[[str, str | None, str], None],
        worth: Worth,
        on_lost: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(on_fault)
        self.query = query
        self.store: Store[R] = store_for(query)
        self._connection = connection
        self._codec = codec
        self._timing = timing
        self._namespaces = namespaces
        self._on_denied = on_denied
        self._worth = worth
        self._on_lost = on_lost
        self._changed = asyncio.Event()
        self._ring = False
        self._parts: dict[str, tuple[Feed[R], asyncio.Task[None]]] = {}
        self._refused: set[str] = set()
        self._waiting: list[str] = []
        self._in_parts = False
        self.whole = self._feed(query)
        """The feed of the query as it is."""
        self.whole.on_state(self._whole_became)

    @property
    def feeds(self) -> list[Feed[R]]:
        """The feeds at work."""
        return [feed for feed, _ in self._parts.values()] if self._in_parts else [self.whole]

    @property
    def scope(self) -> Scope | None:
        """The namespaces fallen back on; None: the query as it is."""
        if not self._in_parts:
            return None
        untried = sum(name not in self._refused for name in self._waiting)
        return Scope(tuple(self._shown()), len(self._refused), untried)

    def retry(self) -> None:
        """Try everything now, the whole cluster too."""
        for feed in self.feeds:
            feed.retry()
        self._ring = True
        self._changed.set()

    def doubt(self) -> None:
        """The server did not answer somebody: see whether it still answers here."""
        for feed in self.feeds:
            feed.doubt()

    def rest(self) -> None:
        """Nobody reads it now: what can only be listed is not listed again until `wake`."""
        for feed in (self.whole, *self.feeds):
            feed.rest()

    def wake(self) -> None:
        """Somebody reads it."""
        for feed in (self.whole, *self.feeds):
            feed.wake()

    async def run(self) -> None:
        """Until it is cancelled."""
        if self.query.namespace is not None or not self.query.kind.namespaced:
            await self.whole.run()
        try:
            while True:
                await self.whole.run(until_denied=True)
                self._in_parts = True
                try:
                    await self._run_parts()
                except Exception as error:
                    self._on_fault(error)
                    await asyncio.sleep(self._timing.backoff_most)
                self._end_parts(tuple(self._parts))
                self._in_parts = False
                self._become(Syncing())
        finally:
            self._end_parts(tuple(self._parts))

    def close(self) -> None:
        """Nothing reaches the store any more."""
        self.store.close()
        self._listeners.clear()

    async def _run_parts(self) -> None:
        """Feed namespaces until the whole cluster is allowed."""
        loop = asyncio.get_running_loop()
        while True:
            await self._choose(await self._namespaces())
            until = loop.time() + self._timing.denied_retry
            self._ring = False
            while loop.time() < until and not self._ring:
                self._changed.clear()  # first: what changes while namespaces are asked about is looked at again
                await self._replace_refused()
                self._tell()
                try:
                    async with asyncio.timeout_at(until):
                        await self._changed.wait()
                except TimeoutError:
                    break
            if await self._allowed():
                return

    async def _choose(self, names: list[str]) -> None:
        """Take up the best namespaces; those that were refused are tried again, those that are gone end."""
        self._refused.intersection_update(names)
        self._end_parts(name for name in tuple(self._parts) if name not in names)
        # Those that were refused come last: they must not keep untried ones from their turn.
        waiting = [name for name in names if name not in self._parts]
        self._waiting = sorted(waiting, key=self._refused.__contains__)
        await self._fill()
        kept = set(self._parts)
        for uid, row in tuple(self.store.rows.items()):
            if row.ref.namespace not in kept:
                self.store.remove(uid)

    async def _fill(self) -> None:
        """As many feeds as may be, where listing is not known to be refused."""
        while self._waiting and len(self._parts) < MOST:
            room = MOST - len(self._parts)
            names, self._waiting = self._waiting[:room], self._waiting[room:]
            worth = await asyncio.gather(*(self._worth.listable(self.query.kind, name) for name in names))
            self._refused.update(name for name, tried in zip(names, worth, strict=True) if not tried)
            self._begin(name for name, tried in zip(names, worth, strict=True) if tried)
            self._tell()

    def _begin(self, names: Iterable[str]) -> None:
        """Feed these namespaces, too."""
        for name in names:
            query = structs.replace(self.query, namespace=name)
            feed = self._feed(query)
            feed.on_state(lambda _state: self._changed.set())
            task = asyncio.get_running_loop().create_task(feed.run(until_denied=True))
            self._parts[name] = (feed, task)

    async def _replace_refused(self) -> None:
        """A namespace that is refused gives its place to the next one; its rows, if it had any, are nobody's now."""
        refused = [name for name, (feed, _) in self._parts.items() if isinstance(feed.state, Denied)]
        self._end_parts(refused)
        for name in refused:
            self._refused.add(name)
            generation = self.store.begin(name)
            self.store.sweep(generation)
        await self._fill()

    def _shown(self) -> list[str]:
        """The namespaces whose rows are shown: one that was refused before has to answer first."""
        return [name for name in self._parts if name not in self._refused]

    def _end_parts(self, names: Iterable[str]) -> None:
        for name in names:
            self._parts.pop(name)[1].cancel()

    async def _allowed(self) -> bool:
        """Whether the whole cluster may be listed now; not when nobody knows."""
        if await self._worth.refusal(self.query.kind, None):
            return False
        query = [*self.query.parameters, ("limit", "1")]
        try:
            await self._connection.request("GET", self.query.path, query=query)
        except ApiError:
            return False
        return True

    def _feed(self, query: Query) -> Feed[R]:
        return Feed(
            self._connection,
            query,
            self._codec(),
            self._timing,
            store=self.store,
            on_fault=self._on_fault,
            on_denied=lambda verb, why: self._on_denied(verb, query.namespace, why),
            refusal=lambda: self._worth.refusal(query.kind, query.namespace),
            on_lost=self._on_lost,
        )

    def _whole_became(self, state: State) -> None:
        falls_back = isinstance(state, Denied) and self.query.namespace is None and self.query.kind.namespaced
        if not self._in_parts and not falls_back:
            self._become(state)

    def _tell(self) -> None:
        """The state of all parts together."""
        self._refused.difference_update([name for name, (feed, _) in self._parts.items() if feed.heard is not None])
        states = [self._parts[name][0].state for name in self._shown()]
        scope = self.scope
        if states and scope is not None:
            self._become(merged(states, scope))
        elif isinstance(self.whole.state, Denied):
            whole = self.whole.state
            self._become(Denied(whole.verb, whole.kind, whole.why, scope))
