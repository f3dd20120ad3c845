"""The pieces that descriptions share: labels, times, resources, owners, events."""

from collections.abc import Callable, Mapping
from datetime import tzinfo

from k8stui.model import kinds, refs, tree
from k8stui.model.columns import Tone
from k8stui.model.describe.layout import NONE, Cell, Text
from k8stui.model.document import Subject, Want
from k8stui.model.duration import UNKNOWN, age, human, stamp
from k8stui.model.kinds import Kind, Ref
from k8stui.model.objects import Object
from k8stui.model.quantity import parse
from k8stui.model.times import rfc1123

LONGEST = 140
"""Characters of an annotation with its key that stand beside each other; longer ones go on lines of their own."""
_HIDDEN = frozenset(("kubectl.kubernetes.io/last-applied-configuration",))
Keep = Callable[[Object], bool]


# ---- values


def shown(value: object, default: str = "") -> str:
    """A JSON value as Go prints it with %v: `true`, `8080`, `[a b]`; the default where there is none."""
    if value is None:
        return default
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{' '.join(shown(each) for each in value)}]"
    if isinstance(value, dict):
        return f"map[{' '.join(f'{key}:{shown(value[key])}' for key in sorted(value))}]"
    return str(value)


def flag(obj: object, *path: str) -> str:
    """`true` or `false`; what is not there is false."""
    return "true" if tree.value(obj, *path) is True else "false"


def yes(value: object) -> str:
    """`True` or `False`."""
    return "True" if value is True else "False"


def truth(status: str, bad: str = "False") -> Cell:
    """A condition's status: `bad` is a warning, and so is Unknown."""
    return Cell(status, Tone.WARNING if status in (bad, "Unknown") else None)


def quantity(value: object) -> str:
    """A quantity's canonical text; what is none stays as it is."""
    text = shown(value, "0")
    try:
        return str(parse(text))
    except ValueError:
        return text


def moment(text: str, zone: tzinfo) -> str:
    """A time as `Fri, 01 Jan 2021 00:00:00 +0000` (RFC 1123 with a numeric zone); `<unknown>` where there is none."""
    at = stamp(text)
    return UNKNOWN if at is None else rfc1123(at, zone) or UNKNOWN


def since(text: str, now: float) -> str:
    """How long ago that was, as ages are written; `<unknown>` where there is no time."""
    return age(stamp(text), now)


def lasting(obj: Object, now: float) -> Cell | None:
    """`Terminating (lasts 3m)` of an object that is being deleted; None of any other.

    Up to the end of its grace (deletionTimestamp lies ahead) kubectl calls that `<invalid>`; here it is a time to come.
    """
    until = stamp(tree.text(obj, "metadata", "deletionTimestamp"))
    if until is None:
        return None
    said = f"lasts {human(now - until)}" if now >= until - 1 else f"grace ends in {human(until - now)}"
    return Cell(f"Terminating ({said})", Tone.WARNING)


# ---- places to go


def named(kind: Kind, namespace: str, name: str) -> Ref | None:
    """The object of that name; None where there is no name."""
    return refs.named(kind, namespace, name) if name else None


def controller(obj: Object) -> tuple[str, Ref | None]:
    """`ReplicaSet/web-78bb` and where that is (None: of no kind that is built in); empty where nobody controls it."""
    owner = refs.controller(obj)
    if not owner:
        return "", None
    kind, name, uid = refs.kind_of(owner), tree.text(owner, "name"), tree.text(owner, "uid")
    place = Ref(kind, tree.namespace(obj) if kind.namespaced else "", name, uid) if kind is not None else None
    return f"{tree.text(owner, 'kind')}/{name}", place


# ---- blocks


def heading(out: Text, obj: Object, *, namespaced: bool = True) -> None:
    """Name and Namespace."""
    out.field("Name", tree.name(obj))
    if namespaced:
        out.field("Namespace", tree.namespace(obj))


def labels(out: Text, title: str, found: Mapping[str, str], level: int = 0) -> None:
    """`key=value`, a line each, sorted; `<none>`."""
    out.many(title, [f"{key}={found[key]}" for key in sorted(found)], level)


def annotations(out: Text, title: str, found: Mapping[str, str], level: int = 0) -> None:
    """`key: value`, a line each, sorted. What is long or has line breaks goes below its key, cut at 138 characters.

    kubectl's own copy of the object (last-applied-configuration) is hidden.
    """
    lines: list[str] = []
    for key in sorted(set(found) - _HIDDEN):
        value = found[key].removesuffix("\n")
        if len(value) + len(key) + 2 > LONGEST or "\n" in value:
            lines += [f"{key}:", *(f"  {_short(each, LONGEST - 2)}" for each in value.split("\n"))]
        else:
            lines.append(f"{key}: {value}")
    out.many(title, lines, level)


def identity(out: Text, obj: Object) -> None:
    """Labels and Annotations of an object."""
    labels(out, "Labels", tree.strings(obj, "metadata", "labels"))
    annotations(out, "Annotations", tree.strings(obj, "metadata", "annotations"))


def resources(out: Text, amounts: Mapping[str, object], level: int) -> None:
    """`cpu:  100m`, a line each, by name."""
    for name in sorted(amounts):
        out.field(name, quantity(amounts[name]), level=level)


def limits_and_requests(out: Text, found: Object, level: int) -> None:
    """The blocks Limits and Requests, each only where there is something in it."""
    for title in ("limits", "requests"):
        amounts = tree.part(found, title)
        if amounts:
            out.line(f"{title.capitalize()}:", level)
            resources(out, amounts, level + 1)


def unread(subject: Subject, want: str) -> str:
    """Why a want is not there: the sentence of its failure, else that it is still being read. Empty: it is there."""
    if want in subject.around:
        return ""
    return subject.missing.get(want, "still being read")


def not_there(subject: Subject, want: str) -> Cell:
    """The same for a line: a failure is a warning."""
    return Cell(unread(subject, want), Tone.WARNING if want in subject.missing else Tone.MUTED)


# ---- events


def events_of(obj: Object, kind: str, uid: str = "") -> Want:
    """The want "events": all of the object.

    `kind` is for an object without a uid, which is known by its name; another `uid` overrules the object's own.
    """
    if known := uid or tree.uid(obj):
        return Want.events("events", tree.namespace(obj), known)
    found = {"involvedObject.kind": kind, "involvedObject.name": tree.name(obj)}
    written = ",".join(f"{field}={_escaped(value)}" for field, value in found.items() if value)
    return Want("events", kinds.EVENTS, tree.namespace(obj) or None, fields=written)


def events(out: Text, subject: Subject, *, keep: Keep = lambda event: True) -> None:
    """The block Events from the want "events", the oldest last sight first. `keep` says which of them are meant."""
    if unread(subject, "events"):
        out.field("Events", not_there(subject, "events"))
        return
    found = [each for each in subject.around["events"] if keep(each)]
    if not found:
        out.field("Events", NONE)
        return
    out.head("Events")
    found.sort(key=lambda each: stamp(tree.text(each, "lastTimestamp")) or 0.0)
    out.row("Type", "Reason", "Age", "From", "Message", level=1, tone=Tone.MUTED)
    out.row("----", "------", "----", "----", "-------", level=1, tone=Tone.MUTED)
    for each in found:
        out.row(*_event(each, out.now), level=1)


def interval(event: Object, now: float) -> str:
    """`3m (x7 over 10m)`: how long ago it was last seen and, where it came more than once, how often since when."""
    when = tree.text(event, "eventTime")
    first = since(when if stamp(when) is not None else tree.text(event, "firstTimestamp"), now)
    series, count = tree.part(event, "series"), tree.number(event, "count")
    if series:
        last = since(tree.text(series, "lastObservedTime"), now)
        return f"{last} (x{tree.number(series, 'count')} over {first})"
    if count > 1:
        return f"{since(tree.text(event, 'lastTimestamp'), now)} (x{count} over {first})"
    return first


def _event(event: Object, now: float) -> tuple[str | Cell, ...]:
    """The cells of one event."""
    warning = Tone.WARNING if tree.text(event, "type") == "Warning" else None
    source = tree.text(event, "source", "component") or tree.text(event, "reportingComponent")
    return (
        Cell(tree.text(event, "type"), warning),
        Cell(tree.text(event, "reason"), warning),
        interval(event, now),
        source,
        tree.text(event, "message").strip(),
    )


def _short(text: str, most: int) -> str:
    return f"{text[:most]}..." if len(text) > most else text


def _escaped(value: str) -> str:
    """A value for a field selector."""
    return value.replace("\\", "\\\\").replace(",", "\\,").replace("=", "\\=")
