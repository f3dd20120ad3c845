"""What the parts of a drain share: its rows, its door, what holds it up, and waiting that anybody may end."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from msgspec import structs

from k8stui.clock import Clock
from k8stui.model.columns import Tone
from k8stui.model.kinds import Ref
from k8stui.operations.drain.plan import Plan, PodPlan
from k8stui.operations.drain.rows import Phase, PodRow
from k8stui.operations.gateway import Consent, ConsentError, Gateway
from k8stui.operations.jobs.records import RecordFile
from k8stui.operations.mutation import Mutation
from k8stui.operations.outcomes import Outcome, Result

if TYPE_CHECKING:
    from k8stui.cluster.session import Session

IN_FLIGHT: Final = 10
"""Requests of one job that are under way at the same time."""
DRAIN: Final = "*"
"""The bell of the drain itself."""
DOUBTFUL: Final = 30.0
"""Seconds after a lost connection in which a refused right is asked about again: a server that starts knows no roles
yet."""


class Bell:
    """Waiting for a time, which `ring` ends; rung while nobody waits, it ends the next wait at once."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Whoever waits goes on."""
        self._rung.set()

    async def rest(self, seconds: float | None = None) -> None:
        """Return after so many seconds (None: not by itself), or when it is rung."""
        waits: list[asyncio.Future[Any]] = [asyncio.ensure_future(self._rung.wait())]
        if seconds is not None:
            waits.append(asyncio.ensure_future(self._clock.sleep(max(0.0, seconds))))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        self._rung.clear()


class Board:
    """One drain, as its parts see it.

    Args:
        plan: what was agreed on.
        session: whose server's time counts.
        gateway: sends.
        clock: for waiting.
        record: what is seen of pods goes there; None: nowhere.
        changed: called when a row reads differently.
    """

    def __init__(
        self,
        plan: Plan,
        session: "Session",
        gateway: Gateway,
        clock: Clock,
        record: RecordFile | None,
        changed: Callable[[], None],
    ) -> None:
        self.plan, self.options = plan, plan.options
        self.session, self.gateway, self.clock = session, gateway, clock
        self.record, self.changed = record, changed
        self.errors: list[str] = []
        self.rows: dict[str, PodRow] = {}
        """By uid."""
        self.gate = asyncio.Semaphore(IN_FLIGHT)
        self.held = False
        """Nothing new begins."""
        self.ending = False
        """Nothing new begins any more."""
        self.deadlines: dict[str, float] = {}
        """When the time of a node is up, by name; epoch seconds."""
        self.lost = 0.0
        """When the server was last away; epoch seconds."""
        self._held_since = self._idle = 0.0
        self._agreed = {node.ref.uid for node in plan.nodes}
        self._bells: dict[str, Bell] = {}
        for each in plan.rows:
            self.add(each)

    def now(self) -> float:
        """The server's time, seconds since the epoch."""
        return self.session.now()

    def add(self, plan: PodPlan, *, agreed: bool = True) -> None:
        """One more pod; what is not agreed on is only shown."""
        goes = plan.goes and agreed
        if goes:
            self._agreed.add(plan.ref.uid)
        phase = Phase.WAITING if goes else Phase.LEFT if plan.error or plan.goes else Phase.STAYS
        says = "" if goes else plan.text
        self.rows[plan.ref.uid] = PodRow(plan=plan, phase=phase, since=self.now(), says=says, tone=plan.tone)
        self.changed()

    def become(self, uid: str, **fields: Any) -> PodRow:
        """A row reads differently; with a new phase it begins now unless `since` says otherwise."""
        old = self.rows[uid]
        if "phase" in fields and fields["phase"] is not old.phase:
            fields = {"since": self.now(), "says": "", "again": 0.0} | fields
        row = structs.replace(old, **fields)
        if row != old:
            self.rows[uid] = row
            if row.phase is not old.phase and row.phase.settled and self.record is not None:
                self.record.saw(row.plan.ref, row.phase.value, row.text(self.now()))
            self.changed()
        return row

    def revive(self, row: PodRow) -> None:
        """A pod that failed has another chance, with the whole time of its node."""
        if self.options.timeout > 0:
            self.deadlines[row.plan.node] = self.now() + self.options.timeout
        self.become(row.plan.ref.uid, phase=Phase.WAITING, tone=Tone.CHANGING)

    def bell(self, name: str) -> Bell:
        """The one that ends the waiting for a pod (by uid) or for the drain itself (by any other name)."""
        if name not in self._bells:
            self._bells[name] = Bell(self.clock)
        return self._bells[name]

    def ring(self) -> None:
        """Everybody looks again: it goes on, it ends, or the server is back."""
        for bell in self._bells.values():
            bell.ring()

    def is_held(self) -> bool:
        """`held`, as it is now."""
        return self.held

    def late(self, node: str) -> bool:
        """Whether the time of a node is up; while the drain is held up it stands still."""
        return not self.held and node in self.deadlines and self.now() >= self.deadlines[node]

    def hold(self) -> None:
        """Begin nothing new, until `release`."""
        if not self.held:
            self.held, self._held_since = True, self.now()

    def release(self) -> None:
        """Go on: every node gets as much longer as nothing was done."""
        if self.held:
            seconds = self.now() - self._held_since
            self.held, self._idle = False, self._idle + seconds
            self.deadlines = {name: until + seconds for name, until in self.deadlines.items()}
            self.ring()

    def idle(self, now: float) -> float:
        """Seconds in which it was held up so far."""
        return self._idle + (now - self._held_since if self.held else 0.0)

    def wait_for(self, node: str, says: str) -> None:
        """The pods of a node wait, and say for what."""
        for uid, row in list(self.rows.items()):
            if row.plan.node == node and row.phase is Phase.WAITING:
                self.become(uid, says=says)

    def leave(self) -> None:
        """What is not settled stays where it is."""
        refused = {node.ref.name for node in self.plan.nodes if node.errors}
        for uid, row in list(self.rows.items()):
            if not row.phase.settled:
                why = (
                    "nothing was done on its node"
                    if row.plan.node in refused
                    else "the drain was ended before its turn"
                )
                self.become(uid, phase=Phase.LEFT, says=f"left: {why}")

    async def send(self, mutation: Mutation) -> Outcome:
        """Send what the plan's consent covers: something about one of its nodes, or about a pod that goes.

        Raises ConsentError: it is about something else.
        """
        if mutation.target.uid not in self._agreed:
            raise ConsentError(f"{mutation.says}: the plan does not hold it")
        outcome = await self.gateway.apply(mutation, Consent(mutation.target.uid, mutation.request.digest))
        if outcome.result is Result.REFUSED and self._doubtful(outcome):
            self.session.access.refresh()
        if outcome.error is not None and not outcome.error.status:
            self.away()
        return outcome

    def away(self) -> None:
        """The server does not answer now."""
        self.lost = self.now()

    @property
    def just_back(self) -> bool:
        """Whether the server was away a moment ago."""
        return bool(self.lost) and self.now() - self.lost < DOUBTFUL

    def _doubtful(self, outcome: Outcome) -> bool:
        return self.just_back and (outcome.error is None or outcome.error.lacks_right)

    def fail(self, ref: Ref, sentence: str, **fields: Any) -> None:
        """A pod is not got rid of: the row and the drain say why."""
        self.errors.append(sentence)
        self.become(ref.uid, phase=Phase.FAILED, **fields)
