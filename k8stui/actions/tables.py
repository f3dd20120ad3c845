"""What can be done in every table."""

from k8stui.actions.action import Action, Need, inspecting, showing, table
from k8stui.actions.desk import Desk, Rows
from k8stui.actions.editing import EDITS
from k8stui.actions.everywhere import LIST_EVENTS
from k8stui.actions.places import Place, Where
from k8stui.actions.writes_tables import TABLE_WRITES
from k8stui.model.events import EventLine


def _events_of(desk: Desk, rows: Rows) -> None:
    row = rows[0]
    about = row.about if isinstance(row, EventLine) else row.ref
    desk.open(Place("events", desk.place.namespace, about=about))


TABLES = (
    Action(
        id="sort-left",
        key="<,less_than_sign",
        label="Sort by the column before",
        where=Where.TABLE,
        run=table("previous-column"),
    ),
    Action(
        id="sort-right",
        key=">,greater_than_sign",
        label="Sort by the next column",
        where=Where.TABLE,
        run=table("next-column"),
    ),
    Action(id="sort-reverse", key="~,tilde", label="Reverse the order", where=Where.TABLE, run=table("reverse")),
    Action(
        id="columns",
        key="",
        typed=":columns",
        label="Columns",
        where=Where.TABLE,
        run=showing("columns"),
        help="`:columns` and titles: these, in this order; `:columns -`: the view's own",
    ),
    Action(id="wide", key="w", label="Wide", where=Where.TABLE, run=table("wide"), help="more columns, or fewer"),
    Action(
        id="describe",
        key="d",
        label="Describe",
        where=Where.TABLE,
        target=True,
        footer=6,
        needs=(Need("get", ""),),
        run=inspecting("describe"),
        help="the object in words, live, and why it is not well",
    ),
    Action(
        id="yaml",
        key="y",
        label="YAML",
        where=Where.TABLE,
        target=True,
        footer=7,
        needs=(Need("get", ""),),
        run=inspecting("yaml"),
        help="the whole object",
    ),
    Action(
        id="related",
        key="o",
        label="Related",
        where=Where.TABLE,
        target=True,
        needs=(Need("get", ""),),
        run=inspecting("related"),
        help="owners, what it owns, services, budgets, configuration, volumes, each to go to",
    ),
    Action(
        id="events",
        key="v",
        label="Events of this",
        where=Where.TABLE,
        target=True,
        needs=(LIST_EVENTS,),
        run=_events_of,
        help="the events about this object",
    ),
    Action(
        id="copy-object",
        key="Y",
        label="Copy name, YAML or command",
        where=Where.TABLE,
        target=True,
        run=lambda desk, rows: desk.copy_of(rows[0].ref),
        help="its name, its YAML, or the kubectl command for it, to the terminal's clipboard",
    ),
    *EDITS,
    *TABLE_WRITES,
)
