"""What can be done with events."""

from k8stui.actions.action import Action, Need, mode
from k8stui.actions.desk import Desk, Rows
from k8stui.actions.places import Where
from k8stui.model.events import EventLine


def _event_object(desk: Desk, rows: Rows) -> None:
    row = rows[0]
    if isinstance(row, EventLine) and row.objects == 1:
        desk.inspect(row.about)
    else:
        desk.unfold(row)


EVENTS = (
    Action(
        id="event-object",
        needs=(Need("get", "", about=True),),
        key="enter",
        label="Object",
        where=Where.EVENTS,
        target=True,
        footer=1,
        run=_event_object,
        help="goes to the object; unfolds a storm",
    ),
    Action(
        id="warnings",
        key="W",
        label="Warnings",
        where=Where.EVENTS,
        footer=2,
        run=mode("warnings"),
        help="warnings only, or all again; `:events reason=BackOff kind=Pod` and `/reason=BackOff,kind=Pod` narrow "
        "further (also type, name, namespace)",
    ),
    Action(
        id="flat",
        key="f",
        label="Flat",
        where=Where.EVENTS,
        footer=3,
        run=mode("flat"),
        help="every event in the order of time, or grouped again by reason and object",
    ),
    Action(
        id="unfold",
        key="u",
        label="Unfold",
        where=Where.EVENTS,
        target=True,
        footer=4,
        run=lambda desk, rows: desk.unfold(rows[0]),
        help="shows the objects of a storm one by one, or folds them again",
    ),
)
