"""The neighbours that a description wants: each a live query for whole objects, open while it is wanted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct

from k8stui.cluster.queries import Query
from k8stui.cluster.states import Denied, Stale, State, Syncing
from k8stui.model.document import Want
from k8stui.model.objects import Object, ObjectRow, TooDeepError

if TYPE_CHECKING:
    from k8stui.cluster.feeds import Lease
    from k8stui.cluster.session import Session


class Neighbours:
    """Leases by want. Reading them decodes what is new and no more, and gives the loop its turns.

    Args:
        session: whose feeds they are.
        changed: called when there is something new to read.
        shapes: by resource, what of such objects is read (`ObjectRow.slim`); all of the others.
    """

    def __init__(
        self,
        session: Session,
        changed: Callable[[], None],
        shapes: Mapping[str, type[Struct]] = MappingProxyType({}),
    ) -> None:
        self._session = session
        self._changed = changed
        self._shapes = shapes
        self._leases: dict[Want, tuple[Lease[ObjectRow], list[Callable[[], None]]]] = {}
        self._absent: dict[Want, str] = {}
        self._trees: dict[str, tuple[ObjectRow, Object]] = {}

    def want(self, wanted: Iterable[Want]) -> bool:
        """Want exactly these from now on; whether any is new."""
        wanted = list(dict.fromkeys(wanted))
        fresh = False
        for want in [want for want in self._leases if want not in wanted]:
            self._end(want)
        for want in wanted:
            if want not in self._leases and want not in self._absent:
                fresh = True
                self._open(want)
        return fresh

    def _open(self, want: Want) -> None:
        kind = self._session.kind(want.kind.resource)
        if kind is None:
            self._absent[want] = f"This server has no {want.kind.resource}"
            return
        lease = self._session.feeds.open(Query(kind, want.namespace, want.labels, want.fields, objects=True))
        changes = lease.store.subscribe(self._changed)
        untell = lease.on_state(lambda _state: self._changed())

        def woken() -> None:
            changes.take()

        self._leases[want] = (lease, [woken, changes.close, untell, lease.close])

    def _end(self, want: Want) -> None:
        for end in self._leases.pop(want)[1]:
            end()

    async def read(self, pause: float) -> tuple[dict[str, list[Object]], dict[str, str]]:
        """What is there by the want's name, and why something is not.

        `pause`: seconds of decoding after which the loop gets its turn.
        """
        around: dict[str, list[Object]] = {}
        missing: dict[str, str] = {want.name: why for want, why in self._absent.items()}
        seen: set[str] = set()
        loop = asyncio.get_running_loop()
        until = loop.time() + pause
        for want, (lease, ends) in list(self._leases.items()):
            ends[0]()
            state = lease.state
            rows = list(lease.store.rows.values())
            if isinstance(state, Denied) and not rows:
                missing[want.name] = state.why
                continue
            if isinstance(state, Stale) and state.since is None:
                missing[want.name] = state.why
                continue
            if isinstance(state, Syncing) and not rows:
                continue
            objects = around.setdefault(want.name, [])
            for row in rows:
                seen.add(row.ref.uid)
                objects.append(self._tree(row))
                if loop.time() > until:
                    await asyncio.sleep(0)
                    until = loop.time() + pause
        for uid in [uid for uid in self._trees if uid not in seen]:
            del self._trees[uid]
        return around, missing

    def _tree(self, row: ObjectRow) -> Object:
        known = self._trees.get(row.ref.uid)
        if known is None or known[0] is not row:
            known = self._trees[row.ref.uid] = (row, _tree(row, self._shapes.get(row.ref.kind.resource)))
        return known[1]

    @property
    def settled(self) -> bool:
        """Whether everything wanted was read at least once, or cannot be."""
        return not any(isinstance(lease.state, Syncing) for lease, _ in self._leases.values())

    @property
    def states(self) -> Sequence[State]:
        """How fresh they are; what may not be seen is not counted: the text says so."""
        return [lease.state for lease, _ in self._leases.values() if not isinstance(lease.state, Denied)]

    def state_of(self, name: str) -> State | None:
        """How fresh the answer to the want of that name is; None where the server has no such kind."""
        return next((lease.state for want, (lease, _) in self._leases.items() if want.name == name), None)

    def retry(self) -> None:
        """Ask the server now."""
        self._absent.clear()
        for lease, _ in self._leases.values():
            lease.retry()

    def close(self) -> None:
        """Give everything back."""
        for want in list(self._leases):
            self._end(want)


def _tree(row: ObjectRow, shape: type[Struct] | None) -> Object:
    """The object; of one that is nested too deeply only what its row knows: its name counts more than nothing."""
    try:
        return row.tree() if shape is None else row.slim(shape)
    except TooDeepError:
        ref = row.ref
        meta = {"name": ref.name, "namespace": ref.namespace, "uid": ref.uid}
        return {"apiVersion": ref.kind.api_version, "kind": ref.kind.kind, "metadata": meta}
