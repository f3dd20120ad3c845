"""The parts of the rollout page as lines, cut so that all of them are in sight at once."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.model.sentences import counted
from k8stui.operations.rollouts.texts import pod_lines, pods_title
from k8stui.screens.log_tail import Tail
from k8stui.screens.rollout.feed import Reading
from k8stui.widgets.sentences import broken
from k8stui.widgets.symbols import Symbols

LEAST_LOG = 4
"""Lines of a log that go before the second sentence of a reason."""


ROOMY = 9
"""Lines for pods and difference from which both are shown."""


class Room(Struct, frozen=True):
    """Screen lines for each part."""

    table: int
    """With its header."""
    diff: int
    pods: int


def share(height: int, rows: int, diff: int, pods: int) -> Room:
    """How many lines each part gets of those below the headline, stacked.

    Revisions get a quarter, more where there is nothing else to show.
    Pods come before the diff: why it fails counts more; but the diff keeps a third where there is some room.

    Args:
        height: lines that there are.
        rows: revisions.
        diff: lines that the diff wants, with its title.
        pods: lines that the pods want.
    """
    table = 1 + max(1, min(rows, max(2, height // 4)))
    left = max(0, height - table)
    spare = max(0, min(left - diff - pods, rows + 1 - table))  # where all fits, no revision is out of sight
    table, left = table + spare, left - spare
    for_diff = min(diff, max(left // 3 if left >= ROOMY else 0, left - pods))
    return Room(table, for_diff, left - for_diff)


def head_lines(reading: Reading, notice: str, symbols: Symbols, width: int, most: int) -> list[Line]:
    """How it stands, what kubectl would say, and what holds it back: at most so many lines."""
    stand = reading.standing
    gone = [Line(notice, Tone.BAD, flows=True)] if notice else []
    words = Line(symbols.join(stand.tone, stand.words), stand.tone, flows=True)
    kubectl = [Line(f"  {stand.kubectl}", Tone.MUTED)] if stand.kubectl else []
    notes = [Line(f"  {line.text}", line.tone, flows=True) for line in stand.notes]
    warnings = [line for line in notes if line.tone is Tone.WARNING]
    others = [line for line in notes if line.tone is not Tone.WARNING]
    refused = [Line(f"  {text}", Tone.WARNING, flows=True) for text in reading.missing.values()]
    return fitted([*gone, words, *warnings, *kubectl, *refused, *others], width, most)


def diff_lines(title: str, lines: Sequence[Line], height: int) -> list[Line]:
    """The title and as much of the difference as there is room for, with what is left out counted."""
    if height <= 0:
        return []
    if not lines:
        return [Line(title, Tone.CHANGING), Line("  Their templates are the same", Tone.MUTED)][:height]
    if len(lines) + 1 <= height:
        return [Line(title, Tone.CHANGING), *lines]
    # With little room what differs counts more than what stands around it.
    told = [line for line in lines if line.text[:1] in "+-"]
    shown = told[: max(0, height - 2)]
    more = len(told) - len(shown)
    rest = counted(more, "more changed line") if more else f"{counted(len(lines) - len(told), 'line')} around them"
    return [Line(title, Tone.CHANGING), *shown, Line(f"  {rest}: d shows all", Tone.MUTED)][:height]


def pods_lines(
    reading: Reading, symbols: Symbols, now: float, width: int, height: int, *, wrap: bool = False
) -> list[Line]:
    """The pods of the newest revision: who is not well, why, and the last lines of the log; as much as fits.

    `wrap`: long lines of the log go on in the next one.
    """
    if "pods" in reading.missing:
        return fitted([Line("Pods", Tone.CHANGING), Line("  They may not be seen", Tone.MUTED)], width, height)
    title = Line(pods_title(reading.newest, reading.counts), Tone.CHANGING)
    spoken = reading.spoken
    if spoken is None:
        return fitted([title], width, height)
    if reading.of is not None and reading.newest is not None and reading.of.ref != reading.newest.ref:
        title = Line(f"{title.text}; not well of revision {reading.of.number}:", Tone.CHANGING)
    signs = {tone: symbols.of(tone) for tone in Tone}
    first, *others = pod_lines(reading.ill, spoken, signs, now)
    log = [line for tail in reading.tails for line in tail_lines(tail, spoken.ref.name, wrap=wrap)]
    return _arranged([title, first], others, list(reading.reasons), log, width, height)


def tail_lines(tail: Tail, pod: str, *, wrap: bool = False) -> list[Line]:
    """The end of a log under its title, or why it cannot be had."""
    which = f"{pod}/{tail.container}{' (previous run)' if tail.previous else ''}"
    if tail.error:
        return [Line(f"Log of {which}: {tail.error}", Tone.WARNING, flows=True)]
    if not tail.lines:
        return [Line(f"The log of {which} is empty", Tone.MUTED)]
    quoted = (Line(f"  │ {text.expandtabs(4)}", flows=wrap) for text in tail.lines)
    return [Line(f"Last lines of {which}:", Tone.CHANGING, flows=wrap), *quoted]


def _arranged(
    top: list[Line], others: list[Line], reasons: list[Line], log: list[Line], width: int, height: int
) -> list[Line]:
    """First the pod, its first reason and the end of its log; then what else there is room for."""
    left = height - rows(top, width)
    least = reasons[:1]
    log_rows = min(rows(log, width), max(left - rows(least, width), left // 2), 1 + LEAST_LOG)
    kept = fitted(reasons, width, max(0, left - log_rows))
    left -= rows(kept, width) + log_rows
    named = fitted(others, width, max(0, left))
    left -= rows(named, width)
    found = fitted([*top, *named, *kept, *_ending(log, width, log_rows + max(0, left))], width, height)
    return [replace(line, target=None) for line in found]  # no key of this page leads there but p


def _ending(log: list[Line], width: int, height: int) -> list[Line]:
    """The title of a log and as many of its last lines as fit."""
    if rows(log, width) <= height:
        return log
    title = log[:1] if height > 1 else []
    kept: list[Line] = []
    left = height - rows(title, width)
    for line in reversed(log[1:] if title else log):
        left -= rows([line], width)
        if left < 0:
            break
        kept.insert(0, line)
    return [*title, *kept]


def fitted(lines: Sequence[Line], width: int, height: int) -> list[Line]:
    """The first lines that fit into so many screen lines."""
    kept: list[Line] = []
    left = height
    for line in lines:
        left -= _rows(line, width)
        if left < 0:
            break
        kept.append(line)
    return kept


def rows(lines: Sequence[Line], width: int) -> int:
    """How many screen lines they take."""
    return sum(_rows(line, width) for line in lines)


def _rows(line: Line, width: int) -> int:
    return len(broken(line.text, max(2, width))) if line.flows else 1
