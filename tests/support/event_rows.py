"""Rows of events for the tests of stores and groups."""

from k8stui.model.event_row import Event
from k8stui.model.kinds import EVENTS, PODS, Ref

T0 = 1_790_000_000.0
"""Epoch seconds."""


def event(
    uid: str,
    about: str = "web-0",
    *,
    reason: str = "BackOff",
    count: int = 1,
    first: float = 0,
    last: float | None = None,
    version: int = 1,
    namespace: str = "shop",
) -> Event:
    """An event about a pod; times are seconds after T0."""
    last = first if last is None else last
    return Event(
        ref=Ref(EVENTS, namespace, f"{about}.{uid}", uid),
        version=str(version),
        labels=(),
        type="Warning",
        reason=reason,
        message=f"{uid} at {version}",
        about=Ref(PODS, namespace, about, f"uid of {about}"),
        field_path="",
        source="kubelet",
        count=count,
        first=T0 + first,
        last=T0 + last,
        began=T0 + first,
        again=T0 + last,
        repeats=None,
        at=T0 + last,
    )
