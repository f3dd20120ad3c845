"""What the page of logs says of itself: how true it is, how many, and what of that fits into its top row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from k8stui.cluster.states import Denied, Live, Polling, Stale, Syncing
from k8stui.cluster.verdicts import No
from k8stui.model.columns import Tone
from k8stui.model.duration import human
from k8stui.model.kinds import PODS
from k8stui.model.logs.entry import Mark
from k8stui.model.sentences import counted
from k8stui.operations.logs.facts import ending
from k8stui.operations.logs.sources import Source, Stage
from k8stui.screens.logs.viewed import extent, name
from k8stui.widgets.cells import cell_len, shorten

if TYPE_CHECKING:
    from k8stui.cluster.session import Session
    from k8stui.model.logs.target import Target
    from k8stui.screens.logs.log import Log
    from k8stui.screens.logs.looking import Looking
    from k8stui.widgets.log_view import LogView

GAP = "  "
LEFT = 24
"""Cells of the top row that are kept for where one is."""
MARGINS = 8
"""And for the sign and what stands between, where a reason is told: the status line would cut it."""
LONGEST = 30
"""Cells of a filter that the top row shows."""


def ticking(log: Log, session: Session) -> bool:
    """Whether how true the page is reads differently as time goes by."""
    broken = [source for source in log.chosen if source.stage is Stage.BROKEN]
    if broken:
        return not _refused(broken[0], session)
    return isinstance(log.follow.state, Stale) and log.follow.state.since is not None


def freshness(log: Log, session: Session) -> tuple[str, Tone]:
    """How true the page is, the worst first: refused, cut off, waiting, ended, live."""
    state, sources = log.follow.state, log.chosen
    if isinstance(state, Denied):
        return f"denied: {state.verb} {state.kind.resource}", Tone.BAD
    broken = [source for source in sources if source.stage is Stage.BROKEN]
    if broken:
        return _broken(broken, len(sources), session), Tone.BAD
    if isinstance(state, Stale):
        age = f" {human(max(0.0, session.now() - state.since))}" if state.since is not None else ""
        return f"pods stale{age}: {state.why}", Tone.BAD
    if not sources:
        looking = isinstance(state, Syncing) or not log.follow.looked
        nobody = "no such container" if log.follow.misnamed else "no pods"
        return "looking for pods" if looking else nobody, Tone.CHANGING
    return _calm(sources)


def troubles(log: Log) -> list[str]:
    """What is to be told once, one sentence each: a pattern that takes too long, and why logs cannot be read."""
    state = log.follow.state
    denied = [state.why] if isinstance(state, Denied) else []
    broken = sorted({source.why for source in log.chosen if source.stage is Stage.BROKEN})
    return [each for each in (log.shown.trouble, *denied, *broken[:1]) if each]


def _broken(broken: Sequence[Source], many: int, session: Session) -> str:
    first = broken[0]
    part = f"{len(broken)} of {many} " if many > 1 else ""
    if _refused(first, session):
        return f"{part}denied: get pods/log"
    age = session.now() - min(source.at for source in broken)
    return f"{part}reconnecting{f' {human(age)}' if age >= 1 else ''}: {first.why}"


def _refused(source: Source, session: Session) -> bool:
    return isinstance(session.access.remembered("get", PODS, source.pod.namespace, "", "log"), No)


def _calm(sources: Sequence[Source]) -> tuple[str, Tone]:
    stages = Counter(source.stage for source in sources)
    if stages[Stage.LIVE]:
        waits = f" · {stages[Stage.WAITING]} waiting" if stages[Stage.WAITING] else ""
        return f"live{waits}", Tone.OK
    if stages[Stage.OPENING]:
        return "opening", Tone.CHANGING
    if stages[Stage.WAITING]:
        return _waits(next(source for source in sources if source.stage is Stage.WAITING)), Tone.CHANGING
    return "ended", Tone.MUTED


def _waits(source: Source) -> str:
    """`waiting: CrashLoopBackOff, exited 137 OOMKilled`; the whole sentence stands elsewhere."""
    said = [source.word or source.why, ending(source.exit) if source.word and source.exit is not None else ""]
    why = ", ".join(text for text in said if text)
    return f"waiting: {why}" if why else "waiting"


def parts(log: Log, looking: Looking, view: LogView, session: Session) -> list[tuple[int, str]]:
    """What the top row would say if there were room, each with its rank (see `fitted`)."""
    filtered = ""
    if log.shown.filtered:
        text = f"/{shorten(looking.text, LONGEST)}/ " if looking.text else ""
        filtered = f"{text}{log.shown.count:,} of {log.book.lines:,}"
    return [
        (0, name(log.viewed)),
        (4, crowd(log) if log.sources else ""),
        (6, extent(log.viewed.options, session.settings.logs.tail)),
        (2, filtered),
        (5, looking.least),
        (3, f"{log.book.dropped:,} dropped" if log.book.dropped else ""),
        (0, "" if view.following else f"paused +{view.behind:,}"),
    ]


def place(target: Target) -> str:
    """The namespace, or that there are several."""
    if target.namespace is not None:
        return target.namespace
    named = [*target.pods, *([target.owner] if target.owner is not None else [])]
    namespaces = {ref.namespace for ref in named}
    return namespaces.pop() if len(namespaces) == 1 else "all namespaces"


def findings(log: Log, view: LogView) -> list[str]:
    """What looking through the lines has come to."""
    shown = log.shown
    said = ["memory full: held at the server, G goes on"] if log.hold.held else []
    said += [] if shown.done else [f"looking, {shown.progress:.0%}"]
    if shown.query is not None and (shown.found or shown.done):
        lines = "line" if len(shown.found) == 1 else "lines"
        text = f"“{shorten(shown.query.text, LONGEST)}”"
        found = f"{text}: {view.place} {lines}, n next, N previous"
        said.append(found if shown.found else f"{text} is in no line that is shown")
    if log.mark_of(view.cursor) is Mark.RESTARTED:
        said.append("p puts in what it said before")
    if view.marks:
        said.append(f"{counted(len(view.marks), 'line')} marked")
    return [*said, held_up(log), silence(log), log.book.head]


def silence(log: Log) -> str:
    """Why no line stands there although containers run or have ended; "" where some do, or the reason stands above."""
    stages = {source.stage for source in log.chosen}
    read = sum(source.lines for source in log.chosen)
    if log.book.lines or waiting(log):
        return ""
    if read:
        return f"{counted(read, 'line')} read, which are put in order"
    if not stages or not stages <= {Stage.LIVE, Stage.ENDED}:
        return ""
    options = log.viewed.options
    if options.since or options.since_time or options.tail is not None:
        return f"Nothing to read ({extent(options, -1)}): O reads more"
    return "Nothing has been written yet" if Stage.LIVE in stages else "Nothing was written"


def held_up(log: Log) -> str:
    """What those wait for that wrote before and do not run, as a sentence; "" where somebody runs."""
    sources = log.chosen
    if not log.book.lines or any(source.stage is not Stage.WAITING for source in sources):
        return ""
    return next((source.why for source in sources if source.why), "")


def crowd(log: Log) -> str:
    """`6 pods · 12 containers`, `1 pod · 2 of 3 containers`: those that are followed, of all that have not ended."""
    chosen = log.chosen
    pods = {(source.pod.namespace, source.pod.name) for source in chosen}
    aside = sum(source.stage is Stage.ASIDE for source in log.sources)
    of = f"{len(chosen):,} of " if aside else ""
    return f"{counted(len(pods), 'pod')} · {of}{counted(len(chosen) + aside, 'container')}"


def room(width: int, fresh: str) -> int:
    """Cells of the top row for its title, beside how true the page is."""
    return width - min(LEFT, width // 4) - (MARGINS if ": " in fresh else 0) - cell_len(fresh)


def fitted(parts: Sequence[tuple[int, str]], room: int) -> tuple[str, list[str]]:
    """As many of the parts as fit beside each other, and the others.

    `parts`: each with its rank; the higher, the sooner it goes. Those of rank 0 stay.
    """
    kept = [part for part in parts if part[1]]
    left: list[str] = []
    while sum(cell_len(text) + len(GAP) for _, text in kept) - len(GAP) > room:
        victim = max(kept, key=lambda part: part[0])
        if victim[0] == 0:
            break
        kept.remove(victim)
        left.insert(0, victim[1])
    return GAP.join(text for _, text in kept), left


def waiting(log: Log) -> list[Source]:
    """Those that have no log yet, or cannot be read, and say why; none where there is something to read."""
    if log.book.lines:
        return []
    return [source for source in log.chosen if source.why and source.stage is not Stage.LIVE]


def absent(log: Log) -> str:
    """That there is nobody to follow, once that is sure; else ""."""
    target = log.viewed.target
    if log.sources or not log.follow.looked or not isinstance(log.follow.state, Live | Polling):
        return ""
    if log.follow.misnamed:
        return log.follow.misnamed
    where = f" in {target.namespace}" if target.namespace else ""
    if len(target.pods) == 1:
        return f"There is no {target.title}{where} any more; if it comes again it is followed"
    return f"{target.title}{where}: there are no pods; those that come are followed"
