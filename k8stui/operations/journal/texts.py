"""The journal in words: how an entry ended, the whole of it, and all of it as notes of an incident or as commands."""

import re
from collections.abc import Iterator, Sequence
from datetime import tzinfo

from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.model.duration import age
from k8stui.model.sentences import counted
from k8stui.model.text import clean
from k8stui.model.times import moment, stamped
from k8stui.operations.journal.journal import Entry
from k8stui.operations.journal.taking_back import no_way, pending, shown
from k8stui.operations.outcomes import Result

LONGEST = 8_000
"""Characters of a command that are shown; patches may be long."""

_ENDS = {
    Result.DONE.value: ("done", Tone.OK),
    Result.REFUSED.value: ("refused", Tone.BAD),
    Result.GONE.value: ("gone", Tone.WARNING),
    Result.CONFLICT.value: ("conflict", Tone.WARNING),
    Result.UNKNOWN.value: ("unknown", Tone.BAD),
}


def ending(entry: Entry, now: float, *, ours: bool) -> tuple[str, Tone]:
    """How it ended, in a word.

    Args:
        entry: which.
        now: epoch seconds.
        ours: it is of this run.
    """
    if entry.undone:
        return "taken back", Tone.MUTED
    if entry.result:
        return _ENDS.get(entry.result, (clean(entry.result, 20), Tone.WARNING))
    return ("under way", Tone.CHANGING) if pending(entry, now, ours=ours) else ("cut off", Tone.BAD)


def told(entry: Entry, now: float, *, ours: bool) -> str:
    """What became of it, in one sentence."""
    if entry.outcome:
        return clean(entry.outcome)
    if entry.builder.startswith("sessions."):
        return "The session is open" if ours else "How the session ended is not known: it may be open still"
    if pending(entry, now, ours=ours):
        return (
            "It is under way: the jobs (tab) tell how far it is" if entry.job else "It was sent; no answer has come yet"
        )
    if entry.job:
        return "k8stui ended before it did: the jobs (tab) tell of it, until something is done about it"
    return f"k8stui ended before the answer came: look whether {clean(entry.name, 120)} was changed"


def lines_of(entry: Entry, now: float, zone: tzinfo, *, ours: bool) -> list[Line]:
    """All that is known of an entry."""
    word, tone = ending(entry, now, ours=ours)
    kind = clean(entry.kind, 80)
    where = f" in {clean(entry.namespace, 80)}" if entry.namespace else ""
    parts = [
        ("When", f"{stamped(entry.at, zone)} ({age(entry.at, now)} ago)", Tone.PLAIN),
        ("Context", f"{clean(entry.context, 200)}, as {clean(entry.user, 200) or 'nobody'}", Tone.PLAIN),
        ("What", clean(entry.says), Tone.PLAIN),
        ("Object", f"{kind} {clean(entry.name, 260)}{where}, uid {clean(entry.uid, 80) or 'not known'}", Tone.PLAIN),
        ("Command", clean(entry.kubectl, LONGEST), Tone.PLAIN),
        *_before(entry),
        ("Outcome", f"{word}: {told(entry, now, ours=ours)}", tone),
        ("Way back", way_back(entry), Tone.MUTED if not entry.undoable else Tone.PLAIN),
    ]
    return [Line(f"{title:<10}{text}", tone, flows=True) for title, text, tone in parts]


def _before(entry: Entry) -> Iterator[tuple[str, str, Tone]]:
    title = "Before"
    for name, value in entry.before.items():
        yield title, f"{clean(name, 80)}: {clean(shown(value), 200)}", Tone.PLAIN
        title = ""


def way_back(entry: Entry) -> str:
    """How it is taken back, or why not."""
    if entry.undone:
        return "it was taken back"
    if entry.result and entry.result not in (Result.DONE.value, Result.UNKNOWN.value):
        return "nothing was changed"
    if entry.inverse is None:
        return f"none: {no_way(entry)}"
    args = ", ".join(f"{clean(name, 80)} {clean(shown(value), 200)}" for name, value in entry.inverse.args.items())
    what = clean(entry.inverse.builder, 80).rpartition(".")[2]
    return f"u takes it back: {what}" + (f" ({args})" if args else "")


# For others


def commands(entries: Sequence[Entry]) -> str:
    """The kubectl commands in the order in which they were done; where they are of several contexts, with these."""
    ordered = sorted(entries, key=_order)
    several = len({entry.context for entry in ordered}) > 1
    found: list[str] = []
    last = ""
    for entry in ordered:
        if several and entry.context != last:
            found.append(f"# context {clean(entry.context)}")
        last = entry.context
        found.append(clean(entry.kubectl, LONGEST))
    return "\n".join(found)


def markdown(entries: Sequence[Entry], now: float, zone: tzinfo, ours: frozenset[str] = frozenset()) -> str:
    """Notes of an incident: a table of what was done and how it ended, then the commands. It holds no secret.

    Args:
        entries: in any order.
        now: epoch seconds.
        zone: in which times are written, each with its offset.
        ours: sessions of this run.
    """
    ordered = sorted(entries, key=_order)
    rows = [_row(entry, now, zone, ours=entry.session in ours) for entry in ordered]
    span = f"{stamped(ordered[0].at, zone)} to {stamped(ordered[-1].at, zone)}" if ordered else "nothing"
    head = ["# What was done", "", f"{counted(len(ordered), 'change')}, {span}. Written by k8stui.", ""]
    table = ["| When | Context | User | What | Result | Outcome |", "| --- | --- | --- | --- | --- | --- |", *rows, ""]
    script = _script(ordered, zone)
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", "\n".join(script))), default=0))
    return "\n".join([*head, *table, "## As commands", "", f"{fence}sh", *script, fence, ""])


def _order(entry: Entry) -> tuple[float, str, int]:
    return entry.at, entry.session, entry.number


def _row(entry: Entry, now: float, zone: tzinfo, *, ours: bool) -> str:
    word, _ = ending(entry, now, ours=ours)
    texts = (
        stamped(entry.at, zone),
        clean(entry.context),
        clean(entry.user),
        clean(entry.says),
        word,
        told(entry, now, ours=ours),
    )
    return "| " + " | ".join(_cell(text) for text in texts) + " |"


def _cell(text: str) -> str:
    """A text that Markdown takes literally: neither a new cell, nor a link, nor markup of a page."""
    return re.sub(r"([\\`*_\[\]<>|#~&!])", r"\\\1", text)


def _script(entries: Sequence[Entry], zone: tzinfo) -> list[str]:
    found = []
    for entry in entries:
        at = moment(entry.at, zone)
        word = entry.result or "outcome unknown"
        found += [
            f"# {at:%H:%M:%S} {clean(entry.context)}: {clean(word, 20)}" if at else f"# {clean(entry.context)}",
            clean(entry.kubectl, LONGEST),
        ]
    return found
