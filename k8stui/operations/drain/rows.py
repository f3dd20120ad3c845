"""What has become of each pod of a drain, as the screen and the report say it."""

from collections.abc import Iterable
from enum import Enum
from types import MappingProxyType

from msgspec import Struct

from k8stui.model.columns import Tone
from k8stui.model.duration import human
from k8stui.model.sentences import counted
from k8stui.operations.drain.plan import PodPlan


class Phase(Enum):
    """How far a pod is."""

    WAITING = "waiting"
    """Its turn has not come, or the drain is paused."""
    EVICTING = "evicting"
    """It was asked to go, and the answer is awaited."""
    REFUSED = "refused"
    """Not now: it is tried again at `PodRow.again`."""
    TERMINATING = "terminating"
    """It ends."""
    GONE = "gone"
    STAYS = "stays"
    """It was never to go, or is overdue and not waited for: the drain is done with it."""
    FAILED = "failed"
    """It is still there, and nothing is tried any more."""
    LEFT = "left"
    """It is still there, for the drain ended before its turn, or it came after the plan was made."""

    @property
    def settled(self) -> bool:
        """Whether the drain has nothing more to do about it."""
        return self in (Phase.GONE, Phase.STAYS, Phase.FAILED, Phase.LEFT)


WORST = (
    *(Phase.FAILED, Phase.REFUSED, Phase.LEFT, Phase.TERMINATING, Phase.EVICTING),
    *(Phase.WAITING, Phase.GONE, Phase.STAYS),
)
"""In which order rows stand."""
_RANK = MappingProxyType({phase: rank for rank, phase in enumerate(WORST)})


class PodRow(Struct, frozen=True, kw_only=True):
    """One pod of a drain. All times are epoch seconds by the server's clock; texts are clean."""

    plan: PodPlan
    phase: Phase
    since: float
    """When this phase began; of a pod that ends, when it was told to."""
    again: float = 0.0
    """When it is tried again; 0: not by itself."""
    tries: int = 0
    """Evictions sent."""
    says: str = ""
    """What there is to say besides: why it is refused or failed, why it stays."""
    tone: Tone = Tone.PLAIN
    asked: float = 0.0
    """When its going was asked for first; 0: not yet."""
    took: float = 0.0
    """Seconds from then to its being gone."""
    heir: str = ""
    """Who came in its place: `web-78f9-drjm8 on worker-5 (Running)`."""
    lost: float = 0.0
    """When its node was last heard of, where the connection is lost: the row may be out of date. 0: it is live."""

    def text(self, now: float, *, held: bool = False) -> str:
        """What has become of it: `refused by budget cart (0 allowed), again in 3 s · 4 tries`.

        `held`: the drain is paused, so that nothing is tried when it is due.
        """
        said = self._said(now, held)
        if self.lost and not self.phase.settled:
            return f"{said} · as of {human(max(0.0, now - self.lost))} ago, the connection is lost"
        return said

    def _said(self, now: float, held: bool) -> str:
        match self.phase:
            case Phase.REFUSED:
                when = "again after the pause" if held else _again(self.again - now)
                return f"{self.says}, {when} · {counted(self.tries, 'try', 'tries')}"
            case Phase.TERMINATING:
                return _ending(now - self.since, self.plan.grace, self.says)
            case Phase.GONE:
                return _gone(self)
            case Phase.EVICTING:
                return self.says or "evicting"
            case Phase.WAITING:
                return self.says or "waiting for its turn"
        return self.says or self.phase.value


def _again(seconds: float) -> str:
    return f"again in {max(1, round(seconds))} s" if seconds > 0 else "again now"


def _ending(passed: float, grace: int, says: str) -> str:
    """`terminating 12 s of 30`; past its grace how far past it is."""
    whole = max(0, int(passed))
    late = whole - grace
    said = f"terminating {whole} s of {grace}" if late <= 1 else f"terminating, overdue by {human(late)}"
    return f"{said}: {says}" if says else said


def _gone(row: PodRow) -> str:
    """`gone after 31 s, replaced by web-78f9-drjm8 on worker-5 (Running)`."""
    said = f"gone after {round(row.took)} s" if row.tries or row.took else "gone"
    return ", ".join(part for part in (said, row.says, f"replaced by {row.heir}" if row.heir else "") if part)


def ordered(rows: Iterable[PodRow]) -> list[PodRow]:
    """The worst first."""
    return sorted(rows, key=lambda row: (_RANK[_place(row)], row.plan.node, str(row.plan.ref)))


def _place(row: PodRow) -> Phase:
    """What is tried once more keeps its place: rows that change theirs at each try cannot be read."""
    return Phase.REFUSED if row.phase is Phase.EVICTING and row.tries > 1 else row.phase


def go_duration(seconds: float) -> str:
    """As Go writes a duration, and so kubectl's messages: `7s`, `1m30s`, `1h0m0s`, `500ms`."""
    if 0 < seconds < 1:
        return f"{seconds * 1000:g}ms"
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(minutes), 60)
    said = f"{rest:g}s"
    if minutes or hours:
        said = f"{minutes}m{said}"
    return f"{hours}h{said}" if hours else said
