"""What stands around the objects of a question, read once and quickly: live feeds first, short lists else.

A question never waits for it: what does not come within `WITHIN` is a sentence, and the lines say what is known.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from k8stui.cluster.queries import Query
from k8stui.kube.errors import ApiError, Failure
from k8stui.model.codec import ObjectCodec
from k8stui.model.document import Want
from k8stui.model.kinds import Kind
from k8stui.model.objects import Object, ObjectRow, TooDeepError
from k8stui.operations.effects.setting import READ, Ask, Count, Setting
from k8stui.operations.mutation import Mutation

if TYPE_CHECKING:
    from k8stui.cluster.session import Session

WITHIN: Final = 2.0
"""Seconds that one of these questions may take."""
_AT_ONCE: Final = 10
_SLICE: Final = 0.008
"""Seconds of decoding after which the loop gets its turn."""


class Surroundings:
    """What was read for one question; what several targets want is asked once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._gate = asyncio.Semaphore(_AT_ONCE)
        self._rows: dict[Ask, Sequence[ObjectRow]] = {}
        self._trees: dict[Ask, list[Object]] = {}
        self._counts: dict[Ask, int] = {}
        self._missing: dict[Ask, str] = {}

    @property
    def kinds(self) -> Sequence[Kind]:
        """All that the server has, as far as it has told."""
        return self._session.kinds.preferred if self._session.kinds is not None else ()

    async def read(self, asks: Iterable[Ask]) -> bool:
        """Ask what was not asked yet, side by side; whether there was any. Never raises ApiError."""
        known = self._trees.keys() | self._counts.keys() | self._missing.keys()
        new = [each for each in dict.fromkeys(asks) if each not in known]
        await asyncio.gather(*(self._ask(each) for each in new))
        return bool(new)

    def setting(self, mutation: Mutation, obj: Object, asks: Iterable[Ask]) -> Setting:
        """A change with what was read for it."""
        wanted = list(asks)
        return Setting(
            mutation,
            obj,
            {each.name: self._trees[each] for each in wanted if each in self._trees},
            {each.name: self._counts[each] for each in wanted if each in self._counts},
            {each.name: self._missing[each] for each in wanted if each in self._missing},
            self._session.now(),
        )

    def objects(self, ask: Ask) -> Sequence[Object]:
        """What was read, clean; empty where nothing is there, or it could not be read (`missing`)."""
        return self._trees.get(ask, ())

    def missing(self, ask: Ask) -> str:
        """Why it could not be read, in one sentence; empty: it was."""
        return self._missing.get(ask, "")

    @property
    def now(self) -> float:
        """Epoch seconds by the server's clock."""
        return self._session.now()

    def rows(self, ask: Ask) -> Sequence[ObjectRow]:
        """The very objects, for builders."""
        return self._rows.get(ask, ())

    async def _ask(self, ask: Ask) -> None:
        kind = self._session.kind(ask.kind.resource) if isinstance(ask, Want) else ask.kind
        if kind is None:  # this server has no such objects
            self._rows[ask], self._trees[ask] = [], []
            return
        try:
            async with self._gate:
                if isinstance(ask, Count):
                    self._counts[ask] = await self._counted(ask)
                else:
                    self._rows[ask] = await self._listed(ask, kind)
                    self._trees[ask] = await _decoded(self._rows[ask])
        except ApiError as error:
            if error.failure is Failure.NOT_FOUND:
                self._rows[ask], self._trees[ask] = [], []
            else:
                self._missing[ask] = f"{kind.plural} could not be read: {error.sentence}"
        except ValueError as error:  # what came cannot be decoded
            self._missing[ask] = f"{kind.plural} could not be read: {error}"

    async def _listed(self, want: Want, kind: Kind) -> Sequence[ObjectRow]:
        namespace = want.namespace if kind.namespaced else None
        query = Query(kind, namespace, want.labels, want.fields, objects=True)
        store = self._session.feeds.live(query)
        if store is not None:
            return list(store.rows.values())
        parameters = (*query.parameters, ("limit", str(READ)))
        answer = await self._session.connection.request("GET", query.path, query=parameters, timeout=WITHIN)
        page = await asyncio.to_thread(ObjectCodec(kind).page, answer.body)
        if page.next:
            self._missing[want] = f"There are more than {READ:,} {kind.plural}: only the first ones were looked at"
        return page.rows

    async def _counted(self, count: Count) -> int:
        path = count.kind.path(count.namespace if count.kind.namespaced else None)
        answer = await self._session.connection.request("GET", path, query=(("limit", "1"),), timeout=WITHIN)
        page = ObjectCodec(count.kind).page(answer.body)
        if page.next and page.remaining is None:
            self._missing[count] = f"How many {count.kind.plural} there are is not told: at least 2"
        return len(page.rows) + (page.remaining or (1 if page.next else 0))


async def _decoded(rows: Sequence[ObjectRow]) -> list[Object]:
    """Clean trees, a slice at a time; what is nested too deeply is left out."""
    found: list[Object] = []
    loop = asyncio.get_running_loop()
    until = loop.time() + _SLICE
    for row in rows:
        try:
            found.append(row.tree())
        except TooDeepError:
            continue
        if loop.time() > until:
            await asyncio.sleep(0)
            until = loop.time() + _SLICE
    return found
