"""A workload's rollout, read live: the object, its revisions, its pods, and why the first of them that fails does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from k8stui.cluster.queries import Query
from k8stui.cluster.states import Denied, Live, Stale, State, Syncing
from k8stui.model import tree
from k8stui.model.codec import codec
from k8stui.model.document import Line, Subject, Want
from k8stui.model.kinds import PODS, Kind, Ref
from k8stui.model.objects import Object, ObjectRow
from k8stui.model.pods import Pod
from k8stui.model.reasons import pod_reasons
from k8stui.model.workload_row import Workload
from k8stui.operations.builders.revisions import Revision, listing, revisions
from k8stui.operations.rollouts.pods import Tally, by_revision, ill, newest, speaker, tally, told
from k8stui.operations.rollouts.texts import RevisionLine
from k8stui.operations.rollouts.words import Standing, standing
from k8stui.screens.freshness import worst
from k8stui.screens.log_tail import LastLines, Tail
from k8stui.screens.neighbours import Neighbours

if TYPE_CHECKING:
    from k8stui.cluster.feeds import Lease
    from k8stui.cluster.session import Session

_SELF = "rollout/pod"
"""The want of the whole object of the pod that is told of."""


class Reading(Struct, frozen=True, kw_only=True):
    """All of it, at one moment."""

    workload: Workload
    standing: Standing
    known: list[Revision] = []
    """The revisions, the newest first."""
    lines: list[RevisionLine] = []
    newest: Revision | None = None
    counts: Tally = Tally()
    """The pods of the newest one."""
    ill: list[Pod] = []
    """Those that are not well: of the newest revision, where there are none of the others."""
    spoken: Pod | None = None
    """The one whose reason is told."""
    of: Revision | None = None
    """The revision of those that are not well."""
    reasons: list[Line] = []
    tails: list[Tail] = []
    missing: Mapping[str, str] = {}
    """Why revisions or pods cannot be shown, by `revisions` and `pods`."""


class RolloutFeed:
    """Follows one workload by its uid; what is derived is made anew when it is asked for, from what has arrived.

    That costs as much as the one workload has pods, once a frame at most.

    Args:
        session: of the workload's context.
        ref: the workload.
        changed: called when there is something new to read.
    """

    def __init__(self, session: Session, ref: Ref, changed: Callable[[], None]) -> None:
        self.session = session
        self.ref = ref
        self.notice = ""
        """What happened to the workload: it is gone, or another one has its name."""
        self._changed = changed
        kind = session.kind(ref.kind.resource) or ref.kind
        query = Query(kind, ref.namespace or None, fields=f"metadata.name={ref.name}", objects=True)
        self._ends: list[Callable[[], None]] = []
        self._takes: list[Callable[[], object]] = []
        self._wants: tuple[Want, ...] = ()
        self._own: Lease[ObjectRow] = self._lease(query)
        self._below: Lease[ObjectRow] | None = None
        self._pods: Lease[Pod] | None = None
        self._row: ObjectRow | None = None
        self._tree: Object = {}
        self._workload: Workload | None = None
        self._made: tuple[object, ...] = ()
        self._known: list[Revision] = []
        self._spoken = ""
        self._last: Reading | None = None
        self._beside = Neighbours(session, changed)
        self._tails = LastLines(session, changed)

    def _lease(self, query: Query) -> Lease[Any]:
        lease = self.session.feeds.open(query)
        changes = lease.store.subscribe(self._changed)
        self._ends += [changes.close, lease.on_state(lambda _state: self._changed()), lease.close]
        self._takes.append(changes.take)
        return lease

    @property
    def row(self) -> Workload | None:
        """The workload as last seen."""
        return self._workload

    @property
    def state(self) -> State:
        """How fresh it is; what may not be seen is not counted: the page says so in its place."""
        own = self._own.state
        if isinstance(own, Denied):
            return own
        others = [lease.state for lease in (self._below, self._pods) if lease is not None]
        return worst([own, *(each for each in others if not isinstance(each, Denied))])

    @property
    def settled(self) -> bool:
        """Whether everything wanted was read at least once, or cannot be."""
        leases = [self._own, self._below, self._pods]
        states = [lease.state for lease in leases if lease is not None]
        return not any(isinstance(state, Syncing) for state in states) and self._beside.settled

    @property
    def why_empty(self) -> State:
        """The state of the workload's own feed: why there is nothing to show."""
        return self._own.state

    async def read(self) -> Reading | None:
        """How it all stands now; None before the workload was seen. Raises TooDeepError."""
        for take in self._takes:
            take()
        self._take()
        row, workload = self._row, self._workload
        if row is None or workload is None or self.notice:
            return self._last  # what it owned goes with it: the last that was known stays
        missing = self._missing()
        known, now = self._revisions(row), self.session.now()
        pods = list(self._pods.store.rows.values()) if self._pods is not None else []
        groups = by_revision(row.ref.uid, known, pods)
        seen = "pods" not in missing
        lines = [RevisionLine(each, tally(groups[each.ref.uid], now) if seen else told(each)) for each in known]
        top = newest(known)
        of, bad = _unwell(known, top, groups, now)
        spoken = speaker(bad, self._spoken, now)
        self._spoken = spoken.ref.uid if spoken is not None else ""
        reasons, tails = await self._why(spoken, row.ref)
        self._last = Reading(
            workload=workload,
            standing=standing(workload, self._tree, known, groups, now),
            known=known,
            lines=lines,
            newest=top,
            counts=next((line.tally for line in lines if top is not None and line.ref == top.ref), Tally()),
            ill=bad,
            spoken=spoken,
            of=of,
            reasons=reasons,
            tails=tails,
            missing=missing,
        )
        return self._last

    def _take(self) -> None:
        """Look at what the workload's feed has, and ask for what it leads to."""
        rows = list(self._own.store.rows.values())
        row = next((each for each in rows if each.ref.uid == self.ref.uid), rows[0] if rows else None)
        if row is None:
            if self._row is not None and isinstance(self._own.state, Live):
                self.notice = f"{self.ref} is gone: this is the last that was known of it"
            return
        if self.ref.uid and row.ref.uid != self.ref.uid:
            self.notice = f"{self.ref} was replaced by another one of its name: this is the last that was known of it"
            return
        self.notice = ""
        if row is not self._row:
            self._tree = row.tree()
            self._row, self._workload = row, codec(row.ref.kind).event(row.body)
            self.ref = row.ref
        if self._below is None:
            kind, labels = listing(row)
            place = row.ref.namespace
            self._below = self._lease(Query(self._kind(kind), place, labels, objects=True))
            self._pods = self._lease(Query(self._kind(PODS), place, labels))

    def _kind(self, kind: Kind) -> Kind:
        return self.session.kind(kind.resource) or kind

    def _revisions(self, row: ObjectRow) -> list[Revision]:
        """Made anew where one of the objects is another one."""
        rows = list(self._below.store.rows.values()) if self._below is not None else []
        made = (row, *rows)
        if len(made) != len(self._made) or any(a is not b for a, b in zip(made, self._made, strict=True)):
            self._known, self._made = revisions(row, rows), made
        return self._known

    def _missing(self) -> Mapping[str, str]:
        """Why revisions or pods cannot be shown."""
        leases = (("revisions", self._below), ("pods", self._pods))
        return {name: why for name, lease in leases if lease is not None and (why := _refused(lease))}

    async def _why(self, spoken: Pod | None, workload: Ref) -> tuple[list[Line], list[Tail]]:
        """Why the pod is not well, and the ends of its logs."""
        if spoken is None:
            self._beside.want(())
            return [], []
        own = Want.one(_SELF, PODS, spoken.ref.namespace, spoken.ref.name)
        pause = self.session.settings.timing.slice
        self._beside.want([own, *self._wants])
        around, missing = await self._beside.read(pause)
        pod = next((each for each in around.get(_SELF, ()) if tree.uid(each) == spoken.ref.uid), None)
        if pod is None:
            self._wants = ()
            return [], []
        wants = pod_reasons.wants(pod)
        if wants != self._wants:
            self._wants = wants
            if self._beside.want([own, *wants]):
                around, missing = await self._beside.read(pause)
        now = self.session.now()
        tails = self._tails.of(pod, now)
        subject = Subject(PODS, pod, around, missing)
        return pod_reasons.reasons(subject, {}, now, workload), tails

    def retry(self) -> None:
        """Ask the server now."""
        for lease in (self._own, self._below, self._pods):
            if lease is not None:
                lease.retry()
        self._beside.retry()
        self._tails.forget()

    def close(self) -> None:
        """Give the feeds back."""
        for end in self._ends:
            end()
        self._beside.close()
        self._tails.close()


def _refused(lease: Lease[Any]) -> str:
    """Why nothing of it was ever read; empty where something was, or is on its way."""
    state = lease.state
    never = isinstance(state, Denied) and not lease.store.rows
    never = never or (isinstance(state, Stale) and state.since is None)
    return state.why if never and isinstance(state, Denied | Stale) else ""


def _unwell(
    known: Sequence[Revision], top: Revision | None, groups: Mapping[str, list[Pod]], now: float
) -> tuple[Revision | None, list[Pod]]:
    """The pods that are not well of the newest revision that has such, and that revision."""
    ordered = [each for each in known if top is not None and each.ref == top.ref]
    ordered += [each for each in known if top is None or each.ref != top.ref]
    for each in ordered:
        found = ill(groups[each.ref.uid], now)
        if found:
            return each, found
    return top, []
