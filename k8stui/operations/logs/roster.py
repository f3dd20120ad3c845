"""The pods whose logs are followed, as they come and go."""

from collections.abc import Callable, Mapping
from typing import Any

from k8stui.cluster.feeds import Lease
from k8stui.cluster.owned_pods import OwnedPods, between
from k8stui.cluster.queries import Query
from k8stui.cluster.session import Session
from k8stui.cluster.states import Denied, Live, Polling, Scope, Stale, State, merged
from k8stui.cluster.store import Store
from k8stui.model.kinds import PODS
from k8stui.model.logs.target import Target
from k8stui.model.pod_row import Pod
from k8stui.operations.logs.asking import Asking
from k8stui.operations.logs.hold import Hold
from k8stui.operations.logs.hush import Hush


class Roster:
    """The pods of a target, live. Close it.

    Args:
        session: of the context.
        target: whose.
        wake: called when something of them changed, or how fresh they are.
        hold: of the streams.
    """

    def __init__(self, session: Session, target: Target, wake: Callable[[], None], hold: Hold) -> None:
        self._wake = wake
        self._leases: list[Lease[Any]] = []
        self._stores: list[Store[Pod]] = []
        self._session = session
        self._names: tuple[tuple[str, str], ...] = ()
        self._asking: list[Asking] = []
        self._owned: OwnedPods | None = None
        self.hush = Hush(session.settings.timing.pong, self._doubt, hold)
        """Told of what comes from the streams; where they fall silent it is seen whether the server answers."""
        fields = f"spec.nodeName={target.node}" if target.node else ""
        if target.pods:
            places = {(pod.namespace, pod.name) for pod in target.pods}
            self._names = tuple(sorted(places))
            for namespace, name in self._names:
                named = ",".join(part for part in (f"metadata.name={name}", fields) if part)
                self._open(session, Query(PODS, namespace, target.selector, named))
        else:
            self._open(session, Query(PODS, target.namespace, target.selector, fields))
        if target.owner is not None and not target.pods:
            kind = between(target.owner.kind)
            middle: Lease[Any] | None = None
            if kind is not None:
                middle = session.feeds.open(Query(kind, target.owner.namespace))
                self._leases.append(middle)
                middle.on_state(lambda _state: wake())
            self._owned = OwnedPods(target.owner.uid, self._stores[0], middle.store if middle is not None else None)
            self._stores = [self._owned]
        self._changes = [store.subscribe(wake) for store in self._stores]

    def take(self) -> Mapping[str, Pod]:
        """All of them by uid, as they are now."""
        for changes in self._changes:
            changes.take()
        if self._asking:
            return {uid: pod for each in self._asking for uid, pod in each.store.rows.items()}
        if len(self._stores) == 1:
            return self._stores[0].rows
        return {uid: pod for store in self._stores for uid, pod in store.rows.items()}

    @property
    def state(self) -> State:
        """How fresh the list is: the worst of what it stands on."""
        states = [lease.state for lease in self._leases]
        return states[0] if len(states) == 1 else merged(states, Scope())

    @property
    def listed(self) -> bool:
        """Whether they were read to the end, or cannot be."""
        if self._denied:
            self._asking = self._asking or [
                Asking(self._session, namespace, name, self._wake) for namespace, name in self._names
            ]
            return all(each.answered for each in self._asking)
        return all(isinstance(lease.state, Live | Polling | Denied | Stale) for lease in self._leases)

    @property
    def sure(self) -> bool:
        """Whether a pod that is not there is not there."""
        if self._asking:
            return True
        return all(isinstance(lease.state, Live | Polling) for lease in self._leases)

    @property
    def trouble(self) -> str:
        """Why they cannot be seen; "" where they can."""
        if self._asking:
            return next((each.trouble for each in self._asking if each.trouble), "")
        for lease in self._leases:
            if isinstance(lease.state, Denied) or (isinstance(lease.state, Stale) and lease.state.since is None):
                return lease.state.why
        return ""

    @property
    def _denied(self) -> bool:
        """They are known by name, and may not be listed."""
        return bool(self._names) and any(isinstance(lease.state, Denied) for lease in self._leases)

    def close(self) -> None:
        """Follow them no more."""
        for each in self._asking:
            each.close()
        self.hush.close()
        for changes in self._changes:
            changes.close()
        if self._owned is not None:
            self._owned.close()
        for lease in self._leases:
            lease.close()

    def _doubt(self) -> None:
        for lease in self._leases:
            lease.doubt()

    def _open(self, session: Session, query: Query) -> None:
        lease: Lease[Pod] = session.feeds.open(query)
        self._leases.append(lease)
        self._stores.append(lease.store)
        lease.on_state(lambda _state: self._wake())
