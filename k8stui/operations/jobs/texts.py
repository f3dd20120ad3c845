"""A job that was cut off, in words."""

from collections.abc import Sequence
from datetime import tzinfo

from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.model.duration import age
from k8stui.model.sentences import counted, listed
from k8stui.model.text import clean
from k8stui.model.times import clock_time, stamped
from k8stui.operations.jobs.records import Record, Target
from k8stui.operations.outcomes import Result

_TONES = {
    "": Tone.WARNING,
    Result.DONE.value: Tone.PLAIN,
    Result.GONE.value: Tone.MUTED,
    Result.UNKNOWN.value: Tone.BAD,
}


def progress(record: Record) -> str:
    """How far it came: `12 pods gone`."""
    pods = {line.uid for line in record.targets if line.namespace}
    gone = {line.uid for line in record.targets if line.result == "gone"}
    if record.pods:
        return f"{len(gone)}/{counted(record.pods, 'pod')} gone"
    return f"{counted(len(gone), 'pod')} gone" if pods else "no pod was asked to go yet"


def lines_of(record: Record, now: float, zone: tzinfo) -> list[Line]:
    """All that is known of it: what was sent, what came of it, and what can be done now."""
    nodes = listed([clean(node.name, 120) for node in record.nodes], 12)
    cordoned = listed([clean(node.name, 120) for node in record.own_cordons], 12)
    head = [
        ("Started", f"{stamped(record.started, zone)} ({age(record.started, now)} ago)"),
        ("Context", f"{clean(record.context, 200)}, as {clean(record.user, 200) or 'nobody'}"),
        ("Nodes", nodes),
        ("Command", clean(record.kubectl, 8_000)),
        ("Cut off", f"at {progress(record)}; k8stui ended before it did"),
        ("Cordoned", f"{cordoned}: nothing new starts there until somebody uncordons" if cordoned else "nothing"),
        ("Now", "R goes on with it: planned anew, with its options"),
        ("", "u takes it back: uncordons what it has cordoned"),
        ("", "x forgets it: nothing is sent"),
    ]
    lines = [Line(f"{title:<10}{text}", flows=True) for title, text in head]
    return [*lines, Line(""), *(_line(each, zone) for each in _told(record.targets))]


def _told(targets: Sequence[Target]) -> list[Target]:
    """Without what was meant where it is known what came of it."""
    found: list[Target] = []
    answered: set[tuple[str, str]] = set()
    for each in reversed(targets):
        place = (each.uid, each.builder)
        if each.result and each.builder:
            answered.add(place)
        if each.result or place not in answered:
            found.append(each)
        else:
            answered.discard(place)
    return found[::-1]


def _line(target: Target, zone: tzinfo) -> Line:
    said = clean(target.says) if target.result else f"{clean(target.says)}: no answer is known of"
    return Line(f"{clock_time(target.at, zone)}  {said}", _TONES.get(target.result, Tone.PLAIN), flows=True)
