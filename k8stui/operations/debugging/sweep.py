"""What was left behind in a cluster: debug pods of everybody, and our ephemeral containers, live."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from k8stui.cluster.feeds import Lease
from k8stui.cluster.queries import Query
from k8stui.cluster.states import State
from k8stui.cluster.store import Store
from k8stui.model.kinds import PODS
from k8stui.model.objects import ObjectRow, TooDeepError
from k8stui.operations.builders.debug_options import LABEL
from k8stui.operations.debugging.left import Left, stamps_of
from k8stui.operations.debugging.leftovers import Leftover, key_of, of_container, of_pod
from k8stui.operations.debugging.record import known

if TYPE_CHECKING:
    from k8stui.cluster.session import Session
    from k8stui.operations.debugging.keeper import Keeper


class Sweep:
    """The pods with the label `k8stui/debug` in all namespaces, and the ephemeral containers of our records: close it.

    Where all namespaces may not be listed those that are known are looked at, and `state` says which.

    Args:
        session: the open one.
        keeper: of this run, beside whose record those of other runs are read.
        mine: whether a pod with these stamps was made by this user on this machine.
    """

    def __init__(self, session: Session, keeper: Keeper, mine: Callable[[Mapping[str, str]], bool]) -> None:
        self._session = session
        self._keeper = keeper
        self._mine = mine
        self._uids: set[str] = set()
        self._pods: Lease[ObjectRow] = session.feeds.open(Query(PODS, None, labels=LABEL, objects=True))
        self._others: dict[tuple[str, str], Lease[ObjectRow]] = {}
        self._added: dict[str, list[Left]] = {}
        """Our ephemeral containers, by the uid of their pod."""
        self._ends = [self._pods.store.tap(self._changed)]
        self.store: Store[Leftover] = Store()
        """By the uid of the pod; an ephemeral container under a key of its own."""
        for row in list(self._pods.store.rows.values()):
            self._changed(None, row)

    @property
    def state(self) -> State:
        """How fresh the debug pods are, and where only some namespaces could be looked at which."""
        return self._pods.state

    def on_state(self, listener: Callable[[State], None]) -> None:
        """Call this with every new state."""
        self._pods.on_state(listener)

    async def look(self) -> None:
        """Read the records, also those of other runs; what is ours is known afterwards."""
        lefts = await asyncio.to_thread(known, self._keeper.directory)
        self._take(lefts)

    def close(self) -> None:
        """Look no more; once is enough."""
        for end in self._ends:
            end()
        self._ends.clear()
        for lease in (self._pods, *self._others.values()):
            lease.close()
        self.store.close()

    def _take(self, lefts: Sequence[Left]) -> None:
        here = [left for left in lefts if left.context == self._session.context.name and not left.removed]
        self._uids = {left.uid for left in here if left.uid and not left.ephemeral}
        self._added = {}
        for left in here:
            if left.ephemeral and left.uid:
                self._added.setdefault(left.uid, []).append(left)
        for row in list(self._pods.store.rows.values()):
            self._changed(None, row)
        for left in here:
            if left.ephemeral:
                self._follow(left)

    def _changed(self, old: ObjectRow | None, new: ObjectRow | None) -> None:
        """A debug pod came, changed or went."""
        if new is None:
            if old is not None:
                self.store.remove(old.ref.uid)
            return
        try:
            tree = new.exact()
            mine = new.ref.uid in self._uids or self._mine(stamps_of(tree))
            self.store.put(of_pod(new, mine=mine))
        except TooDeepError:
            return

    # Ephemeral containers

    def _follow(self, left: Left) -> None:
        """See what the pod says of it."""
        place = (left.namespace, left.name)
        if place not in self._others:
            query = Query(PODS, left.namespace, fields=f"metadata.name={left.name}", objects=True)
            lease: Lease[ObjectRow] = self._session.feeds.open(query)
            self._others[place] = lease
            self._ends.append(lease.store.tap(self._pod_changed))
        for row in list(self._others[place].store.rows.values()):
            self._pod_changed(None, row)

    def _pod_changed(self, old: ObjectRow | None, new: ObjectRow | None) -> None:
        pod = new or old
        for left in self._added.get(pod.ref.uid, ()) if pod is not None else ():
            try:
                found = of_container(new, left) if new is not None else None
            except TooDeepError:
                found = None
            if found is None:
                self.store.remove(key_of(left).uid)
            else:
                self.store.put(found)
