"""Events as lines of a table: one by one, or all of one reason about one object (or about many of one owner)."""

from math import exp, log

from msgspec import Struct, structs

from k8stui.model.columns import Column, Comparable, Tone
from k8stui.model.duration import age
from k8stui.model.event_row import WARNING, Event, target
from k8stui.model.kinds import Ref
from k8stui.model.object_columns import NAME, NAMESPACE
from k8stui.model.order import by_age
from k8stui.model.shared import Labels

MEMORY = 300.0
"""Seconds that the rate looks back over, as a load average does: what happened so long ago counts a third."""
LEAST = 60.0
"""Seconds: a rate is never measured over less."""


class EventLine(Struct, frozen=True, gc=False, kw_only=True):
    """One event, or a group of them."""

    ref: Ref
    """The event that stands for the group: the same one as long as that exists."""
    event: Event
    """The newest: its type, reason and message are shown."""
    count: int
    """How often all that happened."""
    first: float | None
    last: float | None
    """Epoch seconds."""
    weight: float
    """Occurrences, each worth exp(-age / MEMORY), as of `at` (see `rate`)."""
    at: float
    stem: str = ""
    """Of a folded storm: how the names of its objects begin."""
    objects: int = 1
    """About how many objects it is."""

    @property
    def version(self) -> str:
        """The newest event's resourceVersion."""
        return self.event.version

    @property
    def about(self) -> Ref:
        """The object; of a storm the newest event's."""
        return self.event.about

    @property
    def labels(self) -> Labels:
        """What filters like `reason=BackOff,kind=Pod` look at; then the event's own labels."""
        event = self.event
        own = {"reason": event.reason, "type": event.type, "kind": event.about.kind.kind, "name": event.about.name}
        return tuple(sorted((dict(event.labels) | own | {"namespace": event.about.namespace}).items()))


def weight(event: Event) -> float:
    """How much its occurrences are worth at its last one, for `rate`.

    The API tells of an event how often it happened, first and last: they are taken to be evenly spread between.
    """
    if event.count < 2 or event.first is None or event.last is None:
        return float(event.count)
    span = max(0.0, event.last - event.first) / MEMORY
    return 1.0 + (event.count - 1) * ((1 - exp(-span)) / span if span > 1e-6 else 1.0)


def faded(value: float, seconds: float) -> float:
    """A weight so many seconds later."""
    return value * exp(-max(0.0, seconds) / MEMORY)


def rate(line: EventLine, now: float) -> float:
    """Occurrences a minute, over about the last five minutes, like a load average: older ones count less and less.

    For what has not gone on for so long yet it is the mean of its life, of a minute at least; without that a storm
    that has just begun would read far too low.
    """
    since = LEAST if line.first is None else max(LEAST, now - line.first)
    return 60.0 * faded(line.weight, now - line.at) / (MEMORY * (1 - exp(-since / MEMORY)))


def rate_text(line: EventLine, now: float) -> str:
    """`14`, `3.1`, `0` when it is over; empty for what happened once."""
    if line.count < 2:
        return ""
    value = rate(line, now)
    return f"{value:,.0f}" if value >= 9.95 or value < 0.05 else f"{value:.1f}"


def object_text(line: EventLine) -> str:
    """`pod/web-0` as `kubectl get events` has it; of a storm `pod/web-78f9-* (12 objects)`."""
    if line.objects == 1:
        return target(line.about)
    return f"{line.about.kind.kind.lower()}/{line.stem}-* ({line.objects:,} objects)"


def search_text(line: EventLine) -> str:
    """What a filter looks at."""
    event = line.event
    return " ".join((event.ref.namespace, event.type, event.reason, object_text(line), event.message, event.source))


def tone(line: EventLine, now: float) -> Tone:
    """Warnings stand out."""
    return Tone.WARNING if line.event.type == WARNING else Tone.PLAIN


def _rate_order(line: EventLine) -> Comparable:
    """By the rate at the last occurrence, faded since: the same order at any time."""
    if line.count < 2 or line.weight <= 0:
        return (True, 0.0)
    return (False, log(rate(line, line.at)) + line.at / MEMORY)


def _type_order(line: EventLine) -> Comparable:
    """Warnings first, the newest of them first."""
    return (line.event.type != WARNING, -line.event.at)


COLUMNS: tuple[Column[EventLine], ...] = (
    structs.replace(NAMESPACE, keep=5),
    Column(
        title="LAST SEEN",
        text=lambda line, now: age(line.last, now),
        order=lambda line: by_age(line.last),
        right=True,
        width=9,
        most=10,
        keep=8,
    ),
    Column(
        title="TYPE",
        text=lambda line, now: line.event.type,
        order=_type_order,
        tone=tone,
        width=9,
        most=16,
        keep=6,
    ),
    Column(
        title="REASON",
        text=lambda line, now: line.event.reason,
        order=lambda line: line.event.reason,
        width=16,
        most=32,
        keep=8,
    ),
    Column(
        title="OBJECT",
        text=lambda line, now: object_text(line),
        order=object_text,
        width=20,
        most=80,
        keep=9,
        middle=True,
    ),
    Column(
        title="COUNT",
        text=lambda line, now: str(line.count),
        order=lambda line: line.count,
        right=True,
        width=5,
        most=12,
        keep=7,
    ),
    Column(
        title="RATE/MIN",
        text=rate_text,
        order=_rate_order,
        right=True,
        width=8,
        most=10,
        keep=4,
    ),
    Column(
        title="FIRST SEEN",
        text=lambda line, now: age(line.first, now),
        order=lambda line: by_age(line.first),
        right=True,
        width=10,
        most=11,
        keep=3,
    ),
    Column(
        title="MESSAGE",
        text=lambda line, now: line.event.message,
        order=lambda line: line.event.message,
        width=20,
        most=300,
        keep=6,
    ),
    Column(
        title="SUBOBJECT",
        text=lambda line, now: line.event.field_path,
        order=lambda line: line.event.field_path,
        width=9,
        most=48,
        keep=2,
        wide=True,
    ),
    Column(
        title="SOURCE",
        text=lambda line, now: line.event.source,
        order=lambda line: line.event.source,
        width=8,
        most=48,
        keep=2,
        wide=True,
    ),
    structs.replace(NAME, keep=1, wide=True),
)
"""As `kubectl get events -o wide` has them, with COUNT and FIRST SEEN in sight and RATE/MIN added. NAMESPACE is left
out by whoever shows one namespace alone."""
