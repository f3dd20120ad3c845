"""What the launcher reads: the pod, the node and the namespace that it is about, live, and a workload's pods."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from k8stui.cluster.owned_pods import Owned, between, owned
from k8stui.cluster.queries import Query
from k8stui.cluster.states import Denied, Live, Polling, Stale, State, Syncing
from k8stui.model.kinds import NAMESPACES, PODS, Kind, Ref
from k8stui.model.objects import ObjectRow
from k8stui.model.pods import Pod
from k8stui.operations.builders.debug_options import COPY, EPHEMERAL
from k8stui.screens.debug.subject import Subject, urgent
from k8stui.screens.freshness import worst

if TYPE_CHECKING:
    from k8stui.cluster.feeds import Lease
    from k8stui.cluster.session import Session

_Key = tuple[str, str, str]
"""Resource, namespace and name."""


class Reading:
    """Leases on exactly what is wanted now.

    Args:
        session: of the context.
        changed: called when something has come.
    """

    def __init__(self, session: Session, changed: Callable[[], None]) -> None:
        self._session = session
        self._changed = changed
        self._leases: dict[_Key, tuple[Lease[ObjectRow], list[Callable[[], None]]]] = {}
        self._pods: Owned | None = None
        self._ends: list[Callable[[], None]] = []
        self._beside: set[_Key] = set()
        """What is read only to tell more: it may be refused."""

    # What is wanted

    def want(self, about: Subject, mode: str, namespace: str) -> None:
        """Read what the mode is about from now on; `namespace`: where something would be made."""
        wanted: dict[_Key, Kind] = {}
        for ref in (about.pod, about.ref(mode)):
            if ref is not None:
                wanted[ref.kind.resource, ref.namespace, ref.name] = ref.kind
        beside = [Ref(NAMESPACES, "", namespace, "")] if namespace else []
        beside += [about.node] if about.node is not None and mode in (EPHEMERAL, COPY) else []
        self._beside = {(ref.kind.resource, "", ref.name) for ref in beside}
        wanted |= {(ref.kind.resource, "", ref.name): ref.kind for ref in beside}
        for key in [key for key in self._leases if key not in wanted]:
            for end in self._leases.pop(key)[1]:
                end()
        for key, kind in wanted.items():
            if key not in self._leases:
                query = Query(kind, key[1] or None, fields=f"metadata.name={key[2]}", objects=True)
                self._leases[key] = self._open(query)

    def _open(self, query: Query) -> tuple[Lease[ObjectRow], list[Callable[[], None]]]:
        lease: Lease[ObjectRow] = self._session.feeds.open(query)
        return lease, [*self._follow(lease.store), lease.on_state(lambda _state: self._changed()), lease.close]

    def _follow(self, store: Any) -> list[Callable[[], None]]:
        """Hear of every change of a store."""

        def wake() -> None:
            changes.take()
            self._changed()

        changes = store.subscribe(wake)
        return [changes.close]

    def workload(self, ref: Ref) -> None:
        """Read the pods of a workload, too."""
        feeds = self._session.feeds
        through = between(ref.kind)
        owners = feeds.open(Query(through, ref.namespace)) if through is not None else None
        pods = feeds.open(Query(PODS, ref.namespace))
        self._pods = owned(ref, pods, owners)
        self._ends += self._follow(self._pods.store)
        self._ends += [pods.on_state(lambda _state: self._changed()), self._pods.store.close, pods.close]
        self._ends += [owners.close] if owners is not None else []

    # What has come

    def row(self, kind: Kind, name: str, namespace: str = "") -> ObjectRow | None:
        """The object of that name, as it is now; None: it has not come, or there is none."""
        found = self._leases.get((kind.resource, namespace, name))
        return next(iter(found[0].store.rows.values()), None) if found is not None else None

    def of(self, ref: Ref) -> ObjectRow | str:
        """The very object, or why there is none to be had, in one sentence; "": it is still being read."""
        found = self.row(ref.kind, ref.name, ref.namespace)
        if found is not None and ref.uid and found.ref.uid != ref.uid:
            return f"{ref} was replaced by another one of that name: go back and choose again"
        if found is not None:
            return found
        state = self.state_of(ref.kind, ref.name, ref.namespace)
        if isinstance(state, Denied | Stale):
            return f"{ref} cannot be read: {state.why}"
        if not isinstance(state, Live | Polling):
            return ""
        return f"{ref} is gone" if ref.uid else f"There is no {ref.kind.singular} {ref}"

    def state_of(self, kind: Kind, name: str, namespace: str = "") -> State | None:
        """How fresh that one is; None: it is not read."""
        found = self._leases.get((kind.resource, namespace, name))
        return found[0].state if found is not None else None

    def labels(self, namespace: str) -> Mapping[str, str] | None:
        """Of the namespace; None: they are not known (yet)."""
        found = self.row(NAMESPACES, namespace)
        return dict(found.labels) if found is not None else None

    @property
    def pods(self) -> list[Pod]:
        """Of the workload, the most urgent first."""
        return sorted(self._pods.store.rows.values(), key=urgent) if self._pods is not None else []

    @property
    def settled(self) -> bool:
        """Whether the workload's pods have come, or cannot."""
        return self._pods is None or not isinstance(self._pods.state, Syncing)

    @property
    def why(self) -> str:
        """Why the workload's pods cannot be read; "": they can."""
        state = self._pods.state if self._pods is not None else None
        return state.why if isinstance(state, Denied | Stale) else ""

    @property
    def state(self) -> State | None:
        """How fresh all of it is; what only tells more and may not be read is not counted. None: nothing is read."""
        states = [
            lease.state
            for key, (lease, _) in self._leases.items()
            if key not in self._beside or not isinstance(lease.state, Denied)
        ]
        states += [self._pods.state] if self._pods is not None else []
        return worst(states) if states else None

    def close(self) -> None:
        """Give everything back."""
        for _, ends in self._leases.values():
            for end in ends:
                end()
        self._leases.clear()
        for end in self._ends:
            end()
        self._ends.clear()
