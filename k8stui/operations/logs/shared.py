"""What the streams of one view share."""

from collections.abc import Callable

from msgspec import Struct, field

from k8stui.cluster.session import Session
from k8stui.model.logs.entry import Entry, Mark
from k8stui.model.logs.options import LogOptions
from k8stui.model.times import clock_time, zone_of
from k8stui.operations.logs.cuts import Cuts
from k8stui.operations.logs.lines import SECOND, Stamps
from k8stui.operations.logs.merging import Merge
from k8stui.operations.logs.sources import Source, Stage


class Shared(Struct):
    """The wire, what is asked for, and where lines go."""

    session: Session
    options: LogOptions
    tail: int
    """Lines of each container at first, where the options do not say."""
    merge: Merge
    tell: Callable[[], None]
    """Something about a source changed."""
    cuts: Cuts
    """Streams that were cut together are told of together."""
    heard: Callable[[], None] = lambda: None
    """Told of everything that comes from a stream."""
    stamps: Stamps = field(default_factory=Stamps)
    troubles: set[str] = field(default_factory=set)
    """What was said of the connection as a whole: not for each of fifty streams."""

    def now(self) -> int:
        """The server's time in nanoseconds since the epoch."""
        return int(self.session.now() * SECOND)

    def mark(self, source: Source | None, mark: Mark, text: str, at: int = 0) -> None:
        """A marker behind the lines of a source; None: of all."""
        number, name = (source.number, source.name) if source is not None else (-1, "Logs")
        self.merge.mark(Entry(at or self.now(), number, f"{name} {text}", mark))

    def become(self, source: Source, stage: Stage, why: str = "") -> None:
        """How a source stands now."""
        if (source.stage, source.why) != (stage, why):
            if stage is not source.stage:
                source.at = self.session.now()
            source.stage, source.why = stage, why
            self.tell()

    def clock(self, at: int) -> str:
        """`10:41:58.120`, in the zone of the settings."""
        zone = zone_of(self.session.settings.times)
        return f"{clock_time(at / SECOND, zone)}.{at % SECOND // 1_000_000:03}"
