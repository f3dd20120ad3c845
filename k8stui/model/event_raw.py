"""Events as they come off the wire: core/v1, and events.k8s.io/v1, which holds the same objects in other words."""

from msgspec import Struct

from k8stui.model.raw import Meta, Whole


class ObjectReference(Struct, rename="camel", gc=False):
    """involvedObject, or regarding: what the event is about."""

    kind: str | None = None
    namespace: str | None = None
    name: str | None = None
    uid: str | None = None
    api_version: str | None = None
    field_path: str | None = None


class EventSource(Struct, gc=False):
    """source, or deprecatedSource: who writes events in the old way."""

    component: str | None = None
    host: str | None = None


class EventSeries(Struct, rename="camel", gc=False):
    """series: how the new way counts what happens again."""

    count: Whole | None = None
    last_observed_time: str | None = None


class RawEvent(Struct, rename="camel", gc=False):
    """An event of either group: of each pair below only one is there."""

    metadata: Meta | None = None
    type: str | None = None
    reason: str | None = None
    event_time: str | None = None
    series: EventSeries | None = None
    reporting_instance: str | None = None

    involved_object: ObjectReference | None = None
    message: str | None = None
    source: EventSource | None = None
    first_timestamp: str | None = None
    last_timestamp: str | None = None
    count: Whole | None = None
    reporting_component: str | None = None

    regarding: ObjectReference | None = None
    note: str | None = None
    deprecated_source: EventSource | None = None
    deprecated_first_timestamp: str | None = None
    deprecated_last_timestamp: str | None = None
    deprecated_count: Whole | None = None
    reporting_controller: str | None = None
