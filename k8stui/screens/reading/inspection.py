"""One object being read: its feed, its neighbours, and the lines they make; no widgets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING

from k8stui.cluster.queries import Query
from k8stui.cluster.states import Denied, Live, Stale, State, Syncing
from k8stui.model.columns import Tone
from k8stui.model.document import Line, Subject
from k8stui.model.kinds import BUILT_IN, Ref
from k8stui.model.objects import Object, ObjectRow, TooDeepError
from k8stui.screens.freshness import emptiness, worst
from k8stui.screens.neighbours import Neighbours
from k8stui.screens.reading.readers import Reader, reader

if TYPE_CHECKING:
    from k8stui.cluster.session import Session

ROUNDS = 3
"""How often a reader may want more after it has seen what it wanted (owners of owners)."""


class Inspection:
    """Follows one object by name: it tells when the object was deleted, or replaced by another of its name.

    Args:
        session: of the object's context.
        ref: the object; a uid of "" takes whichever has the name.
        tab: `describe`, `yaml` or `related`.
        zone: in which times are shown.
        changed: called when there is something new to read.
    """

    def __init__(self, session: Session, ref: Ref, tab: str, *, zone: tzinfo, changed: Callable[[], None]) -> None:
        self.session = session
        self.ref = ref
        self.zone = zone
        self.notice = ""
        """What happened to the object: it is gone, or another one."""
        kind = session.kind(ref.kind.resource) or ref.kind
        self.kind = kind
        self._changed = changed
        query = Query(kind, ref.namespace or None, fields=f"metadata.name={ref.name}", objects=True)
        self._lease = session.feeds.open(query)
        self._changes = self._lease.store.subscribe(changed)
        self._ends = [self._changes.close, self._lease.on_state(lambda _state: changed()), self._lease.close]
        self._neighbours = Neighbours(session, changed)
        self._row: ObjectRow | None = None
        self._tree: Object = {}
        self._unreadable = ""
        """Why the object cannot be shown."""
        self.reader: Reader = reader(tab, session)

    def turn(self, tab: str) -> None:
        """Read it otherwise."""
        if tab != self.reader.tab:
            self.reader = reader(tab, self.session)

    @property
    def row(self) -> ObjectRow | None:
        """The object as last seen; None before it was."""
        return self._row

    @property
    def state(self) -> State:
        """How fresh the text is, neighbours included."""
        own = self._lease.state
        if isinstance(own, Denied):
            return own
        state = worst([own, *self._neighbours.states])
        if isinstance(state, Stale) and state.since is None and isinstance(own, Live):
            return Stale(own.since, state.why)  # a neighbour was never read, but there is a text
        return state

    async def lines(self) -> Sequence[Line]:
        """The text as of now. May want more neighbours: `changed` is called when they have come."""
        self._take()
        if self._row is None:
            return [Line(emptiness(self._lease.state, filtered=False, nothing=self._nothing), Tone.MUTED)]
        if self._unreadable:
            return [Line(self._unreadable, Tone.BAD)]
        subject = await self._subject()
        lines = await self.reader.lines(subject, self.session, self.zone)
        return [Line(self.notice, Tone.BAD), Line(""), *lines] if self.notice else lines

    async def _subject(self) -> Subject:
        """The object with its neighbours, as far as they are there."""
        pause = self.session.settings.timing.slice
        kind = BUILT_IN.get(self.kind.resource, self.kind)  # descriptions know the usual kinds as those
        subject = Subject(kind, self._tree)
        for _ in range(ROUNDS):
            fresh = self._neighbours.want(self.reader.wants(subject))
            around, missing = await self._neighbours.read(pause)
            again = set(around) != set(subject.around)
            subject = Subject(kind, self._tree, around, missing)
            if not fresh and not again:
                break
        return subject

    def _take(self) -> None:
        """Look at what the feed has."""
        self._changes.take()
        rows = list(self._lease.store.rows.values())
        row = next((row for row in rows if row.ref.uid == self.ref.uid), rows[0] if rows else None)
        if row is not None and row is not self._row:
            if self.ref.uid and row.ref.uid != self.ref.uid:
                self.notice = f"{self.ref} was replaced: this is another object of the same name"
            elif self.notice and row.ref.uid == self.ref.uid:
                self.notice = ""
            self._row, self._tree, self._unreadable = row, {}, ""
            try:
                self._tree = row.tree()
            except TooDeepError as error:
                self._unreadable = str(error)
            self.ref = self.ref if self.ref.uid else row.ref
        elif row is None and self._row is not None and isinstance(self._lease.state, Live):
            self.notice = f"{self.ref} is gone: this is the last that was known of it"

    @property
    def _nothing(self) -> str:
        return f"There is no {self.kind.singular or self.kind.plural} {self.ref}"

    def retry(self) -> None:
        """Ask the server now."""
        self._lease.retry()
        self._neighbours.retry()

    @property
    def settled(self) -> bool:
        """Whether everything wanted has come, or cannot."""
        return not isinstance(self._lease.state, Syncing) and self._neighbours.settled

    def close(self) -> None:
        """Give the feeds back."""
        for end in self._ends:
            end()
        self._neighbours.close()
