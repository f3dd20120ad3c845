"""What containers write: made up when somebody reads it, so that a pod whose log nobody looks at costs nothing.

A line's moment and words follow from the run and its number alone; two readers see the same, and a follower gets new
lines as their moments come.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import partial
from random import Random
from time import gmtime, strftime

from msgspec import Struct

from k8stui.demo.clock import stamp
from k8stui.demo.controllers.world import World
from k8stui.demo.kubelet.runs import NEVER, Run, chance
from k8stui.demo.kubelet.styles import BY_IMAGE, PATHS, STYLES, Style
from k8stui.demo.runtime.logs import Logs
from k8stui.demo.storage.objects import Object

MOST = 400
"""Lines that a run is given when its log is read for the first time."""
MISSES = 3
"""So many times nobody waited for the next line: then nobody follows any more."""


class Span(Struct):
    """What is to be written of one run of a container."""

    pod: str
    uid: str
    container: str
    attempt: int
    started: float
    styles: tuple[Style, ...]
    says: tuple[str, ...] = ()
    last_words: tuple[str, ...] = ()
    ended: float = NEVER
    written: float = 0.0
    """Up to where its log is filled."""
    ticking: bool = False
    misses: int = 0


class Output:
    """The logs of all containers."""

    def __init__(self, world: World, logs: Logs) -> None:
        self.logs = logs
        self._world = world
        self._spans: dict[str, dict[tuple[str, int], Span]] = {}
        logs.on_read = self.read

    # ---- what the kubelets tell

    def started(self, pod: Object, run: Run) -> None:
        """A container began to run."""
        spans = self._spans.setdefault(pod["metadata"]["uid"], {})
        for key in [key for key in spans if key[0] == run.name and key[1] < run.attempt - 1]:
            del spans[key]
        spans[run.name, run.attempt] = self._span(pod, run)

    def _span(self, pod: Object, run: Run) -> Span:
        habit, meta = run.habit, pod["metadata"]
        names = habit.log if habit and habit.log else (style_of(run.image),)
        quiet = run.program is not None or bool(habit and habit.says)
        return Span(
            pod=meta["name"],
            uid=meta["uid"],
            container=run.name,
            attempt=run.attempt,
            started=run.started,
            written=run.started,
            styles=() if quiet and not (habit and habit.log) else tuple(STYLES[name] for name in names),
            says=habit.says if habit else (),
            last_words=habit.last_words if habit else (),
        )

    def ended(self, pod: Object, run: Run) -> None:
        """It ran no longer."""
        uid = pod["metadata"]["uid"]
        span = self._spans.get(uid, {}).get((run.name, run.attempt))
        if span is not None:
            span.ended = run.ended
            if not run.code or run.why == "OOMKilled" or run.code in (137, 143):
                span.last_words = ()
            if span.ticking:
                self._fill(span)
        self.logs.end(uid, run.name, run.attempt)

    def write(self, pod: Object, run: Run, line: str, at: float) -> None:
        """A line that is known."""
        self.logs.write(pod["metadata"]["uid"], run.name, run.attempt, line, at)

    def resumed(self, pod: Object, run: Run) -> None:
        """A run that began before the kubelet did: what `run` says of it, and of the one before."""
        spans = self._spans.setdefault(pod["metadata"]["uid"], {})
        span = self._span(pod, run)
        if run.ended:
            span.ended = run.ended
        spans[run.name, run.attempt] = span

    def drop(self, uid: str) -> None:
        """The pod is gone, and its logs."""
        self._spans.pop(uid, None)
        self.logs.drop(uid)

    # ---- what readers want

    def read(self, uid: str, container: str, attempt: int) -> None:
        """Somebody is about to read this run's log: fill it up to now, and go on while it is followed."""
        span = self._spans.get(uid, {}).get((container, attempt))
        if span is None or not (span.styles or span.says or span.last_words):
            return
        self._fill(span)
        span.misses = 0
        if not span.ticking and span.ended == NEVER:
            span.ticking = True
            self._tick_later(span)

    def _tick_later(self, span: Span) -> None:
        due = next((at for at, _ in self._slots(span, self._world.now)), NEVER)
        seconds = min(max(due - self._world.now, 0.05), 30.0)
        self._world.agenda.after(seconds * self._world.agenda.speed, partial(self._tick, span))

    def _tick(self, span: Span) -> None:
        span.misses = 0 if self.logs.followed(span.uid, span.container, span.attempt) else span.misses + 1
        if span.ended != NEVER or span.misses >= MISSES or span.uid not in self._spans:
            span.ticking = False
            return
        self._fill(span)
        self._tick_later(span)

    def _fill(self, span: Span) -> None:
        upto = min(self._world.now, span.ended)
        if upto <= span.written and span.ended == NEVER and span.written > span.started:
            return
        lines = list(self._lines(span, upto))
        for at, line in lines[-MOST:]:
            self.logs.write(span.uid, span.container, span.attempt, line, at)
        span.written = max(upto, span.written) + 1e-6
        if span.ended != NEVER:
            span.says = span.last_words = ()
            span.styles = ()
            self.logs.end(span.uid, span.container, span.attempt)

    def _lines(self, span: Span, upto: float) -> Iterator[tuple[float, str]]:
        if span.written <= span.started:
            opening = [line for style in span.styles for line in style.opening]
            for number, line in enumerate((*opening, *span.says)):
                at = span.started + 0.05 * (number + 1)
                yield at, self._filled(span, line, at, -number - 1)
        for at, line in self._slots(span, span.written):
            if at > upto:
                break
            yield at, line
        if span.ended != NEVER:
            for number, line in enumerate(span.last_words):
                at = span.ended - 0.01 * (len(span.last_words) - number)
                yield at, self._filled(span, line, at, -100 - number)

    def _slots(self, span: Span, since: float) -> Iterator[tuple[float, str]]:
        """The lines after this moment, or the last that anybody would want to see of them, without end."""
        speed = self._world.agenda.speed
        style = next((each for each in span.styles if each.lines), None)
        if style is None:
            return
        every = style.every / speed
        oldest = max(since, min(self._world.now, span.ended) - MOST * every)
        number = max(int((oldest - span.started) / every) - 1, 0)
        while True:
            at = span.started + (number + 1 + 0.8 * chance(span.uid, span.container, span.attempt, number)) * every
            if at > since:
                lines = style.lines
                pick = int(len(lines) * chance(span.uid, number) ** 2)
                yield at, self._filled(span, lines[pick], at, number)
            number += 1

    def _filled(self, span: Span, line: str, at: float, number: int) -> str:
        if "{" not in line:
            return line
        random = Random(f"{span.uid}/{span.container}/{span.attempt}/{number}")
        day = gmtime(at)
        fraction = int(at % 1 * 1000)
        return line.format(
            time=f"{strftime('%Y-%m-%d %H:%M:%S', day)}.{fraction:03d}",
            iso=f"{stamp(at)[:-1]}.{fraction:03d}Z",
            slashed=strftime("%Y/%m/%d %H:%M:%S", day),
            day=strftime("%d/%b/%Y:%H:%M:%S +0000", day),
            klog=f"I{strftime('%m%d %H:%M:%S', day)}.{fraction:03d}000",
            path=random.choice(PATHS),
            code=random.choice((200, 200, 200, 304, 404)),
            ms=random.randint(2, 90),
            size=random.randint(120, 9000),
            client=f"10.244.{random.randint(0, 7)}.{random.randint(2, 250)}",
            id=f"{random.getrandbits(48):012x}",
            n=random.randint(2, 40),
            pod=span.pod,
            container=span.container,
        )


def style_of(image: str) -> str:
    """The style of an image that the scenario says nothing of."""
    return next(name for pattern, name in BY_IMAGE if fnmatchcase(image, pattern))
