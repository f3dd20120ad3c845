"""The typed row of an event, with both styles of counting: count and two times, or eventTime and a series."""

import re
from functools import lru_cache

from msgspec import Struct

from k8stui.model.duration import age, stamp
from k8stui.model.event_raw import EventSource, ObjectReference, RawEvent
from k8stui.model.kinds import BUILT_IN, EVENTS, Kind, Ref
from k8stui.model.raw import identified
from k8stui.model.shared import Labels, interned, interned_name, labels_of, ref_of
from k8stui.model.text import clean

WARNING = "Warning"
"""The type of an event that is worth a look; the other one is `Normal`."""

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
"""How a server's own uids look."""


class Event(Struct, frozen=True, gc=False, kw_only=True):
    """One event. Texts are clean, times are epoch seconds; nothing in it depends on now."""

    ref: Ref
    version: str
    labels: Labels
    type: str
    reason: str
    message: str
    about: Ref
    """The object it is about. Its uid is empty where the event has none of the server's: kubelets write a node's name
    there, and the hash of its file for a static pod. Its kind may be guessed (see `kind_named`)."""
    field_path: str
    """The part of the object: `spec.containers{web}`."""
    source: str
    """Who says it, as `kubectl get events -o wide` writes it: component and host."""
    count: int
    """How often it happened: 1 at least."""
    first: float | None
    """When it happened first; None where it does not say."""
    last: float | None
    """When it happened last: what LAST SEEN of `kubectl get events` counts from."""
    began: float | None
    """The first time as `kubectl events` sees it, which trusts eventTime before firstTimestamp."""
    again: float | None
    """The last time as `kubectl events` sees it, for an event that repeats."""
    repeats: int | None
    """The number that `kubectl events` shows of one that repeats; None: it happened once."""
    at: float
    """By what events are compared in age: the last time, else its creation, else 0."""


def row(raw: RawEvent) -> Event:
    """The row of a decoded event of either group. Raises msgspec.ValidationError where it has no name or uid."""
    meta = identified(raw.metadata)
    series = raw.series
    about = raw.involved_object or raw.regarding or ObjectReference()
    since = stamp(raw.first_timestamp or raw.deprecated_first_timestamp)
    until = stamp(raw.last_timestamp or raw.deprecated_last_timestamp)
    told = stamp(raw.event_time)
    first = since if since is not None else told
    counted = raw.count if raw.count is not None else raw.deprecated_count or 0
    last = again = stamp(series.last_observed_time) if series is not None else until
    if series is None and last is None:
        last = first
    if series is not None:
        counted = series.count or 0
    created = stamp(meta.creation_timestamp)
    return Event(
        ref=ref_of(EVENTS, meta),
        version=meta.resource_version or "",
        labels=labels_of(meta),
        type=interned_name(raw.type),
        reason=interned(raw.reason),
        message=clean((raw.message or raw.note or "").strip()),
        about=_about(about),
        field_path=interned(about.field_path),
        source=_source(raw),
        count=max(1, counted),
        first=first,
        last=last,
        began=told if told is not None else since,
        again=again,
        repeats=counted if series is not None or counted > 1 else None,
        at=last if last is not None else created if created is not None else 0.0,
    )


def interval(event: Event, now: float) -> str:
    """LAST SEEN of `kubectl events`, exactly: `12m (x3 over 20m)` (kubectl pkg/cmd/events, getInterval)."""
    began = age(event.began, now)
    return began if event.repeats is None else f"{age(event.again, now)} (x{event.repeats} over {began})"


def target(about: Ref) -> str:
    """OBJECT of `kubectl get events`: `pod/web-0`, or the kind alone (printers, printEvent)."""
    kind = about.kind.kind.lower()
    return f"{kind}/{about.name}" if about.name else kind


@lru_cache(maxsize=1024)
def kind_named(api_version: str, kind: str) -> Kind:
    """The kind that a reference means: a built-in one, whose version is then ours, or a guess at its plural.

    Events of nodes come without an apiVersion: then any built-in kind of that name will do, the core's first.
    """
    group, _, version = api_version.rpartition("/")
    found = [each for each in BUILT_IN.values() if each.kind == kind and (not api_version or each.group == group)]
    if found:
        return min(found, key=lambda each: each.group)
    return Kind(group, version or "v1", _plural(kind.lower()), kind, kind.lower())


def _plural(word: str) -> str:
    """As controller-gen and kubebuilder make it of a kind in lower case (gengo's pluraliser)."""
    if word.endswith(("s", "x", "ch", "sh")):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in ("a", "e", "i", "o", "u"):
        return word[:-1] + "ies"
    return word + "s"


def _about(of: ObjectReference) -> Ref:
    uid = interned_name(of.uid)
    kind = kind_named(interned_name(of.api_version), interned_name(of.kind))
    return Ref(kind, interned_name(of.namespace), interned_name(of.name), uid if _UUID.fullmatch(uid) else "")


def _source(raw: RawEvent) -> str:
    """printers, formatEventSource: the old source, and for each half that is empty who reports."""
    source = raw.source or raw.deprecated_source or EventSource()
    component = source.component or raw.reporting_component or raw.reporting_controller
    instance = source.host or raw.reporting_instance
    return interned(f"{component or ''}, {instance}" if instance else component)
