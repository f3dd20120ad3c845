"""Why there is no log yet: what each container waits for, and what the cluster says of its pod."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from k8stui.cluster.queries import Query
from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.model.duration import age
from k8stui.model.event_row import WARNING
from k8stui.model.kinds import EVENTS
from k8stui.operations.logs.sources import Stage
from k8stui.screens.logs.words import absent, waiting
from k8stui.widgets.text_view import TextView

if TYPE_CHECKING:
    from k8stui.cluster.feeds import Lease
    from k8stui.cluster.session import Session
    from k8stui.model.event_row import Event
    from k8stui.operations.logs.sources import Source
    from k8stui.screens.logs.log import Log
    from k8stui.widgets.symbols import Symbols

PODS = 3
"""Pods whose events are read: one tells what holds up all of a workload."""
EACH = 3
"""Events that are shown of a pod."""


def alike(sources: Sequence[Source]) -> str:
    """One sentence for all of them, where the streams of several pods broke for one reason; else ""."""
    pods = {(source.pod.namespace, source.pod.name) for source in sources}
    whys = {source.why if source.stage is Stage.BROKEN else "" for source in sources}
    if len(pods) < 2 or len(whys) > 1 or "" in whys:
        return ""
    others = "another one" if len(sources) == 2 else f"{len(sources) - 1} others"
    return f"{sources[0].name} and {others}: {sources[0].why}"


class Waiting:
    """Reads the events of pods that have no log, as long as they have none.

    Args:
        session: of the context.
        changed: called when there is something new.
    """

    def __init__(self, session: Session, changed: Callable[[], None]) -> None:
        self._session = session
        self._changed = changed
        self._open: dict[tuple[str, str], tuple[Lease[Event], list[Callable[[], Any]]]] = {}

    def lines(self, sources: Sequence[Source], most: int) -> list[Line]:
        """What to show, in so many lines at most; events of other pods are not read any more."""
        if same := alike(sources):
            self.close()
            return [Line(same, Tone.WARNING, flows=True)]
        pods = list(dict.fromkeys((source.pod.namespace, source.pod.name) for source in sources))[:PODS]
        self._want(pods)
        lines: list[Line] = []
        told: set[str] = set()
        for pod in pods:
            for source in (each for each in sources if (each.pod.namespace, each.pod.name) == pod):
                lines.append(Line(f"{source.name}: {source.why}", Tone.WARNING, flows=True))
            for event in self._events(pod):
                if event.message not in told:  # the same of each pod of a workload
                    told.add(event.message)
                    lines.append(self._line(event))
        named = set(pods)
        rest = [source for source in sources if (source.pod.namespace, source.pod.name) not in named]
        lines += [Line(f"{source.name}: {source.why}", Tone.WARNING, flows=True) for source in rest]
        if len(lines) > most:
            lines[max(0, most - 1) :] = [Line(f"and {len(lines) - most + 1} more: L lists them", Tone.MUTED)]
        return lines

    def _line(self, event: Event) -> Line:
        ago = age(event.last or event.first, self._session.now())
        tone = Tone.BAD if event.type == WARNING else Tone.MUTED
        return Line(f"  {event.reason}: {event.message} ({ago} ago)", tone, flows=True)

    def _events(self, pod: tuple[str, str]) -> list[Event]:
        lease, ends = self._open[pod]
        ends[0]()
        return sorted(lease.store.rows.values(), key=lambda event: event.at)[-EACH:]

    def _want(self, pods: Sequence[tuple[str, str]]) -> None:
        for pod in [pod for pod in self._open if pod not in pods]:
            for end in self._open.pop(pod)[1]:
                end()
        for namespace, name in pods:
            if (namespace, name) not in self._open:
                fields = f"involvedObject.kind=Pod,involvedObject.name={name}"
                lease = self._session.feeds.open(Query(EVENTS, namespace, fields=fields))
                changes = lease.store.subscribe(self._changed)
                self._open[namespace, name] = (lease, [changes.take, changes.close, lease.close])

    def close(self) -> None:
        """Read nothing more."""
        self._want(())


class Why(TextView, can_focus=False):
    """Stands above the lines and says why there are none, as long as there are none.

    Args:
        session: of the context.
        symbols: of the terminal.
        changed: called when there is something new.
    """

    def __init__(self, session: Session, symbols: Symbols, changed: Callable[[], None]) -> None:
        super().__init__(symbols=symbols, wrap=True)
        self.display = False
        self._waiting = Waiting(session, changed)
        self._high = 0

    def tell(self, log: Log, most: int) -> None:
        """Say it in so many lines at most."""
        idle, nobody = waiting(log), absent(log)
        if idle:
            lines = self._waiting.lines(idle, most)
        else:
            lines = [Line(nobody, Tone.MUTED, flows=True)] if nobody else []
            self._waiting.close()
        if lines != self.lines:
            self.show(lines)
        height = min(self.rows, most) if lines else 0
        if height != self._high:
            self._high = height
            self.display = bool(lines)
            self.styles.height = height

    def close(self) -> None:
        """Read nothing more."""
        self._waiting.close()
