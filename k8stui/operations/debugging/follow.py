"""One pod, followed from its creation until it is gone: what is seen of it is told to its launch."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from k8stui.cluster.feeds import Lease
from k8stui.cluster.queries import Query
from k8stui.cluster.states import Denied, Live, Polling, Stale, State
from k8stui.kube.errors import ApiError, Failure
from k8stui.model.columns import Tone
from k8stui.model.event_row import Event
from k8stui.model.kinds import EVENTS, PODS
from k8stui.model.objects import ObjectRow, row
from k8stui.model.pod_raw import RawPod
from k8stui.operations.debugging.left import Left
from k8stui.operations.debugging.rows import PULL
from k8stui.operations.debugging.steps import Seen, pulls, seen, told

if TYPE_CHECKING:
    from k8stui.cluster.session import Session

LOOK: Final = 2.0
"""Seconds between two looks at a pod whose changes may not be watched."""
UNREADABLE: Final = "The pod cannot be read: its server says something else of it"


class Told(Protocol):
    """Who wants to know (`Launch`)."""

    def see(self, seen: Seen) -> None:
        """The pod reads differently."""
        ...

    def hear(self, key: str, says: str, tone: Tone) -> None:
        """Something else is known; an empty sentence takes it back."""
        ...

    def vanish(self) -> None:
        """The pod is not there any more."""
        ...


class Follow:
    """Follows the very pod by a feed of that one object, and its events; where watching is refused, by looking at it.

    Args:
        session: whose feeds.
        left: the pod; its uid is known.
        container: the one that is waited for; "": the pod's first.
        launch: is told.
    """

    def __init__(self, session: Session, left: Left, container: str, launch: Told) -> None:
        self._session = session
        self._left = left
        self._container = container
        self._launch = launch
        self._pod: Lease[ObjectRow] | None = None
        self._events: Lease[Event] | None = None
        self._ends: list[Callable[[], None]] = []
        self._looking: asyncio.Task[None] | None = None
        self._over = False
        self._pulls: dict[str, tuple[float, bool]] = {}
        """By container: when its image's pull was told of last, and whether it was done then."""

    def start(self) -> None:
        """Look from now on."""
        left = self._left
        feeds = self._session.feeds
        query = Query(PODS, left.namespace, fields=f"metadata.name={left.name}", objects=True)
        self._pod = feeds.open(query)
        self._ends.append(self._pod.store.tap(self._changed))
        self._events = feeds.open(Query(EVENTS, left.namespace, fields=f"involvedObject.uid={left.uid}"))
        self._ends.append(self._events.store.tap(self._happened))
        self._pod.on_state(self._became)
        for each in list(self._pod.store.rows.values()):
            self._changed(None, each)
        self._became(self._pod.state)

    def close(self) -> None:
        """Look no more; once is enough."""
        self._over = True
        for end in self._ends:
            end()
        self._ends.clear()
        for lease in (self._pod, self._events):
            if lease is not None:
                lease.close()
        if self._looking is not None:
            self._looking.cancel()

    def _changed(self, old: ObjectRow | None, new: ObjectRow | None) -> None:
        if self._over:
            return
        if new is not None and new.ref.uid == self._left.uid:
            self._read(new)
        elif new is None and old is not None and old.ref.uid == self._left.uid:
            self._vanished()

    def _became(self, state: State) -> None:
        if self._over or self._pod is None:
            return
        self._launch.hear("server", state.why if isinstance(state, Stale) else "", Tone.WARNING)
        if isinstance(state, Denied):
            self._looking = self._looking or asyncio.ensure_future(self._look())
        elif isinstance(state, Live | Polling) and self._pod.store.get(self._left.uid) is None:
            self._vanished()  # the list was read after its creation, and it was not in it

    async def _look(self) -> None:
        """Read it again and again."""
        while not self._over:
            try:
                answer = await self._session.connection.request("GET", self._left.ref.path)
                found = row(PODS, answer.body)
                if found.ref.uid == self._left.uid:
                    self._read(found)
                else:
                    self._vanished()
            except ApiError as error:
                if error.failure is Failure.NOT_FOUND:
                    self._vanished()
                else:
                    self._launch.hear("server", error.sentence, Tone.WARNING)
            except msgspec.DecodeError:
                self._launch.hear("server", UNREADABLE, Tone.WARNING)
            await asyncio.sleep(LOOK)

    def _read(self, found: ObjectRow) -> None:
        try:
            raw = msgspec.json.decode(found.body, type=RawPod)
        except msgspec.DecodeError:
            self._launch.hear("server", UNREADABLE, Tone.WARNING)
            return
        now = seen(raw, self._container)
        self._container = self._container or now.container
        self._launch.see(now)

    def _happened(self, _old: Event | None, event: Event | None) -> None:
        if self._over or event is None:
            return
        said = told(event, self._container, ephemeral=self._left.ephemeral)
        if said is None:
            return
        key = event.reason
        if pulls(event):  # one row for both: a pull that is done goes on no longer
            key, now = PULL, (event.at, event.reason == "Pulled")
            if now < self._pulls.get(event.field_path, now):
                return
            self._pulls[event.field_path] = now
        self._launch.hear(f"{key} {event.field_path}", *said)

    def _vanished(self) -> None:
        if not self._over:
            self.close()
            self._launch.vanish()
