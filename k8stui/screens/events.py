"""Events: grouped by reason and object with storms folded, or every one in the order of time."""

from k8stui.actions import Place, Where
from k8stui.cluster.bounded import Bounded
from k8stui.cluster.event_groups import EventGroups
from k8stui.cluster.event_tally import single
from k8stui.cluster.joined import Joined
from k8stui.cluster.queries import Query
from k8stui.cluster.session import Session
from k8stui.cluster.store import Store
from k8stui.cluster.subset import Subset
from k8stui.model.event_row import WARNING, Event
from k8stui.model.events import COLUMNS, EventLine, object_text, search_text
from k8stui.model.generated import stem
from k8stui.model.kinds import EVENTS, PODS
from k8stui.screens.pane import Pane


class EventsPane(Pane[EventLine]):
    """The events of a namespace, of all, or about one object (`Place.about`).

    `Place.mode` may hold the words `flat` (no groups) and `warnings` (those alone, chosen by the server).
    """

    where = Where.EVENTS
    all_columns = COLUMNS
    first_sort = "TYPE"
    opens = "event-object"

    def __init__(self, session: Session, place: Place) -> None:
        self._modes = place.mode.split()
        self._groups: EventGroups | None = None
        if "flat" in self._modes:
            self.first_sort = "LAST SEEN"
        super().__init__(session, place)

    def open(self) -> Store[EventLine]:
        """One feed, grouped or not."""
        self._feed = self.lease(self._query())
        events: Store[Event] = self._feed.store
        if isinstance(events, Bounded):
            self.at_end(events.on_left_out(lambda: self.on_rows()))
        about = self.place.about
        if about is not None and about.uid:
            # Another object of that name, before or after this one, has a uid of its own.
            part = Subset(events, lambda event: event.about.uid in ("", about.uid))
            self.at_end(part.close)
            events = part
        if "flat" in self._modes:
            lines: Store[EventLine] = Joined(events, single)
        else:
            lines = self._groups = EventGroups(events, self._owner, slice=self.session.settings.timing.slice)
        self.at_end(lines.close)
        return lines

    @property
    def busy(self) -> bool:
        """Grouping thousands of events takes a moment, too."""
        return self.view.busy or (self._groups is not None and self._groups.busy)

    def _query(self) -> Query:
        """What the server is asked for."""
        about = self.place.about
        fields = []
        if about is not None:
            fields = [f"involvedObject.kind={about.kind.kind}", f"involvedObject.name={about.name}"]
        if "warnings" in self._modes:
            fields.append(f"type={WARNING}")
        namespace = self.place.namespace if about is None else about.namespace or None
        return Query(EVENTS, namespace, fields=",".join(fields))

    def _owner(self, event: Event) -> str:
        """The owner's name, as the pods' rows have it where pods are being fed; else what the name tells."""
        about = event.about
        if about.kind.resource == PODS.resource and about.uid:
            for namespace in (None, about.namespace):
                pods = self.session.feeds.peek(Query(PODS, namespace))
                pod = pods.rows.get(about.uid) if pods is not None else None
                if pod is not None and (not pod.owner_name or about.name.startswith(f"{pod.owner_name}-")):
                    return str(pod.owner_name)
        return stem(about.kind.kind, about.name)

    def unfold(self, row: EventLine) -> str:
        """The objects of a storm one by one, or folded again."""
        if self._groups is None:
            return "Here every event is shown; f groups them"
        unfolded = self._groups.toggle(row.ref.uid)
        return "This row is about one object: there is nothing to unfold" if unfolded is None else ""

    def search(self, row: EventLine) -> str:
        """Object, reason, message, who says it."""
        return search_text(row)

    def explain(self, row: EventLine) -> str:
        """The whole message, which the column cuts."""
        return row.event.message

    def named(self, row: EventLine) -> str:
        """Its object: an event's own name says nothing."""
        namespace = row.about.namespace
        return f"{object_text(row)} in {namespace}" if namespace else object_text(row)

    @property
    def _words(self) -> str:
        """What is shown, in the plural."""
        return "warnings" if "warnings" in self._modes else "events"

    @property
    def title(self) -> str:
        """`event groups (shop)`, `warnings (all)`, `events of pod shop/web-0`."""
        word = self._words if self._groups is None else f"{self._words[:-1]} groups"
        about = self.place.about
        if about is not None:
            return f"{word} of {about.kind.kind.lower()} {about}"
        return f"{word} ({self.place.namespace or 'all'})"

    @property
    def extent(self) -> str:
        """`20,000 of 61,300 events`: the newest are kept."""
        store = self._feed.store
        left = store.left_out if isinstance(store, Bounded) else 0
        return f"newest {len(store):,} of {len(store) + left:,} {self._words}" if left else ""

    @property
    def empty(self) -> str:
        """No events, or none any more."""
        about, words = self.place.about, self._words
        if about is not None:
            return f"There are no {words} of {about.kind.kind.lower()} {about}; a cluster keeps them for an hour"
        said = self.none_of(words)
        return said if self.place.namespace else f"{said}; it keeps them for an hour"
