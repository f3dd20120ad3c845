"""One stored object under two names, and what events look like under the other of theirs (events.k8s.io/v1)."""

from collections.abc import Callable

from msgspec import Struct

from k8stui.demo.storage.objects import Object


class View(Struct, frozen=True):
    """How objects stored as one kind are shown as another, and back."""

    stored_as: tuple[str, str]
    """Group and plural of the kind that is stored."""
    show: Callable[[Object], Object]
    """A stored object (decoded anew) in this view's shape; kind and apiVersion are not its business."""
    store: Callable[[Object], Object]
    """The way back."""
    aliases: tuple[tuple[str, str], ...] = ()
    """Field selectors of the view and the stored kind's names for them."""


def _renamed(obj: Object, names: dict[str, str]) -> Object:
    return {names.get(key, key): value for key, value in obj.items()}


_TO_NEW = {
    "involvedObject": "regarding",
    "message": "note",
    "source": "deprecatedSource",
    "firstTimestamp": "deprecatedFirstTimestamp",
    "lastTimestamp": "deprecatedLastTimestamp",
    "count": "deprecatedCount",
    "reportingComponent": "reportingController",
}
_TO_CORE = {new: core for core, new in _TO_NEW.items()}
_EMPTY_NEW: Object = {"regarding": {}, "eventTime": None, "deprecatedSource": {}}
_EMPTY_NEW |= {"deprecatedFirstTimestamp": None, "deprecatedLastTimestamp": None}
_EMPTY_CORE: Object = {"involvedObject": {}, "source": {}, "firstTimestamp": None, "lastTimestamp": None}
_EMPTY_CORE |= {"eventTime": None, "reportingComponent": "", "reportingInstance": ""}


def _new_event(obj: Object) -> Object:
    found = _EMPTY_NEW | _renamed(obj, _TO_NEW)
    return {key: value for key, value in found.items() if value not in ("", 0) or isinstance(value, bool)}


def _core_event(obj: Object) -> Object:
    return _EMPTY_CORE | _renamed(obj, _TO_CORE)


EVENTS = View(
    ("", "events"),
    _new_event,
    _core_event,
    (
        *((f"regarding.{name}", f"involvedObject.{name}") for name in
          ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")),
        ("reportingController", "reportingComponent"),
    ),
)  # fmt: skip
"""events.k8s.io/v1 of core/v1 events."""
